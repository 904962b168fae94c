//! What needs somebody now: alarms that sound, jobs that failed lately, jobs that run longer than their family does.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::{facet, facets_about, of_resource};
use crate::kind::Section;
use crate::store::Origin;
use crate::store::selection::Filter;

/// Things of each sort that are named.
pub const NAMED: i64 = 5;
/// Runs of a family that tell how long one takes.
const RUNS: i64 = 20;
/// Fewer tell nothing.
const LEAST_RUNS: i64 = 3;

/// What people decided, of all accounts, and what needs somebody, of those things that the filter leaves; its period is of no
/// account.
pub fn now(
    (origin, estimate_id): (Origin, i32),
    filter: &Filter,
    review_id: &str,
    at: DateTime<Utc>,
) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    alarms(&mut query, estimate_id, filter);
    failures(&mut query, estimate_id, filter, at);
    running(&mut query, estimate_id, filter, at);
    query.push(
        ",
            newest.revision,
            (
                select s.signed_by
                from review_sign_off s
                where s.origin = w.origin
                  and s.review_id = w.review_id
                  and s.revision = newest.revision
                order by s.signed_at
                limit 1
            ) as signed_by,
            (select count(*) from review_action a where a.origin = w.origin and a.status in ('todo', 'doing')) as open_actions,
            (
                select count(*)
                from review_action a
                where a.origin = w.origin
                  and a.status in ('todo', 'doing')
                  and a.due_on < w.today
            ) as overdue_actions,
            (
                select coalesce(jsonb_agg(to_jsonb(t) order by t.kpi), '[]')
                from (
                    select distinct on (kpi) kpi, target, set_by, set_at
                    from kpi_target
                    where origin = w.origin
                    order by kpi, set_at desc
                ) t
                where t.target is not null
            ) as targets,
            (
                select coalesce(jsonb_agg(to_jsonb(u) order by u.rank, u.unit_key), '[]')
                from work_unit u
                where u.origin = w.origin
                  and u.ended_at is null
            ) as units
        from (select ",
    );
    query.push_bind(origin.as_str()).push(" as origin, ").push_bind(review_id.to_owned());
    query.push(" as review_id, ").push_bind(at.date_naive());
    query.push(
        " as today) w
        left join lateral (
            select max(r.revision) as revision
            from review r
            where r.origin = w.origin
              and r.review_id = w.review_id
        ) newest on true",
    );
    query
}

/// Endpoints with an alarm that sounds, the longest first.
fn alarms(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter) {
    query.push(
        "(
            select coalesce(jsonb_agg(to_jsonb(a) order by a.since nulls last, a.name, a.alarm), '[]')
            from (
                select
                    r.resource_id,
                    r.name,
                    c.name as alarm,
                    coalesce(
                        (
                            select max(h.at)
                            from alarm_change h
                            where (h.account_id, h.region, h.alarm) = (c.account_id, c.region, c.name)
                              and h.new_state = 'ALARM'
                        ),
                        c.valid_from
                    ) as since,
                    count(*) over () as of_so_many
                from configuration_item c
                join resource r
                    on r.account_id = c.account_id
                    and r.region = c.region
                    and r.kind = 'endpoint'
                    and r.ended_at is null
                    and r.gone_at is null
                    and r.name = c.endpoint
                where c.endpoint is not null
                  and c.valid_to is null
                  and c.document ->> 'state' = 'ALARM'",
    );
    narrowed(query, estimate_id, filter);
    query.push(" order by since, r.name, c.name limit ").push_bind(NAMED).push(") a) as alarms, ");
}

/// Jobs that failed in the last seven days, the newest first, of those that ended.
fn failures(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter, now: DateTime<Utc>) {
    query.push(
        "(
            select jsonb_build_object(
                'failed', count(*) filter (where e.status = 'Failed'),
                'ended', count(*),
                'newest', coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'resource_id', e.resource_id, 'name', e.name, 'since', e.over_at,
                            'why', left(
                                coalesce(
                                    -- what the script said, where AWS wraps it in the name of its own error
                                    substring(e.failure_reason from 'ErrorMessage \"([^\"\n]+)'),
                                    split_part(e.failure_reason, E'\\n', 1)
                                ),
                                160
                            )
                        )
                        order by e.place
                    ) filter (where e.status = 'Failed' and e.place <= ",
    );
    query.push_bind(NAMED).push(
        "), '[]')
            )
            from (
                select
                    r.*,
                    -- what failed before it started never ended
                    coalesce(r.ended_at, r.last_modified_at) as over_at,
                    row_number() over (
                        partition by r.status
                        order by coalesce(r.ended_at, r.last_modified_at) desc, r.resource_id
                    ) as place
                from resource r
                where r.status in ('Completed', 'Failed', 'Stopped')
                  and r.kind = any (",
    );
    query.push_bind(Section::Jobs.kinds()).push(") and coalesce(r.ended_at, r.last_modified_at) >= ").push_bind(now);
    query.push("::timestamptz - interval '7 days' and coalesce(r.ended_at, r.last_modified_at) <= ").push_bind(now);
    narrowed(query, estimate_id, filter);
    query.push(") e) as failures, ");
}

/// Jobs that run now, those first that run longest beside what their family takes; and what an hour of all of them costs.
fn running(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter, now: DateTime<Utc>) {
    query.push(
        "(
            select jsonb_build_object(
                'jobs', count(*),
                'usd_hour', sum(t.usd_hour),
                'unpriced', count(*) filter (where t.usd_hour is null),
                'overdue', count(*) filter (where t.is_overdue),
                'first', coalesce(
                    jsonb_agg(to_jsonb(t) - 'place' order by t.place) filter (where t.place <= ",
    );
    query.push_bind(NAMED).push(
        "),
                    '[]'
                )
            )
            from (
                select
                    s.*,
                    s.running_s > s.longest_s as is_overdue,
                    row_number() over (order by s.running_s / s.longest_s desc nulls last, s.running_s desc, s.resource_id) as place
                from (
                    select
                        r.resource_id,
                        r.name,
                        r.started_at as since,
                        extract(epoch from ",
    );
    query
        .push_bind(now)
        .push("::timestamptz - r.started_at)::float8 as running_s, runs.longest_s, runs.runs, price.usd_hour");
    query.push(
        "
                    from resource r
                    left join lateral (
                        select
                            count(*) as runs,
                            case when count(*) >= ",
    );
    query.push_bind(LEAST_RUNS).push(
        " then nullif(extract(epoch from max(f.ended_at - f.started_at)), 0)::float8 end as longest_s
                        from (
                            select p.started_at, p.ended_at
                            from resource p
                            where (p.account_id, p.kind, p.family) = (r.account_id, r.kind, r.family)
                              and p.status = 'Completed'
                              and p.created_at < r.created_at
                            order by p.created_at desc
                            limit ",
    );
    query.push_bind(RUNS).push(
        ") f
                    ) runs on true
                    left join lateral (
                        select sum(d.usd_hour * c.instance_count)::float8 as usd_hour
                        from entity e
                        join capacity_span c
                            on c.account_id = e.account_id
                            and c.entity_id = e.entity_id
                            and c.to_at is null
                        join lateral (
                            select l.cost_list / nullif(l.priced_seconds, 0) * 3600 as usd_hour
                            from ledger_day l
                            where l.account_id = e.account_id
                              and l.entity_id = e.entity_id
                              and l.currency = 'USD'
                              and l.estimate_id = ",
    );
    query.push_bind(estimate_id).push(
        "
                            order by l.day desc
                            limit 1
                        ) d on true
                        where e.account_id = r.account_id
                          and e.resource_id = r.resource_id
                    ) price on true
                    where r.status in ('InProgress', 'Stopping')
                      and r.gone_at is null
                      and r.started_at is not null
                      and r.kind = any (",
    );
    query.push_bind(Section::Jobs.kinds()).push(")");
    narrowed(query, estimate_id, filter);
    query.push(") s) t) as running");
}

fn narrowed(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter) {
    facet(query, "r.account_id", &filter.accounts);
    facets_about(query, filter, Some(estimate_id), "r", of_resource);
}
