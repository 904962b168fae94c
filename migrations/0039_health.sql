-- What ran lately and what still runs are found without walking through all that ever ran.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create index resource_by_end on resource (account_id, coalesce(ended_at, last_modified_at));
create index resource_running on resource (account_id, kind) where status in ('InProgress', 'Stopping');

reset role;
