-- Hours that were read whole and in which an endpoint's instances told nothing all the same: CloudWatch has lost them. Noted
-- where the usage is written, so that a calendar of months need not look into every hour of every endpoint.
alter table usage_day add column silent_hours int not null default 0; -- bit n: hour n

-- Rows of every account, whoever the migration runs as.
alter table usage_day no force row level security;
alter table entity no force row level security;
alter table resource no force row level security;

update usage_day u
set silent_hours = s.hours
from (
    select
        d.account_id,
        d.entity_id,
        d.day,
        d.instance_type,
        d.state,
        bit_or(1 << (h.place::int - 1)) as hours
    from usage_day d
    join entity e on e.account_id = d.account_id and e.entity_id = d.entity_id
    join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
    cross join unnest(d.instance_seconds, d.cpu_utilisation, d.gpu_utilisation)
        with ordinality as h (instance_seconds, cpu_utilisation, gpu_utilisation, place)
    where r.kind = 'endpoint'
      and r.hosting_option <> 'serverless' -- nobody sees the machine behind it
      and d.state = 'serving'
      and h.instance_seconds is not null
      and h.cpu_utilisation is null
      and h.gpu_utilisation is null
      and (d.complete_hours >> (h.place::int - 1)) & 1 = 1
    group by d.account_id, d.entity_id, d.day, d.instance_type, d.state
) s
where (u.account_id, u.entity_id, u.day, u.instance_type, u.state)
      = (s.account_id, s.entity_id, s.day, s.instance_type, s.state);

alter table usage_day force row level security;
alter table entity force row level security;
alter table resource force row level security;

create index usage_day_silent on usage_day (account_id, day) where silent_hours <> 0;
