//! Which hours of the week people work in.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Origin, StoreError, audit};
use crate::working::WorkingHours;

/// Working hours that somebody set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The hours.
    pub hours: WorkingHours,
    /// Who set them.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// A row of `working_hours` as a statement brings it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HoursRow {
    weekdays: Vec<i32>,
    from_hour: i32,
    to_hour: i32,
}

impl TryFrom<&HoursRow> for WorkingHours {
    type Error = StoreError;

    fn try_from(row: &HoursRow) -> Result<Self, StoreError> {
        known(&row.weekdays, row.from_hour, row.to_hour)
    }
}

/// How many changes a page looks back.
const MOST: i64 = 20;

/// Those that were set last, the ones in force first; none where nobody set any.
pub async fn all(connection: &mut PgConnection, origin: Origin) -> Result<Vec<Set>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select weekdays, from_hour, to_hour, set_by, set_at
        from working_hours
        where origin = $1
        order by set_at desc, set_id desc
        limit $2
        "#,
        origin.as_str(),
        MOST
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read which working hours were set"))?;
    rows.into_iter()
        .map(|row| {
            let hours = known(&row.weekdays, row.from_hour, row.to_hour)?;
            Ok(Set { hours, set_by: row.set_by, set_at: row.set_at })
        })
        .collect()
}

/// Sets them from now on, for the past as well, and writes the trail.
pub async fn set(
    pool: &PgPool,
    origin: Origin,
    hours: WorkingHours,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
    sqlx::query!(
        r#"
        insert into working_hours (set_id, origin, weekdays, from_hour, to_hour, set_by, set_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        Uuid::now_v7(),
        origin.as_str(),
        &hours.weekdays(),
        hours.from(),
        hours.to(),
        by,
        now
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("set the working hours"))?;
    let detail = json!({ "weekdays": hours.weekdays(), "from": hours.from(), "to": hours.to() });
    audit::record(&mut transaction, now, by, "working_hours.set", origin.as_str(), &detail).await?;
    transaction.commit().await.map_err(StoreError::on("set the working hours"))
}

fn known(weekdays: &[i32], from: i32, to: i32) -> Result<WorkingHours, StoreError> {
    let hours = WorkingHours::new(weekdays, from, to);
    hours.ok_or_else(|| StoreError::Corrupt(format!("working hours {weekdays:?} {from} {to}")))
}
