-- Capacity of serverless variants that is held ready whether or not anybody calls: as many of them as requests at once.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table capacity_span
    drop constraint capacity_span_purchase_check,
    add constraint capacity_span_purchase_check
        check (purchase in ('on_demand', 'spot', 'plan', 'provisioned'));

reset role;
