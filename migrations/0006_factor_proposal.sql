-- Other factors, proposed by somebody with a reason. Nothing is computed with them until somebody activates them.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table factor_proposal (
    proposal_id  int generated always as identity primary key,
    base_label   text not null, -- of the factor set it was proposed beside
    overrides    jsonb not null, -- all that the new set differs by from the tables in the program
    author       text not null check (author <> ''),
    reason       text not null check (reason <> ''),
    created_at   timestamptz not null default now(),
    state        text not null default 'open' check (state in ('open', 'accepted', 'active', 'withdrawn', 'failed')),
    decided_by   text,
    decided_at   timestamptz,
    estimate_id  int references estimate, -- once it is active
    failure      text -- why it could not be computed
);

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on factor_proposal to wattledger_ingest, wattledger_web, wattledger_audit;
    -- The web decides; only the estimator says that it is computed.
    grant insert on factor_proposal to wattledger_web;
    grant update (overrides, state, decided_by, decided_at) on factor_proposal to wattledger_web;
    grant update (state, estimate_id, failure) on factor_proposal to wattledger_ingest;
end
$$;

reset role;
