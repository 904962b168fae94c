//! Endpoints that somebody wants to see within minutes.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgPool;

use super::{AccountScope, StoreError, audit};

/// Who pinned an endpoint, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether any endpoint of a region is pinned, so that its state is worth a look every five minutes.
pub async fn any(pool: &PgPool, scope: &AccountScope, account_id: i32, region: &str) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(
        r#"
        select exists (
            select from pinned_endpoint p
            join resource r on r.account_id = p.account_id and r.resource_id = p.resource_id
            where p.account_id = $1
              and r.region = $2
              and r.gone_at is null
        ) as "any!"
        "#,
        account_id,
        region
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("look for pinned endpoints"))
}

/// Pins an endpoint, or lets it go; both are written down. Doing either twice changes nothing.
pub async fn set(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    resource_id: i64,
    pin: &Pin,
    is_pinned: bool,
) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let changed = if is_pinned {
        sqlx::query!(
            r#"
            insert into pinned_endpoint (account_id, resource_id, pinned_by, pinned_at)
            values ($1, $2, $3, $4)
            on conflict do nothing
            "#,
            account_id,
            resource_id,
            pin.by,
            pin.at
        )
        .execute(&mut *transaction)
        .await
    } else {
        sqlx::query!("delete from pinned_endpoint where account_id = $1 and resource_id = $2", account_id, resource_id)
            .execute(&mut *transaction)
            .await
    };
    if changed.map_err(StoreError::on("pin the endpoint"))?.rows_affected() > 0 {
        let action = if is_pinned { "endpoint.pinned" } else { "endpoint.unpinned" };
        let subject = format!("{account_id} {resource_id}");
        audit::record(&mut transaction, pin.at, &pin.by, action, &subject, &json!({})).await?;
    }
    transaction.commit().await.map_err(StoreError::on("pin the endpoint"))
}
