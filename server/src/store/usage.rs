//! Facts of entity-days on their way to usage.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::StoreError;
use super::capacity::{Purchase, State};
use super::due::EntityDay;
use super::packed::Hours;

/// Usage at one load: what an estimate needs and no more.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageGroup {
    /// Instance type.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// `training` or `endpoint`.
    pub kind: String,
    /// Mean processor utilisation, 0..1; `None` is no series.
    pub cpu_utilisation: Option<f32>,
    /// Mean accelerator utilisation, 0..1; `None` is no series.
    pub gpu_utilisation: Option<f32>,
    /// Measured power of the accelerators of one instance, mean W.
    pub accelerators_w: Option<f64>,
    /// Measured power of one host, mean W.
    pub host_w: Option<f64>,
    /// Storage attached to each instance, GB.
    pub volume_gb: Option<i32>,
    /// Seconds times instances.
    pub instance_seconds: f64,
}

/// The usage of the scope in `[from, to)`, summed where the load is the same.
pub async fn groups_between(
    connection: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<UsageGroup>, StoreError> {
    sqlx::query_as!(
        UsageGroup,
        r#"
        select
            u.instance_type as "instance_type!",
            r.region,
            r.kind,
            u.cpu_utilisation,
            u.gpu_utilisation,
            m.accelerators_w as "accelerators_w?",
            m.host_w as "host_w?",
            (r.attributes ->> 'volume_gb')::int as volume_gb,
            sum(u.instance_seconds) as "instance_seconds!"
        from usage_hour u
        join entity e on e.account_id = u.account_id and e.entity_id = u.entity_id
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        left join (
            select
                account_id,
                entity_id,
                hour,
                (array_agg(accelerators_w order by read_at desc, source) filter (where accelerators_w is not null))[1]
                    as accelerators_w,
                (array_agg(host_w order by read_at desc, source) filter (where host_w is not null))[1] as host_w
            from measured_hour
            where hour >= $1
              and hour < $2
            group by account_id, entity_id, hour
        ) m
          on m.account_id = u.account_id
         and m.entity_id = u.entity_id
         and m.hour = u.hour
         and u.state = 'serving'
        where u.hour >= $1
          and u.hour < $2
          and u.day >= ($1 at time zone 'UTC')::date
          and u.day <= ($2 at time zone 'UTC')::date
        group by
            u.instance_type,
            r.region,
            r.kind,
            u.cpu_utilisation,
            u.gpu_utilisation,
            m.accelerators_w,
            m.host_w,
            r.attributes ->> 'volume_gb'
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the usage"))
}

/// An entity with the resource it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Entity.
    pub entity_id: i64,
    /// Resource.
    pub resource_id: i64,
    /// Region.
    pub region: String,
    /// `training` or `endpoint`.
    pub kind: String,
    /// `train` or `deploy`.
    pub phase: String,
    /// Hosting option, or empty.
    pub hosting_option: String,
    /// AWS' status.
    pub status: String,
    /// When the resource was created.
    pub created_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Seconds of training.
    pub training_seconds: Option<i64>,
    /// Seconds billed.
    pub billable_seconds: Option<i64>,
    /// EBS volume per instance in GB.
    pub volume_gb: Option<i32>,
    /// Instance type as described.
    pub instance_type: String,
    /// When AWS last showed it.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is known to have run at any time.
    pub has_capacity: bool,
}

/// The entities with their resources.
pub async fn subjects(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
) -> Result<Vec<Subject>, StoreError> {
    sqlx::query_as!(
        Subject,
        r#"
        select
            e.entity_id,
            r.resource_id,
            r.region,
            r.kind,
            r.phase,
            r.hosting_option,
            r.status,
            r.created_at,
            r.started_at,
            r.ended_at,
            r.training_seconds,
            r.billable_seconds,
            (r.attributes ->> 'volume_gb')::int as volume_gb,
            e.instance_type,
            r.last_seen_at,
            exists (
                select
                from capacity_span s
                where s.account_id = e.account_id
                  and s.entity_id = e.entity_id
            ) as "has_capacity!"
        from entity e
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        where e.account_id = $1
          and e.entity_id = any ($2)
        "#,
        account_id,
        entities
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the entities"))
}

/// A span of capacity that touches one of the days.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityRow {
    /// Entity.
    pub entity_id: i64,
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
    /// Instance type.
    pub instance_type: String,
    /// Instances.
    pub count: i32,
    /// How they were bought.
    pub purchase: Purchase,
    /// What they did.
    pub state: State,
}

/// The capacity of the entities that touches `[from, to)`, in order.
pub async fn capacity(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<CapacityRow>, StoreError> {
    // Spans of an entity never overlap: besides those that begin in time only the last one before can reach into it.
    let rows = sqlx::query!(
        r#"
        select
            e.entity_id as "entity_id!",
            s.from_at as "from_at!",
            s.to_at,
            s.instance_type as "instance_type!",
            s.instance_count as "instance_count!",
            s.purchase as "purchase!",
            s.state as "state!"
        from unnest($2::bigint[]) as e (entity_id)
        cross join lateral (
            (
                select *
                from capacity_span
                where account_id = $1
                  and entity_id = e.entity_id
                  and from_at <= $3
                order by from_at desc
                limit 1
            )
            union all
            select *
            from capacity_span
            where account_id = $1
              and entity_id = e.entity_id
              and from_at > $3
              and from_at < $4
        ) s
        where s.to_at is null or s.to_at > $3
        order by e.entity_id, s.from_at
        "#,
        account_id,
        entities,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the capacity"))?;
    Ok(rows
        .into_iter()
        .map(|row| CapacityRow {
            entity_id: row.entity_id,
            from: row.from_at,
            to: row.to_at,
            instance_type: row.instance_type,
            count: row.instance_count,
            purchase: super::capacity::purchase(&row.purchase),
            state: super::capacity::state(&row.state),
        })
        .collect())
}

/// The means of one hour's points over all hosts.
#[derive(Debug, Clone, PartialEq)]
pub struct HourMeans {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Mean of the CPU readings, percent summed over cores.
    pub cpu_pct: Option<f64>,
    /// Mean of the accelerator readings, percent summed over accelerators.
    pub gpu_pct: Option<f64>,
    /// Requests.
    pub requests: Option<f64>,
    /// Requests times their latency, seconds.
    pub busy_seconds: Option<f64>,
}

/// Hourly means of the entities over `[from, to)`, from the statistics that are kept for ever.
pub async fn hour_means(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<HourMeans>, StoreError> {
    sqlx::query_as!(
        HourMeans,
        r#"
        select
            e.entity_id as "entity_id!",
            means.hour,
            means.cpu_pct,
            means.gpu_pct,
            means.requests,
            means.busy_seconds
        from unnest($2::bigint[]) as e (entity_id)
        -- entity by entity, so that the hours come out of the index in their order
        cross join lateral (
            select
                hour,
                sum(sum[1]) filter (where family = 'u') / sum(n[1]) filter (where family = 'u') as cpu_pct,
                sum(sum[3]) filter (where family = 'u') / sum(n[3]) filter (where family = 'u') as gpu_pct,
                sum(sum[1]) filter (where family = 'i') as requests,
                sum(sum[5]) filter (where family = 'i') as busy_seconds
            from metric_stats s -- its elements are named by metric_names
            where s.account_id = $1
              and s.entity_id = e.entity_id
              and s.hour >= $3
              and s.hour < $4
            group by hour
        ) means
        "#,
        account_id,
        entities,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the hourly means"))
}

/// Stretches of time read whole, per region; entities of reopened windows are not in them.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeWindow {
    /// Region.
    pub region: String,
    /// Start.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Entities that are still to be read in it.
    pub except: Vec<i64>,
}

/// Metric windows read whole that touch `[from, to)`.
pub async fn whole_windows(
    connection: &mut PgConnection,
    account_id: i32,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<WholeWindow>, StoreError> {
    sqlx::query_as!(
        WholeWindow,
        r#"
        select
            w.region,
            w.window_start as start,
            w.window_end as "end",
            coalesce(array_agg(o.entity_id) filter (where o.entity_id is not null), '{}') as "except!"
        from window_ledger w
        left join window_reopened o
          on o.account_id = w.account_id and o.region = w.region
         and o.source = w.source and o.window_start = w.window_start
        where w.account_id = $1
          and w.source = 'metrics'
          and w.completed_at is not null
          and w.window_start < $3
          and w.window_end > $2
        group by w.region, w.window_start, w.window_end
        "#,
        account_id,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the coverage"))
}

/// What a resource is attributed to on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Resource.
    pub resource_id: i64,
    /// UTC day.
    pub day: NaiveDate,
    /// `team`, `project` or `environment`.
    pub dimension: String,
    /// The name.
    pub name: String,
}

/// Attribution by the rules valid on each day and the tags the resource carried on it.
pub async fn attributions(
    connection: &mut PgConnection,
    account_id: i32,
    resources: &[i64],
    days: &[NaiveDate],
) -> Result<Vec<Attribution>, StoreError> {
    sqlx::query_as!(
        Attribution,
        r#"
        select distinct on (t.resource_id, d.day, a.dimension)
            t.resource_id,
            d.day as "day!",
            a.dimension,
            coalesce(a.name, t.value) as "name!"
        from unnest($3::date[]) as d (day)
        join tag_span t
          on t.account_id = $1
         and t.resource_id = any ($2)
         -- the tag carried at the end of the day decides
         and t.from_at < (d.day + 1)::timestamp at time zone 'UTC'
         and coalesce(t.to_at, 'infinity'::timestamptz) >= (d.day + 1)::timestamp at time zone 'UTC'
        join attribution_rule a
          on a.tag_key = t.key
         and (a.tag_value is null or a.tag_value = t.value)
         and d.day >= a.valid_from
         and (a.valid_to is null or d.day < a.valid_to)
        order by t.resource_id, d.day, a.dimension, a.rank, a.tag_key
        "#,
        account_id,
        resources,
        days
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("attribute to teams"))
}

/// An hour of `usage_day`.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageHour {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Instance type.
    pub instance_type: String,
    /// `serving`, `provisioning` or `retained`.
    pub state: &'static str,
    /// How it was bought, which sets its price; not stored.
    pub purchase: Purchase,
    /// Seconds times instances.
    pub instance_seconds: f64,
    /// Billed seconds times instances; `None` where AWS has not said.
    pub billable_seconds: Option<f64>,
    /// 0..1 of all cores.
    pub cpu_utilisation: Option<f32>,
    /// 0..1 of all accelerators.
    pub gpu_utilisation: Option<f32>,
    /// Requests.
    pub requests: Option<f64>,
    /// Whether the hour's window was read whole.
    pub metrics_complete: bool,
    /// Whether a reading above 100 x count was cut.
    pub clamped: bool,
    /// Whether instances that are always measured told nothing, though the hour's window was read whole.
    pub silent: bool,
}

/// Replaces the usage of the entity-days; what is as before stays untouched.
pub async fn replace_usage(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    rows: &[UsageHour],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    let mut packed: BTreeMap<(i64, NaiveDate, &str, &str), Hours<'_, UsageHour>> = BTreeMap::new();
    for row in rows {
        let key = (row.entity_id, row.hour.date_naive(), row.instance_type.as_str(), row.state);
        packed.entry(key).or_default().set(row.hour, row);
    }
    let entity_id: Vec<i64> = packed.keys().map(|(entity_id, ..)| *entity_id).collect();
    let day: Vec<NaiveDate> = packed.keys().map(|(_, day, ..)| *day).collect();
    let instance_type: Vec<String> = packed.keys().map(|(.., instance_type, _)| (*instance_type).to_owned()).collect();
    let state: Vec<String> = packed.keys().map(|(.., state)| (*state).to_owned()).collect();
    sqlx::query!(
        r#"
        delete from usage_day u
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where u.account_id = $1
          and u.entity_id = due.entity_id
          and u.day = due.day
          and not exists (
              select
              from unnest($4::bigint[], $5::date[], $6::text[], $7::text[]) as kept (entity_id, day, instance_type, state)
              where (kept.entity_id, kept.day, kept.instance_type, kept.state)
                    = (u.entity_id, u.day, u.instance_type, u.state)
          )
        "#,
        account_id,
        &entities,
        &dates,
        &entity_id,
        &day,
        &instance_type,
        &state
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the usage"))?;
    let sums =
        |of: fn(&UsageHour) -> Option<f64>| -> Vec<String> { packed.values().map(|day| day.array(of)).collect() };
    let shares =
        |of: fn(&UsageHour) -> Option<f32>| -> Vec<String> { packed.values().map(|day| day.array(of)).collect() };
    let bits = |of: fn(&UsageHour) -> bool| -> Vec<i32> { packed.values().map(|day| day.bits(of)).collect() };
    sqlx::query!(
        r#"
        insert into usage_day as d (
            account_id, entity_id, day, instance_type, state, instance_seconds, billable_seconds, cpu_utilisation,
            gpu_utilisation, requests, complete_hours, clamped_hours, silent_hours
        )
        select
            $1, u.entity_id, u.day, u.instance_type, u.state, u.instance_seconds::float8[], u.billable_seconds::float8[],
            u.cpu_utilisation::real[], u.gpu_utilisation::real[], u.requests::float8[], u.complete_hours, u.clamped_hours,
            u.silent_hours
        from unnest($2::bigint[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                    $10::text[], $11::int[], $12::int[], $13::int[])
            as u (entity_id, day, instance_type, state, instance_seconds, billable_seconds, cpu_utilisation,
                  gpu_utilisation, requests, complete_hours, clamped_hours, silent_hours)
        on conflict (account_id, entity_id, day, instance_type, state) do update set
            instance_seconds = excluded.instance_seconds,
            billable_seconds = excluded.billable_seconds,
            cpu_utilisation = excluded.cpu_utilisation,
            gpu_utilisation = excluded.gpu_utilisation,
            requests = excluded.requests,
            complete_hours = excluded.complete_hours,
            clamped_hours = excluded.clamped_hours,
            silent_hours = excluded.silent_hours
        where (d.instance_seconds, d.billable_seconds, d.cpu_utilisation, d.gpu_utilisation, d.requests,
               d.complete_hours, d.clamped_hours, d.silent_hours)
              is distinct from
              (excluded.instance_seconds, excluded.billable_seconds, excluded.cpu_utilisation,
               excluded.gpu_utilisation, excluded.requests, excluded.complete_hours, excluded.clamped_hours,
               excluded.silent_hours)
        "#,
        account_id,
        &entity_id,
        &day,
        &instance_type,
        &state,
        &sums(|row| Some(row.instance_seconds)),
        &sums(|row| row.billable_seconds),
        &shares(|row| row.cpu_utilisation),
        &shares(|row| row.gpu_utilisation),
        &sums(|row| row.requests),
        &bits(|row| row.metrics_complete),
        &bits(|row| row.clamped),
        &bits(|row| row.silent)
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the usage"))?;
    Ok(())
}
