-- Sums that know what was served and what is not known of it, so that work is counted without reading every endpoint's days; the
-- latest verdict beside each finding; and what every page looks for, found without walking through all days.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- The owner sums every account's rows, so it must not be held to a scope.
alter table ledger_day no force row level security;
alter table org_day no force row level security;
alter table finding no force row level security;
alter table evaluation no force row level security;

delete from org_day;
alter table org_day
    add column is_served boolean not null, -- whether something tells what its rows served
    drop constraint org_day_pkey,
    add primary key (
        account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier, estimate_id,
        is_served
    );
insert into org_day (
    account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
    estimate_id, is_served, completeness, instance_seconds, idle_seconds, busy_cpu_seconds, busy_gpu_seconds,
    metric_seconds, requests, host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh,
    storage_uwh, network_uwh, facility_uwh, operational_ug, market_ug, embodied_host_ug,
    embodied_accelerator_ug, water_ul, cost_list, cost_billed, cost_effective, currency, priced_seconds,
    hourly_uwh, indicative_seconds, billed_seconds
)
select
    account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
    estimate_id,
    requests is not null or idle_seconds > 0,
    max(completeness), -- complete < lower_bound < unknown
    coalesce(sum(instance_seconds), 0),
    sum(idle_seconds),
    sum(busy_cpu_seconds),
    sum(busy_gpu_seconds),
    sum(metric_seconds),
    sum(requests),
    sum(host_idle_uwh)::bigint,
    sum(host_dynamic_uwh)::bigint,
    sum(accelerator_idle_uwh)::bigint,
    sum(accelerator_dynamic_uwh)::bigint,
    sum(storage_uwh)::bigint,
    sum(network_uwh)::bigint,
    sum(facility_uwh)::bigint,
    sum(operational_ug)::bigint,
    -- market-based emissions are known for a sum only if they are known for all of it
    case when count(market_ug) = count(*) then sum(market_ug)::bigint end,
    sum(embodied_host_ug)::bigint,
    sum(embodied_accelerator_ug)::bigint,
    sum(water_ul)::bigint,
    sum(cost_list),
    sum(cost_billed),
    sum(cost_effective),
    max(currency),
    sum(priced_seconds),
    sum(hourly_uwh)::bigint,
    sum(indicative_seconds),
    sum(billed_seconds)
from ledger_day
group by account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type,
         tier, estimate_id, requests is not null or idle_seconds > 0;

create index org_day_by_team on org_day (estimate_id, team);

alter table finding add column verdict text; -- of the newest evaluation
update finding f
set verdict = (
    select e.verdict
    from evaluation e
    where e.account_id = f.account_id
      and e.finding_id = f.finding_id
    order by e.day desc
    limit 1
);

alter table ledger_day force row level security;
alter table org_day force row level security;
alter table finding force row level security;
alter table evaluation force row level security;

reset role;
