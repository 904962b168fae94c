//! How jobs are run: features of training in use, and hours by machine.

use sqlx::{Postgres, QueryBuilder};

use super::{daily, days, facets, ledger};
use crate::kind::Kind;
use crate::store::selection::Filter;

/// Training jobs with usage in the period, by team and by how they stand to each feature.
pub fn features(estimate_id: i32, filter: &Filter) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        // A job that changed hands counts for its last team.
        "with job as (
            select l.account_id, l.resource_id, (array_agg(l.team order by l.day desc))[1] as team",
    );
    ledger(&mut query, estimate_id, filter, filter.period, None);
    query.push(" and l.kind = ").push_bind(Kind::Training.as_str());
    query.push(" group by l.account_id, l.resource_id").push(FEATURES);
    query
}

const FEATURES: &str = "
), trial as (
    select
        c.account_id,
        t ->> 'job' as arn,
        bool_or(c.document ->> 'early_stopping' = 'Auto' or c.document ->> 'strategy' = 'Hyperband') as stops_early
    from configuration_item c
    cross join jsonb_array_elements(c.document -> 'trials') as t
    where c.kind = 'tuning_job'
      and c.valid_to is null
    group by 1, 2
), fact as (
    select
        j.team,
        r.is_spot,
        jsonb_typeof(r.attributes -> 'training') = 'object' as is_told,
        (r.attributes #>> '{training,checkpoints}')::boolean as saves_checkpoints,
        r.attributes -> 'training' ? 'keep_alive_seconds' as is_pool_told,
        coalesce((r.attributes #>> '{training,keep_alive_seconds}')::int, 0) > 0 as keeps_warm,
        r.attributes #> '{training,debugger_rules}' <> '[]' as has_rules,
        (r.attributes #>> '{training,profiler}')::boolean as is_profiled,
        r.ended_at - r.started_at >= interval '1 hour' as is_long,
        -- no pool is kept for longer than an hour
        lead(r.created_at) over family <= r.ended_at + interval '1 hour' as is_followed,
        t.arn is not null as is_trial,
        t.stops_early
    from job j
    join resource r using (account_id, resource_id)
    left join trial t on t.account_id = r.account_id and t.arn = r.arn
    window family as (partition by r.account_id, r.region, r.family order by r.created_at)
), stand as (
    select
        f.team,
        feature.name,
        feature.state
    from fact f
    cross join lateral (
        values
            ('spot', case
                when f.is_spot then 'used'
                when f.is_spot is null then 'unknown'
                -- the two exclude each other
                when f.keeps_warm then 'not_applicable'
                else 'available'
            end),
            ('checkpoints', case
                when f.saves_checkpoints then 'used'
                when f.is_told is not true then 'unknown'
                when f.is_spot or f.is_long then 'available'
                else 'not_applicable'
            end),
            ('warm_pool', case
                when f.keeps_warm then 'used'
                when f.is_pool_told is not true then 'unknown'
                when f.is_spot is not true and f.is_followed then 'available'
                else 'not_applicable'
            end),
            ('early_stopping', case
                when not f.is_trial then 'not_applicable'
                when f.stops_early then 'used'
                when f.stops_early is null then 'unknown'
                else 'available'
            end),
            ('debugger', case
                when f.has_rules then 'used'
                when f.is_told is not true then 'unknown'
                else 'available'
            end),
            ('profiler', case
                when f.is_profiled then 'used'
                when f.is_told is not true then 'unknown'
                else 'available'
            end)
    ) as feature (name, state)
)
select
    team,
    name as feature,
    count(*) as jobs,
    count(*) filter (where state = 'used') as used,
    count(*) filter (where state = 'available') as available,
    count(*) filter (where state = 'not_applicable') as not_applicable,
    count(*) filter (where state = 'unknown') as unknown
from stand
group by team, name
order by team, name";

/// Instance-seconds of the organisation, by team, kind, hosting option and instance type.
pub fn hours(estimate_id: i32, filter: &Filter) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select
            l.team,
            l.kind,
            l.hosting_option,
            l.instance_type,
            sum(l.instance_seconds) as instance_seconds",
    );
    query.push(daily(filter)).push_bind(estimate_id);
    days(&mut query, filter.period);
    facets(&mut query, filter);
    query.push(
        " group by l.team, l.kind, l.hosting_option, l.instance_type
        order by l.team, l.kind, l.hosting_option, l.instance_type",
    );
    query
}
