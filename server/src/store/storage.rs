//! What is kept rather than run: buckets in use, feature groups and log groups.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::StoreError;

/// A bucket, a feature group or a log group as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The installation's number of the account.
    pub account_id: i32,
    /// The word of an [`ItemKind`](crate::aws::facts::ItemKind).
    pub kind: String,
    /// Name.
    pub name: String,
    /// Region; of a bucket, where it is used from.
    pub region: String,
    /// What writes to a log group, for example `endpoint/chat`; else empty.
    pub parent: String,
    /// When it was created, where AWS tells.
    pub created_at: Option<DateTime<Utc>>,
    /// What is kept of it.
    pub document: Value,
}

/// Who reads or writes a bucket: things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketUser {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Name of the bucket.
    pub bucket: String,
    /// The word of a resource's or an item's kind.
    pub kind: String,
    /// How many.
    pub many: i64,
    /// One of them.
    pub example: String,
}

/// How the online store of a feature group was used.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupUse {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// Name of the feature group.
    pub name: String,
    /// Read units consumed in the period; `None` where CloudWatch holds nothing.
    pub reads: Option<f64>,
    /// Write units consumed in the period; `None` where CloudWatch holds nothing.
    pub writes: Option<f64>,
    /// The last hour in which anything was read or written.
    pub used_at: Option<DateTime<Utc>>,
    /// Since when the metrics of its region have been read.
    pub watched_since: Option<DateTime<Utc>>,
}

/// Everything that is kept and stands.
pub async fn standing(connection: &mut PgConnection) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Kept,
        r#"
        select account_id, kind, name, region, parent, created_at, document
        from configuration_item
        where kind in ('bucket', 'feature_group', 'log_group')
          and valid_to is null
        order by account_id, kind, name, region
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what is kept"))
}

/// Who names which bucket: jobs created at `since` or later, and what is configured now.
pub async fn bucket_users(connection: &mut PgConnection, since: DateTime<Utc>) -> Result<Vec<BucketUser>, StoreError> {
    sqlx::query_as!(
        BucketUser,
        r#"
        with named (account_id, uri, kind, name) as (
            select r.account_id, s ->> 'uri', r.kind, r.name
            from resource r
            cross join jsonb_array_elements(r.attributes -> 's3') as s
            where r.created_at >= $1
            union all
            select c.account_id, u.uri, c.kind, c.name
            from configuration_item c
            cross join lateral (values
                (c.document ->> 'capture_to'),
                (c.document ->> 'answers_to'),
                (c.document ->> 'offline')
            ) as u (uri)
            where c.kind in ('endpoint_config', 'feature_group')
              and c.valid_to is null
            union all
            select c.account_id, m ->> 'model_data', c.kind, c.name
            from configuration_item c
            cross join jsonb_array_elements(c.document -> 'containers') as m
            where c.kind = 'model'
              and c.valid_to is null
        )
        select
            account_id as "account_id!",
            split_part(uri, '/', 3) as "bucket!",
            kind as "kind!",
            count(distinct name) as "many!",
            min(name) as "example!"
        from named
        -- an access point is no bucket
        where uri ~ '^s3://[a-z0-9][a-z0-9.-]+(/|$)'
        group by 1, 2, 3
        order by 1, 2, 3
        "#,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read who uses which bucket"))
}

/// How the online stores of the feature groups that stand were used: sums over `[from, to)`, the last use at any time.
pub async fn group_uses(
    connection: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<GroupUse>, StoreError> {
    sqlx::query_as!(
        GroupUse,
        r#"
        select
            g.account_id,
            g.region,
            g.name,
            sum(used.reads) as reads,
            sum(used.writes) as writes,
            max(used.used_at) as used_at,
            max(feed.since) as watched_since
        from configuration_item g
        cross join (values ('GetRecord'), ('BatchGetRecord'), ('PutRecord'), ('DeleteRecord')) as o (operation)
        left join lateral (
            select
                sum(value) filter (where metric = 'read_units' and hour >= $1 and hour < $2) as reads,
                sum(value) filter (where metric = 'write_units' and hour >= $1 and hour < $2) as writes,
                max(hour) filter (where value > 0) as used_at
            from observed_hour h
            where h.account_id = g.account_id
              and h.region = g.region
              and h.subject = 'feature-group/' || g.name || '/' || o.operation
        ) used on true
        left join (
            select account_id, region, min(window_start) as since
            from window_ledger
            where source = 'metrics'
              and state = 'complete'
            group by account_id, region
        ) feed on feed.account_id = g.account_id and feed.region = g.region
        where g.kind = 'feature_group'
          and g.valid_to is null
        group by g.account_id, g.region, g.name
        order by g.account_id, g.region, g.name
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read how feature groups were used"))
}
