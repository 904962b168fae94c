//! Facts of entity-days on their way to usage, footprints and the ledger.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgPool};

use super::inventory::{Purchase, State};
use super::{AccountScope, StoreError};

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
            u.instance_type,
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

/// A day of an entity that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityDay {
    /// Entity.
    pub entity_id: i64,
    /// UTC day.
    pub day: NaiveDate,
}

/// Takes up to `most` due days of an account out of the queue, oldest day first, until the transaction ends.
pub async fn take_stale(
    connection: &mut PgConnection,
    account_id: i32,
    most: i64,
) -> Result<Vec<EntityDay>, StoreError> {
    sqlx::query_as!(
        EntityDay,
        r#"
        with due as materialized (
            select entity_id, day
            from stale_day
            where account_id = $1
            -- the newest days first: they are what somebody is looking at
            order by day desc, entity_id
            limit $2
            for update skip locked
        )
        delete from stale_day s
        using due
        where s.account_id = $1
          and s.entity_id = due.entity_id
          and s.day = due.day
        returning s.entity_id, s.day
        "#,
        account_id,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("take due days"))
}

/// Locks the account's ledger until the transaction ends: `org_day` is summed by one writer at a time.
pub async fn lock_ledger(connection: &mut PgConnection, account_id: i32) -> Result<(), StoreError> {
    sqlx::query!("select account_id from account where account_id = $1 for no key update", account_id)
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("lock the ledger"))?;
    Ok(())
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
            r.last_seen_at
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

/// The capacity of the entities, in order.
pub async fn capacity(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
) -> Result<Vec<CapacityRow>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select entity_id, from_at, to_at, instance_type, instance_count, purchase, state
        from capacity_span
        where account_id = $1
          and entity_id = any ($2)
        order by entity_id, from_at
        "#,
        account_id,
        entities
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
            purchase: super::inventory::purchase(&row.purchase),
            state: super::inventory::state(&row.state),
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
            entity_id,
            hour,
            sum(sum) filter (where metric = 'cpu_pct') / sum(n) filter (where metric = 'cpu_pct') as cpu_pct,
            sum(sum) filter (where metric = 'gpu_pct') / sum(n) filter (where metric = 'gpu_pct') as gpu_pct,
            sum(sum) filter (where metric = 'invocations') as requests
        from metric_hour_stats
        where account_id = $1
          and entity_id = any ($2)
          and hour >= $3
          and hour < $4
          and metric in ('cpu_pct', 'gpu_pct', 'invocations')
        group by entity_id, hour
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

/// A row of `usage_hour`.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageHour {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Instance type.
    pub instance_type: String,
    /// `serving` or `provisioning`.
    pub state: &'static str,
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
}

/// Replaces the usage of the entity-days.
pub async fn replace_usage(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    rows: &[UsageHour],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    sqlx::query!(
        r#"
        delete from usage_hour u
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where u.account_id = $1
          and u.entity_id = due.entity_id
          and u.hour >= due.day::timestamp at time zone 'UTC'
          and u.hour < (due.day + 1)::timestamp at time zone 'UTC'
        "#,
        account_id,
        &entities,
        &dates
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the usage"))?;
    let entity_id: Vec<i64> = rows.iter().map(|row| row.entity_id).collect();
    let hour: Vec<DateTime<Utc>> = rows.iter().map(|row| row.hour).collect();
    let instance_type: Vec<String> = rows.iter().map(|row| row.instance_type.clone()).collect();
    let state: Vec<String> = rows.iter().map(|row| row.state.to_owned()).collect();
    let instance_seconds: Vec<f64> = rows.iter().map(|row| row.instance_seconds).collect();
    let billable: Vec<Option<f64>> = rows.iter().map(|row| row.billable_seconds).collect();
    let cpu: Vec<Option<f32>> = rows.iter().map(|row| row.cpu_utilisation).collect();
    let gpu: Vec<Option<f32>> = rows.iter().map(|row| row.gpu_utilisation).collect();
    let requests: Vec<Option<f64>> = rows.iter().map(|row| row.requests).collect();
    let complete: Vec<bool> = rows.iter().map(|row| row.metrics_complete).collect();
    let clamped: Vec<bool> = rows.iter().map(|row| row.clamped).collect();
    sqlx::query!(
        r#"
        insert into usage_hour (
            account_id, entity_id, hour, instance_type, state, instance_seconds, billable_seconds, cpu_utilisation,
            gpu_utilisation, requests, metrics_complete, clamped
        )
        select $1, u.*
        from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::real[],
                    $9::real[], $10::float8[], $11::bool[], $12::bool[]) as u
        "#,
        account_id,
        &entity_id,
        &hour,
        &instance_type,
        &state,
        &instance_seconds,
        &billable as &[Option<f64>],
        &cpu as &[Option<f32>],
        &gpu as &[Option<f32>],
        &requests as &[Option<f64>],
        &complete,
        &clamped
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the usage"))?;
    Ok(())
}

/// The separable parts of one footprint: micro-watt-hours, micrograms, microlitres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// Host, doing nothing.
    pub host_idle: i64,
    /// Host, beyond idle.
    pub host_dynamic: i64,
    /// Accelerators, doing nothing.
    pub accelerator_idle: i64,
    /// Accelerators, beyond idle.
    pub accelerator_dynamic: i64,
    /// Volumes.
    pub storage: i64,
    /// Data leaving the region.
    pub network: i64,
    /// All of it times PUE.
    pub facility: i64,
    /// Location-based emissions.
    pub operational: i64,
    /// Market-based emissions, where there is a factor.
    pub market: Option<i64>,
    /// Embodied in the hosts.
    pub embodied_host: i64,
    /// Embodied in the accelerators.
    pub embodied_accelerator: i64,
    /// Water on and off site.
    pub water: i64,
    /// Of `facility`, what was weighed with the intensity of its own hour.
    pub hourly: i64,
}

impl Parts {
    /// Adds another footprint; market-based emissions are known only if both are.
    pub fn add(&mut self, other: &Self) {
        self.host_idle += other.host_idle;
        self.host_dynamic += other.host_dynamic;
        self.accelerator_idle += other.accelerator_idle;
        self.accelerator_dynamic += other.accelerator_dynamic;
        self.storage += other.storage;
        self.network += other.network;
        self.facility += other.facility;
        self.operational += other.operational;
        self.market = self.market.zip(other.market).map(|(a, b)| a + b);
        self.embodied_host += other.embodied_host;
        self.embodied_accelerator += other.embodied_accelerator;
        self.water += other.water;
        self.hourly += other.hourly;
    }
}

/// A row of `footprint_hour`.
#[derive(Debug, Clone, PartialEq)]
pub struct FootprintHour {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Instance type.
    pub instance_type: String,
    /// `serving` or `provisioning`.
    pub state: &'static str,
    /// Which estimate.
    pub estimate_id: i32,
    /// T0 to T4.
    pub tier: &'static str,
    /// `complete` or `lower_bound`.
    pub completeness: &'static str,
    /// The parts.
    pub parts: Parts,
}

/// Replaces the footprints of the entity-days.
pub async fn replace_footprints(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    estimates: &[i32],
    rows: &[FootprintHour],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    sqlx::query!(
        r#"
        delete from footprint_hour f
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where f.account_id = $1
          and f.entity_id = due.entity_id
          and f.hour >= due.day::timestamp at time zone 'UTC'
          and f.hour < (due.day + 1)::timestamp at time zone 'UTC'
          -- an estimate whose factors this program no longer holds keeps what it said
          and f.estimate_id = any ($4)
        "#,
        account_id,
        &entities,
        &dates,
        estimates
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the footprints"))?;
    let entity_id: Vec<i64> = rows.iter().map(|row| row.entity_id).collect();
    let hour: Vec<DateTime<Utc>> = rows.iter().map(|row| row.hour).collect();
    let instance_type: Vec<String> = rows.iter().map(|row| row.instance_type.clone()).collect();
    let state: Vec<String> = rows.iter().map(|row| row.state.to_owned()).collect();
    let estimate: Vec<i32> = rows.iter().map(|row| row.estimate_id).collect();
    let tier: Vec<String> = rows.iter().map(|row| row.tier.to_owned()).collect();
    let completeness: Vec<String> = rows.iter().map(|row| row.completeness.to_owned()).collect();
    let part = |of: fn(&Parts) -> i64| -> Vec<i64> { rows.iter().map(|row| of(&row.parts)).collect() };
    let market: Vec<Option<i64>> = rows.iter().map(|row| row.parts.market).collect();
    let resolution: Vec<String> =
        rows.iter().map(|row| if row.parts.hourly > 0 { "hourly" } else { "annual" }.to_owned()).collect();
    sqlx::query!(
        r#"
        insert into footprint_hour (
            account_id, entity_id, hour, instance_type, state, estimate_id, tier, completeness,
            host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh, storage_uwh, network_uwh,
            facility_uwh, operational_ug, market_ug, embodied_host_ug, embodied_accelerator_ug, water_ul, grid_resolution
        )
        select $1, u.*
        from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
                    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
                    $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[],
                    $21::text[]) as u
        "#,
        account_id,
        &entity_id,
        &hour,
        &instance_type,
        &state,
        &estimate,
        &tier,
        &completeness,
        &part(|parts| parts.host_idle),
        &part(|parts| parts.host_dynamic),
        &part(|parts| parts.accelerator_idle),
        &part(|parts| parts.accelerator_dynamic),
        &part(|parts| parts.storage),
        &part(|parts| parts.network),
        &part(|parts| parts.facility),
        &part(|parts| parts.operational),
        &market as &[Option<i64>],
        &part(|parts| parts.embodied_host),
        &part(|parts| parts.embodied_accelerator),
        &part(|parts| parts.water),
        &resolution
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the footprints"))?;
    Ok(())
}

/// Accounts of the scope with days that are due, and how many.
pub async fn stale_count(pool: &PgPool, scope: &AccountScope) -> Result<i64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(r#"select count(*) as "count!" from stale_day where account_id = any ($1)"#, scope.ids())
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::on("count the due days"))
}

/// Marks every day with usage as due, so that a new estimate is computed over all of it.
pub async fn mark_all_stale(pool: &PgPool, scope: &AccountScope) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let marked = sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select distinct account_id, entity_id, day
        from ledger_day
        where account_id = any ($1)
        on conflict do nothing
        "#,
        scope.ids()
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("mark all days for estimation"))?;
    transaction.commit().await.map_err(StoreError::on("mark all days for estimation"))?;
    Ok(marked.rows_affected())
}

/// A row of `ledger_day`.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerDay {
    /// UTC day.
    pub day: NaiveDate,
    /// Whose day it is.
    pub subject: Subject,
    /// Instance type; empty where AWS gave none.
    pub instance_type: String,
    /// Which estimate.
    pub estimate_id: i32,
    /// T0 to T4, or `unknown`.
    pub tier: &'static str,
    /// `complete`, `lower_bound` or `unknown`.
    pub completeness: &'static str,
    /// Team, project and environment.
    pub attribution: [String; 3],
    /// `None` where AWS gave no times.
    pub instance_seconds: Option<f64>,
    /// Instance-seconds in hours read whole that served nothing.
    pub idle_seconds: f64,
    /// CPU utilisation times instance-seconds.
    pub busy_cpu_seconds: f64,
    /// Accelerator utilisation times instance-seconds.
    pub busy_gpu_seconds: f64,
    /// Instance-seconds with a utilisation series.
    pub metric_seconds: f64,
    /// Requests.
    pub requests: Option<f64>,
    /// `None` for an unknown type.
    pub parts: Option<Parts>,
    /// At list price; `None` where no price is known.
    pub cost_list: Option<Decimal>,
    /// Instance-seconds the price covers.
    pub priced_seconds: f64,
}

/// Replaces the ledger of the entity-days.
pub async fn replace_ledger(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    estimates: &[i32],
    rows: &[LedgerDay],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    sqlx::query!(
        r#"
        delete from ledger_day l
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where l.account_id = $1
          and l.entity_id = due.entity_id
          and l.day = due.day
          and l.estimate_id = any ($4)
        "#,
        account_id,
        &entities,
        &dates,
        estimates
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the ledger"))?;
    let text = |of: fn(&LedgerDay) -> &str| -> Vec<String> { rows.iter().map(|row| of(row).to_owned()).collect() };
    let figure = |of: fn(&LedgerDay) -> f64| -> Vec<f64> { rows.iter().map(of).collect() };
    let part =
        |of: fn(&Parts) -> i64| -> Vec<Option<i64>> { rows.iter().map(|row| row.parts.as_ref().map(of)).collect() };
    let day: Vec<NaiveDate> = rows.iter().map(|row| row.day).collect();
    let entity_id: Vec<i64> = rows.iter().map(|row| row.subject.entity_id).collect();
    let resource_id: Vec<i64> = rows.iter().map(|row| row.subject.resource_id).collect();
    let estimate_id: Vec<i32> = rows.iter().map(|row| row.estimate_id).collect();
    let team: Vec<String> = rows.iter().map(|row| row.attribution[0].clone()).collect();
    let project: Vec<String> = rows.iter().map(|row| row.attribution[1].clone()).collect();
    let environment: Vec<String> = rows.iter().map(|row| row.attribution[2].clone()).collect();
    let instance_seconds: Vec<Option<f64>> = rows.iter().map(|row| row.instance_seconds).collect();
    let requests: Vec<Option<f64>> = rows.iter().map(|row| row.requests).collect();
    let market: Vec<Option<i64>> = rows.iter().map(|row| row.parts.as_ref().and_then(|parts| parts.market)).collect();
    let cost: Vec<Option<Decimal>> = rows.iter().map(|row| row.cost_list).collect();
    let currency: Vec<Option<String>> = rows.iter().map(|row| row.cost_list.map(|_| "USD".to_owned())).collect();
    sqlx::query!(
        r#"
        insert into ledger_day (
            account_id, day, entity_id, instance_type, estimate_id, tier, completeness, resource_id, region, kind, phase,
            hosting_option, team, project, environment, instance_seconds, idle_seconds, busy_cpu_seconds,
            busy_gpu_seconds, metric_seconds, requests, host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh,
            accelerator_dynamic_uwh, storage_uwh, network_uwh, facility_uwh, operational_ug, market_ug,
            embodied_host_ug, embodied_accelerator_ug, water_ul, cost_list, currency, priced_seconds, hourly_uwh
        )
        select $1, u.*
        from unnest(
            $2::date[], $3::bigint[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::float8[], $17::float8[],
            $18::float8[], $19::float8[], $20::float8[], $21::float8[], $22::bigint[], $23::bigint[], $24::bigint[],
            $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[],
            $32::bigint[], $33::bigint[], $34::numeric[], $35::text[], $36::float8[], $37::bigint[]
        ) as u
        "#,
        account_id,
        &day,
        &entity_id,
        &text(|row| &row.instance_type),
        &estimate_id,
        &text(|row| row.tier),
        &text(|row| row.completeness),
        &resource_id,
        &text(|row| &row.subject.region),
        &text(|row| &row.subject.kind),
        &text(|row| &row.subject.phase),
        &text(|row| &row.subject.hosting_option),
        &team,
        &project,
        &environment,
        &instance_seconds as &[Option<f64>],
        &figure(|row| row.idle_seconds),
        &figure(|row| row.busy_cpu_seconds),
        &figure(|row| row.busy_gpu_seconds),
        &figure(|row| row.metric_seconds),
        &requests as &[Option<f64>],
        &part(|parts| parts.host_idle) as &[Option<i64>],
        &part(|parts| parts.host_dynamic) as &[Option<i64>],
        &part(|parts| parts.accelerator_idle) as &[Option<i64>],
        &part(|parts| parts.accelerator_dynamic) as &[Option<i64>],
        &part(|parts| parts.storage) as &[Option<i64>],
        &part(|parts| parts.network) as &[Option<i64>],
        &part(|parts| parts.facility) as &[Option<i64>],
        &part(|parts| parts.operational) as &[Option<i64>],
        &market as &[Option<i64>],
        &part(|parts| parts.embodied_host) as &[Option<i64>],
        &part(|parts| parts.embodied_accelerator) as &[Option<i64>],
        &part(|parts| parts.water) as &[Option<i64>],
        &cost as &[Option<Decimal>],
        &currency as &[Option<String>],
        &figure(|row| row.priced_seconds),
        &rows.iter().map(|row| row.parts.as_ref().map_or(0, |parts| parts.hourly)).collect::<Vec<i64>>()
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the ledger"))?;
    Ok(())
}

/// Sums the ledger of the days anew over entities.
pub async fn replace_org_days(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[NaiveDate],
) -> Result<(), StoreError> {
    sqlx::query!("delete from org_day where account_id = $1 and day = any ($2)", account_id, days)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::on("replace the daily sums"))?;
    sqlx::query!(
        r#"
        insert into org_day (
            account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
            estimate_id, completeness, instance_seconds, idle_seconds, busy_cpu_seconds, busy_gpu_seconds,
            metric_seconds, requests, host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh,
            storage_uwh, network_uwh, facility_uwh, operational_ug, market_ug, embodied_host_ug,
            embodied_accelerator_ug, water_ul, cost_list, cost_billed, cost_effective, currency, priced_seconds,
            hourly_uwh
        )
        select
            account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
            estimate_id,
            max(completeness), -- complete < lower_bound < unknown
            coalesce(sum(instance_seconds), 0),
            sum(idle_seconds),
            sum(busy_cpu_seconds),
            sum(busy_gpu_seconds),
            sum(metric_seconds),
            sum(requests),
            sum(host_idle_uwh)::bigint,
            sum(host_dynamic_uwh)::bigint,
            sum(accelerator_idle_uwh)::bigint,
            sum(accelerator_dynamic_uwh)::bigint,
            sum(storage_uwh)::bigint,
            sum(network_uwh)::bigint,
            sum(facility_uwh)::bigint,
            sum(operational_ug)::bigint,
            -- market-based emissions are known for a sum only if they are known for all of it
            case when count(market_ug) = count(*) then sum(market_ug)::bigint end,
            sum(embodied_host_ug)::bigint,
            sum(embodied_accelerator_ug)::bigint,
            sum(water_ul)::bigint,
            sum(cost_list),
            sum(cost_billed),
            sum(cost_effective),
            max(currency),
            sum(priced_seconds),
            sum(hourly_uwh)::bigint
        from ledger_day
        where account_id = $1
          and day = any ($2)
        group by account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type,
                 tier, estimate_id
        "#,
        account_id,
        days
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("sum the days"))?;
    Ok(())
}
