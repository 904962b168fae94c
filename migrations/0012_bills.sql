-- What AWS billed, by day, usage type and resource; and which import said so.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table bill_import (
    import_id    uuid primary key,
    origin       text not null,
    files        text[] not null,
    imported_at  timestamptz not null
);

-- A billing month of an account is replaced as a whole: parts of one export are never added to those of another.
create table billed_day (
    account_id     int not null references account,
    period         date not null, -- first day of the billing month
    day            date not null,
    region         text not null,
    usage_type     text not null,
    resource       text not null, -- ARN; empty where the export leaves resources out
    currency       text not null,
    instance_type  text, -- read out of the usage type; null where no machine is billed
    component      text,
    billed         numeric(24, 10) not null,
    effective      numeric(24, 10) not null,
    quantity       numeric(24, 10) not null,
    import_id      uuid not null references bill_import,
    primary key (account_id, period, day, region, usage_type, resource, currency)
);
create index billed_day_by_day on billed_day (account_id, day);
alter table billed_day enable row level security;
alter table billed_day force row level security;
create policy by_account on billed_day using (account_id = any (array(select unnest(wattledger_scope()))));

-- Of the instance-seconds, those that the bill covers; list, billed and effective cost are never added.
alter table ledger_day add column billed_seconds double precision not null default 0;
alter table org_day add column billed_seconds double precision not null default 0;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on bill_import, billed_day to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert on bill_import to wattledger_ingest;
    grant insert, update, delete on billed_day to wattledger_ingest;
end
$$;

reset role;
