//! Runs of the ingestion, and what each feature was permitted.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{AccountScope, Origin, StoreError, audit};

/// The database's clock: the one clock of the product.
pub async fn now(pool: &PgPool) -> Result<DateTime<Utc>, StoreError> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(pool).await.map_err(StoreError::on("read the clock"))
}

/// A run that begins.
#[derive(Debug, Clone, Copy)]
pub struct New {
    /// Whose accounts it reads.
    pub origin: Origin,
    /// First hour.
    pub from: DateTime<Utc>,
    /// End of the last hour, exclusive.
    pub to: DateTime<Utc>,
    /// What counts as now.
    pub now: DateTime<Utc>,
    /// Seconds of silence after which it counts as dead.
    pub lease_seconds: f64,
}

/// A pass of the five-minute lane, noted once it is over.
#[derive(Debug, Clone)]
pub struct LivePass<'a> {
    /// Its number.
    pub run_id: Uuid,
    /// Whose accounts it read, from when to when.
    pub new: New,
    /// Metrics asked of CloudWatch.
    pub series: i64,
    /// Calls by operation.
    pub traffic: &'a serde_json::Value,
    /// Its counts.
    pub summary: &'a serde_json::Value,
    /// Whether everything was answered.
    pub outcome: Outcome,
}

/// Notes a pass of the five-minute lane, which is over too soon to be watched.
pub async fn note_live(pool: &PgPool, pass: &LivePass<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into ingest_run
            (run_id, origin, lane, from_at, to_at, now_at, lease_seconds, heartbeat_at, finished_at, phase, outcome,
             series, traffic, summary)
        values ($1, $2, 'live', $3, $4, $5, $6, now(), clock_timestamp(), 'done', $7, $8, $9, $10)
        "#,
        pass.run_id,
        pass.new.origin.as_str(),
        pass.new.from,
        pass.new.to,
        pass.new.now,
        pass.new.lease_seconds,
        pass.outcome.as_str(),
        pass.series,
        pass.traffic,
        pass.summary
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("note the pass of the live lane"))?;
    Ok(())
}

/// Notes that a run has begun.
pub async fn begin(pool: &PgPool, new: New) -> Result<Uuid, StoreError> {
    let run_id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into ingest_run (run_id, origin, from_at, to_at, now_at, lease_seconds, heartbeat_at)
        values ($1, $2, $3, $4, $5, $6, now())
        "#,
        run_id,
        new.origin.as_str(),
        new.from,
        new.to,
        new.now,
        new.lease_seconds
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("begin the run"))?;
    Ok(run_id)
}

/// One phase of a run, in one account and region or over all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseNote {
    /// `None` for the whole run.
    pub account_id: Option<i32>,
    /// Empty where the phase has none.
    pub region: String,
    /// The word of the phase.
    pub phase: &'static str,
    /// Its order on the page.
    pub place: i16,
    /// What is done.
    pub done: i64,
    /// What there is to do; `None` while nobody knows.
    pub total: Option<i64>,
    /// How long ago it began, seconds; `None` before.
    pub began_s: Option<f64>,
    /// How long ago it ended, seconds; `None` before.
    pub ended_s: Option<f64>,
}

/// What a run has done so far.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The word of the phase it is in.
    pub phase: &'static str,
    /// Windows read.
    pub done: i64,
    /// Windows to read, as far as known.
    pub total: i64,
    /// Metrics asked of CloudWatch.
    pub series: i64,
    /// Calls by operation.
    pub traffic: serde_json::Value,
    /// Failures by cause.
    pub problems: serde_json::Value,
    /// Phases that changed or go on.
    pub phases: Vec<PhaseNote>,
}

/// Writes down how far a run has come, which also says that it lives; whether somebody asked it to end.
pub async fn note(pool: &PgPool, scope: &AccountScope, run_id: Uuid, note: &Note) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let phases = &note.phases;
    let accounts: Vec<Option<i32>> = phases.iter().map(|phase| phase.account_id).collect();
    let regions: Vec<String> = phases.iter().map(|phase| phase.region.clone()).collect();
    let words: Vec<String> = phases.iter().map(|phase| phase.phase.to_owned()).collect();
    let places: Vec<i16> = phases.iter().map(|phase| phase.place).collect();
    let done: Vec<i64> = phases.iter().map(|phase| phase.done).collect();
    let totals: Vec<Option<i64>> = phases.iter().map(|phase| phase.total).collect();
    let began: Vec<Option<f64>> = phases.iter().map(|phase| phase.began_s).collect();
    let ended: Vec<Option<f64>> = phases.iter().map(|phase| phase.ended_s).collect();
    sqlx::query!(
        r#"
        insert into ingest_run_phase
            (run_id, account_id, region, phase, place, done, total, started_at, updated_at, finished_at)
        select
            $1, u.account_id, u.region, u.phase, u.place, u.done, u.total,
            now() - make_interval(secs => u.began_s), now(), now() - make_interval(secs => u.ended_s)
        from unnest(
            $2::int[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $8::float8[], $9::float8[]
        ) as u (account_id, region, phase, place, done, total, began_s, ended_s)
        on conflict (run_id, account_id, region, phase) do update set
            done = excluded.done,
            total = excluded.total,
            started_at = coalesce(ingest_run_phase.started_at, excluded.started_at),
            updated_at = excluded.updated_at,
            finished_at = excluded.finished_at
        "#,
        run_id,
        &accounts as &[Option<i32>],
        &regions,
        &words,
        &places,
        &done,
        &totals as &[Option<i64>],
        &began as &[Option<f64>],
        &ended as &[Option<f64>]
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("note the phases of the run"))?;
    let is_cancelled = sqlx::query_scalar!(
        r#"
        update ingest_run
        set heartbeat_at = now(),
            phase = $2,
            done = $3,
            total = $4,
            series = $5,
            traffic = $6,
            problems = $7
        where run_id = $1
        returning cancel_requested_at is not null as "is_cancelled!"
        "#,
        run_id,
        note.phase,
        note.done,
        note.total,
        note.series,
        note.traffic,
        note.problems
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("note the progress"))?;
    transaction.commit().await.map_err(StoreError::on("note the progress"))?;
    Ok(is_cancelled)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was read.
    Complete,
    /// Something is left to be read.
    Partial,
    /// Somebody asked it to end.
    Cancelled,
    /// It could not go on.
    Failed,
}

impl Outcome {
    /// The word stored in `ingest_run.outcome`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// Notes how a run ended.
pub async fn finish(
    pool: &PgPool,
    run_id: Uuid,
    outcome: Outcome,
    summary: serde_json::Value,
    error: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update ingest_run
        set finished_at = clock_timestamp(),
            phase = 'done',
            outcome = $2,
            summary = $3,
            error = $4
        where run_id = $1
        "#,
        run_id,
        outcome.as_str(),
        summary,
        error
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("finish the run"))?;
    Ok(())
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number.
    pub run_id: Uuid,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it was last heard of.
    pub seen_at: DateTime<Utc>,
    /// First hour it reads.
    pub from_at: DateTime<Utc>,
    /// End of its last hour, exclusive.
    pub to_at: DateTime<Utc>,
    /// `running`, `ending`, `interrupted`, `complete`, `partial`, `cancelled` or `failed`.
    pub state: String,
    /// Who asked it to end.
    pub cancelled_by: Option<String>,
    /// Windows read.
    pub done: i64,
    /// Metrics asked of CloudWatch.
    pub series: i64,
    /// Calls by operation.
    pub traffic: serde_json::Value,
    /// Failures by cause.
    pub problems: serde_json::Value,
    /// Its counts, once it has ended.
    pub summary: Option<serde_json::Value>,
    /// Why it broke off.
    pub error: Option<String>,
}

/// The latest runs, newest first; `only` asks for one of them.
pub async fn latest(
    connection: &mut PgConnection,
    origin: Origin,
    only: Option<Uuid>,
    most: i64,
) -> Result<Vec<Run>, StoreError> {
    sqlx::query_as!(
        Run,
        r#"
        select
            run_id,
            started_at,
            finished_at,
            coalesce(finished_at, heartbeat_at, started_at) as "seen_at!",
            from_at,
            to_at,
            case
                when outcome is not null then outcome
                -- runs of an older program
                when error is not null then 'failed'
                when finished_at is not null and (summary ->> 'windows_left')::bigint > 0 then 'partial'
                when finished_at is not null then 'complete'
                when coalesce(heartbeat_at, started_at) < now() - make_interval(secs => lease_seconds) then 'interrupted'
                when cancel_requested_at is not null then 'ending'
                else 'running'
            end as "state!",
            cancel_requested_by as cancelled_by,
            done,
            series,
            traffic,
            problems,
            summary,
            error
        from ingest_run
        where origin = $1
          and lane = 'hourly'
          and ($2::uuid is null or run_id = $2)
        order by started_at desc
        limit $3
        "#,
        origin.as_str(),
        only,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the runs"))
}

/// A phase of a run as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// `None` for the whole run.
    pub account_id: Option<i32>,
    /// Empty where the phase has none.
    pub region: String,
    /// The word of the phase.
    pub phase: String,
    /// What is done.
    pub done: i64,
    /// What there is to do; `None` while nobody knows.
    pub total: Option<i64>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended or was last heard of.
    pub seen_at: DateTime<Utc>,
    /// Whether it has ended.
    pub is_finished: bool,
}

/// The phases of a run in their order.
pub async fn phases(connection: &mut PgConnection, run_id: Uuid) -> Result<Vec<Phase>, StoreError> {
    sqlx::query_as!(
        Phase,
        r#"
        select
            account_id,
            region,
            phase,
            done,
            total,
            started_at,
            coalesce(finished_at, updated_at) as "seen_at!",
            finished_at is not null as "is_finished!"
        from ingest_run_phase
        where run_id = $1
        order by place, account_id, region
        "#,
        run_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the phases of the run"))
}

/// Asks a run to end, and writes down who asked; false if it has ended or was asked already.
pub async fn cancel(
    pool: &PgPool,
    origin: Origin,
    run_id: Uuid,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
    let asked = sqlx::query!(
        r#"
        update ingest_run
        set cancel_requested_at = $3,
            cancel_requested_by = $4
        where run_id = $1
          and origin = $2
          and finished_at is null
          and cancel_requested_at is null
        "#,
        run_id,
        origin.as_str(),
        now,
        by
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("ask the run to end"))?
    .rows_affected();
    if asked == 0 {
        return Ok(false);
    }
    audit::record(&mut transaction, now, by, "import.cancelled", &run_id.to_string(), &json!({})).await?;
    transaction.commit().await.map_err(StoreError::on("ask the run to end"))?;
    Ok(true)
}

/// What a feature was permitted in an account and region when it was last tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe<'a> {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: &'a str,
    /// `sagemaker` or `cloudwatch`.
    pub feature: &'a str,
    /// `granted`, `denied` or `failing`.
    pub state: &'a str,
    /// AWS' words.
    pub message: &'a str,
    /// The next step.
    pub remedy: &'a str,
}

/// When a feature last answered, if the last probe of it did.
pub async fn answered_at(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    feature: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select checked_at
        from permission_probe
        where account_id = $1
          and region = $2
          and feature = $3
          and state = 'granted'
        "#,
        account_id,
        region,
        feature
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the probe"))
}

/// Remembers a probe.
pub async fn write_probe(
    pool: &PgPool,
    scope: &AccountScope,
    probe: &Probe<'_>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query!(
        r#"
        insert into account_region (account_id, region)
        values ($1, $2)
        on conflict do nothing
        "#,
        probe.account_id,
        probe.region
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("add the region"))?;
    sqlx::query!(
        r#"
        insert into permission_probe (account_id, region, feature, state, message, remedy, checked_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (account_id, region, feature) do update set
            state = excluded.state,
            message = excluded.message,
            remedy = excluded.remedy,
            checked_at = excluded.checked_at
        "#,
        probe.account_id,
        probe.region,
        probe.feature,
        probe.state,
        probe.message,
        probe.remedy,
        at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("write the probe"))?;
    transaction.commit().await.map_err(StoreError::on("write the probe"))
}

/// When a feature was last tried in a region of an account.
pub async fn tried_in(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    region: &str,
    feature: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(
        "select max(checked_at) from permission_probe where account_id = $1 and region = $2 and feature = $3",
        account_id,
        region,
        feature
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("look when a feature was last tried"))
}

/// When a feature was last tried in an account, in any of its regions.
pub async fn tried_at(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    feature: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(
        "select max(checked_at) from permission_probe where account_id = $1 and feature = $2",
        account_id,
        feature
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("look when a feature was last tried"))
}
