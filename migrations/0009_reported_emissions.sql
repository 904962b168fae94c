-- What AWS itself reports: monthly emissions by account, region and service, in tonnes of CO2e as it gives them.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table reported_month (
    account_id          int not null references account, -- whose credentials read it
    month               date not null check (extract(day from month) = 1),
    usage_account       text not null,
    region              text not null,
    service             text not null, -- as AWS names it; SageMaker may be in `Other`
    model_version       text not null, -- AWS restates with new models; the old figures stay
    location_t          double precision,
    market_t            double precision,
    scope_1_t           double precision,
    scope_2_location_t  double precision,
    scope_2_market_t    double precision,
    scope_3_location_t  double precision,
    scope_3_market_t    double precision,
    read_at             timestamptz not null,
    primary key (account_id, month, usage_account, region, service, model_version)
);

alter table reported_month enable row level security;
alter table reported_month force row level security;
create policy by_account on reported_month using (account_id = any (array(select unnest(wattledger_scope()))));

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on reported_month to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update on reported_month to wattledger_ingest;
end
$$;

reset role;
