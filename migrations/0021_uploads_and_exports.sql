-- What files tell of load and tags, exports of bills in S3, and AWS' own totals beside the bill.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- How busy a part was, as a file tells it: used where no metric says so.
create table told_load (
    account_id        int not null,
    entity_id         bigint not null,
    from_at           timestamptz not null,
    to_at             timestamptz not null check (to_at > from_at),
    cpu               real check (cpu between 0 and 1), -- of all processors
    gpu               real check (gpu between 0 and 1), -- of all accelerators
    whole             real check (whole between 0 and 1), -- of what does the work: accelerators where there are any
    primary key (account_id, entity_id, from_at),
    check (cpu is not null or gpu is not null or whole is not null),
    foreign key (account_id, entity_id) references entity (account_id, entity_id)
);

-- Who says that a resource carried a tag: AWS itself, a file of usage, or a bill. A bill counts for keys that nobody else
-- tells of.
alter table tag_span add column source text not null default 'api' check (source in ('api', 'usage', 'bill'));
alter table tag_span no force row level security;
alter table resource no force row level security;
update tag_span t
set source = 'usage'
from resource r
where r.account_id = t.account_id
  and r.resource_id = t.resource_id
  and r.attributes ->> 'known_from' = 'usage';
alter table tag_span force row level security;
alter table resource force row level security;

-- The tags of a resource as a billing month has them, a row for each day from which on they are others.
create table billed_tags (
    account_id   int not null references account,
    period       date not null, -- first day of the billing month, which is replaced as a whole
    resource     text not null, -- ARN
    from_day     date not null,
    tags         jsonb not null,
    primary key (account_id, period, resource, from_day)
);

-- An export of a bill in S3. How it went when it was last looked at is a probe: that of its location.
create table bill_export (
    account_id   int not null references account, -- whose role reads it
    location     text not null, -- s3://bucket/prefix
    region       text not null, -- where the bucket is asked
    read_at      timestamptz, -- when a month was last taken from it
    primary key (account_id, location)
);

-- The objects of which a month was taken: the same ones are not fetched again.
create table bill_object (
    account_id     int not null,
    location       text not null,
    period         text not null, -- as the export's folder names it; empty where it has none
    object_key     text not null,
    etag           text not null,
    last_modified  timestamptz not null,
    bytes          bigint not null,
    import_id      uuid references bill_import, -- null: nothing of it was SageMaker's
    primary key (account_id, location, period, object_key),
    foreign key (account_id, location) references bill_export (account_id, location)
);

-- AWS' own totals from Cost Explorer, by day and usage type, or by day and value of a tag. A check, never a part of a bill.
create table explored_day (
    account_id    int not null references account,
    day           date not null,
    usage_type    text not null,
    tag_key       text not null default '', -- empty: the total of the usage type
    tag_value     text not null default '',
    unblended     numeric(24, 10) not null,
    amortised     numeric(24, 10) not null,
    currency      text not null,
    is_estimated  boolean not null, -- AWS still revises it
    read_at       timestamptz not null,
    primary key (account_id, day, usage_type, tag_key, tag_value, currency)
);

do $$
declare
    scoped text;
begin
    foreach scoped in array array['told_load', 'billed_tags', 'bill_export', 'bill_object', 'explored_day'] loop
        execute format('alter table %I enable row level security', scoped);
        execute format('alter table %I force row level security', scoped);
        execute format(
            'create policy by_account on %I using (account_id = any (array(select unnest(wattledger_scope()))))',
            scoped
        );
        if exists (select from pg_roles where rolname = 'wattledger_ingest') then
            execute format('grant select on %I to wattledger_ingest, wattledger_web, wattledger_audit', scoped);
            execute format('grant insert, update, delete on %I to wattledger_ingest', scoped);
        end if;
    end loop;
    if exists (select from pg_roles where rolname = 'wattledger_ingest') then
        grant delete on tag_span to wattledger_ingest;
    end if;
end
$$;

reset role;
