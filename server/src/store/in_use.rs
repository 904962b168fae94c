//! What jobs, endpoints and others name without being it: the buckets they read and write, the roles they work with.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// A bucket or a role, and what it is used for or by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// Name of the bucket, or ARN of the role.
    pub name: String,
    /// In words, in alphabetical order.
    pub uses: Vec<String>,
}

/// Who works with a role: things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Users {
    /// ARN of the role.
    pub role: String,
    /// The word of a resource's or an item's kind.
    pub kind: String,
    /// How many.
    pub many: i64,
    /// One of them.
    pub example: String,
}

/// Buckets that are named by jobs created at `since` or later, or by what is configured now.
pub async fn buckets(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    since: DateTime<Utc>,
) -> Result<Vec<InUse>, StoreError> {
    sqlx::query_as!(
        InUse,
        r#"
        with named (uri, use) as (
            select s ->> 'uri', s ->> 'use'
            from resource r
            cross join jsonb_array_elements(r.attributes -> 's3') as s
            where r.account_id = $1
              and r.region = $2
              and r.created_at >= $3
            union all
            select u.uri, u.use
            from configuration_item c
            cross join lateral (values
                (c.document ->> 'capture_to', 'data capture'),
                (c.document ->> 'answers_to', 'asynchronous answers'),
                (c.document ->> 'offline', 'offline store')
            ) as u (uri, use)
            where c.account_id = $1
              and c.region = $2
              and c.kind in ('endpoint_config', 'feature_group')
              and c.valid_to is null
            union all
            select m ->> 'model_data', 'model artifacts'
            from configuration_item c
            cross join jsonb_array_elements(c.document -> 'containers') as m
            where c.account_id = $1
              and c.region = $2
              and c.kind = 'model'
              and c.valid_to is null
        )
        select
            split_part(uri, '/', 3) as "name!",
            array_agg(distinct use order by use) as "uses!"
        from named
        -- an access point is no bucket
        where uri ~ '^s3://[a-z0-9][a-z0-9.-]+(/|$)'
        group by 1
        order by 1
        "#,
        account_id,
        region,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read which buckets are in use"))
}

/// Roles of jobs created at `since` or later, of what is held open, and of what is configured now.
pub async fn roles(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    since: DateTime<Utc>,
) -> Result<Vec<InUse>, StoreError> {
    sqlx::query_as!(
        InUse,
        r#"
        with named (role, kind) as (
            select a.role, r.kind
            from resource r
            cross join jsonb_array_elements_text(r.attributes -> 'roles') as a (role)
            where r.account_id = $1
              and r.region = $2
              and r.gone_at is null
              and (r.created_at >= $3 or r.kind = 'cluster')
            union all
            select document ->> 'role', kind
            from configuration_item
            where account_id = $1
              and region = $2
              and valid_to is null
              and document ->> 'role' is not null
        )
        select
            role as "name!",
            array_agg(distinct kind order by kind) as "uses!"
        from named
        group by role
        order by role
        "#,
        account_id,
        region,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read which roles are in use"))
}

/// Who works with the roles that are known, by kind; an endpoint works with the roles of its models.
pub async fn users(connection: &mut PgConnection) -> Result<Vec<Users>, StoreError> {
    sqlx::query_as!(
        Users,
        r#"
        with named (role, kind, name) as (
            select a.role, r.kind, r.name
            from resource r
            cross join jsonb_array_elements_text(r.attributes -> 'roles') as a (role)
            union all
            select document ->> 'role', kind, name
            from configuration_item
            where valid_to is null
              and document ->> 'role' is not null
            union all
            select m.document ->> 'role', 'endpoint', r.name
            from resource r
            join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
            join configuration_item c
                on c.account_id = r.account_id
                and c.region = r.region
                and c.kind = 'endpoint_config'
                and c.name = e.config
                and c.valid_to is null
            cross join jsonb_array_elements(c.document -> 'variants') as v
            join configuration_item m
                on m.account_id = r.account_id
                and m.region = r.region
                and m.kind = 'model'
                and m.name = v ->> 'model'
                and m.valid_to is null
            where r.kind = 'endpoint'
              and r.gone_at is null
        )
        select
            role as "role!",
            kind as "kind!",
            count(distinct name) as "many!",
            min(name) as "example!"
        from named
        where role is not null
        group by role, kind
        order by role, kind
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read who works with which role"))
}
