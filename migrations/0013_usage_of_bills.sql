-- Of accounts that nothing else is known of, a bill tells what ran.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table capacity_span
    drop constraint capacity_span_source_check,
    add constraint capacity_span_source_check
        check (source in ('scaling_activity', 'sample_count', 'described', 'billed'));

reset role;
