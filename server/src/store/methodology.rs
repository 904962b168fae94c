//! Which estimate is active, and the factor set it was made with.

use footprint::Override;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;

/// The estimate that every page reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveEstimate {
    /// The installation's number of the estimate.
    pub estimate_id: i32,
    /// The version of the method.
    pub method_version: String,
    /// The installation's number of the factor set.
    pub factor_set_id: i32,
    /// For example `2026.11`.
    pub label: String,
    /// Content hash of the factor set, hexadecimal.
    pub sha256: String,
    /// What differs from the tables in the program.
    pub overrides: Vec<Override>,
}

/// The active estimate; `None` before the first import.
pub async fn active_estimate(connection: &mut PgConnection) -> Result<Option<ActiveEstimate>, StoreError> {
    let row = sqlx::query!(
        r#"
        select
            e.estimate_id,
            e.method_version,
            e.factor_set_id,
            f.label,
            f.sha256::text as "sha256!",
            f.overrides as "overrides: Json<Vec<Override>>"
        from estimate e
        join factor_set f on f.factor_set_id = e.factor_set_id
        where e.is_active
        "#
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the active estimate"))?;
    Ok(row.map(|row| ActiveEstimate {
        estimate_id: row.estimate_id,
        method_version: row.method_version,
        factor_set_id: row.factor_set_id,
        label: row.label,
        sha256: row.sha256,
        overrides: row.overrides.0,
    }))
}
