-- From facts to numbers: usage without versions, footprints per estimate, and the daily ledger every page reads.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table factor_set (
    factor_set_id  int generated always as identity primary key,
    label          text not null,
    sha256         char(64) not null unique,
    overrides      jsonb not null default '[]', -- what differs from the tables in the binary, each with author and reason
    created_at     timestamptz not null default now()
);

create table estimate (
    estimate_id     int generated always as identity primary key,
    method_version  text not null,
    factor_set_id   int not null references factor_set,
    author          text not null,
    reason          text not null,
    created_at      timestamptz not null default now(),
    activated_at    timestamptz,
    is_active       boolean not null default false,
    unique (method_version, factor_set_id)
);
create unique index estimate_one_active on estimate (is_active) where is_active;

-- Entity-days whose facts changed since they were last estimated. Written with the facts, cleared with the numbers.
create table stale_day (
    account_id  int not null,
    entity_id   bigint not null,
    day         date not null,
    primary key (account_id, entity_id, day)
);

-- What ran, from facts alone.
create table usage_hour (
    account_id          int not null,
    entity_id           bigint not null,
    hour                timestamptz not null,
    instance_type       text not null,
    state               text not null,
    instance_seconds    double precision not null,
    billable_seconds    double precision, -- null where AWS has not said
    cpu_utilisation     real, -- 0..1 of all cores; null is no series
    gpu_utilisation     real,
    requests            double precision, -- null is no series; see metrics_complete
    metrics_complete    boolean not null, -- the window was read whole, so a missing request series means none came
    clamped             boolean not null default false, -- a reading above 100 x count was cut
    primary key (account_id, entity_id, hour, instance_type, state)
);

-- One hour's footprint under one estimate. Energy in micro-watt-hours, mass in micrograms, water in microlitres: exact sums.
create table footprint_hour (
    account_id                int not null,
    entity_id                 bigint not null,
    hour                      timestamptz not null,
    instance_type             text not null,
    state                     text not null,
    estimate_id               int not null references estimate,
    tier                      text not null, -- T0..T4
    completeness              text not null check (completeness in ('complete', 'lower_bound')),
    grid_resolution           text not null default 'annual',
    host_idle_uwh             bigint not null,
    host_dynamic_uwh          bigint not null,
    accelerator_idle_uwh      bigint not null,
    accelerator_dynamic_uwh   bigint not null,
    storage_uwh               bigint not null,
    network_uwh               bigint not null,
    facility_uwh              bigint not null,
    operational_ug            bigint not null,
    market_ug                 bigint,
    embodied_host_ug          bigint not null,
    embodied_accelerator_ug   bigint not null,
    water_ul                  bigint not null,
    primary key (account_id, entity_id, hour, instance_type, state, estimate_id)
);

-- A day of one entity. Footprint columns are null where the instance type is unknown: unknown is not zero.
create table ledger_day (
    account_id                int not null,
    day                       date not null,
    entity_id                 bigint not null,
    instance_type             text not null,
    estimate_id               int not null references estimate,
    tier                      text not null, -- T0..T4, or 'unknown' for a type without a factor
    completeness              text not null check (completeness in ('complete', 'lower_bound', 'unknown')),
    resource_id               bigint not null,
    region                    text not null,
    kind                      text not null,
    phase                     text not null,
    hosting_option            text not null default '',
    team                      text not null default '',
    project                   text not null default '',
    environment               text not null default '',
    instance_seconds          double precision, -- null: it ran or failed, and AWS gave no times: unknown, not zero
    idle_seconds              double precision not null, -- instance-seconds in hours read whole that served nothing
    busy_cpu_seconds          double precision not null, -- sum of cpu utilisation x instance-seconds
    busy_gpu_seconds          double precision not null,
    metric_seconds            double precision not null, -- instance-seconds with a utilisation series
    requests                  double precision,
    host_idle_uwh             bigint,
    host_dynamic_uwh          bigint,
    accelerator_idle_uwh      bigint,
    accelerator_dynamic_uwh   bigint,
    storage_uwh               bigint,
    network_uwh               bigint,
    facility_uwh              bigint,
    operational_ug            bigint,
    market_ug                 bigint,
    embodied_host_ug          bigint,
    embodied_accelerator_ug   bigint,
    water_ul                  bigint,
    cost_list                 numeric(20, 8), -- null: no price is known
    cost_billed               numeric(20, 8),
    cost_effective            numeric(20, 8),
    currency                  text,
    priced_seconds            double precision not null default 0, -- instance-seconds the list price covers
    primary key (account_id, day, entity_id, instance_type, estimate_id, tier)
);
create index ledger_day_by_resource on ledger_day (account_id, estimate_id, resource_id, day);

-- The same day summed over entities: what the overview reads.
create table org_day (
    account_id                int not null,
    day                       date not null,
    region                    text not null,
    kind                      text not null,
    phase                     text not null,
    hosting_option            text not null,
    team                      text not null,
    project                   text not null,
    environment               text not null,
    instance_type             text not null,
    tier                      text not null,
    estimate_id               int not null references estimate,
    completeness              text not null,
    instance_seconds          double precision not null,
    idle_seconds              double precision not null,
    busy_cpu_seconds          double precision not null,
    busy_gpu_seconds          double precision not null,
    metric_seconds            double precision not null,
    requests                  double precision,
    host_idle_uwh             bigint,
    host_dynamic_uwh          bigint,
    accelerator_idle_uwh      bigint,
    accelerator_dynamic_uwh   bigint,
    storage_uwh               bigint,
    network_uwh               bigint,
    facility_uwh              bigint,
    operational_ug            bigint,
    market_ug                 bigint,
    embodied_host_ug          bigint,
    embodied_accelerator_ug   bigint,
    water_ul                  bigint,
    cost_list                 numeric(24, 8),
    cost_billed               numeric(24, 8),
    cost_effective            numeric(24, 8),
    currency                  text,
    priced_seconds            double precision not null,
    primary key (account_id, day, region, kind, phase, hosting_option, team, project, environment,
                 instance_type, tier, estimate_id)
);

reset role;
