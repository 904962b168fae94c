//! What was read, how far, and what is missing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;

/// One feed of an account and region.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Feed {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// `inventory` or `metrics`.
    pub source: String,
    /// When a window was last read whole.
    pub last_success: Option<DateTime<Utc>>,
    /// End of the newest window read whole.
    pub watermark: Option<DateTime<Utc>>,
    /// Windows still to be read.
    pub pending: i64,
    /// Of those, windows whose last try failed.
    pub failing: i64,
}

/// One window of metrics, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricWindow {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// Begin.
    pub start: DateTime<Utc>,
    /// End, not inside.
    pub end: DateTime<Utc>,
    /// `pending`, `leased` or `complete`.
    pub state: String,
    /// When it was read whole.
    pub completed_at: Option<DateTime<Utc>>,
    /// Series asked for.
    pub expected_series: Option<i32>,
    /// Series answered.
    pub received_series: Option<i32>,
    /// Points answered.
    pub received_points: Option<i64>,
}

/// Which windows of metrics are asked for.
#[derive(Debug, Clone, Copy)]
pub struct WindowsOf<'a> {
    /// Accounts; empty for all of the scope.
    pub accounts: &'a [i32],
    /// Regions.
    pub regions: &'a [String],
    /// Begin of the stretch they overlap.
    pub from: DateTime<Utc>,
    /// End of it, not inside.
    pub to: DateTime<Utc>,
}

/// The windows of metrics that overlap a stretch, newest first: how many, how many of them complete, and the first `most`.
pub async fn metric_windows(
    connection: &mut PgConnection,
    of: WindowsOf<'_>,
    most: i64,
) -> Result<(i64, i64, Vec<MetricWindow>), StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            account_id,
            region,
            window_start,
            window_end,
            state,
            completed_at,
            expected_series,
            received_series,
            received_points,
            -- of all of them, before the limit
            count(*) over () as "all!",
            count(*) filter (where state = 'complete') over () as "complete!"
        from window_ledger
        where source = 'metrics'
          and (cardinality($1::int[]) = 0 or account_id = any ($1))
          and region = any ($2::text[])
          and window_start < $4
          and window_end > $3
        order by window_start desc, account_id, region
        limit $5
        "#,
        of.accounts,
        of.regions,
        of.from,
        of.to,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the windows behind a figure"))?;
    let (all, complete) = rows.first().map_or((0, 0), |row| (row.all, row.complete));
    let windows = rows.into_iter().map(|row| MetricWindow {
        account_id: row.account_id,
        region: row.region,
        start: row.window_start,
        end: row.window_end,
        state: row.state,
        completed_at: row.completed_at,
        expected_series: row.expected_series,
        received_series: row.received_series,
        received_points: row.received_points,
    });
    Ok((all, complete, windows.collect()))
}

/// How one day of a feed stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FeedDay {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// `inventory` or `metrics`.
    pub source: String,
    /// UTC day.
    pub day: NaiveDate,
    /// Windows read whole.
    pub complete: i64,
    /// All windows.
    pub windows: i64,
    /// Windows whose last try failed.
    pub failing: i64,
}

/// Windows that failed for one reason.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Failure {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// `inventory` or `metrics`.
    pub source: String,
    /// What AWS said.
    pub error: String,
    /// What to do.
    pub remedy: String,
    /// How many windows.
    pub windows: i64,
}

/// A feature that was refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Refusal {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// `sagemaker` or `cloudwatch`.
    pub feature: String,
    /// What AWS said.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Features that could not be used when they were last tried.
pub async fn refusals(connection: &mut PgConnection) -> Result<Vec<Refusal>, StoreError> {
    sqlx::query_as!(
        Refusal,
        r#"
        select account_id, region, feature, message, remedy
        from permission_probe
        where state <> 'granted'
        order by account_id, region, feature
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the refusals"))
}

/// How a feature fared wherever it was tried.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Listed {
    /// As the import names it.
    pub feature: String,
    /// Accounts and regions in which it was tried.
    pub tried: i64,
    /// Those of them in which AWS answered.
    pub granted: i64,
    /// When AWS answered last, in the region that is longest behind.
    pub read_at: Option<DateTime<Utc>>,
}

/// How everything that is read stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Every feed of the scope, by account and region.
    pub feeds: Vec<Feed>,
    /// Their days since a day.
    pub days: Vec<FeedDay>,
    /// Windows that failed, by cause, most first.
    pub failures: Vec<Failure>,
    /// Features that could not be used when they were last tried.
    pub refusals: Vec<Refusal>,
    /// Every feature that was tried, by name.
    pub listed: Vec<Listed>,
}

/// The feeds with their days since `from`, in one statement.
pub async fn all(connection: &mut PgConnection, from: NaiveDate) -> Result<Coverage, StoreError> {
    let row = sqlx::query!(
        r#"
        with feed as (
            -- found through the key: what was read long ago is not counted
            select
                k.account_id,
                k.region,
                k.source,
                greatest(recent.read_at, newest.read_at) as last_success,
                newest.watermark,
                open.pending,
                open.failing
            from feed_key k
            cross join lateral (
                -- the window of today is read again and again before it is complete
                select greatest(max(completed_at), max(inventory_watermark)) as read_at
                from window_ledger w
                where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)
                  and w.window_start >= $1::date::timestamp at time zone 'UTC'
            ) recent
            left join lateral (
                select window_end as watermark, greatest(completed_at, inventory_watermark) as read_at
                from window_ledger w
                where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)
                  and w.completed_at is not null
                order by w.window_start desc
                limit 1
            ) newest on true
            cross join lateral (
                select count(*) as pending, count(*) filter (where last_error is not null) as failing
                from window_ledger w
                where w.account_id = k.account_id
                  and w.source = k.source
                  and w.state in ('pending', 'leased')
                  and w.region = k.region
            ) open
        ), own_day as (
            select
                account_id,
                region,
                source,
                (window_start at time zone 'UTC')::date as day,
                count(*) filter (where state = 'complete') as complete,
                count(*) as windows,
                count(*) filter (where state <> 'complete' and last_error is not null) as failing
            from window_ledger
            where window_start >= $1::date::timestamp at time zone 'UTC'
            group by 1, 2, 3, 4
        ), failure as (
            select
                account_id,
                region,
                source,
                last_error as error,
                coalesce(remedy, '') as remedy,
                count(*) as windows
            from window_ledger
            where last_error <> ''
              and state <> 'complete'
            group by account_id, region, source, last_error, remedy
            order by count(*) desc, account_id, region
            limit 50
        ), refusal as (
            select account_id, region, feature, message, remedy from permission_probe where state <> 'granted'
        ), listed as (
            select
                feature,
                count(*) as tried,
                count(*) filter (where state = 'granted') as granted,
                min(checked_at) filter (where state = 'granted') as read_at
            from permission_probe
            group by feature
        )
        select
            (select coalesce(jsonb_agg(to_jsonb(f) order by account_id, region, source), '[]') from feed f)
                as "feeds!: Json<Vec<Feed>>",
            (select coalesce(jsonb_agg(to_jsonb(d) order by account_id, region, source, day), '[]') from own_day d)
                as "days!: Json<Vec<FeedDay>>",
            (select coalesce(jsonb_agg(to_jsonb(f) order by windows desc, account_id, region), '[]') from failure f)
                as "failures!: Json<Vec<Failure>>",
            (select coalesce(jsonb_agg(to_jsonb(r) order by account_id, region, feature), '[]') from refusal r)
                as "refusals!: Json<Vec<Refusal>>",
            (select coalesce(jsonb_agg(to_jsonb(l) order by feature), '[]') from listed l)
                as "listed!: Json<Vec<Listed>>"
        "#,
        from
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read how far everything was read"))?;
    Ok(Coverage {
        feeds: row.feeds.0,
        days: row.days.0,
        failures: row.failures.0,
        refusals: row.refusals.0,
        listed: row.listed.0,
    })
}
