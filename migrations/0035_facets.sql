-- What a filter offers and which feeds there are, found from one to the next instead of by walking through all days.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create index org_day_by_project on org_day (estimate_id, project);
create index org_day_by_environment on org_day (estimate_id, environment);
create index org_day_by_kind on org_day (estimate_id, kind);
create index org_day_by_type on org_day (estimate_id, instance_type);

create view feed_key with (security_invoker = true) as
with recursive key as (
    select first.*
    from account a
    cross join lateral (
        select account_id, region, source
        from window_ledger w
        where w.account_id = a.account_id
        order by w.region, w.source
        limit 1
    ) first
    union all
    select next.*
    from key k
    cross join lateral (
        select account_id, region, source
        from window_ledger w
        where w.account_id = k.account_id
          and (w.region, w.source) > (k.region, k.source)
        order by w.region, w.source
        limit 1
    ) next
)
select account_id, region, source
from key;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on feed_key to wattledger_ingest, wattledger_web, wattledger_audit;
end
$$;

reset role;
