//! The ledger by unit of work, with the work itself.

use chrono::{Days, NaiveDate};
use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, days, facets, is_summed, ledger_with};
use crate::store::Origin;
use crate::store::selection::{Filter, Period};

/// An execution is looked for this long before the period, as far back as its jobs can lie.
const LOOK_BACK_DAYS: u64 = 60;

/// What is asked of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The estimate.
    pub estimate_id: i32,
    /// Whose units.
    pub origin: Origin,
    /// The filter.
    pub filter: &'a Filter,
    /// First day, which may lie before the filter's period.
    pub from: NaiveDate,
    /// The day that is not over.
    pub today: NaiveDate,
    /// Whether the numbers of the resources are wanted.
    pub with_resources: bool,
}

/// Days by unit, by whether their work is known, and group. Every row of the ledger belongs to one unit at most, the first that
/// matches its resource, and carries its share of the resource's work of the day: so any filter keeps numerator and denominator
/// of a unit together.
///
/// Where the units of a kind ask for nothing that only its resources know, its days are read summed over them.
pub fn worked(asked: Asked<'_>) -> QueryBuilder<Postgres> {
    let period = Period { from: asked.from, to: asked.filter.period.to };
    let asks_for_resources = asked.with_resources || asked.filter.search.is_some() || !is_summed(asked.filter);
    let mut query = QueryBuilder::new(UNITS);
    query.push_bind(asked.origin.as_str());
    query.push(STARTED).push_bind(period.from - Days::new(LOOK_BACK_DAYS));
    query.push(" and coalesce(c.created_at, c.valid_from) < ").push_bind(period.to + Days::new(1));
    query.push(MEMBERS).push_bind(period.to + Days::new(1));
    query.push("::date::timestamp at time zone 'UTC' and w.window_end > ").push_bind(period.from);
    query.push("::date::timestamp at time zone 'UTC'), by_sums as materialized (select kind from unit u cross join unnest(u.kinds)");
    query
        .push(" as kind group by kind having bool_and(")
        .push(BY_SUMS)
        .push(") and not ")
        .push_bind(asks_for_resources);
    query.push("), worked as (select l.*, u.unit_key, ").push(WORK);
    query
        .push(" as work, l.day < ")
        .push_bind(asked.today)
        .push(" and ")
        .push(IS_KNOWN)
        .push(SERVED)
        .push(")) as is_known");
    ledger_with(&mut query, JOINED, asked.estimate_id, asked.filter, period, None);
    query.push(" and l.kind = any (array(select unnest(kinds) from unit except select kind from by_sums))");
    // Said by itself, so that nothing is read where it is not so.
    query.push(" and exists (select unnest(kinds) from unit except select kind from by_sums)");
    query.push("), summed as (select l.*, u.unit_key, ").push(WORK_OF_SUMS);
    query
        .push(" as work, l.day < ")
        .push_bind(asked.today)
        .push(" and ")
        .push(IS_KNOWN)
        .push("l.is_served)) as is_known");
    query.push(" from org_day l").push(JOINED_TO_SUMS).push(" where l.estimate_id = ").push_bind(asked.estimate_id);
    days(&mut query, period);
    // Where a facet asks for more than sums know, no unit is counted by them.
    if !asks_for_resources {
        facets(&mut query, asked.filter);
    }
    query.push(" and l.kind = any (array(select kind from by_sums)))");
    let resources = if asked.with_resources { "array_agg(distinct l.resource_id)" } else { "'{}'::bigint[]" };
    for (of, resources) in [("worked", resources), ("summed", "'{}'::bigint[]")] {
        query.push(if of == "worked" { " select " } else { " union all select " });
        query.push("l.unit_key, l.day, l.is_known, sum(l.work) as work, ").push(resources).push(" as resources, ");
        query.push(GROUP).push(",").push(SUMS).push(" from ").push(of);
        query.push(" l group by l.unit_key, l.day, l.is_known, ").push(GROUP);
    }
    query.push(" order by unit_key, day, is_known, instance_type, region, kind, tier");
    query
}

/// Whether a unit counts what the sums of a day hold as well.
const BY_SUMS: &str = "u.pattern is null and u.measure in ('inferences', 'notebook_hours')";

/// Where nothing tells what was served, neither the work nor what it took is counted.
const IS_KNOWN: &str = "(u.measure <> 'inferences' or (n.day is null and ";

/// Whether something tells what a row served; what `org_day` keeps apart by as `is_served`.
const SERVED: &str = "(l.requests is not null or l.idle_seconds > 0)";

const UNITS: &str = "with unit as materialized (
    select
        unit_key,
        measure,
        kinds,
        scale,
        of_account,
        team,
        pattern,
        rank
    from work_unit
    where ended_at is null
      and origin = ";

/// The steps of executions; none where no unit asks for them.
const STARTED: &str = "
), started as materialized (
    select
        c.account_id,
        c.identifier as execution,
        c.document ->> 'status' = 'Succeeded' as has_succeeded,
        s ->> 'type' as type,
        s ->> 'job' as arn,
        coalesce(c.created_at, c.valid_from) as begun_at
    from configuration_item c
    cross join jsonb_array_elements(c.document -> 'steps') as s
    where exists (select from unit where measure in ('executions', 'model_versions'))
      and c.kind = 'pipeline_execution'
      and c.valid_to is null
      and s ->> 'job' is not null
      -- a step from the cache names the job of an earlier execution
      and s -> 'from_cache' is distinct from 'true'
      and coalesce(c.created_at, c.valid_from) >= ";

/// Whose job is whose, as on the pages of pipelines; what an execution made; and the days whose metrics have a window that was
/// never read.
const MEMBERS: &str = "
), member as materialized (
    select distinct on (r.account_id, r.resource_id)
        r.account_id,
        r.resource_id,
        st.execution,
        st.has_succeeded
    from resource r
    -- the trials of a tuning step name the tuning job
    cross join lateral (values (r.arn), (r.attributes ->> 'parent')) as name (arn)
    join started st on st.account_id = r.account_id and st.arn = name.arn
    order by r.account_id, r.resource_id, st.begun_at, st.execution
), execution as materialized (
    select
        m.account_id,
        m.execution,
        count(*)::float8 as jobs,
        max(case when m.has_succeeded then 1 else 0 end)::float8 as succeeded,
        (
            select count(distinct p.identifier)
            from started st
            join configuration_item p on p.account_id = st.account_id and p.identifier = st.arn
            where st.account_id = m.account_id
              and st.execution = m.execution
              and st.type = 'register'
              and p.kind = 'model_package'
              and p.valid_to is null
              and p.document ->> 'approval' = 'Approved'
        )::float8 as accepted
    from member m
    group by m.account_id, m.execution
), unread as materialized (
    select distinct w.account_id, w.region, d::date as day
    from window_ledger w
    cross join generate_series(
        date_trunc('day', w.window_start at time zone 'UTC'),
        (w.window_end - interval '1 microsecond') at time zone 'UTC',
        interval '1 day'
    ) as d
    where w.source = 'metrics'
      and w.completed_at is null
      and w.window_start < ";

const JOINED: &str = "
    join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id
    left join member m on m.account_id = l.account_id and m.resource_id = l.resource_id
    left join execution x on x.account_id = m.account_id and x.execution = m.execution
    left join unread n on n.account_id = l.account_id and n.region = l.region and n.day = l.day
    cross join lateral (
        select u.unit_key, u.measure, u.scale
        from unit u
        where l.kind = any (u.kinds)
          and (u.of_account is null or u.of_account = l.account_id)
          and (u.team is null or u.team = l.team)
          and (u.pattern is null or is_named_like(r.name, u.pattern))
          and (u.measure not in ('executions', 'model_versions') or x.jobs is not null)
        order by u.rank
        limit 1
    ) u";

/// The same for sums over resources, for the units that [`BY_SUMS`] names.
const JOINED_TO_SUMS: &str = "
    left join unread n on n.account_id = l.account_id and n.region = l.region and n.day = l.day
    cross join lateral (
        select u.unit_key, u.measure, u.scale
        from unit u
        where l.kind = any (u.kinds)
          and (u.of_account is null or u.of_account = l.account_id)
          and (u.team is null or u.team = l.team)
        order by u.rank
        limit 1
    ) u";

/// The work in a sum over resources.
const WORK_OF_SUMS: &str = "case
        when u.measure = 'inferences' then coalesce(l.requests, 0)
        when u.measure = 'notebook_hours' then coalesce(l.instance_seconds, 0) / 3600
    end / u.scale";

/// A row's share of the work of its resource on the day. What is done once, is done on the day on which the job ended, and lies
/// evenly in the rows of that day, which are counted for the few that ended: of a cluster of two instance families, each has half of
/// the run.
const WORK: &str = "case
        when u.measure = 'inferences' then coalesce(l.requests, 0)
        when u.measure = 'notebook_hours' then coalesce(l.instance_seconds, 0) / 3600
        when l.day is distinct from ((r.ended_at - interval '1 microsecond') at time zone 'UTC')::date then 0
        else
            case
                when u.measure in ('training_runs', 'transform_jobs') then
                    case when r.status = 'Completed' then 1.0::float8 else 0 end
                when u.measure = 'executions' then x.succeeded / x.jobs
                when u.measure = 'model_versions' then x.accepted / x.jobs
                else 0
            end / (
                select count(*)
                from ledger_day o
                where o.account_id = l.account_id
                  and o.estimate_id = l.estimate_id
                  and o.resource_id = l.resource_id
                  and o.day = l.day
            )
    end / u.scale";
