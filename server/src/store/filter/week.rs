//! The hours of the week, with the same sums as the list they stand beside.

use sqlx::{Postgres, QueryBuilder};

use super::{Filter, GROUP, Section, days, hourly, ledger};
use crate::store::Origin;

/// Whose hours are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everything of a list that the filter leaves.
    Of(Section),
    /// One resource, whatever the filter leaves of others.
    One {
        /// The installation's number of the account.
        account_id: i32,
        /// The installation's number of the resource.
        resource_id: i64,
    },
}

/// What ran in each hour of the week over all days of the period, by group; the names are those of
/// [`PartRow`](crate::store::part::PartRow). `working` holds the working hours in force, null where nobody set any. An hour has the cost of its day by its share of the day's instance-seconds.
pub fn week(origin: Origin, estimate_id: i32, filter: &Filter, whose: Whose) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "with l as (
            select
                l.*,
                extract(isodow from l.day)::int as weekday",
    );
    match whose {
        Whose::Of(section) => ledger(&mut query, estimate_id, filter, filter.period, Some(section)),
        Whose::One { account_id, resource_id } => {
            query.push(" from ledger_day l where l.estimate_id = ").push_bind(estimate_id);
            query.push(" and l.account_id = ").push_bind(account_id);
            query.push(" and l.resource_id = ").push_bind(resource_id);
            days(&mut query, filter.period);
        }
    }
    query.push(
        ") select
            l.weekday,
            h.place::int - 1 as hour,
            (
                select to_jsonb(w)
                from working_hours w
                where w.origin = ",
    );
    query.push_bind(origin.as_str()).push(" order by w.set_at desc, w.set_id desc limit 1) as working, ");
    query.push(GROUP).push(",").push(hourly::SUMS).push(",").push(hourly::SHARE_OF_COST);
    query.push(" from l").push(hourly::JOINED).push(" where ").push(hourly::OWN);
    query.push(" group by 1, 2, ").push(GROUP).push(" order by 1, 2, ").push(GROUP);
    query
}
