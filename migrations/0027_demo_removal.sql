-- Whoever has seen the demo can take it away, whole: facts, what was computed from them, and what was decided about them.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- What was signed of real accounts stays as it was signed; nobody may take a row of theirs away.
create policy remove_demo on review_snapshot for delete using (origin = 'demo');
create policy remove_demo on review_snapshot_row for delete using (origin = 'demo');
create policy remove_demo on review_sign_off for delete using (origin = 'demo');

-- Takes every row of the demo away and tells how many there were. No account of another origin is in its scope. The tables come
-- from the catalogue, so that one that is added has no rows left behind; those that refer to others go first. The owner's rights
-- are lent to this one act alone.
create function remove_demo() returns bigint
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    demo int[];
    belonging record;
    gone bigint;
    removed bigint := 0;
begin
    -- Whoever writes for these accounts has ended first, or finds nothing to write for: estimates lock the account, windows
    -- their line in the ledger of windows.
    perform account_id from account where origin = 'demo' order by account_id for update;
    select coalesce(array_agg(account_id), '{}') into demo from account where origin = 'demo';
    perform set_config('wattledger.accounts', array_to_string(demo, ','), true);
    perform account_id from window_ledger where account_id = any (demo) for update;

    -- The phases of a run as a whole name no account.
    delete from ingest_run_phase where run_id in (select run_id from ingest_run where origin = 'demo');
    get diagnostics removed = row_count;

    for belonging in
        with recursive referring (oid, depth) as (
            select c.oid, 0
            from pg_class c
            where c.relnamespace = 'public'::regnamespace
              and c.relkind in ('r', 'p')
              and not c.relispartition
              and exists (
                  select from pg_attribute a
                  where a.attrelid = c.oid
                    and a.attname in ('account_id', 'origin')
                    and not a.attisdropped
              )
            union
            select k.conrelid, r.depth + 1
            from referring r
            join pg_constraint k on k.confrelid = r.oid and k.contype = 'f' and k.conrelid <> k.confrelid
        )
        select
            c.relname as name,
            exists (
                select from pg_attribute a
                where a.attrelid = c.oid
                  and a.attname = 'origin'
                  and not a.attisdropped
            ) as has_origin
        from (select oid, max(depth) as depth from referring group by oid) r
        join pg_class c on c.oid = r.oid
        where c.relname <> 'ingest_run_phase'
        order by r.depth desc, c.relname
    loop
        execute format(
            'delete from %I where %s',
            belonging.name,
            case when belonging.has_origin then 'origin = ''demo''' else 'account_id = any ($1)' end
        ) using demo;
        get diagnostics gone = row_count;
        removed := removed + gone;
    end loop;
    return removed;
end
$$;
revoke execute on function remove_demo() from public;

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant execute on function remove_demo() to wattledger_ingest;
end
$$;

reset role;
