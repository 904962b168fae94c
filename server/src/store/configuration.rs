//! What was configured when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::StoreError;
use super::resource::Resource;
use crate::aws::facts::{ItemKind, Listed, ScalingActivity};

/// A state of an item and how long it lasted.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The word of an [`ItemKind`].
    pub kind: String,
    /// ARN, or what stands for it.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// Region.
    pub region: String,
    /// Identifier of what it belongs to; empty for none.
    pub parent: String,
    /// When it was created, where AWS tells.
    pub created_at: Option<DateTime<Utc>>,
    /// From, inclusive.
    pub valid_from: DateTime<Utc>,
    /// To, exclusive; `None` while it is so.
    pub valid_to: Option<DateTime<Utc>>,
    /// What is kept of it.
    pub document: Value,
}

/// How many items of a kind stand, and how many states are kept of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The word of an [`ItemKind`].
    pub kind: String,
    /// Items that are so now.
    pub standing: i64,
    /// States in all, past ones included.
    pub states: i64,
}

/// Versions of the items of a kind as they were last seen, by identifier.
pub async fn versions(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    kind: ItemKind,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select identifier, version
        from configuration_item
        where account_id = $1
          and region = $2
          and kind = $3
          and valid_to is null
        "#,
        account_id,
        region,
        kind.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the configuration"))?;
    Ok(rows.into_iter().map(|row| (row.identifier, row.version)).collect())
}

/// Writes the state of an item as it was described now. A state that holds what the last one holds prolongs it; whether
/// it was another one.
pub async fn observe(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    kind: ItemKind,
    item: &Listed,
    document: &Value,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let prolonged = sqlx::query!(
        r#"
        update configuration_item
        set version = $5, seen_at = $7
        where account_id = $1
          and region = $2
          and kind = $3
          and identifier = $4
          and valid_to is null
          and document = $6
        "#,
        account_id,
        region,
        kind.as_str(),
        item.identifier,
        item.version,
        document,
        now
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("prolong the configuration"))?;
    if prolonged.rows_affected() > 0 {
        return Ok(false);
    }
    let changed_at = item.changed_at.unwrap_or(now).min(now);
    let ended = sqlx::query!(
        r#"
        update configuration_item
        set valid_to = greatest(valid_from + interval '1 millisecond', least(greatest($5, seen_at), $6))
        where account_id = $1
          and region = $2
          and kind = $3
          and identifier = $4
          and valid_to is null
        returning valid_to as "valid_to!"
        "#,
        account_id,
        region,
        kind.as_str(),
        item.identifier,
        changed_at,
        now
    )
    .fetch_optional(&mut *connection)
    .await
    .map_err(StoreError::on("end the configuration"))?;
    // The first state that was ever seen is taken as having held since the creation.
    let from = match ended {
        Some(row) => row.valid_to,
        None => item.created_at.or(item.changed_at).unwrap_or(now),
    };
    sqlx::query!(
        r#"
        insert into configuration_item (
            account_id, region, kind, identifier, valid_from, name, parent, created_at, version, document, seen_at
        )
        select
            $1,
            $2,
            $3,
            $4,
            -- a name that is used again begins no earlier than its last state ended
            greatest($5, max(past.valid_to)),
            $6,
            $7,
            $8,
            $9,
            $10,
            $11
        from configuration_item past
        where past.account_id = $1
          and past.region = $2
          and past.kind = $3
          and past.identifier = $4
        on conflict (account_id, region, kind, identifier, valid_from) do update set
            valid_to = null,
            version = excluded.version,
            document = excluded.document,
            seen_at = excluded.seen_at
        "#,
        account_id,
        region,
        kind.as_str(),
        item.identifier,
        from,
        item.name,
        item.parent,
        item.created_at,
        item.version,
        document,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the configuration"))?;
    Ok(true)
}

/// Ends what is not listed any more.
pub async fn end_others(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    kind: ItemKind,
    standing: &[String],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let ended = sqlx::query!(
        r#"
        update configuration_item
        set valid_to = greatest(valid_from, $5)
        where account_id = $1
          and region = $2
          and kind = $3
          and valid_to is null
          and identifier <> all ($4)
        "#,
        account_id,
        region,
        kind.as_str(),
        standing,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("end what is gone"))?;
    Ok(ended.rows_affected())
}

/// Keeps what was scaled; target and beginning of activities that were not known or have gone on.
pub async fn write_activities(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    activities: &[ScalingActivity],
) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
    let texts = |of: fn(&ScalingActivity) -> &str| -> Vec<String> {
        activities.iter().map(|each| of(each).to_owned()).collect()
    };
    let began: Vec<DateTime<Utc>> = activities.iter().map(|each| each.began_at).collect();
    let ended: Vec<Option<DateTime<Utc>>> = activities.iter().map(|each| each.ended_at).collect();
    let count: Vec<Option<i32>> = activities.iter().map(|each| each.count).collect();
    let fresh = sqlx::query!(
        r#"
        insert into scaling_activity as known (
            account_id, region, activity_id, target, began_at, ended_at, status, cause, description, count
        )
        select $1, $2, u.*
        from unnest(
            $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::int[]
        ) as u
        on conflict (account_id, region, activity_id) do update set
            ended_at = excluded.ended_at,
            status = excluded.status,
            count = excluded.count
        where (known.ended_at, known.status) is distinct from (excluded.ended_at, excluded.status)
        returning target, began_at
        "#,
        account_id,
        region,
        &texts(|each| &each.id),
        &texts(|each| &each.target),
        &began,
        &ended as &[Option<DateTime<Utc>>],
        &texts(|each| &each.status),
        &texts(|each| &each.cause),
        &texts(|each| &each.description),
        &count as &[Option<i32>]
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("keep the scaling activities"))?;
    Ok(fresh.into_iter().map(|row| (row.target, row.began_at)).collect())
}

/// What set the count of a target at `since` or later and succeeded, oldest first: when it had taken effect, and the count.
pub async fn counts_of(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    target: &str,
    since: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, i32)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select coalesce(ended_at, began_at) as "at!", count as "count!"
        from scaling_activity
        where account_id = $1
          and region = $2
          and target = $3
          and began_at >= $4
          and status = 'Successful'
          and count is not null
        order by 1, began_at
        "#,
        account_id,
        region,
        target,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the scaling activities"))?;
    Ok(rows.into_iter().map(|row| (row.at, row.count)).collect())
}

/// What is kept, by kind.
pub async fn counts(connection: &mut PgConnection) -> Result<Vec<Count>, StoreError> {
    sqlx::query_as!(
        Count,
        r#"
        select
            kind,
            count(*) filter (where valid_to is null) as "standing!",
            count(*) as "states!"
        from configuration_item
        group by kind
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("count the configuration"))
}

/// The states of a kind, newest first; at most `most`.
pub async fn of_kind(connection: &mut PgConnection, kind: ItemKind, most: i64) -> Result<Vec<Item>, StoreError> {
    sqlx::query_as!(
        Item,
        r#"
        select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
        from configuration_item
        where kind = $1
        order by valid_to is null desc, valid_from desc, identifier
        limit $2
        "#,
        kind.as_str(),
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("list the configuration"))
}

/// Everything that bears on an endpoint, newest first: its configurations and their models, components, scaling, alarms and
/// monitors. Each is looked up by an index of its own, however many endpoints a region has.
pub async fn of_endpoint(connection: &mut PgConnection, endpoint: &Resource) -> Result<Vec<Item>, StoreError> {
    sqlx::query_as!(
        Item,
        r#"
        with config as (
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from configuration_item
            where account_id = $1
              and region = $2
              and kind = 'endpoint_config'
              and name = any (array(select config from entity where account_id = $1 and resource_id = $3))
        ), belonging as (
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from configuration_item
            where account_id = $1
              and region = $2
              and parent <> ''
              and parent = any (array(
                  select $4
                  union all
                  select 'endpoint/' || $5
                  union all
                  select 'endpoint/' || $5 || '/variant/' || part
                  from entity
                  where account_id = $1
                    and resource_id = $3
              ))
        )
        select
            kind as "kind!",
            identifier as "identifier!",
            name as "name!",
            region as "region!",
            parent as "parent!",
            created_at,
            valid_from as "valid_from!",
            valid_to,
            document as "document!"
        from (
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from config
            union all
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from belonging
            where kind <> 'monitoring_schedule'
            union all
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from configuration_item
            where account_id = $1
              and region = $2
              and parent <> ''
              and parent = any (array(
                  select 'inference-component/' || name
                  from belonging
                  where kind = 'inference_component'
              ))
            union all
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from configuration_item
            where account_id = $1
              and region = $2
              and kind = 'model'
              and name = any (array(
                  select variant ->> 'model'
                  from config
                  cross join jsonb_array_elements(document -> 'variants') as variant
                  union
                  select document ->> 'model'
                  from belonging
                  where kind = 'inference_component'
              ))
            union all
            select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
            from configuration_item
            where account_id = $1
              and region = $2
              and kind = 'monitoring_schedule'
              and (parent = $4 or document @> jsonb_build_object('endpoint', $5::text))
        ) as item
        order by kind, valid_from desc, identifier
        "#,
        endpoint.account_id,
        endpoint.region,
        endpoint.resource_id,
        endpoint.arn,
        endpoint.name
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the endpoint's configuration"))
}

/// The pipeline executions and tuning jobs that a job was part of.
pub async fn of_job(connection: &mut PgConnection, account_id: i32, arn: &str) -> Result<Vec<Item>, StoreError> {
    sqlx::query_as!(
        Item,
        r#"
        select kind, identifier, name, region, parent, created_at, valid_from, valid_to, document
        from configuration_item
        where account_id = $2
          and valid_to is null
          and (
              document @> jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('job', $1::text)))
              or document @> jsonb_build_object('trials', jsonb_build_array(jsonb_build_object('job', $1::text)))
          )
        order by kind, valid_from
        "#,
        arn,
        account_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what a job was part of"))
}
