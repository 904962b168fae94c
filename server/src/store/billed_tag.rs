//! Tags of resources as billing months have them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sqlx::PgConnection;

use super::StoreError;
use super::tag::BilledSpan;

/// From which day on the lines of a resource carry these tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// First day of the billing month.
    pub period: NaiveDate,
    /// ARN.
    pub resource: String,
    /// First day with them.
    pub from_day: NaiveDate,
    /// All of them, by key.
    pub tags: BTreeMap<String, String>,
}

/// Replaces what these months of an account say.
pub async fn replace(
    connection: &mut PgConnection,
    account_id: i32,
    periods: &BTreeSet<NaiveDate>,
    states: &[Billed],
) -> Result<(), StoreError> {
    let periods: Vec<NaiveDate> = periods.iter().copied().collect();
    sqlx::query!("delete from billed_tags where account_id = $1 and period = any ($2)", account_id, &periods)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::on("replace the bill's tags"))?;
    let period: Vec<NaiveDate> = states.iter().map(|state| state.period).collect();
    let resource: Vec<String> = states.iter().map(|state| state.resource.clone()).collect();
    let from_day: Vec<NaiveDate> = states.iter().map(|state| state.from_day).collect();
    let tags: Vec<serde_json::Value> =
        states.iter().map(|state| serde_json::to_value(&state.tags).unwrap_or_default()).collect();
    sqlx::query!(
        r#"
        insert into billed_tags (account_id, period, resource, from_day, tags)
        select $1, told.*
        from unnest($2::date[], $3::text[], $4::date[], $5::jsonb[]) as told
        "#,
        account_id,
        &period,
        &resource,
        &from_day,
        &tags
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the bill's tags"))?;
    Ok(())
}

/// Resource, day and tags of every state of an account, in the order of resources and days. Names are used again after
/// deletion: a state is of the newest resource that was there on its day.
pub async fn states(
    connection: &mut PgConnection,
    account_id: i32,
) -> Result<Vec<(i64, NaiveDate, BTreeMap<String, String>)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select resource_id, from_day, tags
        from (
            select distinct on (b.period, b.resource, b.from_day)
                r.resource_id,
                b.from_day,
                b.tags
            from billed_tags b
            join resource r
              on r.account_id = b.account_id
             and lower(r.arn) = lower(b.resource)
             and r.created_at < (b.from_day + 1)::timestamp at time zone 'UTC'
            where b.account_id = $1
            order by b.period, b.resource, b.from_day, r.created_at desc
        ) placed
        order by resource_id, from_day
        "#,
        account_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the bill's tags"))?;
    rows.into_iter()
        .map(|row| {
            let tags = serde_json::from_value(row.tags);
            let tags = tags.map_err(|_| StoreError::Corrupt(format!("tags of a bill on {}", row.from_day)))?;
            Ok((row.resource_id, row.from_day, tags))
        })
        .collect()
}

/// A tag that a resource carries or carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Resource.
    pub resource_id: i64,
    /// The tag.
    pub span: BilledSpan,
    /// Whether only a bill says so.
    pub is_billed: bool,
}

/// Every tag of an account's resources, by resource, key and time.
pub async fn carried(connection: &mut PgConnection, account_id: i32) -> Result<Vec<Carried>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select resource_id, key, value, from_at, to_at, source
        from tag_span
        where account_id = $1
        order by resource_id, key collate "C", from_at
        "#,
        account_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the tags"))?;
    Ok(rows
        .into_iter()
        .map(|row| Carried {
            resource_id: row.resource_id,
            span: BilledSpan { key: row.key, value: row.value, from: row.from_at, to: row.to_at },
            is_billed: row.source == "bill",
        })
        .collect())
}
