//! Pipelines, their executions, and the jobs that these started.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, PgConnection};

use super::StoreError;
use super::filter::{self, Stage};
use super::part::{Part, PartRow};
use super::selection::Filter;

/// A pipeline as it was last seen, with its executions that began in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
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
    /// When it was found to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// What is kept of it.
    pub document: Value,
    /// Executions that began in the period.
    pub executions: i64,
    /// Of those, succeeded.
    pub succeeded: i64,
    /// Of those, failed.
    pub failed: i64,
    /// Of those, stopped by somebody.
    pub stopped: i64,
    /// When the last execution of all began, in or before the period.
    pub last_at: Option<DateTime<Utc>>,
    /// How that one stands, as AWS says it.
    pub last_status: Option<String>,
}

/// An execution with its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// Amazon Resource Name.
    pub arn: String,
    /// Its name, or its number.
    pub name: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// Status and steps.
    pub document: Value,
}

/// What jobs took inside the period, by the pipeline or the step that started them.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The installation's number of the account.
    pub account_id: i32,
    /// ARN of the pipeline.
    pub pipeline: String,
    /// ARN of the execution; empty where all of them are put together.
    pub execution: String,
    /// Name of the step; empty where all of them are put together.
    pub step: String,
    /// How many jobs.
    pub jobs: i64,
    /// Projects that they are booked on.
    pub projects: Vec<String>,
    /// Their sums inside the period.
    pub parts: Vec<Part>,
}

#[derive(Debug, FromRow)]
struct ShareRow {
    of_account: i32,
    of_pipeline: String,
    of_execution: String,
    of_step: String,
    jobs: i64,
    projects: Vec<String>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// A job that an execution names, a tuning job that it names, or a trial of one.
#[derive(Debug, Clone, PartialEq)]
pub struct StepJob {
    /// The installation's number of the job; `None` of a tuning job, which runs nothing itself.
    pub resource_id: Option<i64>,
    /// The word of a [`Kind`](crate::kind::Kind) or of an [`ItemKind`](crate::aws::facts::ItemKind).
    pub kind: String,
    /// ARN that the step names: of the job itself, or of the tuning job that it is a trial of.
    pub named: String,
    /// Name.
    pub name: String,
    /// As AWS says it.
    pub status: String,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The pipelines by name, also those that are gone, with their executions that began in `[from, to)`; where a name is
/// given, those of that name, in any case.
pub async fn list(
    connection: &mut PgConnection,
    name: Option<&str>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Pipeline>, StoreError> {
    sqlx::query_as!(
        Pipeline,
        r#"
        with pipeline as (
            select distinct on (account_id, identifier)
                account_id,
                identifier,
                name,
                region,
                created_at,
                valid_to,
                document
            from configuration_item
            where kind = 'pipeline'
              -- the ARN, by which others name it, is written small
              and ($1::text is null or lower(name) = lower($1))
            order by account_id, identifier, valid_from desc
        )
        select
            p.account_id,
            p.identifier as arn,
            p.name,
            p.region,
            p.created_at,
            p.valid_to as gone_at,
            p.document,
            coalesce(own.executions, 0) as "executions!",
            coalesce(own.succeeded, 0) as "succeeded!",
            coalesce(own.failed, 0) as "failed!",
            coalesce(own.stopped, 0) as "stopped!",
            own.last_at,
            own.last_status
        from pipeline p
        left join lateral (
            select
                count(*) filter (where e.begun_at >= $2) as executions,
                count(*) filter (where e.begun_at >= $2 and e.status = 'Succeeded') as succeeded,
                count(*) filter (where e.begun_at >= $2 and e.status = 'Failed') as failed,
                count(*) filter (where e.begun_at >= $2 and e.status = 'Stopped') as stopped,
                max(e.begun_at) as last_at,
                (array_agg(e.status order by e.begun_at desc))[1] as last_status
            from (
                select coalesce(created_at, valid_from) as begun_at, coalesce(document ->> 'status', '') as status
                from configuration_item c
                where c.account_id = p.account_id
                  and c.parent = p.identifier
                  and c.kind = 'pipeline_execution'
                  and c.valid_to is null
            ) e
            where e.begun_at < $3
        ) own on true
        order by lower(p.name), p.account_id, p.identifier
        "#,
        name,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the pipelines"))
}

/// The executions of a pipeline that began in `[from, to)`, and the named ones besides; newest first, at most `most`.
pub async fn executions(
    connection: &mut PgConnection,
    account_id: i32,
    pipeline: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    named: &[String],
    most: i64,
) -> Result<Vec<Execution>, StoreError> {
    sqlx::query_as!(
        Execution,
        r#"
        select
            identifier as arn,
            name,
            coalesce(created_at, valid_from) as "begun_at!",
            document
        from configuration_item
        where account_id = $1
          and parent = $2
          and kind = 'pipeline_execution'
          and valid_to is null
          and (
              identifier = any ($5)
              or coalesce(created_at, valid_from) >= $3 and coalesce(created_at, valid_from) < $4
          )
        order by 3 desc, identifier
        limit $6
        "#,
        account_id,
        pipeline,
        from,
        to,
        named,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the executions"))
}

/// A pipeline as it was for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; `None` while it is so.
    pub to: Option<DateTime<Utc>>,
    /// What is kept of it.
    pub document: Value,
}

/// The last states of a pipeline, oldest first; at most `most`.
pub async fn versions(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    pipeline: &str,
    most: i64,
) -> Result<Vec<Version>, StoreError> {
    sqlx::query_as!(
        Version,
        r#"
        select from_at as "from!", to_at as "to", document as "document!"
        from (
            select valid_from as from_at, valid_to as to_at, document
            from configuration_item
            where account_id = $1
              and region = $2
              and kind = 'pipeline'
              and identifier = $3
            order by valid_from desc
            limit $4
        ) newest
        order by from_at
        "#,
        account_id,
        region,
        pipeline,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the versions of the pipeline"))
}

/// What the jobs of pipelines took inside the period of the filter.
pub async fn shares(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    stage: Stage<'_>,
) -> Result<Vec<Share>, StoreError> {
    let rows: Vec<ShareRow> = filter::pipelines(estimate_id, chosen, stage)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read what pipelines took"))?;
    let mut shares: Vec<Share> = Vec::new();
    for row in rows {
        let part = Part::try_from(row.part)?;
        let is_same = |last: &&mut Share| {
            last.account_id == row.of_account
                && last.pipeline == row.of_pipeline
                && last.execution == row.of_execution
                && last.step == row.of_step
        };
        match shares.last_mut().filter(is_same) {
            Some(last) => {
                last.projects.extend(row.projects);
                last.parts.push(part);
            }
            None => shares.push(Share {
                account_id: row.of_account,
                pipeline: row.of_pipeline,
                execution: row.of_execution,
                step: row.of_step,
                jobs: row.jobs,
                projects: row.projects,
                parts: vec![part],
            }),
        }
    }
    for share in &mut shares {
        share.projects.sort();
        share.projects.dedup();
    }
    Ok(shares)
}

/// The jobs and tuning jobs of the given ARNs, and the trials of the latter that were created at `since` or later.
pub async fn jobs(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    arns: &[String],
    since: DateTime<Utc>,
) -> Result<Vec<StepJob>, StoreError> {
    sqlx::query_as!(
        StepJob,
        r#"
        select
            r.resource_id,
            r.kind as "kind!",
            r.arn as "named!",
            r.name as "name!",
            r.status as "status!",
            r.started_at,
            r.ended_at
        from resource r
        where r.account_id = $1
          and r.arn = any ($3)
        union all
        select
            null,
            c.kind,
            c.identifier,
            c.name,
            coalesce(c.document ->> 'status', ''),
            null,
            null
        from configuration_item c
        where c.account_id = $1
          and c.kind = 'tuning_job'
          and c.valid_to is null
          and c.identifier = any ($3)
        union all
        select
            r.resource_id,
            r.kind,
            r.attributes ->> 'parent',
            r.name,
            r.status,
            r.started_at,
            r.ended_at
        from resource r
        where r.account_id = $1
          and r.region = $2
          and r.kind = 'training'
          and r.created_at >= $4
          and r.attributes ->> 'parent' = any ($3)
        order by 3, 6, 4
        "#,
        account_id,
        region,
        arns,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the jobs of the steps"))
}
