-- Every kind of SageMaker workload that holds instances, and the parts of a review that list them.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table resource
    drop constraint resource_kind_check,
    add constraint resource_kind_check check (kind in (
        'training', 'processing', 'transform', 'endpoint', 'notebook', 'app', 'cluster'
    ));

alter table window_ledger
    drop constraint window_ledger_source_check,
    add constraint window_ledger_source_check check (source in ('inventory', 'processing', 'transform', 'metrics'));

-- What CloudWatch calls the hosts of an entity where the name does not follow from the resource: a batch transform job's
-- hosts carry EC2's instance number. Listed names disappear after two silent weeks, so they are kept.
create table entity_host (
    account_id     int not null,
    entity_id      bigint not null,
    host           text not null,
    first_seen_at  timestamptz not null,
    primary key (account_id, entity_id, host),
    foreign key (account_id, entity_id) references entity (account_id, entity_id)
);
alter table entity_host enable row level security;
alter table entity_host force row level security;
create policy by_account on entity_host using (account_id = any (array(select unnest(wattledger_scope()))));

alter table review_snapshot_row
    drop constraint review_snapshot_row_section_check,
    add constraint review_snapshot_row_section_check check (
        section in ('kpi', 'job', 'endpoint', 'notebook', 'finding', 'coverage')
    );

do $$
begin
    if exists (select from pg_roles where rolname = 'wattledger_ingest') then
        grant select on entity_host to wattledger_ingest, wattledger_web, wattledger_audit;
        grant insert on entity_host to wattledger_ingest;
    end if;
end
$$;

delete from permission_probe where feature = 'sagemaker';

reset role;
