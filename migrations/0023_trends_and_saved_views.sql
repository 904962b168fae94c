-- What people write on a day, and views that they keep under a name.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table day_note (
    note_id     uuid primary key,
    origin      text not null check (origin in ('aws', 'demo', 'upload')),
    day         date not null,
    note        text not null check (note <> ''),
    author      text not null,
    noted_at    timestamptz not null,
    removed_at  timestamptz, -- null while it stands
    removed_by  text
);
create index day_note_by_day on day_note (origin, day) where removed_at is null;

create table saved_view (
    slug        text primary key, -- the last segment of its short address; never given out again
    origin      text not null check (origin in ('aws', 'demo', 'upload')),
    name        text not null check (name <> ''),
    address     text not null, -- path and canonical query string
    last_days   int check (last_days > 0), -- instead of the days in the address, as many that end yesterday
    saved_by    text not null,
    saved_at    timestamptz not null,
    removed_at  timestamptz, -- null while it stands
    removed_by  text
);
create index saved_view_by_name on saved_view (origin, lower(name)) where removed_at is null;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on day_note, saved_view to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update (removed_at, removed_by) on day_note, saved_view to wattledger_web;
end
$$;

reset role;
