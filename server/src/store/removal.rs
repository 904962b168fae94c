//! Taking the demo away.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{StoreError, audit};

/// Takes every row of the demo's accounts away, decisions included, and writes down who did; how many rows there were. The audit
/// trail itself stays.
///
/// # Errors
/// When the database refuses; nothing is gone then.
pub async fn demo(pool: &PgPool, by: &str, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
    let rows = rows_of_demo(&mut transaction).await?;
    audit::record(&mut transaction, now, by, "demo.removed", "demo", &json!({ "rows": rows })).await?;
    transaction.commit().await.map_err(StoreError::on("remove the demo"))?;
    Ok(rows)
}

async fn rows_of_demo(connection: &mut PgConnection) -> Result<i64, StoreError> {
    // Months of minutes take longer than a page may.
    sqlx::query_scalar!("select set_config('statement_timeout', '10min', true)")
        .fetch_one(&mut *connection)
        .await
        .map_err(StoreError::on("remove the demo"))?;
    sqlx::query_scalar!(r#"select remove_demo() as "rows!""#)
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("remove the demo"))
}
