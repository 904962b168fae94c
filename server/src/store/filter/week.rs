//! The hours of the week, with the same sums as the list they stand beside.

use sqlx::{Postgres, QueryBuilder};

use super::{Filter, GROUP, Section, days, ledger};
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
            extract(hour from u.hour at time zone 'UTC')::int as hour,
            (
                select to_jsonb(w)
                from working_hours w
                where w.origin = ",
    );
    query.push_bind(origin.as_str()).push(" order by w.set_at desc, w.set_id desc limit 1) as working, ");
    query.push(GROUP).push(",").push(SUMS_OF_HOURS).push(
        " from l
        join usage_hour u
          on u.account_id = l.account_id
         and u.entity_id = l.entity_id
         and u.day = l.day
         and u.instance_type = l.instance_type
        left join footprint_hour f
          on f.account_id = u.account_id
         and f.entity_id = u.entity_id
         and f.day = u.day
         and f.hour = u.hour
         and f.instance_type = u.instance_type
         and f.state = u.state
         and f.estimate_id = l.estimate_id
        where coalesce(f.tier, 'unknown') = l.tier
        group by 1, 2, ",
    );
    query.push(GROUP).push(" order by 1, 2, ").push(GROUP);
    query
}

const SUMS_OF_HOURS: &str = "
    bool_or(l.completeness <> 'complete') as is_partial,
    sum(u.instance_seconds) as instance_seconds,
    false as is_untimed,
    0::float8 as idle_seconds,
    coalesce(sum(u.instance_seconds) filter (where coalesce(u.cpu_utilisation, u.gpu_utilisation) is not null), 0)
        as metric_seconds,
    sum(u.requests) as requests,
    sum(f.host_idle_uwh)::bigint as host_idle_uwh,
    sum(f.host_dynamic_uwh)::bigint as host_dynamic_uwh,
    sum(f.accelerator_idle_uwh)::bigint as accelerator_idle_uwh,
    sum(f.accelerator_dynamic_uwh)::bigint as accelerator_dynamic_uwh,
    sum(f.storage_uwh)::bigint as storage_uwh,
    sum(f.network_uwh)::bigint as network_uwh,
    sum(f.facility_uwh)::bigint as facility_uwh,
    sum(f.operational_ug)::bigint as operational_ug,
    sum(f.market_ug)::bigint as market_ug,
    sum(f.embodied_host_ug)::bigint as embodied_host_ug,
    sum(f.embodied_accelerator_ug)::bigint as embodied_accelerator_ug,
    sum(f.water_ul)::bigint as water_ul,
    sum(f.facility_uwh) filter (where f.grid_resolution = 'hourly')::bigint as hourly_uwh,
    -- twelve digits of a dollar are enough, and the program's decimals hold no more than twenty-eight
    round(
        sum(l.cost_list * (u.instance_seconds / nullif(l.instance_seconds, 0))::numeric) filter (where l.currency = 'USD'),
        12
    ) as cost_list,
    coalesce(sum(l.priced_seconds * u.instance_seconds / nullif(l.instance_seconds, 0)), 0) as priced_seconds,
    coalesce(sum(l.indicative_seconds * u.instance_seconds / nullif(l.instance_seconds, 0)), 0) as indicative_seconds,
    round(sum(l.cost_billed * (u.instance_seconds / nullif(l.instance_seconds, 0))::numeric), 12) as cost_billed,
    round(sum(l.cost_effective * (u.instance_seconds / nullif(l.instance_seconds, 0))::numeric), 12) as cost_effective,
    coalesce(sum(l.billed_seconds * u.instance_seconds / nullif(l.instance_seconds, 0)), 0) as billed_seconds,
    null::numeric as attributed_cost,
    null::text as team";
