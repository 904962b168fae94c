//! What was read, how far, and what is missing.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::StoreError;

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
    let counts = sqlx::query!(
        r#"
        select
            count(*) as "all!",
            count(*) filter (where state = 'complete') as "complete!"
        from window_ledger
        where source = 'metrics'
          and (cardinality($1::int[]) = 0 or account_id = any ($1))
          and region = any ($2::text[])
          and window_start < $4
          and window_end > $3
        "#,
        of.accounts,
        of.regions,
        of.from,
        of.to
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(StoreError::on("count the windows behind a figure"))?;
    let windows = sqlx::query_as!(
        MetricWindow,
        r#"
        select
            account_id,
            region,
            window_start as start,
            window_end as "end",
            state,
            completed_at,
            expected_series,
            received_series,
            received_points
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
    Ok((counts.all, counts.complete, windows))
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
