//! The runs of a family of jobs.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS};
use crate::store::resource::Resource;

/// The runs of a job's family around it with their whole lives by group, oldest first: at most `before` up to it, itself
/// included, and `after` since. What never was estimated has no row.
pub fn family(estimate_id: i32, job: &Resource, before: i64, after: i64) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "with member as (
            select
                r.account_id,
                r.resource_id,
                r.name,
                r.family,
                r.status,
                r.created_at,
                r.started_at,
                r.ended_at,
                count(*) over () as runs,
                row_number() over (order by r.created_at, r.resource_id) as place
            from resource r
            where r.account_id = ",
    );
    query.push_bind(job.account_id).push(" and r.kind = ").push_bind(job.kind.clone());
    query.push(" and r.family = (select own.family from resource own where own.account_id = ");
    query.push_bind(job.account_id).push(" and own.resource_id = ").push_bind(job.resource_id);
    query.push(")), near as (select m.* from member m cross join (select place from member where resource_id = ");
    query.push_bind(job.resource_id).push(") as this where m.place > this.place - ").push_bind(before);
    query.push(" and m.place <= this.place + ").push_bind(after);
    query.push(
        ")
        select
            n.resource_id,
            n.name,
            n.family,
            n.status,
            n.created_at,
            n.started_at,
            n.ended_at,
            n.runs, ",
    );
    query.push(GROUP).push(",").push(SUMS);
    query.push(
        " from near n
        join ledger_day l on l.account_id = n.account_id and l.resource_id = n.resource_id
        where l.estimate_id = ",
    );
    query.push_bind(estimate_id);
    query.push(
        " group by n.place, n.resource_id, n.name, n.family, n.status, n.created_at, n.started_at, n.ended_at, n.runs, ",
    );
    query.push(GROUP).push(" order by n.place, ").push(GROUP);
    query
}
