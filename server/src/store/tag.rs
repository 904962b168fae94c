//! Which tags a resource carried, from when to when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// Brings the tags up to date: changed and removed ones end at `now`, new ones begin at `since`.
pub async fn write(
    connection: &mut PgConnection,
    account_id: i32,
    resource_id: i64,
    tags: &BTreeMap<String, String>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let keys: Vec<String> = tags.keys().cloned().collect();
    let values: Vec<String> = tags.values().cloned().collect();
    let ended = sqlx::query!(
        r#"
        update tag_span t
        set to_at = greatest($5, t.from_at)
        where t.account_id = $1
          and t.resource_id = $2
          and t.to_at is null
          and not exists (
              select from unnest($3::text[], $4::text[]) as now (key, value)
              where now.key = t.key and now.value = t.value
          )
        "#,
        account_id,
        resource_id,
        &keys,
        &values,
        now
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("end the old tags"))?;
    let added = sqlx::query!(
        r#"
        insert into tag_span (account_id, resource_id, key, value, from_at)
        select
            $1, $2, fresh.key, fresh.value,
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
            to_at = null
        "#,
        account_id,
        resource_id,
        &keys,
        &values,
        since,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the tags"))?;
    Ok(ended.rows_affected() + added.rows_affected() > 0)
}
