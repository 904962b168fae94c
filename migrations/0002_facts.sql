-- What AWS said: accounts, resources, capacity, metrics and the ledger of the windows they were read in.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- The accounts a transaction may see. Unset means none: forgetting the scope shows nothing, never everything.
create function wattledger_scope() returns int[]
    language sql stable parallel safe
    as $$ select string_to_array(nullif(current_setting('wattledger.accounts', true), ''), ',')::int[] $$;

create table account (
    account_id      int generated always as identity primary key,
    partition       text not null default 'aws',
    aws_account_id  char(12),
    origin          text not null check (origin in ('aws', 'demo', 'upload')),
    name            text not null,
    created_at      timestamptz not null default now(),
    unique nulls not distinct (origin, partition, aws_account_id)
);

create table account_region (
    account_id      int not null references account,
    region          text not null,
    enabled         boolean not null default true,
    primary key (account_id, region)
);

-- What a feature may do in an account and region: the reason a card is empty, in AWS' own words and in ours.
create table permission_probe (
    account_id      int not null references account,
    region          text not null,
    feature         text not null, -- sagemaker | cloudwatch | sts
    state           text not null check (state in ('granted', 'denied', 'failing')),
    message         text not null default '',
    remedy          text not null default '',
    checked_at      timestamptz not null,
    primary key (account_id, region, feature)
);

-- A thing in AWS. Names and ARNs are used again after deletion, so the moment of creation is part of the identity.
create table resource (
    account_id        int not null references account,
    resource_id       bigint not null, -- eight bytes of SHA-256 of (arn, created_at)
    arn               text not null,
    created_at        timestamptz not null,
    region            text not null,
    kind              text not null check (kind in ('training', 'endpoint')),
    phase             text not null check (phase in ('prep', 'train', 'deploy', 'dev', 'store')),
    hosting_option    text not null default '', -- real_time | serverless | async ...
    name              text not null,
    family            text not null, -- the name without its run number or date
    status            text not null,
    failure_reason    text,
    started_at        timestamptz,
    ended_at          timestamptz,
    last_modified_at  timestamptz,
    training_seconds  bigint, -- null is unknown, never zero
    billable_seconds  bigint,
    is_spot           boolean,
    attributes        jsonb not null default '{}', -- an allow-list of descriptive fields; no environment, no hyperparameters
    first_seen_at     timestamptz not null,
    last_seen_at      timestamptz not null,
    gone_at           timestamptz,
    primary key (account_id, resource_id),
    unique (account_id, arn, created_at)
);
create index resource_by_kind on resource (account_id, region, kind, created_at);

-- The smallest part of a resource with one instance type and metrics of its own.
create table entity (
    account_id   int not null,
    entity_id    bigint not null, -- eight bytes of SHA-256 of the natural key
    natural_key  text not null,
    resource_id  bigint not null,
    part         text not null, -- instance group or production variant
    config       text not null default '', -- endpoint configuration
    first_host   int not null default 1, -- of the hosts algo-1 .. algo-n of its job
    instance_type text not null default '', -- as described; what ran when is in capacity_span
    primary key (account_id, entity_id),
    unique (account_id, natural_key),
    foreign key (account_id, resource_id) references resource (account_id, resource_id)
);
create index entity_by_resource on entity (account_id, resource_id);

-- How many instances of which type, from when to when: half-open, never overlapping within an entity.
create table capacity_span (
    account_id     int not null,
    entity_id      bigint not null,
    from_at        timestamptz not null,
    to_at          timestamptz, -- null: still so when last seen
    instance_type  text not null,
    instance_count int not null check (instance_count >= 0),
    purchase       text not null default 'on_demand' check (purchase in ('on_demand', 'spot', 'plan')),
    state          text not null check (state in ('provisioning', 'serving', 'retained', 'draining')),
    source         text not null check (source in ('scaling_activity', 'sample_count', 'described')),
    primary key (account_id, entity_id, from_at),
    check (to_at is null or to_at > from_at),
    foreign key (account_id, entity_id) references entity (account_id, entity_id)
);

create table tag_span (
    account_id   int not null,
    resource_id  bigint not null,
    key          text not null,
    value        text not null,
    from_at      timestamptz not null,
    to_at        timestamptz,
    primary key (account_id, resource_id, key, from_at),
    foreign key (account_id, resource_id) references resource (account_id, resource_id)
);

-- Which tag names the team, the project or the environment, and since when. Attribution uses the rule valid on the day.
create table attribution_rule (
    dimension    text not null check (dimension in ('team', 'project', 'environment', 'owner')),
    tag_key      text not null,
    tag_value    text, -- null: the value of the tag is the name
    name         text, -- what a matching tag_value is called
    valid_from   date not null,
    valid_to     date,
    rank         int not null default 0,
    primary key (dimension, tag_key, valid_from, rank)
);
insert into attribution_rule (dimension, tag_key, valid_from) values
    ('team', 'team', '2000-01-01'),
    ('project', 'project', '2000-01-01'),
    ('environment', 'environment', '2000-01-01'),
    ('owner', 'owner', '2000-01-01');

-- An hour of points as arrays. A null element is a minute without a point; a finer period replaces a coarser one.
create table metric_hour (
    account_id      int not null,
    entity_id       bigint not null,
    host            text not null, -- 'algo-1'; '' where the series has no host
    family          text not null check (family in ('utilisation', 'invocation')),
    hour            timestamptz not null,
    period_s        int not null check (period_s in (60, 300, 3600)),
    cpu_pct         real[], -- sum over cores, 0..100 x vCPU, as CloudWatch publishes it
    memory_pct      real[],
    gpu_pct         real[], -- sum over accelerators
    gpu_memory_pct  real[],
    disk_pct        real[],
    samples         double precision[], -- SampleCount of CPUUtilization
    invocations     double precision[],
    errors_4xx      double precision[],
    errors_5xx      double precision[],
    latency_us      double precision[], -- average ModelLatency
    primary key (account_id, entity_id, host, family, hour)
) partition by range (hour);

-- Months are added as data arrives. The owner's rights are lent to this one act alone.
create function ensure_metric_partition(month date) returns void
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    start date := date_trunc('month', month)::date;
    name text := 'metric_hour_' || to_char(start, 'YYYYMM');
begin
    if to_regclass('public.' || name) is null then
        perform pg_advisory_xact_lock(hashtext(name));
        if to_regclass('public.' || name) is null then
            execute format(
                'create table %I partition of metric_hour for values from (%L) to (%L)',
                name,
                (start::timestamp at time zone 'UTC'),
                ((start + interval '1 month')::timestamp at time zone 'UTC')
            );
        end if;
    end if;
exception
    when duplicate_table then null; -- another writer was first
end
$$;

-- Percentiles cannot be rebuilt from hours, so each hour's are kept for ever beside its sum and extremes.
create table metric_hour_stats (
    account_id  int not null,
    entity_id   bigint not null,
    host        text not null,
    metric      text not null,
    hour        timestamptz not null,
    n           int not null,
    sum         double precision not null,
    min         double precision not null,
    max         double precision not null,
    p50         double precision not null,
    p95         double precision not null,
    p99         double precision not null,
    primary key (account_id, entity_id, host, metric, hour)
);

-- One row per window that is to be read. Leadership is the lease with its epoch; nothing depends on a live process.
create table window_ledger (
    account_id           int not null references account,
    region               text not null,
    source               text not null check (source in ('inventory', 'metrics')),
    window_start         timestamptz not null,
    window_end           timestamptz not null,
    state                text not null default 'pending' check (state in ('pending', 'leased', 'complete')),
    holder               text,
    lease_until          timestamptz,
    epoch                bigint not null default 0,
    inventory_watermark  timestamptz, -- when the list of entities was read that this window was planned from
    coverage             tstzmultirange not null default '{}',
    expected_series      int,
    received_series      int,
    received_points      bigint,
    holes                jsonb not null default '[]', -- series that were asked for and not answered, with the reason
    attempts             int not null default 0,
    last_error           text,
    remedy               text,
    next_attempt_at      timestamptz not null default now(),
    completed_at         timestamptz,
    primary key (account_id, region, source, window_start),
    check (window_end > window_start)
);
create index window_ledger_due on window_ledger (account_id, source, state, window_start);

-- Entities found only after their window was complete: the window is read again for these alone.
create table window_reopened (
    account_id    int not null,
    region        text not null,
    source        text not null,
    window_start  timestamptz not null,
    entity_id     bigint not null,
    primary key (account_id, region, source, window_start, entity_id),
    foreign key (account_id, region, source, window_start)
        references window_ledger (account_id, region, source, window_start)
);

create table restatement (
    account_id   int not null,
    entity_id    bigint not null,
    hour         timestamptz not null,
    what         text not null, -- the family or the field that changed
    old          jsonb,
    new          jsonb,
    why          text not null,
    restated_at  timestamptz not null,
    primary key (account_id, entity_id, hour, what, restated_at)
);

-- Grid intensity by the hour is a fact with a time of its own, not part of a factor set.
create table intensity_hour (
    zone        text not null,
    hour        timestamptz not null,
    g_per_kwh   double precision not null,
    resolution  text not null,
    source      text not null,
    licence     text not null,
    read_at     timestamptz not null,
    primary key (zone, hour)
);

create table ingest_run (
    run_id       uuid primary key,
    origin       text not null,
    started_at   timestamptz not null default now(),
    finished_at  timestamptz,
    from_at      timestamptz not null,
    to_at        timestamptz not null,
    now_at       timestamptz not null,
    phase        text not null default 'plan',
    done         bigint not null default 0,
    total        bigint not null default 0,
    summary      jsonb,
    error        text
);

reset role;
