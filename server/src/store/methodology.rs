//! Which estimate is active, and the factor set it was made with.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;
use super::estimate::EstimateRow;

/// One estimate, seen from inside a page's transaction.
pub async fn estimate(connection: &mut PgConnection, estimate_id: i32) -> Result<Option<EstimateRow>, StoreError> {
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
        where e.estimate_id = $1
        "#,
        estimate_id
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read an estimate"))
}

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

/// The active estimate, seen from inside a page's transaction; `None` before the first import.
pub async fn active_estimate(connection: &mut PgConnection) -> Result<Option<EstimateRow>, StoreError> {
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
        where e.is_active
        "#
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the active estimate"))
}
