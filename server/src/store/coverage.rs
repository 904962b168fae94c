//! What was read, how far, and what is missing.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{Origin, StoreError};

/// One feed of an account and region.
#[derive(Debug, Clone, PartialEq)]
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
    /// Windows read whole.
    pub complete: i64,
    /// Windows still to be read.
    pub pending: i64,
    /// Of those, windows whose last try failed.
    pub failing: i64,
}

/// Every feed of the scope.
pub async fn feeds(connection: &mut PgConnection) -> Result<Vec<Feed>, StoreError> {
    sqlx::query_as!(
        Feed,
        r#"
        select
            account_id,
            region,
            source,
            -- the window of today is read again and again before it is complete
            greatest(max(completed_at), max(inventory_watermark)) as last_success,
            max(window_end) filter (where completed_at is not null) as watermark,
            count(*) filter (where state = 'complete') as "complete!",
            count(*) filter (where state <> 'complete') as "pending!",
            count(*) filter (where state <> 'complete' and last_error is not null) as "failing!"
        from window_ledger
        group by account_id, region, source
        order by account_id, region, source
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the feeds"))
}

/// How one day of a feed stands.
#[derive(Debug, Clone, PartialEq)]
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

/// The days of every feed since `from`.
pub async fn days(connection: &mut PgConnection, from: NaiveDate) -> Result<Vec<FeedDay>, StoreError> {
    sqlx::query_as!(
        FeedDay,
        r#"
        select
            account_id,
            region,
            source,
            (window_start at time zone 'UTC')::date as "day!",
            count(*) filter (where state = 'complete') as "complete!",
            count(*) as "windows!",
            count(*) filter (where state <> 'complete' and last_error is not null) as "failing!"
        from window_ledger
        where window_start >= $1::date::timestamp at time zone 'UTC'
        group by account_id, region, source, (window_start at time zone 'UTC')::date
        order by account_id, region, source, (window_start at time zone 'UTC')::date
        "#,
        from
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the completeness"))
}

/// Windows that failed for one reason.
#[derive(Debug, Clone, PartialEq)]
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

/// Failures grouped by cause.
pub async fn failures(connection: &mut PgConnection) -> Result<Vec<Failure>, StoreError> {
    sqlx::query_as!(
        Failure,
        r#"
        select
            account_id,
            region,
            source,
            last_error as "error!",
            coalesce(remedy, '') as "remedy!",
            count(*) as "windows!"
        from window_ledger
        where last_error <> ''
          and state <> 'complete'
        group by account_id, region, source, last_error, remedy
        order by count(*) desc, account_id, region
        limit 50
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the failures"))
}

/// A feature that was refused.
#[derive(Debug, Clone, PartialEq)]
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

/// A run of the import.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its counts.
    pub summary: Option<serde_json::Value>,
    /// Why it broke off.
    pub error: Option<String>,
}

/// The latest runs, newest first.
pub async fn runs(connection: &mut PgConnection, origin: Origin) -> Result<Vec<Run>, StoreError> {
    sqlx::query_as!(
        Run,
        r#"
        select started_at, finished_at, summary, error
        from ingest_run
        where origin = $1
        order by started_at desc
        limit 8
        "#,
        origin.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the runs"))
}
