-- What CloudWatch says beside what estimates need: changes of alarms, and hours of metrics that tell how things are used.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- CloudWatch forgets the history of an alarm after a month.
create table alarm_change (
    account_id   int not null references account,
    region       text not null,
    alarm        text not null, -- its name, unique within account and region
    at           timestamptz not null,
    old_state    text not null, -- OK | ALARM | INSUFFICIENT_DATA
    new_state    text not null,
    reason       text not null, -- CloudWatch's own sentence
    primary key (account_id, region, alarm, at)
);
create index alarm_change_by_time on alarm_change (account_id, at desc);

-- One figure an hour; the unit and the statistic belong to the metric's name.
create table observed_hour (
    account_id   int not null references account,
    region       text not null,
    subject      text not null, -- for example endpoint/chat/variant/main or pipeline/nightly
    metric       text not null,
    hour         timestamptz not null,
    value        double precision not null,
    primary key (account_id, region, subject, metric, hour)
);

do $$
declare
    scoped text;
begin
    foreach scoped in array array['alarm_change', 'observed_hour'] loop
        execute format('alter table %I enable row level security', scoped);
        execute format('alter table %I force row level security', scoped);
        execute format(
            'create policy by_account on %I using (account_id = any (array(select unnest(wattledger_scope()))))',
            scoped
        );
        if exists (select from pg_roles where rolname = 'wattledger_ingest') then
            execute format('grant select on %I to wattledger_ingest, wattledger_web, wattledger_audit', scoped);
            execute format('grant insert, update on %I to wattledger_ingest', scoped);
        end if;
    end loop;
end
$$;

-- Whose such metrics CloudWatch can have, and from when to when: nobody is asked about what cannot be there, since every
-- question costs. Reading a window and foretelling its price look at the same rows.
create view observed_subject with (security_invoker = true) as
with variant as (
    select
        r.account_id,
        r.region,
        r.hosting_option,
        r.name as endpoint,
        e.part as variant,
        e.config,
        c.from_at,
        coalesce(c.to_at, 'infinity'::timestamptz) as to_at
    from resource r
    join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
    join capacity_span c on c.account_id = e.account_id and c.entity_id = e.entity_id
    where r.kind = 'endpoint'
      and c.instance_count > 0
),
loaded as (
    select v.*, m.document -> 'containers' as containers
    from variant v
    join configuration_item c
        on c.account_id = v.account_id
        and c.region = v.region
        and c.kind = 'endpoint_config'
        and c.name = v.config
    cross join jsonb_array_elements(c.document -> 'variants') as d
    join configuration_item m
        on m.account_id = v.account_id
        and m.region = v.region
        and m.kind = 'model'
        and m.name = d ->> 'model'
        and m.valid_to is null
    where d ->> 'name' = v.variant
),
component as (
    select
        account_id,
        region,
        name,
        document ->> 'endpoint' as endpoint,
        document ->> 'variant' as variant,
        valid_from as from_at,
        coalesce(valid_to, 'infinity'::timestamptz) as to_at
    from configuration_item
    where kind = 'inference_component'
)
select account_id, region, hosting_option as what, endpoint as name, variant as part, '' as detail, from_at, to_at
from variant
where hosting_option in ('real_time', 'async')
union all
-- a queue fills also while nothing serves it
select account_id, region, 'queue', name, '', '', created_at, coalesce(gone_at, 'infinity'::timestamptz)
from resource
where kind = 'endpoint'
  and hosting_option = 'async'
union all
select r.account_id, r.region, 'serverless', r.name, w ->> 'variant', '', r.created_at,
    coalesce(r.gone_at, 'infinity'::timestamptz)
from resource r
cross join jsonb_array_elements(r.attributes -> 'weights') as w
where r.kind = 'endpoint'
  and w ->> 'serverless_memory_mb' is not null
union all
select r.account_id, r.region, 'provisioned', r.name, v ->> 'name', '', r.created_at,
    coalesce(r.gone_at, 'infinity'::timestamptz)
from resource r
join configuration_item c
    on c.account_id = r.account_id
    and c.region = r.region
    and c.kind = 'endpoint_config'
    and c.name = r.attributes ->> 'config'
cross join jsonb_array_elements(c.document -> 'variants') as v
where r.kind = 'endpoint'
  and v #>> '{serverless,provisioned_concurrency}' is not null
union all
select account_id, region, 'multi_model', endpoint, variant, '', from_at, to_at
from loaded
where containers @> '[{"mode": "MultiModel"}]'
union all
select account_id, region, 'container', endpoint, variant, m ->> 'name', from_at, to_at
from loaded
cross join jsonb_array_elements(containers) as m
where jsonb_array_length(containers) > 1
  and m ->> 'name' is not null
union all
select account_id, region, 'component', name, '', '', from_at, to_at
from component
union all
select account_id, region, 'shared', endpoint, variant, '', from_at, to_at
from component
where endpoint is not null
  and variant is not null
union all
-- between executions a pipeline has nothing to say; the last word comes within an hour of the end
select c.account_id, c.region, 'pipeline', regexp_replace(c.parent, '^.*/', ''), '', '', c.valid_from,
    (
        select coalesce(max((s ->> 'ended_at')::timestamptz), c.valid_from) + interval '1 hour'
        from jsonb_array_elements(c.document -> 'steps') as s
    )
from configuration_item c
where c.kind = 'pipeline_execution'
union all
select c.account_id, c.region, 'feature_group', c.name, '', o.operation, c.valid_from,
    coalesce(c.valid_to, 'infinity'::timestamptz)
from configuration_item c
cross join (values ('GetRecord'), ('BatchGetRecord'), ('PutRecord'), ('DeleteRecord')) as o (operation)
where c.kind = 'feature_group'
  and c.document -> 'online' = 'true';

do $$
begin
    if exists (select from pg_roles where rolname = 'wattledger_ingest') then
        grant select on observed_subject to wattledger_ingest, wattledger_web, wattledger_audit;
    end if;
end
$$;

reset role;
