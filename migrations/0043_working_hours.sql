-- Which hours are working hours. Nothing is overwritten: the latest line counts, and before the first one Monday to Friday, 08:00
-- to 18:00 UTC.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table working_hours (
    set_id     uuid primary key, -- ascends
    origin     text not null check (origin in ('aws', 'demo', 'upload')),
    weekdays   int[] not null check (weekdays <> '{}' and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]), -- 1 is Monday
    from_hour  int not null check (from_hour between 0 and 23), -- UTC
    -- UTC; before from_hour: on the next day
    to_hour    int not null check (to_hour between 1 and 24 and to_hour <> from_hour),
    set_by     text not null check (set_by <> ''),
    set_at     timestamptz not null
);
create index working_hours_by_time on working_hours (origin, set_at, set_id);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on working_hours to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert on working_hours to wattledger_web;
end
$$;

reset role;
