-- What people want key figures to be. Nothing is overwritten: the latest line of a figure counts, and one without a value
-- ends the target.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table kpi_target (
    origin  text not null check (origin in ('aws', 'demo', 'upload')),
    kpi     text not null,
    target  double precision check (target >= 0), -- of a week for sums, in the figure's unit; null: none any more
    set_by  text not null check (set_by <> ''),
    set_at  timestamptz not null,
    primary key (origin, kpi, set_at)
);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on kpi_target to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert on kpi_target to wattledger_web;
end
$$;

reset role;
