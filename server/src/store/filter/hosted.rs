//! How the endpoints of a list are watched, used, and how fast they answer.

use chrono::Days;
use sqlx::{Postgres, QueryBuilder};

use crate::store::resource::bounds;
use crate::store::selection::{List, Period};

/// What only endpoints have.
pub(super) const COLUMNS: &str =
    ", watched.alarms, watched.alarms_firing, used.busiest, used.hours_on, answered.latency_ms";
/// The same of everything else.
pub(super) const NONE: &str = ", null::bigint as alarms, null::bigint as alarms_firing, null::float8 as busiest,
    null::bigint as hours_on, null::float8 as latency_ms";
/// Days whose latency a list tells, so that a long period reads no more of it.
const LATENCY_DAYS: u64 = 7;

/// Joins them to `p`, the endpoints that are shown.
pub(super) fn join(query: &mut QueryBuilder<Postgres>, list: &List<'_>) {
    let period = list.filter.period;
    query.push(
        " join resource r on r.account_id = p.account_id and r.resource_id = p.resource_id
        left join lateral (
            select
                count(*) as alarms,
                count(*) filter (where c.document ->> 'state' = 'ALARM') as alarms_firing
            from configuration_item c
            where c.account_id = r.account_id
              and c.region = r.region
              and c.endpoint = r.name
              and c.valid_to is null
              and r.gone_at is null
        ) watched on true
        left join lateral (
            select
                100 * max(greatest(h.cpu, h.gpu))::float8 as busiest,
                count(distinct (d.day, h.place)) as hours_on
            from entity e
            join usage_day d on d.account_id = e.account_id and d.entity_id = e.entity_id
            cross join unnest(d.instance_seconds, d.cpu_utilisation, d.gpu_utilisation)
                with ordinality as h (seconds, cpu, gpu, place)
            where e.account_id = p.account_id
              and e.resource_id = p.resource_id
              -- a share of a machine is there while it answers
              and not starts_with(d.instance_type, 'serverless-')
              and h.seconds > 0
              and d.day between ",
    );
    query.push_bind(period.from).push(" and ").push_bind(period.to);
    query.push(
        ") used on true
        left join lateral (
            select
                -- the elements are those of metric_names(): seconds of answering over requests
                1000 * sum(m.sum[5]) / nullif(sum(m.sum[1]) filter (where m.n[5] > 0), 0) as latency_ms
            from entity e
            join metric_stats m on m.account_id = e.account_id and m.entity_id = e.entity_id
            where e.account_id = p.account_id
              and e.resource_id = p.resource_id
              and m.family = 'i'
              and m.hour >= ",
    );
    // Instants, since no index tells what compares a moment with a day.
    let (from, to) = bounds(Period { from: period.from.max(period.to - Days::new(LATENCY_DAYS - 1)), to: period.to });
    query.push_bind(from).push(" and m.hour < ").push_bind(to).push(") answered on true");
}
