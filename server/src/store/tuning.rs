//! Tuning jobs and their trials.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, PgConnection};

use super::selection::Filter;
use super::{StoreError, filter};

/// A tuning job as it stands.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Tuning {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Amazon Resource Name.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// What is kept of it.
    pub document: Value,
}

/// A trial of a tuning job.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// ARN of the tuning job.
    pub tuning: String,
    /// ARN of the training job.
    pub arn: String,
    /// As AWS says it.
    pub status: String,
    /// What it reached, where it reached something.
    pub value: Option<f64>,
    /// The installation's number of the training job, where that was read.
    pub resource_id: Option<i64>,
    /// When it was launched.
    pub launched_at: Option<DateTime<Utc>>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The tuning jobs that a filter leaves, newest first, at most `most`: those whose life touches the period.
pub async fn list(
    connection: &mut PgConnection,
    estimate_id: Option<i32>,
    chosen: &Filter,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Tuning>, StoreError> {
    filter::tunings(estimate_id, chosen, now, most)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the tuning jobs"))
}

/// The tuning jobs of a name, newest first.
pub async fn named(connection: &mut PgConnection, name: &str) -> Result<Vec<Tuning>, StoreError> {
    sqlx::query_as!(
        Tuning,
        r#"
        select
            c.account_id,
            c.identifier as arn,
            c.name,
            c.region,
            c.created_at,
            c.document
        from configuration_item c
        where c.kind = 'tuning_job'
          and c.valid_to is null
          and c.name = $1
        order by c.created_at desc nulls last, c.identifier
        "#,
        name
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the tuning jobs of a name"))
}

/// The trials of some tuning jobs.
pub async fn trials(connection: &mut PgConnection, tunings: &[String]) -> Result<Vec<Trial>, StoreError> {
    sqlx::query_as!(
        Trial,
        r#"
        select
            c.identifier as tuning,
            t ->> 'job' as "arn!",
            coalesce(t ->> 'status', '') as "status!",
            case when jsonb_typeof(t -> 'value') = 'number' then (t ->> 'value')::float8 end as value,
            job.resource_id as "resource_id?",
            job.created_at as "launched_at?",
            job.started_at as "started_at?",
            job.ended_at as "ended_at?"
        from configuration_item c
        cross join jsonb_array_elements(c.document -> 'trials') as t
        left join lateral (
            select r.resource_id, r.created_at, r.started_at, r.ended_at
            from resource r
            where r.account_id = c.account_id
              and r.arn = t ->> 'job'
            order by r.created_at desc
            limit 1
        ) as job on true
        where c.kind = 'tuning_job'
          and c.valid_to is null
          and c.identifier = any ($1)
          and t ->> 'job' is not null
        order by c.identifier, t ->> 'job'
        "#,
        tunings
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the trials"))
}
