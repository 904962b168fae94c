//! The sums of what was found.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, days};
use crate::kind::Section;
use crate::store::search::Summed;
use crate::store::selection::Period;

/// The parts of resources, families, pipelines and teams inside a period, each with its sort and key.
pub fn found(estimate_id: i32, period: Period, of: &Summed) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("");
    let mut branch = |head: &str, tail: fn(&mut QueryBuilder<Postgres>, &Summed), key: &str| {
        query.push(head).push(", ").push(GROUP).push(",").push(SUMS);
        tail(&mut query, of);
        query.push(" and l.estimate_id = ").push_bind(estimate_id);
        days(&mut query, period);
        query.push(" group by ").push(key).push(", ").push(GROUP);
    };
    branch(
        "select 'resource' as sort, l.resource_id::text as key",
        |query, of| {
            query.push(" from ledger_day l where l.resource_id = any (").push_bind(of.resources.clone()).push(")");
        },
        "l.resource_id",
    );
    branch(
        " union all select 'family', r.family",
        |query, of| {
            query.push(
                " from ledger_day l
                join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id
                where r.kind = any (",
            );
            query
                .push_bind(Section::Jobs.kinds())
                .push(") and r.family = any (")
                .push_bind(of.families.clone())
                .push(")");
        },
        "r.family",
    );
    branch(
        " union all select 'pipeline', p.pipeline",
        |query, of| {
            query.push(
                " from (
                    select distinct c.account_id, c.parent as pipeline, step ->> 'job' as job
                    from configuration_item c
                    cross join jsonb_array_elements(c.document -> 'steps') as step
                    where c.kind = 'pipeline_execution'
                      and c.valid_to is null
                      and step ->> 'from_cache' is distinct from 'true'
                      and c.parent = any (",
            );
            query.push_bind(of.pipelines.clone());
            query.push(
                ")
                ) p
                join resource r on r.account_id = p.account_id and r.arn = p.job
                join ledger_day l on l.account_id = r.account_id and l.resource_id = r.resource_id
                where true",
            );
        },
        "p.pipeline",
    );
    branch(
        " union all select 'team', l.team",
        |query, of| {
            query.push(" from org_day l where l.team = any (").push_bind(of.teams.clone()).push(")");
        },
        "l.team",
    );
    query
}
