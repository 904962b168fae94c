//! Factor sets and estimates: one is active, all are kept.

use sqlx::PgPool;

use super::StoreError;

/// An estimate with the factor set it was computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateRow {
    /// Its number.
    pub estimate_id: i32,
    /// Version of the method.
    pub method_version: String,
    /// Number of its factor set.
    pub factor_set_id: i32,
    /// Label of its factor set.
    pub label: String,
    /// SHA-256 of its factor set.
    pub sha256: String,
    /// What differs from the tables in the program.
    pub overrides: serde_json::Value,
    /// Whether pages show it.
    pub is_active: bool,
}

/// Every estimate, oldest first.
pub async fn all(pool: &PgPool) -> Result<Vec<EstimateRow>, StoreError> {
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
        order by e.estimate_id
        "#
    )
    .fetch_all(pool)
    .await
    .map_err(StoreError::on("read the estimates"))
}

/// Finds or adds a factor set by its hash.
pub async fn ensure_factor_set(
    pool: &PgPool,
    label: &str,
    sha256: &str,
    overrides: &serde_json::Value,
) -> Result<i32, StoreError> {
    sqlx::query_scalar!(
        r#"
        insert into factor_set (label, sha256, overrides)
        values ($1, $2, $3)
        on conflict (sha256) do update set
            label = factor_set.label
        returning factor_set_id
        "#,
        label,
        sha256,
        overrides
    )
    .fetch_one(pool)
    .await
    .map_err(StoreError::on("add the factor set"))
}

/// Finds or adds an estimate; the first one ever is active at once, since there is nothing to compare it with.
pub async fn ensure(
    pool: &PgPool,
    method_version: &str,
    factor_set_id: i32,
    author: &str,
    reason: &str,
) -> Result<i32, StoreError> {
    let add = || async {
        sqlx::query_scalar!(
            r#"
            insert into estimate (method_version, factor_set_id, author, reason, is_active, activated_at)
            select $1, $2, $3, $4, first.is_first, case when first.is_first then now() end
            from (select not exists (select from estimate) as is_first) first
            on conflict (method_version, factor_set_id) do update set
                reason = estimate.reason
            returning estimate_id
            "#,
            method_version,
            factor_set_id,
            author,
            reason
        )
        .fetch_one(pool)
        .await
    };
    let mut added = add().await;
    // Of two who add the first one at the same moment, one is told that another is active; by then it is there.
    if added.as_ref().is_err_and(|error| error.as_database_error().is_some_and(|error| error.is_unique_violation())) {
        added = add().await;
    }
    added.map_err(StoreError::on("add the estimate"))
}

/// Shows another estimate from now on, in one transaction; the others stay readable.
pub async fn activate(pool: &PgPool, estimate_id: i32) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("activate the estimate"))?;
    sqlx::query!("update estimate set is_active = false where is_active and estimate_id <> $1", estimate_id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::on("activate the estimate"))?;
    sqlx::query!("update estimate set is_active = true, activated_at = now() where estimate_id = $1", estimate_id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::on("activate the estimate"))?;
    transaction.commit().await.map_err(StoreError::on("activate the estimate"))
}
