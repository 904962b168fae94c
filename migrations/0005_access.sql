-- Who may do what: row-level security by account on every table that belongs to one, and the least rights per role.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

do $$
declare
    scoped text;
begin
    -- `account` itself stays readable: it is where a scope is chosen from.
    for scoped in
        select c.relname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
        where n.nspname = 'public'
          and c.relkind in ('r', 'p')
          and not c.relispartition
          and c.relname not in ('account', 'review_action', 'review_snapshot_row')
    loop
        execute format('alter table %I enable row level security', scoped);
        execute format('alter table %I force row level security', scoped);
        -- The array is built once per statement, not once per row.
        execute format(
            'create policy by_account on %I using (account_id = any (array(select unnest(wattledger_scope()))))',
            scoped
        );
    end loop;

    -- A snapshot may be read and added. There is no policy for update or delete, and force binds the owner too.
    foreach scoped in array array['review_snapshot', 'review_snapshot_row', 'review_sign_off', 'audit_event'] loop
        execute format('alter table %I enable row level security', scoped);
        execute format('alter table %I force row level security', scoped);
    end loop;
    create policy read_rows on review_snapshot_row for select
        using (account_id = any (array(select unnest(wattledger_scope()))));
    create policy add_rows on review_snapshot_row for insert
        with check (account_id = any (array(select unnest(wattledger_scope()))));
    foreach scoped in array array['review_snapshot', 'review_sign_off', 'audit_event'] loop
        execute format('create policy read_rows on %I for select using (true)', scoped);
        execute format('create policy add_rows on %I for insert with check (true)', scoped);
    end loop;

    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;

    -- Not "all tables": the migrations' own table belongs to the login.
    for scoped in
        select c.relname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public'
          and c.relkind in ('r', 'p')
          and c.relowner = current_user::regrole
    loop
        execute format('grant select on %I to wattledger_ingest, wattledger_web, wattledger_audit', scoped);
    end loop;
    grant insert, update on
        account, account_region, permission_probe, resource, entity, capacity_span, tag_span, metric_hour,
        metric_hour_stats, window_ledger, intensity_hour, ingest_run, factor_set, estimate, usage_hour,
        footprint_hour, ledger_day, org_day, finding, stale_day
        to wattledger_ingest;
    grant insert on restatement, window_reopened, evaluation, finding_event, audit_event to wattledger_ingest;
    grant update on evaluation to wattledger_ingest;
    -- Derived rows are replaced bucket by bucket; spans are spliced; marks are consumed.
    grant delete on capacity_span, stale_day, window_reopened, usage_hour, footprint_hour, ledger_day, org_day
        to wattledger_ingest;
    grant execute on function ensure_metric_partition(date) to wattledger_ingest;

    grant update (workflow, owner, dismiss_reason, dismiss_note, dismiss_expires_on, version) on finding to wattledger_web;
    grant insert on finding_event, review, review_snapshot, review_snapshot_row, review_action, review_sign_off, audit_event
        to wattledger_web;
    grant update (status, owner, due_on, closed_at) on review_action to wattledger_web;
end
$$;

revoke execute on function ensure_metric_partition(date) from public;

reset role;
