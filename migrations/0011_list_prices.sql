-- List prices as AWS publishes them, with the day each came into force. Prices of the demo price nothing real.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table list_price (
    origin          text not null check (origin in ('aws', 'demo')),
    region          text not null,
    component       text not null,
    instance_type   text not null,
    effective_from  timestamptz not null,
    usage_type      text not null, -- what the bill calls it
    usd_per_hour    numeric(20, 10) not null check (usd_per_hour > 0),
    read_at         timestamptz not null,
    primary key (origin, region, component, instance_type, effective_from)
);

-- Of the instance-seconds that have a list price, those whose price is a dated table's and not AWS' own list.
alter table ledger_day add column indicative_seconds double precision not null default 0;
alter table org_day add column indicative_seconds double precision not null default 0;
update ledger_day set indicative_seconds = priced_seconds;
update org_day set indicative_seconds = priced_seconds;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on list_price to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on list_price to wattledger_ingest;
end
$$;

reset role;
