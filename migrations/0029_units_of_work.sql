-- What people count their work in, so that cost, energy and emissions can be said of a unit of it; and what a resource computes
-- with, so that it can be filtered by.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- A unit holds for any period, past ones too: it says how to read the ledger, and changes none of it. An ended one stays for the
-- trail.
create table work_unit (
    origin      text not null check (origin in ('aws', 'demo', 'upload')),
    unit_key    text not null, -- names it in targets; never given out again
    measure     text not null check (measure in (
        'inferences', 'transform_jobs', 'training_runs', 'model_versions', 'executions', 'notebook_hours'
    )),
    kinds       text[] not null, -- of the resources whose work it is
    label       text not null check (label <> ''), -- for example 1 000 inferences
    scale       double precision not null check (scale > 0), -- how much of the measure one unit is
    of_account  int references account, -- null: any
    team        text, -- null: any
    pattern     text, -- of the resource's name, * for any letters; null: any
    rank        int not null, -- of several that match, the least counts
    set_by      text not null check (set_by <> ''),
    set_at      timestamptz not null,
    ended_by    text,
    ended_at    timestamptz, -- null while it is in force
    primary key (origin, unit_key)
);

insert into work_unit (origin, unit_key, measure, kinds, label, scale, rank, set_by, set_at)
select origin, 'inferences-1', 'inferences', array['endpoint'], '1 000 inferences', 1000, 0, 'Wattledger', '2000-01-01 00:00Z'
from unnest(array['aws', 'demo', 'upload']) as known (origin);

-- Whether a name is like a pattern in which * stands for any letters.
create function is_named_like(name text, pattern text) returns boolean
    language sql immutable parallel safe
    as $$
select name like replace(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
$$;

-- The two figures that endpoints had are those of this unit.
update kpi_target
set kpi = kpi || '.inferences-1'
where kpi in ('carbon_of_work', 'cost_of_work');

-- Trends call the grid's intensity by its name, so that intensity is that of work everywhere.
update saved_view
set address = replace(replace(address, 'metric=intensity', 'metric=grid'), 'metric=per1000', 'metric=intensity')
where address like '/trends?%';

-- The framework of an image as it is kept, or the algorithm where SageMaker brings it; null for an image of one's own.
create function image_framework(image jsonb) returns text
    language sql immutable parallel safe
    as $$
select coalesce(
    image ->> 'framework',
    case when image ->> 'maker' = 'built_in' then regexp_replace(image ->> 'address', '^.*/|[:@].*$', '', 'g') end
)
$$;

alter table resource
    add column framework text generated always as (coalesce(image_framework(attributes -> 'image'), '')) stored;
create index resource_by_framework on resource (framework);

-- Jobs name their image, endpoints the models whose images they load: the first container of each counts, and of several
-- frameworks the first by its name, so that every resource has one.
create view resource_framework with (security_invoker = true) as
select account_id, resource_id, framework
from resource
where kind <> 'endpoint'
union all
select r.account_id, r.resource_id, coalesce(min(image_framework(m.document #> '{containers,0,image}')), '')
from resource r
left join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
left join configuration_item c
    on c.account_id = r.account_id
    and c.region = r.region
    and c.kind = 'endpoint_config'
    and c.name = e.config
    and c.valid_to is null
left join lateral jsonb_array_elements(c.document -> 'variants') as v on true
left join configuration_item m
    on m.account_id = r.account_id
    and m.region = r.region
    and m.kind = 'model'
    and m.name = v ->> 'model'
    and m.valid_to is null
where r.kind = 'endpoint'
group by r.account_id, r.resource_id;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on work_unit, resource_framework to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update (ended_by, ended_at) on work_unit to wattledger_web;
end
$$;

reset role;
