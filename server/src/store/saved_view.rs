//! Pages that people keep under a name, and their short addresses.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError, audit};

/// A page under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Last segment of its short address.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Path and canonical query string.
    pub address: String,
    /// Instead of the days in the address, as many that end yesterday.
    pub last_days: Option<i32>,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// Every view that stands, by name.
pub async fn all(connection: &mut PgConnection, scope: &AccountScope) -> Result<Vec<SavedView>, StoreError> {
    sqlx::query_as!(
        SavedView,
        r#"
        select slug, name, address, last_days, saved_by, saved_at
        from saved_view
        where origin = $1
          and removed_at is null
        order by lower(name), slug
        "#,
        scope.origin().as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the saved views"))
}

/// The view of a short address.
pub async fn find(
    connection: &mut PgConnection,
    scope: &AccountScope,
    slug: &str,
) -> Result<Option<SavedView>, StoreError> {
    sqlx::query_as!(
        SavedView,
        r#"
        select slug, name, address, last_days, saved_by, saved_at
        from saved_view
        where origin = $1
          and slug = $2
          and removed_at is null
        "#,
        scope.origin().as_str(),
        slug
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("find the saved view"))
}

/// Keeps a view; false where its short address is taken already.
pub async fn add(pool: &PgPool, scope: &AccountScope, view: &SavedView) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let added = sqlx::query!(
        r#"
        insert into saved_view (slug, origin, name, address, last_days, saved_by, saved_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (slug) do nothing
        "#,
        view.slug,
        scope.origin().as_str(),
        view.name,
        view.address,
        view.last_days,
        view.saved_by,
        view.saved_at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("save the view"))?
    .rows_affected();
    if added > 0 {
        let detail = json!({ "name": view.name, "address": view.address, "last_days": view.last_days });
        audit::record(&mut transaction, view.saved_at, &view.saved_by, "view.saved", &view.slug, &detail).await?;
    }
    transaction.commit().await.map_err(StoreError::on("save the view"))?;
    Ok(added > 0)
}

/// Takes a view away; false where there is none. Its short address is not given out again.
pub async fn remove(
    pool: &PgPool,
    scope: &AccountScope,
    slug: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let removed = sqlx::query!(
        r#"
        update saved_view
        set removed_at = $3,
            removed_by = $4
        where origin = $1
          and slug = $2
          and removed_at is null
        "#,
        scope.origin().as_str(),
        slug,
        now,
        by
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("take the view away"))?
    .rows_affected();
    if removed > 0 {
        audit::record(&mut transaction, now, by, "view.removed", slug, &json!({})).await?;
    }
    transaction.commit().await.map_err(StoreError::on("take the view away"))?;
    Ok(removed > 0)
}
