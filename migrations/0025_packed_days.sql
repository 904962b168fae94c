-- Hours packed tighter: points in single precision and narrow keys, statistics of an hour in one row, usage and footprints a row
-- a day with an array element an hour. And what many rows need to be found quickly: an order to claim windows in, and statistics
-- for the planner as soon as tables have grown.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- The owner copies every account's rows here, so it must not be held to a scope.
alter table metric_hour no force row level security;
alter table metric_hour_stats no force row level security;
alter table usage_hour no force row level security;
alter table footprint_hour no force row level security;

-- Points. Sums that are counted on stay in double precision in metric_hour_stats; 24 bits of a cell are enough for a chart and a
-- percentile. The columns stand in the order that wastes no alignment.
do $$
declare
    part text;
begin
    alter table metric_hour rename to metric_hour_before;
    for part in select inhrelid::regclass::text from pg_inherits where inhparent = 'metric_hour_before'::regclass loop
        execute format('alter table %I rename to %I', part, part || '_before');
    end loop;
end
$$;

create table metric_hour (
    entity_id       bigint not null,
    hour            timestamptz not null,
    account_id      int not null,
    period_s        smallint not null check (period_s in (60, 300, 3600)),
    family          "char" not null check (family in ('u', 'i')), -- utilisation, invocations
    host            text not null, -- 'algo-1'; '' where the series has no host
    cpu_pct         real[], -- sum over cores, 0..100 x vCPU, as CloudWatch publishes it
    memory_pct      real[],
    gpu_pct         real[], -- sum over accelerators
    gpu_memory_pct  real[],
    disk_pct        real[],
    samples         real[], -- SampleCount of CPUUtilization
    invocations     real[],
    errors_4xx      real[],
    errors_5xx      real[],
    latency_us      real[], -- average ModelLatency
    primary key (account_id, entity_id, host, family, hour)
) partition by range (hour);

select ensure_metric_partition(month::date)
from (select distinct date_trunc('month', hour at time zone 'UTC') as month from metric_hour_before) as months;

insert into metric_hour
select
    entity_id, hour, account_id, period_s, left(family, 1)::"char", host, cpu_pct, memory_pct, gpu_pct, gpu_memory_pct,
    disk_pct, samples::real[], invocations::real[], errors_4xx::real[], errors_5xx::real[], latency_us::real[]
from metric_hour_before;

drop table metric_hour_before;

-- Statistics of an hour, kept for ever: an element a metric, in the order of the view below; null is no series. Percentiles
-- cannot be rebuilt from hours.
create table metric_stats (
    entity_id   bigint not null,
    hour        timestamptz not null,
    account_id  int not null,
    family      "char" not null check (family in ('u', 'i')),
    host        text not null,
    n           int[] not null,
    sum         double precision[] not null,
    min         real[] not null,
    max         real[] not null,
    p50         real[] not null,
    p95         real[] not null,
    p99         real[] not null,
    primary key (account_id, entity_id, host, family, hour)
);

-- Names of the elements.
create function metric_names(family "char") returns text[]
    language sql immutable parallel safe
    as $$
select case family
    when 'u' then array['cpu_pct', 'memory_pct', 'gpu_pct', 'gpu_memory_pct', 'disk_pct', 'samples', 'power_w']
    when 'i' then array['invocations', 'errors_4xx', 'errors_5xx', 'latency_us', 'busy_s']
end
$$;

insert into metric_stats
select
    d.entity_id,
    d.hour,
    d.account_id,
    d.family,
    d.host,
    array_agg(s.n order by m.place),
    array_agg(s.sum order by m.place),
    array_agg(s.min::real order by m.place),
    array_agg(s.max::real order by m.place),
    array_agg(s.p50::real order by m.place),
    array_agg(s.p95::real order by m.place),
    array_agg(s.p99::real order by m.place)
from (
    select distinct
        account_id, entity_id, hour, host,
        case when metric = any (metric_names('u')) then 'u'::"char" else 'i'::"char" end as family
    from metric_hour_stats
) as d
cross join unnest(metric_names(d.family)) with ordinality as m (name, place)
left join metric_hour_stats s
    on s.account_id = d.account_id
    and s.entity_id = d.entity_id
    and s.hour = d.hour
    and s.host = d.host
    and s.metric = m.name
group by d.account_id, d.entity_id, d.hour, d.host, d.family;

drop table metric_hour_stats;

-- The same by metric, for whoever asks by its name.
create view metric_hour_stats with (security_invoker = true) as
select s.account_id, s.entity_id, s.host, m.metric, s.hour, m.n, m.sum, m.min, m.max, m.p50, m.p95, m.p99
from metric_stats s
cross join unnest(metric_names(s.family), s.n, s.sum, s.min, s.max, s.p50, s.p95, s.p99)
    as m (metric, n, sum, min, max, p50, p95, p99)
where m.n is not null;

-- Arrays of 24 elements by UTC hour; null: no instances in that hour, or nothing known of them. Rows stay in their page, since
-- they are read and written whole.
create table usage_day (
    account_id        int not null,
    entity_id         bigint not null,
    day               date not null,
    instance_type     text not null,
    state             text not null,
    instance_seconds  double precision[] not null,
    billable_seconds  double precision[] not null, -- null where AWS has not said
    cpu_utilisation   real[] not null, -- 0..1 of all cores; null is no series
    gpu_utilisation   real[] not null,
    requests          double precision[] not null, -- null is no series; see complete_hours
    complete_hours    int not null, -- bit n: the window of hour n was read whole, so a missing request series means none came
    clamped_hours     int not null, -- bit n: a reading above 100 x count was cut
    primary key (account_id, entity_id, day, instance_type, state)
) with (toast_tuple_target = 8160);

insert into usage_day
select
    d.account_id,
    d.entity_id,
    d.day,
    d.instance_type,
    d.state,
    array_agg(u.instance_seconds order by n.n),
    array_agg(u.billable_seconds order by n.n),
    array_agg(u.cpu_utilisation order by n.n),
    array_agg(u.gpu_utilisation order by n.n),
    array_agg(u.requests order by n.n),
    coalesce(bit_or(case when u.metrics_complete then 1 << n.n end), 0),
    coalesce(bit_or(case when u.clamped then 1 << n.n end), 0)
from (
    select distinct account_id, entity_id, (hour at time zone 'UTC')::date as day, instance_type, state
    from usage_hour
) as d
cross join generate_series(0, 23) as n (n)
left join usage_hour u
    on u.account_id = d.account_id
    and u.entity_id = d.entity_id
    and u.instance_type = d.instance_type
    and u.state = d.state
    and u.hour = d.day::timestamp at time zone 'UTC' + make_interval(hours => n.n)
group by d.account_id, d.entity_id, d.day, d.instance_type, d.state;

-- The same of one estimate. Energy in micro-watt-hours, mass in micrograms, water in microlitres: exact sums.
create table footprint_day (
    account_id                int not null,
    entity_id                 bigint not null,
    day                       date not null,
    instance_type             text not null,
    state                     text not null,
    estimate_id               int not null references estimate,
    tier                      text not null, -- T0..T4
    completeness              text not null check (completeness in ('complete', 'lower_bound')),
    hourly_hours              int not null, -- bit n: hour n was weighed with the grid intensity of its own hour
    host_idle_uwh             bigint[] not null,
    host_dynamic_uwh          bigint[] not null,
    accelerator_idle_uwh      bigint[] not null,
    accelerator_dynamic_uwh   bigint[] not null,
    storage_uwh               bigint[] not null,
    network_uwh               bigint[] not null,
    facility_uwh              bigint[] not null,
    operational_ug            bigint[] not null,
    market_ug                 bigint[] not null,
    embodied_host_ug          bigint[] not null,
    embodied_accelerator_ug   bigint[] not null,
    water_ul                  bigint[] not null,
    primary key (account_id, entity_id, day, instance_type, state, estimate_id, tier)
) with (toast_tuple_target = 8160);

insert into footprint_day
select
    d.account_id,
    d.entity_id,
    d.day,
    d.instance_type,
    d.state,
    d.estimate_id,
    d.tier,
    d.completeness,
    coalesce(bit_or(case when f.grid_resolution = 'hourly' then 1 << n.n end), 0),
    array_agg(f.host_idle_uwh order by n.n),
    array_agg(f.host_dynamic_uwh order by n.n),
    array_agg(f.accelerator_idle_uwh order by n.n),
    array_agg(f.accelerator_dynamic_uwh order by n.n),
    array_agg(f.storage_uwh order by n.n),
    array_agg(f.network_uwh order by n.n),
    array_agg(f.facility_uwh order by n.n),
    array_agg(f.operational_ug order by n.n),
    array_agg(f.market_ug order by n.n),
    array_agg(f.embodied_host_ug order by n.n),
    array_agg(f.embodied_accelerator_ug order by n.n),
    array_agg(f.water_ul order by n.n)
from (
    select
        account_id, entity_id, (hour at time zone 'UTC')::date as day, instance_type, state, estimate_id, tier,
        max(completeness) as completeness
    from footprint_hour
    group by 1, 2, 3, 4, 5, 6, 7
) as d
cross join generate_series(0, 23) as n (n)
left join footprint_hour f
    on f.account_id = d.account_id
    and f.entity_id = d.entity_id
    and f.instance_type = d.instance_type
    and f.state = d.state
    and f.estimate_id = d.estimate_id
    and f.tier = d.tier
    and f.hour = d.day::timestamp at time zone 'UTC' + make_interval(hours => n.n)
group by d.account_id, d.entity_id, d.day, d.instance_type, d.state, d.estimate_id, d.tier, d.completeness;

drop table footprint_hour;
drop table usage_hour;

-- The hours again, for whoever asks by the hour. Ask by the day as well: that is what finds the rows.
create view usage_hour with (security_invoker = true) as
select
    d.account_id,
    d.entity_id,
    d.day,
    d.day::timestamp at time zone 'UTC' + make_interval(hours => u.place::int - 1) as hour,
    d.instance_type,
    d.state,
    u.instance_seconds,
    u.billable_seconds,
    u.cpu_utilisation,
    u.gpu_utilisation,
    u.requests,
    (d.complete_hours >> (u.place::int - 1)) & 1 = 1 as metrics_complete,
    (d.clamped_hours >> (u.place::int - 1)) & 1 = 1 as clamped
from usage_day d
cross join unnest(d.instance_seconds, d.billable_seconds, d.cpu_utilisation, d.gpu_utilisation, d.requests)
    with ordinality as u (instance_seconds, billable_seconds, cpu_utilisation, gpu_utilisation, requests, place)
where u.instance_seconds is not null;

create view footprint_hour with (security_invoker = true) as
select
    d.account_id,
    d.entity_id,
    d.day,
    d.day::timestamp at time zone 'UTC' + make_interval(hours => f.place::int - 1) as hour,
    d.instance_type,
    d.state,
    d.estimate_id,
    d.tier,
    d.completeness,
    case when (d.hourly_hours >> (f.place::int - 1)) & 1 = 1 then 'hourly' else 'annual' end as grid_resolution,
    f.host_idle_uwh,
    f.host_dynamic_uwh,
    f.accelerator_idle_uwh,
    f.accelerator_dynamic_uwh,
    f.storage_uwh,
    f.network_uwh,
    f.facility_uwh,
    f.operational_ug,
    f.market_ug,
    f.embodied_host_ug,
    f.embodied_accelerator_ug,
    f.water_ul
from footprint_day d
cross join unnest(
    d.host_idle_uwh, d.host_dynamic_uwh, d.accelerator_idle_uwh, d.accelerator_dynamic_uwh, d.storage_uwh, d.network_uwh,
    d.facility_uwh, d.operational_ug, d.market_ug, d.embodied_host_ug, d.embodied_accelerator_ug, d.water_ul
) with ordinality as f (
    host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh, storage_uwh, network_uwh, facility_uwh,
    operational_ug, market_ug, embodied_host_ug, embodied_accelerator_ug, water_ul, place
)
where f.facility_uwh is not null;

-- Windows are claimed in this order: what was never read, then what is read again, newest first. No column that a claim changes
-- is in an index, so that claiming a window leaves the indexes alone.
drop index window_ledger_due;
create index window_ledger_next on window_ledger
    (account_id, region, source, (completed_at is not null), window_start desc);
alter table window_ledger set (fillfactor = 80);

-- What is configured is looked up by its name from what runs on it.
create index configuration_item_by_name on configuration_item (account_id, region, kind, name);

-- A table that has just been filled is planned for as if it were empty until the server gets round to counting it. This counts
-- those that have more than doubled since. The owner's rights are lent to this one act alone.
create function count_anew() returns void
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    grown text;
begin
    for grown in
        select c.oid::regclass::text
        from pg_class c
        where c.relnamespace = 'public'::regnamespace
          and c.relkind = 'r'
          and pg_relation_size(c.oid) > (8 + 2 * greatest(c.relpages, 0)) * current_setting('block_size')::bigint
    loop
        execute format('analyze (skip_locked) %s', grown);
    end loop;
end
$$;
revoke execute on function count_anew() from public;

-- Due days are taken newest first, however long the queue is.
create index stale_day_newest on stale_day (account_id, day desc, entity_id);

do $$
declare
    scoped text;
begin
    foreach scoped in array array['metric_hour', 'metric_stats', 'usage_day', 'footprint_day'] loop
        execute format('alter table %I enable row level security', scoped);
        execute format('alter table %I force row level security', scoped);
        execute format(
            'create policy by_account on %I using (account_id = any (array(select unnest(wattledger_scope()))))',
            scoped
        );
    end loop;
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on metric_hour, metric_stats, metric_hour_stats, usage_day, footprint_day, usage_hour, footprint_hour
        to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on metric_hour, metric_stats, usage_day, footprint_day to wattledger_ingest;
    grant delete on usage_day, footprint_day to wattledger_ingest;
    grant execute on function count_anew() to wattledger_ingest;
end
$$;

reset role;
