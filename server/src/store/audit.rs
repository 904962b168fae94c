//! The trail of decisions: who did what, when, to what.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::StoreError;

/// Adds one entry, in the transaction of the deed itself.
pub async fn record(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &Value,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into audit_event (event_id, at, actor, action, subject, detail)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        Uuid::new_v4(),
        at,
        actor,
        action,
        subject,
        detail
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the audit trail"))?;
    Ok(())
}
