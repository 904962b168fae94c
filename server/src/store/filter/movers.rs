//! What matters most, and what changed most.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, counted, ledger};
use crate::kind::Section;
use crate::store::selection::{Filter, Measure, Period};

/// The resources of each list with most of a measure and those in which it changed most, with the parts of both periods.
/// The two may overlap, so each is asked for by itself.
pub fn movers(
    estimate_id: i32,
    filter: &Filter,
    before: Option<Period>,
    measure: Measure,
    (top, changed): (i64, i64),
) -> QueryBuilder<Postgres> {
    let emissions = counted::emissions(filter.basis);
    let amount = match measure {
        Measure::Cost => counted::cost(filter.basis),
        Measure::Energy => "l.facility_uwh",
        Measure::Emissions | Measure::Intensity => emissions,
    };
    let periods = [(true, Some(filter.period)), (false, before)];
    let periods = || periods.into_iter().filter_map(|(is_current, period)| Some((is_current, period?)));
    // Of all of them no more than their places depend on; everything else of those alone that have one.
    let mut query = QueryBuilder::new("with each as (");
    for (is_current, period) in periods() {
        query.push(if is_current { "" } else { " union all " }).push("select l.account_id, l.resource_id, l.kind, ");
        query.push(if is_current { "true" } else { "false" }).push(" as is_current, ").push(amount);
        query.push(" as amount, ").push(emissions).push(" as emissions");
        ledger(&mut query, estimate_id, filter, period, None);
    }
    query.push(
        "), whole as (
            select
                account_id,
                resource_id,
                kind,
                bool_or(is_current) as is_now,
                coalesce(sum(amount) filter (where is_current), 0) as amount,
                coalesce(sum(amount) filter (where not is_current), 0) as amount_before,
                coalesce(sum(emissions) filter (where is_current), 0) as emissions
            from each
            group by account_id, resource_id, kind
        ), placed as (
            select
                *,
                row_number() over (
                    partition by kind = any (",
    );
    query.push_bind(Section::Jobs.kinds()).push("), kind = any (").push_bind(Section::Endpoints.kinds());
    query.push(
        "), is_now order by amount desc, emissions desc, resource_id
                ) as place,
                row_number() over (order by abs(amount - amount_before) desc, resource_id) as change_place
            from whole
        ), chosen as materialized (
            select *
            from placed
            where (is_now and place <= ",
    );
    query.push_bind(top).push(") or (amount <> amount_before and change_place <= ").push_bind(changed);
    query.push(")), part as (");
    for (is_current, period) in periods() {
        query.push(if is_current { "" } else { " union all " }).push("select l.account_id, l.resource_id, ");
        query.push(if is_current { "true" } else { "false" }).push(" as is_current, ").push(GROUP);
        query.push(",").push(SUMS);
        ledger(&mut query, estimate_id, filter, period, None);
        query.push(" and (l.account_id, l.resource_id) in (select account_id, resource_id from chosen)");
        query.push(" group by l.account_id, l.resource_id, ").push(GROUP);
    }
    query.push(
        ")
        select p.place, p.change_place, p.is_now, r.resource_id, r.name, l.*
        from chosen p
        join part l using (account_id, resource_id)
        join resource r using (account_id, resource_id)
        order by p.is_now desc, p.place, r.resource_id, l.instance_type, l.region, l.tier, l.is_current",
    );
    query
}
