-- Four roles, so that one leaked connection can never read, write and forget everything.
--
-- owner  creates and owns every table, and serves no request
-- ingest writes facts, footprints, the ledger and findings
-- web    reads, and writes decisions (workflow, reviews, actions)
-- audit  reads everything and writes nothing
--
-- Where the login may not create roles the server says so before this file runs (see `--single-role`).
do $$
declare
    wanted text;
begin
    foreach wanted in array array['wattledger_owner', 'wattledger_ingest', 'wattledger_web', 'wattledger_audit'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', wanted);
            end if;
            -- From Postgres 16 on, whoever creates a role is its member but may not become it.
            if not pg_has_role(
                current_user,
                wanted,
                case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end
            ) then
                execute format('grant %I to %I', wanted, current_user);
            end if;
        exception
            when duplicate_object or unique_violation then null; -- another database of this cluster migrates at the same time
            when insufficient_privilege then null; -- single-role installation
        end;
    end loop;
    if exists (select from pg_roles where rolname = 'wattledger_owner') then
        grant usage, create on schema public to wattledger_owner;
        grant usage on schema public to wattledger_ingest, wattledger_web, wattledger_audit;
    end if;
end
$$;
