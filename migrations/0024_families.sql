-- The runs of a family are found by its name.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create index resource_by_family on resource (account_id, kind, family, created_at);

reset role;
