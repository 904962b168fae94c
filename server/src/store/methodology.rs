//! Which estimate is active, and the factor set it was made with.

use sqlx::PgConnection;

use super::StoreError;
use super::estimate::EstimateRow;

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
