//! The hours of days of a ledger `l`: what was used in each, and its footprint in the estimate of the day.

/// The days' usage `u`, its footprints `f`, and both hour by hour as `h`; `h.place` counts from 1 at midnight UTC. A day's
/// arrays are laid side by side, which is far less than to join hours.
pub(super) const JOINED: &str = "
    join usage_day u
      on u.account_id = l.account_id
     and u.entity_id = l.entity_id
     and u.day = l.day
     and u.instance_type = l.instance_type
    left join footprint_day f
      on f.account_id = u.account_id
     and f.entity_id = u.entity_id
     and f.day = u.day
     and f.instance_type = u.instance_type
     and f.state = u.state
     and f.estimate_id = l.estimate_id
     and f.tier = l.tier
    cross join unnest(
        u.instance_seconds, u.cpu_utilisation, u.gpu_utilisation, u.requests,
        f.host_idle_uwh, f.host_dynamic_uwh, f.accelerator_idle_uwh, f.accelerator_dynamic_uwh, f.storage_uwh,
        f.network_uwh, f.facility_uwh, f.operational_ug, f.market_ug, f.embodied_host_ug, f.embodied_accelerator_ug,
        f.water_ul
    ) with ordinality as h (
        instance_seconds, cpu_utilisation, gpu_utilisation, requests, host_idle_uwh, host_dynamic_uwh,
        accelerator_idle_uwh, accelerator_dynamic_uwh, storage_uwh, network_uwh, facility_uwh, operational_ug,
        market_ug, embodied_host_ug, embodied_accelerator_ug, water_ul, place
    )";

/// Whether an hour belongs to its row of `l`: instances were there, and they were estimated in its tier, or in none.
pub(super) const OWN: &str = "
    h.instance_seconds is not null
    and (
        h.facility_uwh is not null
        or l.tier = 'unknown'
            and not exists (
                select
                from footprint_day o
                where o.account_id = u.account_id
                  and o.entity_id = u.entity_id
                  and o.day = u.day
                  and o.instance_type = u.instance_type
                  and o.state = u.state
                  and o.estimate_id = l.estimate_id
                  and o.facility_uwh[h.place::int] is not null
            )
    )";

/// The sums of a group of hours but for cost; the names are those of [`PartRow`](crate::store::part::PartRow). What is idle
/// is what the ledger's day calls so: kept warm, or read whole without a request while a load was measured.
pub(super) const SUMS: &str = "
    bool_or(l.completeness <> 'complete') as is_partial,
    sum(h.instance_seconds) as instance_seconds,
    false as is_untimed,
    coalesce(
        sum(h.instance_seconds) filter (
            where u.state = 'retained'
               or l.kind = 'endpoint'
                   and (u.complete_hours >> (h.place::int - 1)) & 1 = 1
                   and coalesce(h.cpu_utilisation, h.gpu_utilisation) is not null
                   and coalesce(h.requests, 0) <= 0
        ),
        0
    ) as idle_seconds,
    coalesce(sum(h.instance_seconds) filter (where coalesce(h.cpu_utilisation, h.gpu_utilisation) is not null), 0)
        as metric_seconds,
    sum(h.requests) as requests,
    sum(h.host_idle_uwh)::bigint as host_idle_uwh,
    sum(h.host_dynamic_uwh)::bigint as host_dynamic_uwh,
    sum(h.accelerator_idle_uwh)::bigint as accelerator_idle_uwh,
    sum(h.accelerator_dynamic_uwh)::bigint as accelerator_dynamic_uwh,
    sum(h.storage_uwh)::bigint as storage_uwh,
    sum(h.network_uwh)::bigint as network_uwh,
    sum(h.facility_uwh)::bigint as facility_uwh,
    sum(h.operational_ug)::bigint as operational_ug,
    sum(h.market_ug)::bigint as market_ug,
    sum(h.embodied_host_ug)::bigint as embodied_host_ug,
    sum(h.embodied_accelerator_ug)::bigint as embodied_accelerator_ug,
    sum(h.water_ul)::bigint as water_ul,
    sum(h.facility_uwh) filter (where (f.hourly_hours >> (h.place::int - 1)) & 1 = 1)::bigint as hourly_uwh";

/// An hour has the cost of its day by its share of the day's instance-seconds.
pub(super) const SHARE_OF_COST: &str = "
    -- twelve digits of a dollar are enough, and the program's decimals hold no more than twenty-eight
    round(
        sum(l.cost_list * (h.instance_seconds / nullif(l.instance_seconds, 0))::numeric) filter (where l.currency = 'USD'),
        12
    ) as cost_list,
    coalesce(sum(l.priced_seconds * h.instance_seconds / nullif(l.instance_seconds, 0)), 0) as priced_seconds,
    coalesce(sum(l.indicative_seconds * h.instance_seconds / nullif(l.instance_seconds, 0)), 0) as indicative_seconds,
    round(sum(l.cost_billed * (h.instance_seconds / nullif(l.instance_seconds, 0))::numeric), 12) as cost_billed,
    round(sum(l.cost_effective * (h.instance_seconds / nullif(l.instance_seconds, 0))::numeric), 12) as cost_effective,
    coalesce(sum(l.billed_seconds * h.instance_seconds / nullif(l.instance_seconds, 0)), 0) as billed_seconds,
    null::numeric as attributed_cost,
    null::text as team";

/// No cost of hours is asked for.
pub(super) const WITHOUT_COST: &str = "
    null::numeric as cost_list,
    0::float8 as priced_seconds,
    0::float8 as indicative_seconds,
    null::numeric as cost_billed,
    null::numeric as cost_effective,
    0::float8 as billed_seconds,
    null::numeric as attributed_cost,
    null::text as team";
