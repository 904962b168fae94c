//! What the dictionary of key figures counts beside the sums of the ledger.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::{Filter, days, facet, facets_about, ledger};
use crate::kind::Section;
use crate::store::resource::bounds;
use crate::store::selection::Attribute;

/// How jobs ended, what went to waste, which windows of metrics were read, how long there was no instance and how endpoints are
/// watched; one row, by the names of [`KeyFigures`](crate::store::key_figure::KeyFigures).
pub fn key_figures(estimate_id: i32, filter: &Filter, now: DateTime<Utc>) -> QueryBuilder<Postgres> {
    let (from, to) = bounds(filter.period);
    let mut query = QueryBuilder::new(
        "with of_ledger as (
            select
                l.account_id,
                l.resource_id,
                sum(l.cost_list) filter (where l.currency = 'USD') as cost,
                sum(l.cost_list * (l.idle_seconds / nullif(l.instance_seconds, 0))::numeric)
                    filter (where l.currency = 'USD') as idle_cost",
    );
    ledger(&mut query, estimate_id, filter, filter.period, None);
    query.push(" group by 1, 2), spent as (select o.cost, o.idle_cost, r.status, r.kind = any (");
    query.push_bind(Section::Jobs.kinds()).push(") as is_job, coalesce(r.ended_at, r.created_at) >= ").push_bind(from);
    query.push(" and coalesce(r.ended_at, r.created_at) < ").push_bind(to);
    query.push(
        " as is_over
            from of_ledger o
            join resource r using (account_id, resource_id)
        ), waste as (
            select
                count(*) filter (where is_job and is_over and status in ('Completed', 'Failed')) as finished_jobs,
                count(*) filter (where is_job and is_over and status = 'Failed') as failed_jobs,
                sum(cost) filter (where is_job and status = 'Failed') as failed_cost,
                sum(cost) filter (where is_job and status = 'Stopped') as stopped_cost,
                -- what failed or was stopped is waste as a whole
                round(sum(idle_cost) filter (where not (is_job and status in ('Failed', 'Stopped'))), 12) as idle_cost
            from spent
        ), read as (
            select count(*) as windows, count(*) filter (where state = 'complete') as windows_read
            from window_ledger w
            where w.source = 'metrics'
              and w.window_end > ",
    );
    query.push_bind(from).push(" and w.window_start < ").push_bind(to);
    facet(&mut query, "w.account_id", &filter.accounts);
    if let Some(regions) = filter.facet(Attribute::Region) {
        facet(&mut query, "w.region", regions);
    }
    at_zero(&mut query, estimate_id, filter, now);
    query.push(
        " select
            waste.*,
            read.*,
            zero.variants as zero_variants,
            zero.hours as zero_hours,
            (",
    );
    watched(&mut query, estimate_id, filter);
    query.push(") as watched from waste, read, zero");
    query
}

/// Endpoints that AWS has now with what decides which alarms they should have, the alarms that they have, and whether alarms are
/// read in their region; an array of [`Watched`](crate::store::key_figure::Watched).
fn watched(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter) {
    query.push(
        "select coalesce(jsonb_agg(
                jsonb_build_object(
                    'hosting_option', r.hosting_option,
                    'weights', coalesce(r.attributes -> 'weights', '[]'),
                    'machines', held.machines,
                    'alarms', alarm.standing,
                    'probe', p.state
                )
                order by r.account_id, r.resource_id
            ), '[]')
            from resource r
            cross join lateral (
                select
                    array_agg('endpoint/' || r.name || '/variant/' || own.part) || ('endpoint/' || r.name) as names,
                    coalesce(jsonb_agg(
                        jsonb_build_object('variant', own.part, 'instance_type', own.instance_type) order by own.from_at, own.part
                    ) filter (where own.from_at is not null), '[]') as machines
                from (
                    select e.part, newest.from_at, newest.instance_type
                    from entity e
                    left join lateral (
                        select s.from_at, s.instance_type
                        from capacity_span s
                        where s.account_id = e.account_id
                          and s.entity_id = e.entity_id
                        order by s.from_at desc
                        limit 1
                    ) newest on true
                    where e.account_id = r.account_id
                      and e.resource_id = r.resource_id
                ) own
            ) held
            cross join lateral (
                select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'document', c.document)), '[]') as standing
                from configuration_item c
                where c.account_id = r.account_id
                  and c.region = r.region
                  and c.kind = 'alarm'
                  and c.valid_to is null
                  and c.parent <> ''
                  and c.parent = any (held.names)
            ) alarm
            left join permission_probe p
              on p.account_id = r.account_id
             and p.region = r.region
             and p.feature = 'alarms'
            where r.kind = 'endpoint'
              and r.gone_at is null",
    );
    facet(query, "r.account_id", &filter.accounts);
    facets_about(query, filter, Some(estimate_id), "r", |attribute| match attribute {
        Attribute::Region => Some("r.region"),
        Attribute::Kind => Some("r.kind"),
        _ => None,
    });
}

/// Hours in which a variant that can do without instances had none, as the page of its endpoint counts them.
fn at_zero(query: &mut QueryBuilder<Postgres>, estimate_id: i32, filter: &Filter, now: DateTime<Utc>) {
    let (from, to) = bounds(filter.period);
    query.push(
        "), variant as (
            select
                r.account_id,
                r.resource_id,
                e.part,
                array_agg(e.entity_id) as entities,
                greatest(r.created_at, ",
    );
    query.push_bind(from).push(") as from_at, least(coalesce(r.gone_at, ").push_bind(now).push("), ").push_bind(to);
    query.push(
        ") as to_at
            from resource r
            join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
            where r.kind = 'endpoint'
              and r.hosting_option in ('serverless', 'async')",
    );
    facet(query, "r.account_id", &filter.accounts);
    facets_about(query, filter, Some(estimate_id), "r", |attribute| match attribute {
        Attribute::Region => Some("r.region"),
        Attribute::Kind => Some("r.kind"),
        _ => None,
    });
    query.push(
        " group by r.account_id, r.resource_id, e.part, r.created_at, r.gone_at
        ), zero as (
            select
                count(*) as variants,
                coalesce(
                    sum(greatest(0, extract(epoch from v.to_at - v.from_at)::float8 - coalesce(there.seconds, 0)) / 3600),
                    0
                ) as hours
            from variant v
            cross join lateral (
                select c.instance_type, c.purchase
                from capacity_span c
                where c.account_id = v.account_id
                  and c.entity_id = any (v.entities)
                order by c.from_at desc
                limit 1
            ) newest
            cross join lateral (
                select case
                    -- a share of a machine is there while it answers
                    when starts_with(newest.instance_type, 'serverless-') then (
                        select sum(l.instance_seconds)
                        from ledger_day l
                        where l.account_id = v.account_id
                          and l.entity_id = any (v.entities)
                          and l.estimate_id = ",
    );
    query.push_bind(estimate_id);
    days(query, filter.period);
    query.push(
        ")
                    else (
                        select sum(extract(epoch from least(coalesce(c.to_at, v.to_at), v.to_at) - greatest(c.from_at, v.from_at))::float8)
                        from capacity_span c
                        where c.account_id = v.account_id
                          and c.entity_id = any (v.entities)
                          and c.instance_count > 0
                          and c.from_at < v.to_at
                          and coalesce(c.to_at, v.to_at) > v.from_at
                    )
                end as seconds
            ) there
            -- what is held ready is never at zero
            where newest.purchase <> 'provisioned'
              and v.to_at > v.from_at
        )",
    );
}
