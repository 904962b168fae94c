//! Runs of the ingestion, and what each feature was permitted.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AccountScope, Origin, StoreError};

/// The database's clock: the one clock of the product.
pub async fn now(pool: &PgPool) -> Result<DateTime<Utc>, StoreError> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(pool).await.map_err(StoreError::on("read the clock"))
}

/// Notes that a run has begun.
pub async fn begin(
    pool: &PgPool,
    origin: Origin,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let run_id = Uuid::now_v7();
    sqlx::query!(
        "insert into ingest_run (run_id, origin, from_at, to_at, now_at) values ($1, $2, $3, $4, $5)",
        run_id,
        origin.as_str(),
        from,
        to,
        now
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("begin the run"))?;
    Ok(run_id)
}

/// Shows how far a run has come.
pub async fn progress(pool: &PgPool, run_id: Uuid, phase: &str, done: i64, total: i64) -> Result<(), StoreError> {
    sqlx::query!(
        "update ingest_run set phase = $2, done = $3, total = $4 where run_id = $1",
        run_id,
        phase,
        done,
        total
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("note the progress"))?;
    Ok(())
}

/// Notes how a run ended.
pub async fn finish(
    pool: &PgPool,
    run_id: Uuid,
    summary: serde_json::Value,
    error: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update ingest_run set finished_at = clock_timestamp(), phase = 'done', summary = $2, error = $3 where run_id = $1",
        run_id,
        summary,
        error
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("finish the run"))?;
    Ok(())
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
