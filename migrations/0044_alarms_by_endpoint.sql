-- Whose an alarm is, so that a list of endpoints looks theirs up: what a document holds no index may tell under row-level
-- security, since its operators could leak.
alter table configuration_item
    add column endpoint text generated always as (case when kind = 'alarm' then document ->> 'endpoint' end) stored;

create index configuration_item_by_endpoint on configuration_item (account_id, region, endpoint) where endpoint is not null;
