//! Resources and their parts.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError};
use crate::kind::Kind;

/// A row of `resource`.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Eight bytes of SHA-256 of ARN and creation.
    pub resource_id: i64,
    /// Amazon Resource Name.
    pub arn: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Region.
    pub region: String,
    /// The word of a [`Kind`].
    pub kind: &'static str,
    /// The word of a [`Phase`](crate::kind::Phase).
    pub phase: &'static str,
    /// `real_time`, `serverless` or `async` for endpoints, else empty.
    pub hosting_option: &'static str,
    /// Name.
    pub name: String,
    /// Name without run number.
    pub family: String,
    /// AWS' status.
    pub status: String,
    /// AWS' sentence.
    pub failure_reason: Option<String>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When AWS last changed it.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// Seconds of training.
    pub training_seconds: Option<i64>,
    /// Seconds billed.
    pub billable_seconds: Option<i64>,
    /// Managed spot; `None` where it does not apply.
    pub is_spot: Option<bool>,
    /// Descriptive fields from an allow-list.
    pub attributes: serde_json::Value,
}

/// A part of a resource as the inventory found it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Eight bytes of SHA-256 of the natural key.
    pub entity_id: i64,
    /// The key itself.
    pub natural_key: String,
    /// Instance group or variant.
    pub part: String,
    /// Endpoint configuration, or empty.
    pub config: String,
    /// Number of its first host within the job.
    pub first_host: i32,
    /// Instance type as described.
    pub instance_type: String,
}

/// What the store knows of a resource before it is written again.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Status when last seen.
    pub status: String,
    /// Seconds of training when last seen.
    pub training_seconds: Option<i64>,
    /// Seconds billed when last seen.
    pub billable_seconds: Option<i64>,
    /// When it was last seen.
    pub last_seen_at: DateTime<Utc>,
}

/// The stored state of a resource, locked until the transaction ends; `None` if it is new.
pub async fn known(
    connection: &mut PgConnection,
    account_id: i32,
    resource_id: i64,
) -> Result<Option<Known>, StoreError> {
    sqlx::query_as!(
        Known,
        r#"
        select
            status,
            training_seconds,
            billable_seconds,
            last_seen_at
        from resource
        where account_id = $1
          and resource_id = $2
        for update
        "#,
        account_id,
        resource_id
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the resource"))
}

/// The newest resource of an ARN, as it is written and when it was created; capitals or not, it is the same.
pub async fn newest(
    connection: &mut PgConnection,
    account_id: i32,
    arn: &str,
) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    let found = sqlx::query!(
        r#"
        select arn, created_at
        from resource
        where account_id = $1
          and lower(arn) = lower($2)
        order by created_at desc
        limit 1
        "#,
        account_id,
        arn
    );
    let found = found.fetch_optional(connection).await.map_err(StoreError::on("look for the resource"))?;
    Ok(found.map(|row| (row.arn, row.created_at)))
}

/// The entities of a resource.
pub async fn parts(connection: &mut PgConnection, account_id: i32, resource_id: i64) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        "select entity_id from entity where account_id = $1 and resource_id = $2 order by entity_id",
        account_id,
        resource_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the parts"))
}

/// Writes a resource; what was seen first stays, a second ARN with the same number is an error.
pub async fn upsert_resource(
    connection: &mut PgConnection,
    account_id: i32,
    resource: &Resource,
    seen_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let written = sqlx::query!(
        r#"
        insert into resource (
            account_id, resource_id, arn, created_at, region, kind, phase, hosting_option, name, family, status,
            failure_reason, started_at, ended_at, last_modified_at, training_seconds, billable_seconds, is_spot,
            attributes, first_seen_at, last_seen_at
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)
        on conflict (account_id, resource_id) do update set
            status = excluded.status,
            hosting_option = excluded.hosting_option,
            failure_reason = excluded.failure_reason,
            started_at = excluded.started_at,
            ended_at = excluded.ended_at,
            last_modified_at = excluded.last_modified_at,
            training_seconds = excluded.training_seconds,
            billable_seconds = excluded.billable_seconds,
            is_spot = excluded.is_spot,
            attributes = excluded.attributes,
            last_seen_at = greatest(resource.last_seen_at, excluded.last_seen_at),
            gone_at = null
        where resource.arn = excluded.arn and resource.created_at = excluded.created_at
        "#,
        account_id,
        resource.resource_id,
        resource.arn,
        resource.created_at,
        resource.region,
        resource.kind,
        resource.phase,
        resource.hosting_option,
        resource.name,
        resource.family,
        resource.status,
        resource.failure_reason,
        resource.started_at,
        resource.ended_at,
        resource.last_modified_at,
        resource.training_seconds,
        resource.billable_seconds,
        resource.is_spot,
        resource.attributes,
        seen_at
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the resource"))?;
    collision_free(written.rows_affected(), &resource.arn)
}

/// Writes an entity and says whether it is new; a second natural key with the same number is an error.
pub async fn upsert_entity(
    connection: &mut PgConnection,
    account_id: i32,
    resource_id: i64,
    entity: &Entity,
) -> Result<bool, StoreError> {
    let row = sqlx::query_scalar!(
        r#"
        insert into entity (account_id, entity_id, natural_key, resource_id, part, config, first_host, instance_type)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (account_id, entity_id) do update set
            first_host = excluded.first_host,
            instance_type = excluded.instance_type
        where entity.natural_key = excluded.natural_key
        -- xmax is zero on a row that this statement inserted
        returning (xmax = 0) as "is_new!"
        "#,
        account_id,
        entity.entity_id,
        entity.natural_key,
        resource_id,
        entity.part,
        entity.config,
        entity.first_host,
        entity.instance_type
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("write the entity"))?;
    row.ok_or_else(|| StoreError::Corrupt(format!("two natural keys share a number: {}", entity.natural_key)))
}

fn collision_free(rows: u64, key: &str) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Corrupt(format!("two resources share a number: {key}"))) }
}

/// Lets the planner know how much there is by now.
pub async fn count_anew(pool: &PgPool) -> Result<(), StoreError> {
    sqlx::query!("select count_anew()").execute(pool).await.map_err(StoreError::on("count the rows anew"))?;
    Ok(())
}

/// Locks entities, in one order for everybody, so that two windows cannot rewrite one capacity at once.
pub async fn lock_entities(connection: &mut PgConnection, account_id: i32, entities: &[i64]) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        select entity_id
        from entity
        where account_id = $1
          and entity_id = any ($2)
        order by entity_id
        for no key update
        "#,
        account_id,
        entities
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("lock the entities"))?;
    Ok(())
}

/// Names of the jobs of a kind that had not ended when they were last seen.
pub async fn open_jobs(
    pool: &PgPool,
    scope: &AccountScope,
    region: &str,
    kind: Kind,
) -> Result<Vec<String>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(
        r#"
        select distinct name
        from resource
        where account_id = any ($1)
          and region = $2
          and kind = $3
          and status in ('InProgress', 'Stopping')
          and gone_at is null
        order by name
        "#,
        scope.ids(),
        region,
        kind.as_str()
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("read the open jobs"))
}

/// An open part of a standing resource.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenPart {
    /// The resource.
    pub resource_id: i64,
    /// The part.
    pub entity_id: i64,
    /// The resource's name.
    pub name: String,
}

/// Parts of a kind of resource whose capacity was still open when last seen.
pub async fn open_parts(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    kind: Kind,
) -> Result<Vec<OpenPart>, StoreError> {
    sqlx::query_as!(
        OpenPart,
        r#"
        select
            r.resource_id,
            e.entity_id,
            r.name
        from resource r
        join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
        where r.account_id = $1
          and r.region = $2
          and r.kind = $3
          and r.gone_at is null
          and exists (
              select from capacity_span s
              where s.account_id = e.account_id and s.entity_id = e.entity_id and s.to_at is null
          )
        order by e.entity_id
        "#,
        account_id,
        region,
        kind.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the open parts"))
}

/// Marks a resource as gone from AWS; its history stays.
pub async fn mark_gone(
    connection: &mut PgConnection,
    account_id: i32,
    resource_id: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update resource set gone_at = $3 where account_id = $1 and resource_id = $2 and gone_at is null",
        account_id,
        resource_id,
        at
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("mark the resource as gone"))?;
    Ok(())
}

/// Marks the days `[from, to]` of an entity for estimation.
pub async fn mark_stale(
    connection: &mut PgConnection,
    account_id: i32,
    entity_id: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(), StoreError> {
    mark_all_stale(connection, account_id, &[entity_id], from, to).await
}

/// Marks the days `[from, to]` of entities for estimation.
pub async fn mark_all_stale(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select $1, entity.entity_id, day::date
        from unnest($2::bigint[]) as entity (entity_id)
        cross join generate_series($3::date, $4::date, interval '1 day') as day
        -- one order, so that two windows take their locks alike
        order by entity.entity_id, day
        -- An update, though it changes nothing: it locks a mark that is there, so that the estimator cannot consume it
        -- before the facts of this transaction can be seen. With `do nothing` the mark would be lost.
        on conflict (account_id, entity_id, day) do update set
            day = excluded.day
        "#,
        account_id,
        entities,
        from,
        to
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("mark days for estimation"))?;
    Ok(())
}

/// AWS changed what it had said.
#[derive(Debug, Clone, PartialEq)]
pub struct Restatement {
    /// Whose.
    pub entity_id: i64,
    /// Of when.
    pub hour: DateTime<Utc>,
    /// Which field.
    pub what: &'static str,
    /// What it had said.
    pub old: serde_json::Value,
    /// What it says now.
    pub new: serde_json::Value,
    /// How we know.
    pub why: &'static str,
}

/// Writes down that AWS changed what it had said.
pub async fn restate(
    connection: &mut PgConnection,
    account_id: i32,
    restatement: &Restatement,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into restatement (account_id, entity_id, hour, what, old, new, why, restated_at)
        values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
        "#,
        account_id,
        restatement.entity_id,
        restatement.hour,
        restatement.what,
        restatement.old,
        restatement.new,
        restatement.why
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the restatement"))?;
    Ok(())
}
