-- What became of files that were sent, file by file: the form that takes them shows it, whichever of them were refused.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- The newest ones: the rows of the last sending, and what of those before it is not too many.
create table sent_file (
    sending_id  uuid not null, -- files that came together
    place       int not null check (place >= 0), -- the file's place among them
    origin      text check (origin in ('aws', 'demo', 'upload')), -- of the accounts that it told of; null: nothing was taken
    name        text not null, -- without any folder
    bytes       bigint not null check (bytes >= 0),
    sort        text check (sort in ('bill', 'usage', 'codecarbon')), -- what it was taken for; null: none that can be read
    outcome     jsonb not null, -- what came of it, or why it was refused
    sent_at     timestamptz not null,
    primary key (sending_id, place)
);
create index sent_file_by_time on sent_file (sent_at, sending_id);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on sent_file to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, delete on sent_file to wattledger_ingest;
end
$$;

reset role;
