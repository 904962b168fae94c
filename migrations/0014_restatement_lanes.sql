-- When a window was last read whole, by the clock of the run: values converge, so closed windows are read again later.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table window_ledger add column read_as_of timestamptz;
update window_ledger set read_as_of = completed_at;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    -- The hours of a day that is over become one window.
    grant delete on window_ledger to wattledger_ingest;
end
$$;

reset role;
