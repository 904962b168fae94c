//! The lives of resources: day by day, or summed.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS};
use crate::store::selection::Period;

/// Every day of one resource, by part and group; its whole life, so that a period is a share of it.
pub fn resource_days(estimate_id: i32, account_id: i32, resource_id: i64) -> QueryBuilder<Postgres> {
    let mut query =
        QueryBuilder::new("select l.day, e.part as member, string_agg(distinct nullif(l.owner, ''), ', ') as owner, ");
    query.push(GROUP).push(",").push(SUMS);
    query.push(" from ledger_day l join entity e on e.account_id = l.account_id and e.entity_id = l.entity_id");
    query.push(" where l.estimate_id = ").push_bind(estimate_id);
    query.push(" and l.account_id = ").push_bind(account_id);
    query.push(" and l.resource_id = ").push_bind(resource_id);
    query.push(" group by l.day, e.part, ").push(GROUP).push(" order by l.day, e.part, ").push(GROUP);
    query
}

/// The days of one resource in a period, by part and group, and the rest of its life in one, of no day.
pub fn resource_life(estimate_id: i32, account_id: i32, resource_id: i64, period: Period) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select case when l.day between ");
    query.push_bind(period.from).push(" and ").push_bind(period.to);
    query.push(" then l.day end as day, e.part as member, string_agg(distinct nullif(l.owner, ''), ', ') as owner, ");
    query.push(GROUP).push(",").push(SUMS);
    query.push(" from ledger_day l join entity e on e.account_id = l.account_id and e.entity_id = l.entity_id");
    query.push(" where l.estimate_id = ").push_bind(estimate_id);
    query.push(" and l.account_id = ").push_bind(account_id);
    query.push(" and l.resource_id = ").push_bind(resource_id);
    query.push(" group by 1, e.part, ").push(GROUP).push(" order by 1, e.part, ").push(GROUP);
    query
}

/// The whole lives of some resources, by group.
pub fn lifetimes(estimate_id: i32, resource_ids: &[i64]) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select l.resource_id, ");
    query.push(GROUP).push(",").push(SUMS).push(" from ledger_day l where l.estimate_id = ").push_bind(estimate_id);
    query.push(" and l.resource_id = any (").push_bind(resource_ids.to_vec());
    query.push(") group by l.resource_id, ").push(GROUP).push(" order by l.resource_id, ").push(GROUP);
    query
}
