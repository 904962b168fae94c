//! Which tags a resource carried, from when to when, and who says so.
//!
//! AWS itself and files of usage are believed before a bill: a bill's tags count for keys that nobody else tells of.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// Who says that a resource carries tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// AWS.
    Api,
    /// A file of usage.
    Usage,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Usage => "usage",
        }
    }
}

/// The tags that a resource carries now.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Resource.
    pub resource_id: i64,
    /// All of them.
    pub tags: &'a BTreeMap<String, String>,
    /// Who says so.
    pub source: Source,
}

/// Brings the tags up to date: changed and removed ones end at `now`, new ones begin at `since`; whether anything is other
/// than before.
pub async fn write(
    connection: &mut PgConnection,
    account_id: i32,
    told: &Told<'_>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let keys: Vec<String> = told.tags.keys().cloned().collect();
    let values: Vec<String> = told.tags.values().cloned().collect();
    let given_way = sqlx::query!(
        "delete from tag_span where account_id = $1 and resource_id = $2 and key = any ($3) and source = 'bill'",
        account_id,
        told.resource_id,
        &keys
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("put the bill's tags aside"))?;
    let ended = sqlx::query!(
        r#"
        update tag_span t
        set to_at = greatest($5, t.from_at)
        where t.account_id = $1
          and t.resource_id = $2
          and t.to_at is null
          and t.source <> 'bill'
          and not exists (
              select from unnest($3::text[], $4::text[]) as now (key, value)
              where now.key = t.key and now.value = t.value
          )
        "#,
        account_id,
        told.resource_id,
        &keys,
        &values,
        now
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("end the old tags"))?;
    let added = sqlx::query!(
        r#"
        insert into tag_span (account_id, resource_id, key, value, source, from_at)
        select
            $1, $2, fresh.key, fresh.value, $7,
            -- a key that was here before begins anew now; one seen for the first time was there from the start
            case when exists (
                select from tag_span old
                where old.account_id = $1 and old.resource_id = $2 and old.key = fresh.key
            ) then $6::timestamptz else $5::timestamptz end
        from unnest($3::text[], $4::text[]) as fresh (key, value)
        where not exists (
            select from tag_span old
            where old.account_id = $1 and old.resource_id = $2 and old.key = fresh.key and old.to_at is null
        )
        on conflict (account_id, resource_id, key, from_at) do update set
            value = excluded.value,
            source = excluded.source,
            to_at = null
        "#,
        account_id,
        told.resource_id,
        &keys,
        &values,
        since,
        now,
        told.source.as_str()
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the tags"))?;
    Ok(given_way.rows_affected() + ended.rows_affected() + added.rows_affected() > 0)
}

/// A tag of a resource as a bill has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledSpan {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; `None` while no bill says otherwise.
    pub to: Option<DateTime<Utc>>,
}

/// Replaces what bills say of a resource's tags, of the keys that nobody else tells of; whether that is other than before.
pub async fn replace_billed(
    connection: &mut PgConnection,
    account_id: i32,
    resource_id: i64,
    spans: &[BilledSpan],
) -> Result<bool, StoreError> {
    let text = |of: fn(&BilledSpan) -> &String| -> Vec<String> { spans.iter().map(|span| of(span).clone()).collect() };
    let (keys, values) = (text(|span| &span.key), text(|span| &span.value));
    let from: Vec<DateTime<Utc>> = spans.iter().map(|span| span.from).collect();
    let to: Vec<Option<DateTime<Utc>>> = spans.iter().map(|span| span.to).collect();
    let gone = sqlx::query!(
        r#"
        delete from tag_span t
        where t.account_id = $1
          and t.resource_id = $2
          and t.source = 'bill'
          and not exists (
              select from unnest($3::text[], $4::timestamptz[]) as now (key, from_at)
              where now.key = t.key and now.from_at = t.from_at
          )
        "#,
        account_id,
        resource_id,
        &keys,
        &from
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("forget the bill's old tags"))?;
    let written = sqlx::query!(
        r#"
        insert into tag_span as t (account_id, resource_id, key, value, from_at, to_at, source)
        select $1, $2, fresh.key, fresh.value, fresh.from_at, fresh.to_at, 'bill'
        from unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
            as fresh (key, value, from_at, to_at)
        where not exists (
            select from tag_span other
            where other.account_id = $1
              and other.resource_id = $2
              and other.key = fresh.key
              and other.source <> 'bill'
        )
        on conflict (account_id, resource_id, key, from_at) do update set
            value = excluded.value,
            to_at = excluded.to_at
        where (t.value, t.to_at) is distinct from (excluded.value, excluded.to_at)
        "#,
        account_id,
        resource_id,
        &keys,
        &values,
        &from,
        &to as &[Option<DateTime<Utc>>]
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the bill's tags"))?;
    Ok(gone.rows_affected() + written.rows_affected() > 0)
}
