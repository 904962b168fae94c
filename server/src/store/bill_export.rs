//! Exports of bills in S3, and the objects of which their months were taken.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::StoreError;
use crate::aws::facts::StoredObject;

/// Notes that an export is read through an account.
pub async fn ensure(
    connection: &mut PgConnection,
    account_id: i32,
    location: &str,
    region: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into bill_export (account_id, location, region)
        values ($1, $2, $3)
        on conflict (account_id, location) do update set
            region = excluded.region
        "#,
        account_id,
        location,
        region
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("note the export"))?;
    Ok(())
}

/// The objects of which the months of an export were taken: ETag by key, by month.
pub async fn taken(
    connection: &mut PgConnection,
    account_id: i32,
    location: &str,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, StoreError> {
    let rows = sqlx::query!(
        "select period, object_key, etag from bill_object where account_id = $1 and location = $2",
        account_id,
        location
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the objects of the export"))?;
    let mut months: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        months.entry(row.period).or_default().insert(row.object_key, row.etag);
    }
    Ok(months)
}

/// The export that a month was taken from.
#[derive(Debug, Clone, Copy)]
pub struct Month<'a> {
    /// Account through which it is read.
    pub account_id: i32,
    /// `s3://bucket/prefix`.
    pub location: &'a str,
    /// As the export's folder names it.
    pub period: &'a str,
}

/// Writes down of which objects a month was taken, in place of those before; `import_id` is none where nothing of them was
/// SageMaker's.
pub async fn keep(
    connection: &mut PgConnection,
    month: Month<'_>,
    objects: &[&StoredObject],
    import_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "delete from bill_object where account_id = $1 and location = $2 and period = $3",
        month.account_id,
        month.location,
        month.period
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("forget the objects of the month"))?;
    let text =
        |of: fn(&StoredObject) -> &String| -> Vec<String> { objects.iter().map(|each| of(each).clone()).collect() };
    let written: Vec<DateTime<Utc>> = objects.iter().map(|each| each.last_modified).collect();
    let bytes: Vec<i64> = objects.iter().map(|each| each.bytes).collect();
    sqlx::query!(
        r#"
        insert into bill_object (account_id, location, period, object_key, etag, last_modified, bytes, import_id)
        select $1, $2, $3, seen.*, $8
        from unnest($4::text[], $5::text[], $6::timestamptz[], $7::bigint[]) as seen
        "#,
        month.account_id,
        month.location,
        month.period,
        &text(|each| &each.key),
        &text(|each| &each.etag),
        &written,
        &bytes,
        import_id
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("keep the objects of the month"))?;
    sqlx::query!(
        "update bill_export set read_at = $3 where account_id = $1 and location = $2",
        month.account_id,
        month.location,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("note the export"))?;
    Ok(())
}

/// An export, what was taken from it, and how it went when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Export {
    /// Account through which it is read.
    pub account_id: i32,
    /// `s3://bucket/prefix`.
    pub location: String,
    /// When a month was last taken from it.
    pub read_at: Option<DateTime<Utc>>,
    /// When it was last looked at.
    pub tried_at: Option<DateTime<Utc>>,
    /// Whether that went well.
    pub is_well: bool,
    /// What was in the way, in AWS' words or ours.
    pub message: String,
    /// The next step.
    pub remedy: String,
    /// Months taken from it.
    pub months: i64,
    /// Their files, manifests included.
    pub objects: i64,
    /// Bytes of them.
    pub bytes: i64,
}
