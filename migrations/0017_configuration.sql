-- What is configured rather than run, over time: endpoint configurations, models, tuning jobs, pipelines, scaling, alarms.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table configuration_item (
    account_id   int not null references account,
    region       text not null,
    kind         text not null,
    identifier   text not null, -- the ARN, or what stands for it where AWS gives none
    valid_from   timestamptz not null,
    valid_to     timestamptz, -- null: still so when last seen
    name         text not null,
    parent       text not null default '', -- identifier of what it belongs to
    created_at   timestamptz,
    version      text not null, -- what the list shows of it: another version is described again
    document     jsonb not null, -- an allow-list of fields; no environment, no hyperparameters
    seen_at      timestamptz not null,
    primary key (account_id, region, kind, identifier, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create unique index configuration_item_now on configuration_item (account_id, region, kind, identifier)
    where valid_to is null;
create index configuration_item_by_parent on configuration_item (account_id, parent, kind) where parent <> '';
-- What a document names, such as the job of a pipeline's step.
create index configuration_item_refers on configuration_item using gin (document jsonb_path_ops);

-- What Application Auto Scaling did: AWS tells of six weeks, so it is kept.
create table scaling_activity (
    account_id   int not null references account,
    region       text not null,
    activity_id  text not null,
    target       text not null, -- for example endpoint/chat/variant/main
    began_at     timestamptz not null,
    ended_at     timestamptz,
    status       text not null,
    cause        text not null,
    description  text not null,
    count        int, -- instances or copies from then on; null where the activity set none
    primary key (account_id, region, activity_id)
);
create index scaling_activity_by_target on scaling_activity (account_id, region, target, began_at);

do $$
declare
    scoped text;
begin
    foreach scoped in array array['configuration_item', 'scaling_activity'] loop
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

reset role;
