//! What matters most, and what changed most.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, ledger};
use crate::kind::Section;
use crate::store::selection::{Filter, Measure, Period};

/// The resources of each list with most of a measure and those in which it changed most, with the parts of both periods.
pub fn movers(
    estimate_id: i32,
    filter: &Filter,
    measure: Measure,
    (top, changed): (i64, i64),
) -> QueryBuilder<Postgres> {
    let amount = match measure {
        Measure::Cost => "cost_list",
        Measure::Energy => "facility_uwh",
        Measure::Emissions | Measure::Intensity => "operational_ug + embodied_host_ug + embodied_accelerator_ug",
    };
    let mut query = QueryBuilder::new("with part as (select l.account_id, l.resource_id, l.day >= ");
    query.push_bind(filter.period.from).push(" as is_current, ").push(GROUP).push(",").push(SUMS);
    let both = Period { from: filter.period.previous().from, to: filter.period.to };
    ledger(&mut query, estimate_id, filter, both, None);
    query.push(" group by l.account_id, l.resource_id, is_current, ").push(GROUP);
    query.push(
        "), whole as (
            select
                account_id,
                resource_id,
                kind,
                bool_or(is_current) as is_now,
                coalesce(sum(",
    );
    query.push(amount).push(") filter (where is_current), 0) as amount, coalesce(sum(").push(amount);
    query.push(
        ") filter (where not is_current), 0) as amount_before,
                coalesce(sum(operational_ug + embodied_host_ug + embodied_accelerator_ug) filter (where is_current), 0)
                    as emissions
            from part
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
        )
        select p.place, p.change_place, p.is_now, r.resource_id, r.name, l.*
        from placed p
        join part l using (account_id, resource_id)
        join resource r using (account_id, resource_id)
        where (p.is_now and p.place <= ",
    );
    query.push_bind(top).push(") or (p.amount <> p.amount_before and p.change_place <= ").push_bind(changed);
    query.push(") order by p.is_now desc, p.place, r.resource_id, l.instance_type, l.region, l.tier, l.is_current");
    query
}
