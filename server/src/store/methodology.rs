//! Which estimate is active, and the factor set it was made with.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;
use super::estimate::EstimateRow;

/// An estimate as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateHistory {
    /// Its number.
    pub estimate_id: i32,
    /// Version of the method.
    pub method_version: String,
    /// Label of its factor set.
    pub label: String,
    /// SHA-256 of its factor set.
    pub sha256: String,
    /// Factors that differ from the tables in the program.
    pub overrides: i64,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last put in force.
    pub activated_at: Option<DateTime<Utc>>,
    /// Whether it is in force.
    pub is_active: bool,
}

/// Every estimate, newest first.
pub async fn history(connection: &mut PgConnection) -> Result<Vec<EstimateHistory>, StoreError> {
    sqlx::query_as!(
        EstimateHistory,
        r#"
        select
            e.estimate_id,
            e.method_version,
            f.label,
            f.sha256::text as "sha256!",
            jsonb_array_length(f.overrides)::bigint as "overrides!",
            e.author,
            e.reason,
            e.created_at,
            e.activated_at,
            e.is_active
        from estimate e
        join factor_set f on f.factor_set_id = e.factor_set_id
        order by e.estimate_id desc
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the estimates"))
}

/// One estimate, seen from inside a page's transaction: the one asked for, else the one in force. `None` for a number that
/// was never given, and before the first import.
pub async fn estimate(connection: &mut PgConnection, asked: Option<i32>) -> Result<Option<EstimateRow>, StoreError> {
    sqlx::query_as!(
        EstimateRow,
        r#"
        select
            e.estimate_id,
            e.method_version,
            e.factor_set_id,
            f.label,
            f.sha256::text as "sha256!",
            f.overrides,
            e.is_active
        from estimate e
        join factor_set f on f.factor_set_id = e.factor_set_id
        where case when $1::int is null then e.is_active else e.estimate_id = $1 end
        "#,
        asked
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the estimate of the page"))
}
