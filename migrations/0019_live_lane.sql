-- The hours that have not closed yet, read every five minutes for running jobs and for endpoints that somebody pinned.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- One reader at a time for a region. Whoever plans windows of closed hours takes this row first, so that an hour is
-- written by the lane or by its window and never by both.
create table live_lane (
    account_id   int not null references account,
    region       text not null,
    epoch        bigint not null default 0, -- counts claims up; a commit with an old one is refused
    holder       text,
    lease_until  timestamptz,
    read_to      timestamptz, -- end of the last five minutes that were read
    followed     int, -- entities that were read then
    primary key (account_id, region)
);

create table pinned_endpoint (
    account_id   int not null references account,
    resource_id  bigint not null,
    pinned_by    text not null check (pinned_by <> ''),
    pinned_at    timestamptz not null,
    primary key (account_id, resource_id)
);

alter table ingest_run add column lane text not null default 'hourly' check (lane in ('hourly', 'live'));

alter table live_lane enable row level security;
alter table live_lane force row level security;
create policy by_account on live_lane using (account_id = any (array(select unnest(wattledger_scope()))));
alter table pinned_endpoint enable row level security;
alter table pinned_endpoint force row level security;
create policy by_account on pinned_endpoint using (account_id = any (array(select unnest(wattledger_scope()))));

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on live_lane, pinned_endpoint to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on live_lane to wattledger_ingest;
    grant insert, delete on pinned_endpoint to wattledger_web;
end
$$;

reset role;
