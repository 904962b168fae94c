-- Power that was measured on the machines themselves, by the hour: what no AWS API tells.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table measured_hour (
    account_id      int not null,
    entity_id       bigint not null,
    hour            timestamptz not null,
    accelerators_w  double precision check (accelerators_w between 0 and 100000), -- mean W of one instance; null: not measured
    host_w          double precision check (host_w between 0 and 100000), -- the host without its accelerators
    source          text not null check (source <> ''), -- the meter's program, such as codecarbon
    read_at         timestamptz not null, -- of two sources the one read last counts
    primary key (account_id, entity_id, hour, source),
    check (accelerators_w is not null or host_w is not null),
    foreign key (account_id, entity_id) references entity (account_id, entity_id)
);

alter table measured_hour enable row level security;
alter table measured_hour force row level security;
create policy by_account on measured_hour using (account_id = any (array(select unnest(wattledger_scope()))));

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on measured_hour to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on measured_hour to wattledger_ingest;
end
$$;

reset role;
