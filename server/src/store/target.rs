//! What people want key figures to be.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{Origin, StoreError, audit};

/// A target that stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Target {
    /// The key of the figure.
    pub kpi: String,
    /// In the figure's unit; of a week for sums.
    pub target: f64,
    /// Who wants it.
    pub set_by: String,
    /// Since when.
    pub set_at: DateTime<Utc>,
}

/// The targets that stand.
pub async fn current(connection: &mut PgConnection, origin: Origin) -> Result<Vec<Target>, StoreError> {
    sqlx::query_as!(
        Target,
        r#"
        with latest as (
            select distinct on (kpi) kpi, target, set_by, set_at
            from kpi_target
            where origin = $1
            order by kpi, set_at desc
        )
        select kpi, target as "target!", set_by, set_at
        from latest
        where target is not null
        order by kpi
        "#,
        origin.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the targets"))
}

/// Sets a target, or ends it where there is no value.
pub async fn set(
    pool: &PgPool,
    origin: Origin,
    kpi: &str,
    target: Option<f64>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
    sqlx::query!(
        r#"
        insert into kpi_target (origin, kpi, target, set_by, set_at)
        values ($1, $2, $3, $4, $5)
        -- the same form sent twice by an impatient hand
        on conflict do nothing
        "#,
        origin.as_str(),
        kpi,
        target,
        by,
        now
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("set the target"))?;
    audit::record(&mut transaction, now, by, "target.set", kpi, &json!({ "target": target })).await?;
    transaction.commit().await.map_err(StoreError::on("set the target"))
}
