//! Jobs by the pipelines whose executions started them.

use chrono::Days;
use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, ledger, ledger_with};
use crate::kind::Section;
use crate::store::selection::Filter;

/// An execution is looked for this long before the period: a job runs for at most 28 days, and steps follow each other.
const LOOK_BACK_DAYS: u64 = 60;

/// What the jobs of pipelines are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage<'a> {
    /// Every pipeline as a whole.
    Pipelines,
    /// The steps of every execution of one pipeline.
    StepsOf {
        /// The installation's number of the account.
        account_id: i32,
        /// ARN of the pipeline.
        arn: &'a str,
    },
}

impl Stage<'_> {
    /// What a member of the group has in common with the others.
    const fn keys(self) -> &'static str {
        match self {
            Self::Pipelines => "m.account_id, m.pipeline",
            Self::StepsOf { .. } => "m.account_id, m.pipeline, m.execution, m.step",
        }
    }
}

/// What the ledger holds inside the period of jobs that pipelines started, by stage and group. A job counts for the first
/// execution that names it, once.
pub fn pipelines(estimate_id: i32, filter: &Filter, stage: Stage<'_>) -> QueryBuilder<Postgres> {
    let jobs = Some(Section::Jobs);
    let mut query = QueryBuilder::new(
        // Materialized, or the planner takes every execution apart anew for every job.
        "with started as materialized (
            select
                c.account_id,
                c.parent as pipeline,
                c.identifier as execution,
                s ->> 'name' as step,
                s ->> 'job' as arn,
                coalesce(c.created_at, c.valid_from) as begun_at
            from configuration_item c
            cross join jsonb_array_elements(c.document -> 'steps') as s
            where c.kind = 'pipeline_execution'
              and c.valid_to is null
              and s ->> 'job' is not null
              -- a step from the cache names the job of an earlier execution
              and s -> 'from_cache' is distinct from 'true'
              and coalesce(c.created_at, c.valid_from) >= ",
    );
    query.push_bind(filter.period.from - Days::new(LOOK_BACK_DAYS));
    query.push(" and coalesce(c.created_at, c.valid_from) < ").push_bind(filter.period.to + Days::new(1));
    query.push("), run as (select distinct l.account_id, l.resource_id");
    ledger(&mut query, estimate_id, filter, filter.period, jobs);
    query.push(
        "), named as materialized (
            select run.account_id, run.resource_id, n.arn
            from run
            join resource r using (account_id, resource_id)
            -- the trials of a tuning step name the tuning job
            cross join lateral (values (r.arn), (r.attributes ->> 'parent')) as n (arn)
            where n.arn is not null
        ), member as (
            select distinct on (n.account_id, n.resource_id)
                n.account_id,
                n.resource_id,
                st.pipeline,
                st.execution,
                st.step
            from named n
            join started st on st.account_id = n.account_id and st.arn = n.arn
            order by n.account_id, n.resource_id, st.begun_at, st.execution
        ), counted as (select m.*, count(*) over (partition by ",
    );
    query.push(stage.keys()).push(") as jobs from member m");
    if let Stage::StepsOf { account_id, arn } = stage {
        query.push(" where m.account_id = ").push_bind(account_id);
        query.push(" and m.pipeline = ").push_bind(arn.to_owned());
    }
    query.push(") select m.account_id as of_account, m.pipeline as of_pipeline, ");
    query.push(match stage {
        Stage::Pipelines => "'' as of_execution, '' as of_step, ",
        Stage::StepsOf { .. } => "m.execution as of_execution, coalesce(m.step, '') as of_step, ",
    });
    query.push("m.jobs, array_remove(array_agg(distinct l.project), '') as projects, ");
    query.push(GROUP).push(",").push(SUMS);
    let joined = " join counted m on m.account_id = l.account_id and m.resource_id = l.resource_id";
    ledger_with(&mut query, joined, estimate_id, filter, filter.period, jobs);
    query.push(" group by ").push(stage.keys()).push(", m.jobs, ").push(GROUP);
    query.push(" order by ").push(stage.keys()).push(", ").push(GROUP);
    query
}
