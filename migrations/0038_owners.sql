-- The owner that rules name beside the team, kept with each day; and as whom an account was read last.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table ledger_day add column owner text not null default '';
alter table account add column read_as text; -- ARN of the role; 'credentials': the program's own; null: not read from AWS

-- Rows of every account, whoever the migration runs as.
alter table ledger_day no force row level security;
alter table tag_span no force row level security;

-- Rules for owners were accepted before anything kept what they say.
update ledger_day l
set owner = named.name
from (
    select distinct on (own.account_id, own.resource_id, own.day)
        own.account_id,
        own.resource_id,
        own.day,
        coalesce(a.name, t.value) as name
    from attribution_rule a
    join tag_span t
      on t.key = a.tag_key
     and (a.tag_value is null or a.tag_value = t.value)
    join ledger_day own
      on own.account_id = t.account_id
     and own.resource_id = t.resource_id
     -- the tag carried at the end of the day decides
     and t.from_at < (own.day + 1)::timestamp at time zone 'UTC'
     and coalesce(t.to_at, 'infinity'::timestamptz) >= (own.day + 1)::timestamp at time zone 'UTC'
     and own.day >= a.valid_from
     and (a.valid_to is null or own.day < a.valid_to)
    where a.dimension = 'owner'
    order by own.account_id, own.resource_id, own.day, a.rank, a.tag_key
) named
where (l.account_id, l.resource_id, l.day) = (named.account_id, named.resource_id, named.day);

alter table ledger_day force row level security;
alter table tag_span force row level security;

reset role;
