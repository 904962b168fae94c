-- The statistics of an entity in the order of its hours: a day of a thousand endpoints is found without walking through all
-- that came before it.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table metric_stats
    drop constraint metric_stats_pkey,
    add primary key (account_id, entity_id, hour, host, family);

reset role;
