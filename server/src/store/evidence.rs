//! What the rules look at beside the ledger: production variants, their traffic, and how much of a period was read.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// A production variant that holds instances now.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The installation's number of the account.
    pub account_id: i32,
    /// The endpoint.
    pub resource_id: i64,
    /// The endpoint's address in AWS.
    pub arn: String,
    /// The endpoint's name.
    pub name: String,
    /// When the endpoint was created; names are used again.
    pub created_at: DateTime<Utc>,
    /// AWS region.
    pub region: String,
    /// Empty where no tag names one.
    pub team: String,
    /// The variant's name.
    pub part: String,
    /// How the endpoint takes its requests.
    pub hosting_option: String,
    /// Instance type.
    pub instance_type: String,
    /// Instances it holds now.
    pub instances: i64,
    /// Since when it has held any.
    pub serving_since: DateTime<Utc>,
}

/// Every production variant of the scope that holds instances at `now`.
pub async fn variants(
    connection: &mut PgConnection,
    estimate_id: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Variant>, StoreError> {
    sqlx::query_as!(
        Variant,
        r#"
        with variant as (
            -- A variant outlives its configurations, so its parts are looked at together.
            select
                e.account_id,
                e.resource_id,
                e.part,
                min(c.from_at) as serving_since,
                sum(c.instance_count) filter (where c.to_at is null or c.to_at > $2) as instances,
                max(c.instance_type) filter (where c.to_at is null or c.to_at > $2) as instance_type
            from resource r
            join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
            join capacity_span c on c.account_id = e.account_id and c.entity_id = e.entity_id
            where r.kind = 'endpoint'
              and (r.gone_at is null or r.gone_at > $2)
              and c.state = 'serving'
              and c.instance_count > 0
              and c.from_at <= $2
            group by e.account_id, e.resource_id, e.part
        )
        select
            v.account_id as "account_id!",
            v.resource_id as "resource_id!",
            r.arn,
            r.name,
            r.created_at,
            r.region,
            coalesce(attribution.team, '') as "team!",
            v.part as "part!",
            r.hosting_option,
            v.instance_type as "instance_type!",
            v.instances as "instances!",
            v.serving_since as "serving_since!"
        from variant v
        join resource r on r.account_id = v.account_id and r.resource_id = v.resource_id
        left join lateral (
            select l.team
            from ledger_day l
            where l.account_id = v.account_id
              and l.estimate_id = $1
              and l.resource_id = v.resource_id
            order by l.day desc
            limit 1
        ) attribution on true
        where v.instances > 0
        order by v.account_id, r.arn, r.created_at, v.part
        "#,
        estimate_id,
        now
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the endpoints"))
}

/// The requests that one variant took on one UTC day.
#[derive(Debug, Clone)]
pub struct TrafficDay {
    /// The installation's number of the account.
    pub account_id: i32,
    /// The endpoint.
    pub resource_id: i64,
    /// The variant's name.
    pub part: String,
    /// The day.
    pub day: NaiveDate,
    /// Requests seen.
    pub requests: f64,
    /// Whether an hour of the day was not read whole and holds no count.
    pub has_unread_hour: bool,
}

/// The daily requests of every variant of the scope, from `from` to before `until`.
pub async fn traffic(
    connection: &mut PgConnection,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<TrafficDay>, StoreError> {
    sqlx::query_as!(
        TrafficDay,
        r#"
        select
            e.account_id,
            e.resource_id,
            e.part,
            u.day as "day!",
            coalesce(sum(u.requests), 0) as "requests!",
            -- An hour that was read whole and has no request series had no requests.
            bool_or(u.requests is null and not u.metrics_complete) as "has_unread_hour!"
        from resource r
        join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
        join usage_hour u on u.account_id = e.account_id and u.entity_id = e.entity_id
        where r.kind = 'endpoint'
          and u.day >= $1
          and u.day < $2
        group by e.account_id, e.resource_id, e.part, u.day
        "#,
        from,
        until
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the traffic of the endpoints"))
}

/// The days whose metrics were read from the first to the last minute, with account and region.
pub async fn days_read(
    connection: &mut PgConnection,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(i32, String, NaiveDate)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            w.account_id,
            w.region,
            (d.day at time zone 'UTC')::date as "day!"
        from window_ledger w
        cross join lateral generate_series(
            date_trunc('day', w.window_start, 'UTC'),
            w.window_end - interval '1 second',
            interval '1 day'
        ) as d (day)
        where w.source = 'metrics'
          and w.state = 'complete'
          and w.window_end > $1::date::timestamp at time zone 'UTC'
          and w.window_start < $2::date::timestamp at time zone 'UTC'
        group by w.account_id, w.region, d.day
        having sum(least(w.window_end, d.day + interval '1 day') - greatest(w.window_start, d.day)) >= interval '1 day'
        "#,
        from,
        until
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read which days were read"))?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.region, row.day)).collect())
}

/// How much of a period was read from one source of one account and region.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The installation's number of the account.
    pub account_id: i32,
    /// AWS region.
    pub region: String,
    /// `inventory` or `metrics`.
    pub source: String,
    /// Windows that lie in the period.
    pub windows: i64,
    /// Those that were read whole.
    pub complete: i64,
    /// Seconds of the period that lie in windows read whole.
    pub covered_seconds: f64,
    /// Series that were asked for.
    pub expected_series: i64,
    /// Series that were answered.
    pub received_series: i64,
    /// The end of the last window that was read whole.
    pub complete_through: Option<DateTime<Utc>>,
}

/// The windows that overlap the days from `from` to before `to`, summed per account, region and source.
pub async fn readings(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Reading>, StoreError> {
    sqlx::query_as!(
        Reading,
        r#"
        select
            account_id,
            region,
            source,
            count(*) as "windows!",
            count(*) filter (where state = 'complete') as "complete!",
            coalesce(
                sum(
                    extract(
                        epoch from least(window_end, $2::date::timestamp at time zone 'UTC')
                            - greatest(window_start, $1::date::timestamp at time zone 'UTC')
                    )
                ) filter (where state = 'complete'),
                0
            )::double precision as "covered_seconds!",
            coalesce(sum(expected_series), 0) as "expected_series!",
            coalesce(sum(received_series), 0) as "received_series!",
            max(window_end) filter (where state = 'complete') as complete_through
        from window_ledger
        where window_end > $1::date::timestamp at time zone 'UTC'
          and window_start < $2::date::timestamp at time zone 'UTC'
        group by account_id, region, source
        order by account_id, region, source
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read how much of the period was read"))
}
