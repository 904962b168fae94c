-- The tags that a filter offers: those that most resources of an account carry now, counted anew when its days were estimated.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

create table common_tag (
    account_id  int not null references account,
    key         text not null,
    value       text not null,
    resources   bigint not null check (resources > 0), -- that carry it
    primary key (account_id, key, value)
);

create index tag_span_by_key on tag_span (key);

-- Counts the tags of the accounts in scope: of each account so many keys, and of each key so many values. Keys come in the order
-- of how many resources these values tell of, so that a key whose every value is another one comes last. A key that is the team,
-- the project or the environment of whatever carries it is a facet already. What AWS takes for no tag, by its length, is none.
create function count_common_tags(most_keys int, most_values int) returns void
    language sql
    as $$
with counted as (
    select
        t.account_id,
        t.key,
        t.value,
        count(*) as resources,
        row_number() over (partition by t.account_id, t.key order by count(*) desc, t.value) as place
    from tag_span t
    where t.to_at is null
      and length(t.key) <= 128
      and length(t.value) <= 256
      and not exists (
          select from attribution_rule a
          where a.tag_key = t.key
            and a.tag_value is null
            and a.valid_to is null
            and a.dimension <> 'owner'
      )
    group by t.account_id, t.key, t.value
), keyed as (
    select
        account_id,
        key,
        row_number() over (partition by account_id order by sum(resources) desc, key) as place
    from counted
    where place <= most_values
    group by account_id, key
), fresh as (
    select c.account_id, c.key, c.value, c.resources
    from counted c
    join keyed k using (account_id, key)
    where c.place <= most_values
      and k.place <= most_keys
), gone as (
    delete from common_tag c
    where not exists (
        select from fresh f
        where (f.account_id, f.key, f.value) = (c.account_id, c.key, c.value)
    )
)
insert into common_tag (account_id, key, value, resources)
select f.account_id, f.key, f.value, f.resources
from fresh f
where not exists (
    select from common_tag c
    where (c.account_id, c.key, c.value, c.resources) = (f.account_id, f.key, f.value, f.resources)
)
on conflict (account_id, key, value) do update set
    resources = excluded.resources
$$;

-- Rows of every account, whoever the migration runs as.
alter table tag_span no force row level security;
select count_common_tags(6, 8);
alter table tag_span force row level security;

alter table common_tag enable row level security;
alter table common_tag force row level security;
create policy by_account on common_tag using (account_id = any (array(select unnest(wattledger_scope()))));

do $$
begin
    if not exists (select from pg_roles where rolname = 'wattledger_web') then
        return; -- single-role installation
    end if;
    grant select on common_tag to wattledger_ingest, wattledger_web, wattledger_audit;
    grant insert, update, delete on common_tag to wattledger_ingest;
end
$$;

reset role;
