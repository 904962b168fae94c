-- Runs that any process can show, end and repeat; and what people say of hours that are missing.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table ingest_run
    add column heartbeat_at         timestamptz, -- a run that has not ended and is silent for longer than its lease has died
    add column lease_seconds        double precision not null default 120,
    add column outcome              text check (outcome in ('complete', 'partial', 'cancelled', 'failed')), -- null in old runs
    add column cancel_requested_at  timestamptz,
    add column cancel_requested_by  text,
    add column series               bigint not null default 0, -- metrics asked of CloudWatch, which are what it charges for
    add column traffic              jsonb not null default '{}', -- {operation: {calls, throttled, repeated}}
    add column problems             jsonb not null default '[]'; -- [{operation, region, message, remedy, times}]

-- How far each phase of a run has come. Phases of the whole run have no account.
create table ingest_run_phase (
    account_id   int references account,
    run_id       uuid not null references ingest_run,
    region       text not null default '',
    phase        text not null,
    place        smallint not null, -- the order in which they are shown
    done         bigint not null default 0,
    total        bigint, -- null while nobody knows
    started_at   timestamptz,
    updated_at   timestamptz not null,
    finished_at  timestamptz,
    unique nulls not distinct (run_id, account_id, region, phase)
);

-- What somebody asked the reader for.
create table ingest_request (
    request_id    uuid primary key,
    origin        text not null,
    from_at       timestamptz, -- null: what the schedule reads
    to_at         timestamptz,
    requested_by  text not null,
    requested_at  timestamptz not null,
    taken_at      timestamptz
);
create index ingest_request_waiting on ingest_request (origin, requested_at) where taken_at is null;

-- Processes that read on a schedule and answer to requests.
create table ingest_reader (
    reader_id  uuid primary key,
    origin     text not null,
    seen_at    timestamptz not null,
    next_at    timestamptz -- null while it reads
);

-- Why days are missing, as far as somebody knows. Nothing is overwritten: the latest note of a day counts.
create table gap_note (
    account_id  int not null references account,
    region      text not null,
    first_day   date not null,
    last_day    date not null,
    note        text not null check (note <> ''),
    author      text not null,
    noted_at    timestamptz not null,
    primary key (account_id, region, first_day, noted_at),
    check (last_day >= first_day)
);

alter table ingest_run_phase enable row level security;
alter table ingest_run_phase force row level security;
create policy by_account on ingest_run_phase
    using (account_id is null or account_id = any (array(select unnest(wattledger_scope()))));
alter table gap_note enable row level security;
alter table gap_note force row level security;
create policy by_account on gap_note using (account_id = any (array(select unnest(wattledger_scope()))));

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on ingest_run_phase, ingest_request, ingest_reader, gap_note
        to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on ingest_run_phase, ingest_reader to wattledger_ingest;
    grant delete on ingest_reader to wattledger_ingest;
    grant update (taken_at) on ingest_request to wattledger_ingest;
    grant insert on ingest_request, gap_note to wattledger_web;
    grant update (cancel_requested_at, cancel_requested_by) on ingest_run to wattledger_web;
    -- Windows are asked for again in the transaction that writes down who asked.
    grant insert on ingest_request to wattledger_ingest;
end
$$;

reset role;
