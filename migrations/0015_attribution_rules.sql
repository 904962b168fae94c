-- Whose a workload is becomes a decision of the people who use this installation.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    -- With the rule the days it bears on are marked, so that no rule stands whose days are not computed anew.
    grant insert, update on attribution_rule to wattledger_ingest;
end
$$;

reset role;
