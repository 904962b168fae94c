//! What goes on around an endpoint: its alarms, its scaling, how it answers and what it holds.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;
use super::alarm::Change;
use super::observed::Summed;
use super::resource::Resource;

/// What went on around an endpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Around {
    /// Changes of its alarms, newest first.
    pub alarm_changes: Vec<Change>,
    /// What Application Auto Scaling did to it and its components before the end of the period, newest first.
    pub activities: Vec<Activity>,
    /// How reading fared in its region, by feature.
    pub probes: Vec<Probed>,
    /// How its variants answered and what they held, in buckets of hours, oldest first.
    pub answers: Vec<Answers>,
    /// What was observed of it and its components.
    pub observed: Vec<Summed>,
    /// Its queue and its cold starts, in the same buckets, oldest first.
    pub waits: Vec<Wait>,
}

/// Something that Application Auto Scaling did, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// For example `endpoint/chat/variant/main`.
    pub target: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// `Successful`, `InProgress`, `Failed` ...
    pub status: String,
    /// Why.
    pub cause: String,
    /// What.
    pub description: String,
    /// Instances or copies from then on; `None` where it set none.
    pub count: Option<i32>,
}

/// How a feature answered when it was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Probed {
    /// For example `alarms`.
    pub feature: String,
    /// `granted`, `denied` or `failing`.
    pub state: String,
}

/// How a variant answered in a bucket, and what it held meanwhile. `None` is no series.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Answers {
    /// Begin of the bucket.
    pub at: DateTime<Utc>,
    /// Variant.
    pub member: String,
    /// Requests.
    pub requests: Option<f64>,
    /// Of them, those answered 4xx.
    pub errors_4xx: Option<f64>,
    /// Of them, those answered 5xx.
    pub errors_5xx: Option<f64>,
    /// Requests of hours with a latency.
    pub timed_requests: Option<f64>,
    /// Seconds of answering them: requests times their mean latency.
    pub busy_s: Option<f64>,
    /// The largest of CloudWatch's means, microseconds.
    pub slowest_us: Option<f64>,
    /// Mean memory in use, percent of the instance.
    pub memory_pct: Option<f64>,
    /// Mean accelerator memory in use, percent summed over accelerators.
    pub gpu_memory_pct: Option<f64>,
}

/// A queue or cold starts in a bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Wait {
    /// Begin of the bucket.
    pub at: DateTime<Utc>,
    /// Whose, for example `endpoint/chat/variant/main`.
    pub subject: String,
    /// `backlog`, `oldest_request_s` or `model_setup_us`.
    pub metric: String,
    /// The most of an hour.
    pub most: f64,
}

/// What was observed of an endpoint in `[from, to)` in buckets of `step_hours`, and at most `most` of the changes of its alarms and
/// of its scaling activities.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn around(
    connection: &mut PgConnection,
    endpoint: &Resource,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    step_hours: i32,
    most: i64,
) -> Result<Around, StoreError> {
    let row = sqlx::query!(
        r#"
        with component as (
            select distinct 'inference-component/' || name as subject
            from configuration_item
            where account_id = $1
              and region = $2
              and kind = 'inference_component'
              and document @> jsonb_build_object('endpoint', $3::text)
        ), variant as (
            select distinct 'endpoint/' || $3 || '/variant/' || part as subject, part, config
            from entity
            where account_id = $1
              and resource_id = $10
        ), own as (
            select 'endpoint/' || $3 as subject
            union
            select subject
            from variant
            union
            select subject
            from component
            union
            select v.subject || '/container/' || (container ->> 'name')
            from variant v
            join configuration_item c
                on c.account_id = $1
                and c.region = $2
                and c.kind = 'endpoint_config'
                and c.name = v.config
            cross join jsonb_array_elements(c.document -> 'variants') as configured
            join configuration_item m
                on m.account_id = $1
                and m.region = $2
                and m.kind = 'model'
                and m.name = configured ->> 'model'
            cross join jsonb_array_elements(m.document -> 'containers') as container
            where configured ->> 'name' = v.part
              and container ->> 'name' is not null
        ), change as (
            select alarm, region, at, old_state, new_state, reason
            from alarm_change
            where account_id = $1
              and region = $2
              -- an endpoint of the same name may have had the same alarms before
              and at >= $4
              and at < coalesce($5, 'infinity'::timestamptz)
              and alarm in (
                  select name
                  from configuration_item
                  where account_id = $1
                    and region = $2
                    and kind = 'alarm'
                    and parent <> ''
                    and parent = any (array(select subject from own))
              )
            order by at desc, alarm
            limit $6
        ), activity as (
            select target, began_at, status, cause, description, count
            from scaling_activity
            where account_id = $1
              and region = $2
              and target = any (array(select subject from own))
              and began_at >= $4
              and began_at < least($8, coalesce($5, 'infinity'::timestamptz))
            order by began_at desc, target
            limit $6
        ), answer as (
            select
                date_bin(make_interval(hours => $9), s.hour, $7) as at,
                e.part as member,
                -- the elements are those of metric_names()
                sum(s.sum[1]) filter (where s.family = 'i') as requests,
                sum(s.sum[2]) filter (where s.family = 'i') as errors_4xx,
                sum(s.sum[3]) filter (where s.family = 'i') as errors_5xx,
                sum(s.sum[1]) filter (where s.family = 'i' and s.n[5] > 0) as timed_requests,
                sum(s.sum[5]) filter (where s.family = 'i') as busy_s,
                max(s.max[4]) filter (where s.family = 'i') as slowest_us,
                sum(s.sum[2]) filter (where s.family = 'u') / nullif(sum(s.n[2]) filter (where s.family = 'u'), 0) as memory_pct,
                sum(s.sum[4]) filter (where s.family = 'u') / nullif(sum(s.n[4]) filter (where s.family = 'u'), 0) as gpu_memory_pct
            from entity e
            join metric_stats s on s.account_id = e.account_id and s.entity_id = e.entity_id
            where e.account_id = $1
              and e.resource_id = $10
              and s.hour >= $7
              and s.hour < $8
            group by 1, 2
        ), observed as materialized (
            select subject, metric, hour, value
            from observed_hour
            where account_id = $1
              and region = $2
              and subject = any (array(select subject from own))
              -- an endpoint of the same name may have stood before
              and hour >= greatest($7, date_trunc('hour', $4::timestamptz))
              and hour < $8
        ), summed as (
            select subject, metric, count(*) as hours, sum(value) as sum, min(value) as least, max(value) as most
            from observed
            group by subject, metric
        ), wait as (
            select date_bin(make_interval(hours => $9), hour, $7) as at, subject, metric, max(value) as most
            from observed
            where metric in ('backlog', 'oldest_request_s', 'model_setup_us')
            group by 1, 2, 3
        )
        select
            (select coalesce(jsonb_agg(to_jsonb(c) order by at desc, alarm), '[]') from change c)
                as "alarm_changes!: Json<Vec<Change>>",
            (select coalesce(jsonb_agg(to_jsonb(a) order by began_at desc, target), '[]') from activity a)
                as "activities!: Json<Vec<Activity>>",
            (
                select coalesce(jsonb_agg(to_jsonb(p) order by feature), '[]')
                from (
                    select feature, state
                    from permission_probe
                    where account_id = $1
                      and region = $2
                ) p
            ) as "probes!: Json<Vec<Probed>>",
            (select coalesce(jsonb_agg(to_jsonb(a) order by at, member), '[]') from answer a)
                as "answers!: Json<Vec<Answers>>",
            (select coalesce(jsonb_agg(to_jsonb(s) order by subject, metric), '[]') from summed s)
                as "observed!: Json<Vec<Summed>>",
            (select coalesce(jsonb_agg(to_jsonb(w) order by at, subject, metric), '[]') from wait w)
                as "waits!: Json<Vec<Wait>>"
        "#,
        endpoint.account_id,
        endpoint.region,
        endpoint.name,
        endpoint.created_at,
        endpoint.gone_at,
        most,
        from,
        to,
        step_hours,
        endpoint.resource_id
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read what went on around the endpoint"))?;
    Ok(Around {
        alarm_changes: row.alarm_changes.0,
        activities: row.activities.0,
        probes: row.probes.0,
        answers: row.answers.0,
        observed: row.observed.0,
        waits: row.waits.0,
    })
}
