-- How much of the energy was weighed with the intensity of its own hour instead of the year's.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table ledger_day add column hourly_uwh bigint not null default 0; -- of facility_uwh
alter table org_day add column hourly_uwh bigint not null default 0;

-- `zone` is the AWS region: providers are asked for data-centre regions, and a file is imported for one.
comment on column intensity_hour.zone is 'AWS region';
create index intensity_hour_by_hour on intensity_hour (hour, zone);

-- What a provider was asked, so that it is not asked again before it may know more.
create table intensity_feed (
    zone        text not null,
    source      text not null,
    read_to     timestamptz, -- end of the last hour it answered
    asked_at    timestamptz not null,
    failure     text, -- its last refusal; annual averages stand in meanwhile
    remedy      text,
    primary key (zone, source)
);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on intensity_feed to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on intensity_feed to wattledger_ingest;
end
$$;

reset role;
