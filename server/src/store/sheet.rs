//! What the page of one resource shows, in as few statements as it has parts: a statement may bring more than one list, each as
//! a column of JSON.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::pin::Pin;
use super::price::{PriceList, PriceRow};
use super::resource::{HostLoad, HostMetric, Resource, Span, Usage};
use super::work_unit::{Unit, UnitRow};
use super::{Origin, StoreError};
use crate::kind::Section;

/// A resource, what it ran on, and what that costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What it is.
    pub resource: Resource,
    /// Its capacity, oldest first.
    pub spans: Vec<Span>,
    /// List prices of the instance types it ran on.
    pub prices: PriceList,
    /// Who wants to see it within minutes.
    pub pin: Option<Pin>,
    /// Up to when its region was read within minutes; `None` where nothing in it is followed.
    pub followed_to: Option<DateTime<Utc>>,
    /// What its work is counted in, if that is no matter of a pipeline.
    pub unit: Option<Unit>,
    /// The newest jobs that were made alike; `None` where its image or its data is not told.
    pub twins: Option<Vec<Twin>>,
}

/// A job of the same image, data, volume, time limit and instance types as another one, spot or not like it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Twin {
    /// The installation's number of the resource.
    pub resource_id: i64,
    /// Name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How many there are, whether told here or not.
    pub jobs: i64,
}

/// Looks a resource up; `None` where the scope does not hold it.
pub async fn find(
    connection: &mut PgConnection,
    origin: Origin,
    section: Section,
    resource_id: i64,
) -> Result<Option<Sheet>, StoreError> {
    Ok(several(connection, origin, section, &[resource_id]).await?.pop())
}

/// Looks resources up; those that the scope does not hold are left out.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn several(
    connection: &mut PgConnection,
    origin: Origin,
    section: Section,
    resource_ids: &[i64],
) -> Result<Vec<Sheet>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            r.account_id,
            r.resource_id,
            r.arn,
            r.kind,
            r.name,
            r.region,
            r.status,
            r.failure_reason,
            r.hosting_option,
            r.created_at,
            r.started_at,
            r.ended_at,
            r.gone_at,
            r.is_spot,
            case when jsonb_typeof(r.attributes -> 'max_runtime_s') = 'number'
                then (r.attributes ->> 'max_runtime_s')::float8
            end as max_runtime_s,
            r.training_seconds,
            r.billable_seconds,
            r.attributes,
            tags.keys as "tag_keys!",
            tags.values as "tag_values!",
            capacity.spans as "spans!: Json<Vec<Span>>",
            (
                select coalesce(jsonb_agg(
                    jsonb_build_object(
                        'region', p.region,
                        'component', p.component,
                        'instance_type', p.instance_type,
                        'effective_from', p.effective_from,
                        'usd_per_hour', p.usd_per_hour::text
                    )
                    order by p.effective_from
                ), '[]')
                from list_price p
                where p.origin = $3
                  and p.instance_type = any (capacity.types)
            ) as "prices!: Json<Vec<PriceRow>>",
            pin.pinned_by as "pinned_by?",
            pin.pinned_at as "pinned_at?",
            (
                select l.read_to
                from live_lane l
                where l.account_id = r.account_id
                  and l.region = r.region
                  and l.followed > 0
            ) as followed_to,
            (
                select to_jsonb(u)
                from work_unit u
                where u.origin = $3
                  and u.ended_at is null
                  and r.kind = any (u.kinds)
                  and u.measure not in ('executions', 'model_versions')
                  and (u.of_account is null or u.of_account = r.account_id)
                  and (u.pattern is null or is_named_like(r.name, u.pattern))
                  and (u.team is null or u.team = (
                      select l.team
                      from ledger_day l
                      join estimate e using (estimate_id)
                      where l.account_id = r.account_id
                        and l.resource_id = r.resource_id
                        and e.is_active
                      order by l.day desc
                      limit 1
                  ))
                order by u.rank
                limit 1
            ) as "unit?: Json<UnitRow>",
            (
                select coalesce(jsonb_agg(to_jsonb(t) order by t.created_at desc, t.resource_id), '[]')
                from (
                    select o.resource_id, o.name, o.created_at, count(*) over () as jobs
                    from resource o
                    where o.account_id = r.account_id
                      and o.setup = r.setup
                      and o.resource_id <> r.resource_id
                      and capacity.parts = array(
                          select e.part || ' ' || e.instance_type
                          from entity e
                          where e.account_id = o.account_id
                            and e.resource_id = o.resource_id
                          order by 1
                      )
                    order by o.created_at desc, o.resource_id
                    limit 5
                ) t
            ) as "twins!: Json<Vec<Twin>>",
            r.setup is not null as "is_setup_told!"
        from resource r
        cross join lateral (
            select
                coalesce(array_agg(t.key order by t.key), '{}') as keys,
                coalesce(array_agg(t.value order by t.key), '{}') as values
            from tag_span t
            where t.account_id = r.account_id
              and t.resource_id = r.resource_id
              and t.to_at is null
        ) tags
        cross join lateral (
            select
                coalesce(jsonb_agg(
                    jsonb_build_object(
                        'member', e.part,
                        'from_at', s.from_at,
                        'to_at', s.to_at,
                        'instance_type', s.instance_type,
                        'instance_count', s.instance_count,
                        'purchase', s.purchase,
                        'state', s.state,
                        'source', s.source
                    )
                    order by s.from_at, e.part
                ), '[]') as spans,
                array_agg(distinct s.instance_type) as types,
                array(
                    select own.part || ' ' || own.instance_type
                    from entity own
                    where own.account_id = r.account_id
                      and own.resource_id = r.resource_id
                    order by 1
                ) as parts
            from entity e
            join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
            where e.account_id = r.account_id
              and e.resource_id = r.resource_id
        ) capacity
        left join pinned_endpoint pin on pin.account_id = r.account_id and pin.resource_id = r.resource_id
        where r.resource_id = any ($1)
          and r.kind = any ($2)
        order by r.resource_id
        "#,
        resource_ids,
        &section.kinds(),
        origin.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the resources"))?;
    rows.into_iter()
        .map(|row| {
            Ok(Sheet {
                resource: Resource {
                    account_id: row.account_id,
                    resource_id: row.resource_id,
                    arn: row.arn,
                    kind: row.kind,
                    name: row.name,
                    region: row.region,
                    status: row.status,
                    failure_reason: row.failure_reason,
                    hosting_option: row.hosting_option,
                    created_at: row.created_at,
                    started_at: row.started_at,
                    ended_at: row.ended_at,
                    gone_at: row.gone_at,
                    is_spot: row.is_spot,
                    max_runtime_s: row.max_runtime_s,
                    training_seconds: row.training_seconds,
                    billable_seconds: row.billable_seconds,
                    attributes: row.attributes,
                    tag_keys: row.tag_keys,
                    tag_values: row.tag_values,
                },
                spans: row.spans.0,
                prices: PriceList::of(row.prices.0)?,
                pin: row.pinned_by.zip(row.pinned_at).map(|(by, at)| Pin { by, at }),
                followed_to: row.followed_to,
                unit: row.unit.map(|unit| Unit::try_from(unit.0)).transpose()?,
                twins: row.is_setup_told.then_some(row.twins.0),
            })
        })
        .collect()
}

/// How busy a resource was.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Load {
    /// In buckets of hours, oldest first.
    pub usage: Vec<Usage>,
    /// By host and metric.
    pub hosts: Vec<HostMetric>,
}

/// The load of a resource from `from` to before `to`, in buckets of `step_hours`.
pub async fn load(
    connection: &mut PgConnection,
    resource: &Resource,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step_hours: i32,
) -> Result<Load, StoreError> {
    Ok(loaded(connection, resource, (from, to), step_hours, None).await?.0)
}

/// The same, and the load of each host in buckets of `step_s` seconds, oldest first, as far as points are kept.
pub async fn load_by_host(
    connection: &mut PgConnection,
    resource: &Resource,
    within: (DateTime<Utc>, DateTime<Utc>),
    step_hours: i32,
    step_s: f64,
) -> Result<(Load, Vec<HostLoad>), StoreError> {
    loaded(connection, resource, within, step_hours, Some(step_s)).await
}

async fn loaded(
    connection: &mut PgConnection,
    resource: &Resource,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    step_hours: i32,
    step_s: Option<f64>,
) -> Result<(Load, Vec<HostLoad>), StoreError> {
    let row = sqlx::query!(
        r#"
        with usage as (
            select
                date_bin(make_interval(hours => $5), u.hour, $3) as at,
                e.part as member,
                sum(u.instance_seconds) as instance_seconds,
                count(distinct u.hour) as hours,
                coalesce(
                    sum(u.instance_seconds) filter (where coalesce(u.cpu_utilisation, u.gpu_utilisation) is not null), 0
                ) as known_seconds,
                sum(u.cpu_utilisation * u.instance_seconds)
                    / nullif(sum(u.instance_seconds) filter (where u.cpu_utilisation is not null), 0) as cpu,
                sum(u.gpu_utilisation * u.instance_seconds)
                    / nullif(sum(u.instance_seconds) filter (where u.gpu_utilisation is not null), 0) as gpu,
                max(u.hour) filter (where u.requests > 0) as last_request_at
            from entity e
            join usage_hour u on u.account_id = e.account_id and u.entity_id = e.entity_id
            where e.account_id = $1
              and e.resource_id = $2
              and u.day >= ($3 at time zone 'UTC')::date
              and u.day <= ($4 at time zone 'UTC')::date
              and u.hour >= $3
              and u.hour < $4
            group by 1, 2
        ), host as (
            select
                e.part as member,
                m.host,
                reading.metric,
                min(reading.value)::float8 as min,
                avg(reading.value)::float8 as mean,
                (percentile_cont(0.5) within group (order by reading.value))::float8 as p50,
                (percentile_cont(0.95) within group (order by reading.value))::float8 as p95,
                max(reading.value)::float8 as max,
                count(reading.value) as points,
                count(*) as places
            from entity e
            join metric_hour m on m.account_id = e.account_id and m.entity_id = e.entity_id
            cross join unnest(m.cpu_pct, m.memory_pct, m.gpu_pct, m.gpu_memory_pct)
                as point (cpu, memory, gpu, gpu_memory)
            cross join lateral (
                values ('cpu', point.cpu), ('memory', point.memory), ('gpu', point.gpu), ('gpu_memory', point.gpu_memory)
            ) as reading (metric, value)
            where e.account_id = $1
              and e.resource_id = $2
              and m.family = 'u'
              and m.hour >= $3
              and m.hour < $4
            group by e.part, m.host, reading.metric
            -- a metric that was never published is absent, not zero
            having count(reading.value) > 0
        ), fine as (
            select
                date_bin(
                    make_interval(secs => $6),
                    m.hour + make_interval(secs => (point.place - 1) * m.period_s),
                    $3
                ) as at,
                e.part as member,
                m.host,
                avg(point.cpu)::float8 as cpu,
                avg(point.memory)::float8 as memory,
                avg(point.gpu)::float8 as gpu,
                avg(point.gpu_memory)::float8 as gpu_memory
            from entity e
            join metric_hour m on m.account_id = e.account_id and m.entity_id = e.entity_id
            cross join unnest(m.cpu_pct, m.memory_pct, m.gpu_pct, m.gpu_memory_pct)
                with ordinality as point (cpu, memory, gpu, gpu_memory, place)
            where $6::float8 is not null
              and e.account_id = $1
              and e.resource_id = $2
              and m.family = 'u'
              and m.hour >= $3
              and m.hour < $4
              and num_nonnulls(point.cpu, point.memory, point.gpu, point.gpu_memory) > 0
            group by 1, 2, 3
        )
        select
            (select coalesce(jsonb_agg(to_jsonb(u) order by at, member), '[]') from usage u)
                as "usage!: Json<Vec<Usage>>",
            (select coalesce(jsonb_agg(to_jsonb(h) order by member, host, metric), '[]') from host h)
                as "hosts!: Json<Vec<HostMetric>>",
            (select coalesce(jsonb_agg(to_jsonb(f) order by at, member, host), '[]') from fine f)
                as "fine!: Json<Vec<HostLoad>>"
        "#,
        resource.account_id,
        resource.resource_id,
        from,
        to,
        step_hours,
        step_s
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read the load of the resource"))?;
    Ok((Load { usage: row.usage.0, hosts: row.hosts.0 }, row.fine.0))
}
