//! What there is: training jobs by the day they were created, endpoints as they stand.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::{
    Failure, IngestError, Options, Source, Summary, key, probe_state, renewing, span, stops_the_feed, wanted, window,
};
use crate::aws::facts::{Endpoint, TrainingJob, Variant};
use crate::aws::{AwsError, Client, Kind};
use crate::store::inventory::{self as store_inventory, Entity, Known, Purchase, Resource, Restatement, Span, State};
use crate::store::run::Probe;
use crate::store::window::{Feed, Lease, Read};
use crate::store::{self, Connection, Database, StoreError};

/// Describe calls are throttled early, so no more than this many are under way for one region.
const DESCRIBES_AT_ONCE: usize = 8;

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<Summary, IngestError> {
    let mut summary = Summary::default();
    let outcome = read_jobs(database, source, client, options, &mut summary).await?;
    let outcome = match outcome {
        Ok(()) => read_open_jobs_and_endpoints(database, source, client, options, &mut summary).await?,
        Err(error) => Err(error),
    };
    let (state, message, remedy) = match &outcome {
        Ok(()) => ("granted", String::new(), String::new()),
        Err(error) => {
            tracing::warn!(region = client.region(), operation = error.operation, message = %error.message, "inventory not read whole");
            summary.errors.push(Failure::of(error));
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let probe = Probe {
        account_id: source.account_id,
        region: client.region(),
        feature: "sagemaker",
        state,
        message: &message,
        remedy: &remedy,
    };
    store::run::write_probe(&database.ingest, &source.scope, &probe, options.now).await?;
    Ok(summary)
}

/// Windows of a day each; the day that has not ended is read and stays open.
async fn read_jobs(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let days = window::days(options.from - Duration::days(super::LONGEST_JOB_DAYS), options.to.min(options.now));
    store::window::plan(pool, scope, source.account_id, region, Feed::Inventory, &days).await?;
    let holder = uuid::Uuid::new_v4().to_string();
    loop {
        let claimed =
            store::window::claim(pool, scope, wanted(source, region, Feed::Inventory, options, &holder)).await?;
        let Some(lease) = claimed else {
            if store::window::held_by_others(pool, scope, wanted(source, region, Feed::Inventory, options, &holder))
                .await?
                == 0
            {
                return Ok(Ok(()));
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        let fetched = renewing(database, scope, &lease, options.lease_seconds, fetch_jobs(client, &lease)).await?;
        match fetched {
            Ok(jobs) => match commit_jobs(database, source, &lease, &jobs, options).await {
                Ok(()) => {
                    summary.inventory_windows += 1;
                    summary.training_jobs += u64::try_from(jobs.len()).unwrap_or_default();
                }
                Err(StoreError::LeaseLost) => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => {
                store::window::give_back(pool, scope, &lease, &error.message, &error.remedy(), 1.0).await?;
                if stops_the_feed(error.kind) || lease.attempts >= 4 {
                    return Ok(Err(error));
                }
            }
        }
    }
}

async fn fetch_jobs(client: &Client, lease: &Lease) -> Result<Vec<TrainingJob>, AwsError> {
    let names = client.training_job_names(lease.start, lease.end).await?;
    describe_jobs(client, names).await
}

/// A job that has been deleted since it was listed is passed over.
async fn describe_jobs(client: &Client, names: Vec<String>) -> Result<Vec<TrainingJob>, AwsError> {
    let jobs: Vec<Option<TrainingJob>> = stream::iter(names)
        .map(|name| async move {
            match client.training_job(&name).await {
                Ok(job) => Ok(Some(job)),
                Err(error) if error.kind == Kind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(DESCRIBES_AT_ONCE)
        .try_collect()
        .await?;
    let mut jobs: Vec<TrainingJob> = jobs.into_iter().flatten().collect();
    // One order, whatever the network did, so that two runs take their locks alike.
    jobs.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(jobs)
}

async fn commit_jobs(
    database: &Database,
    source: &Source,
    lease: &Lease,
    jobs: &[TrainingJob],
    options: &Options,
) -> Result<(), StoreError> {
    let mut transaction = source.scope.begin(&database.ingest).await?;
    store::window::fence(&mut transaction, lease).await?;
    for job in jobs {
        write_job(&mut transaction, source.account_id, &lease.region, job, options.now).await?;
    }
    let read = Read {
        watermark: Some(options.now),
        expected_series: i32::try_from(jobs.len()).unwrap_or(i32::MAX),
        received_series: i32::try_from(jobs.len()).unwrap_or(i32::MAX),
        received_points: 0,
        holes: json!([]),
        stays_open: lease.end > options.now,
    };
    store::window::complete(&mut transaction, lease, &read).await?;
    transaction.commit().await.map_err(StoreError::on("commit the window"))
}

async fn read_open_jobs_and_endpoints(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let region = client.region();
    let open = store_inventory::open_jobs(&database.ingest, &source.scope, region).await?;
    let jobs = match describe_jobs(client, open).await {
        Ok(jobs) => jobs,
        Err(error) => return Ok(Err(error)),
    };
    let endpoints = match describe_endpoints(client).await {
        Ok(endpoints) => endpoints,
        Err(error) => return Ok(Err(error)),
    };
    let mut transaction = source.scope.begin(&database.ingest).await?;
    for job in &jobs {
        write_job(&mut transaction, source.account_id, region, job, options.now).await?;
    }
    let mut seen = Vec::new();
    for endpoint in &endpoints {
        seen.extend(write_endpoint(&mut transaction, source.account_id, region, endpoint, options).await?);
    }
    close_what_is_gone(&mut transaction, source.account_id, region, &seen, &endpoints, options.now).await?;
    transaction.commit().await.map_err(StoreError::on("commit the inventory"))?;
    summary.endpoints += u64::try_from(endpoints.len()).unwrap_or_default();
    Ok(Ok(()))
}

async fn describe_endpoints(client: &Client) -> Result<Vec<Endpoint>, AwsError> {
    let names = client.endpoint_names().await?;
    let endpoints: Vec<Option<Endpoint>> = stream::iter(names)
        .map(|name| async move {
            match client.endpoint(&name).await {
                Ok(endpoint) => Ok(Some(endpoint)),
                Err(error) if error.kind == Kind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(DESCRIBES_AT_ONCE)
        .try_collect()
        .await?;
    let mut endpoints: Vec<Endpoint> = endpoints.into_iter().flatten().collect();
    endpoints.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(endpoints)
}

async fn write_job(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    job: &TrainingJob,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let identity = key::resource_key(&job.arn, job.created_at);
    let resource = job_resource(job, region, key::number(&identity));
    let before = store_inventory::known(connection, account_id, resource.resource_id).await?;
    store_inventory::upsert_resource(connection, account_id, &resource, now).await?;
    let life = job_life(job);
    let mut first_host = 1;
    let mut changed =
        store_inventory::write_tags(connection, account_id, resource.resource_id, &job.tags, job.created_at, now)
            .await?;
    changed |= before.as_ref().is_none_or(|before| is_other(before, &resource));
    for group in &job.groups {
        let natural_key = key::entity_key(&identity, &group.name, "");
        let entity = Entity {
            entity_id: key::number(&natural_key),
            natural_key,
            part: group.name.clone(),
            config: String::new(),
            first_host,
            instance_type: group.instance_type.clone(),
        };
        first_host += group.count.max(0);
        let purchase = if job.is_spot { Purchase::Spot } else { Purchase::OnDemand };
        let spans = life.map_or_else(Vec::new, |(from, to)| {
            let serving = span::serving(from, to, &group.instance_type, group.count.max(0), purchase);
            let retained = to.and_then(|end| kept_warm(job, end, &serving));
            [serving].into_iter().chain(retained).collect()
        });
        let part = Part { entity: &entity, described: &spans, earliest: NaiveDate::MIN, changed };
        write_part(connection, account_id, region, &resource, &part, now).await?;
        if let Some(before) = &before {
            restate_job(connection, account_id, entity.entity_id, before, &resource).await?;
        }
    }
    Ok(())
}

fn is_other(before: &Known, now: &Resource) -> bool {
    before.status != now.status
        || before.training_seconds != now.training_seconds
        || before.billable_seconds != now.billable_seconds
        // A job that still runs has used more since it was last seen.
        || now.ended_at.is_none()
}

/// A part of a resource as it was just described.
struct Part<'a> {
    entity: &'a Entity,
    described: &'a [Span],
    /// Days before this are not estimated: of an endpoint's past AWS tells nothing but what metrics show.
    earliest: NaiveDate,
    /// Whether something else than the capacity changed that bears on the numbers.
    changed: bool,
}

/// Writes one part and everything that follows from a change of it: days to estimate, windows to read for it.
async fn write_part(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    resource: &Resource,
    part: &Part<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let entity_id = part.entity.entity_id;
    let is_new = store_inventory::upsert_entity(connection, account_id, resource.resource_id, part.entity).await?;
    let old = store_inventory::spans(connection, account_id, entity_id).await?;
    let respanned = old != part.described;
    if respanned {
        store_inventory::replace_spans(connection, account_id, entity_id, part.described).await?;
    }
    if is_new || respanned || part.changed {
        let born = resource.created_at.date_naive();
        let (first, last) = days_touched(&[old.as_slice(), part.described].concat(), born, now);
        let first = first.min(born).max(part.earliest);
        store_inventory::mark_stale(connection, account_id, entity_id, first, last).await?;
    }
    if let (true, Some(first)) = (is_new, part.described.first()) {
        let to = part.described.last().and_then(|last| last.to);
        store::window::reopen_for_entity(connection, account_id, region, entity_id, first.from, to).await?;
    }
    Ok(())
}

fn days_touched(spans: &[Span], born: NaiveDate, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let first = spans.iter().map(|span| span.from.date_naive()).min().unwrap_or(born);
    let last = spans.iter().map(|span| span.to.unwrap_or(now).date_naive()).max().unwrap_or(born);
    (first, last.max(first))
}

async fn restate_job(
    connection: &mut Connection,
    account_id: i32,
    entity_id: i64,
    before: &Known,
    now: &Resource,
) -> Result<(), StoreError> {
    let finished = matches!(before.status.as_str(), "Completed" | "Failed" | "Stopped");
    if !finished {
        return Ok(());
    }
    let hour = now.started_at.unwrap_or(now.created_at);
    let fields = [
        ("training_seconds", before.training_seconds, now.training_seconds),
        ("billable_seconds", before.billable_seconds, now.billable_seconds),
    ];
    for (what, old, new) in fields {
        if old != new {
            let why = "SageMaker described a finished job otherwise";
            let restatement = Restatement { entity_id, hour, what, old: json!(old), new: json!(new), why };
            store_inventory::restate(connection, account_id, &restatement).await?;
        }
    }
    Ok(())
}

/// From when to when a job's instances ran; `None` where AWS gave no times, which is unknown and not zero.
fn job_life(job: &TrainingJob) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let ended = matches!(job.status.as_str(), "Completed" | "Failed" | "Stopped");
    let lasted = job.training_seconds.map(Duration::seconds);
    match (job.started_at, job.ended_at, lasted) {
        (Some(start), Some(end), _) if end > start => Some((start, Some(end))),
        (Some(start), None, _) if !ended => Some((start, None)),
        (Some(start), _, Some(lasted)) if lasted > Duration::zero() => Some((start, Some(start + lasted))),
        (None, Some(end), Some(lasted)) if lasted > Duration::zero() => Some((end - lasted, Some(end))),
        (None, None, Some(lasted)) if lasted > Duration::zero() => {
            Some((job.created_at, Some(job.created_at + lasted)))
        }
        _ => None,
    }
}

/// What a warm pool kept after the job's end.
fn kept_warm(job: &TrainingJob, end: DateTime<Utc>, serving: &Span) -> Option<Span> {
    let pool = job.warm_pool?;
    let to = match pool.retained_seconds.filter(|seconds| *seconds > 0) {
        Some(seconds) => Some(end + Duration::seconds(seconds)),
        None if pool.is_available => None,
        None => return None,
    };
    Some(Span { from: end, to, state: State::Retained, ..serving.clone() })
}

fn job_resource(job: &TrainingJob, region: &str, resource_id: i64) -> Resource {
    Resource {
        resource_id,
        arn: job.arn.clone(),
        created_at: job.created_at,
        region: region.to_owned(),
        kind: "training",
        phase: "train",
        hosting_option: "",
        name: job.name.clone(),
        family: key::family(&job.name),
        status: job.status.clone(),
        failure_reason: job.failure_reason.clone(),
        started_at: job.started_at,
        ended_at: job.ended_at,
        last_modified_at: job.last_modified_at,
        training_seconds: job.training_seconds,
        billable_seconds: job.billable_seconds,
        is_spot: Some(job.is_spot),
        attributes: json!({ "volume_gb": job.volume_gb, "max_runtime_s": job.max_runtime_seconds }),
    }
}

/// Writes an endpoint and returns the entities of its variants.
async fn write_endpoint(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    endpoint: &Endpoint,
    options: &Options,
) -> Result<Vec<i64>, StoreError> {
    let now = options.now;
    let identity = key::resource_key(&endpoint.arn, endpoint.created_at);
    let resource = endpoint_resource(endpoint, region, key::number(&identity));
    let before = store_inventory::known(connection, account_id, resource.resource_id).await?;
    store_inventory::upsert_resource(connection, account_id, &resource, now).await?;
    store_inventory::write_tags(connection, account_id, resource.resource_id, &endpoint.tags, endpoint.created_at, now)
        .await?;
    // Under a new configuration the instances are others, from the moment AWS last changed the endpoint.
    let config_since = match &before {
        Some(before) => endpoint.last_modified_at.unwrap_or(now).clamp(before.last_seen_at.min(now), now),
        None => endpoint.created_at,
    };
    let mut entities = Vec::new();
    for variant in &endpoint.variants {
        let Some(instance_type) = &variant.instance_type else {
            continue; // serverless: no instances to count
        };
        let natural_key = key::entity_key(&identity, &variant.name, &endpoint.config);
        let entity = Entity {
            entity_id: key::number(&natural_key),
            natural_key,
            part: variant.name.clone(),
            config: endpoint.config.clone(),
            first_host: 1,
            instance_type: instance_type.clone(),
        };
        entities.push(entity.entity_id);
        let known = store_inventory::spans(connection, account_id, entity.entity_id).await?;
        let spans = observed(&known, variant, instance_type, config_since, now);
        // An endpoint that stands has served on since it was last seen, so its days are due in any case.
        let since = before.as_ref().map_or(endpoint.created_at, |before| before.last_seen_at).max(options.from);
        let part = Part { entity: &entity, described: &spans, earliest: options.from.date_naive(), changed: false };
        write_part(connection, account_id, region, &resource, &part, now).await?;
        store_inventory::mark_stale(connection, account_id, entity.entity_id, since.date_naive(), now.date_naive())
            .await?;
    }
    Ok(entities)
}

/// What is known of a variant's capacity, brought up to what was seen now.
fn observed(
    known: &[Span],
    variant: &Variant,
    instance_type: &str,
    config_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Span> {
    match known.last() {
        None => vec![span::serving(config_since, None, instance_type, variant.count, Purchase::OnDemand)],
        Some(last) if last.to.is_none() && last.count == variant.count && last.instance_type == instance_type => {
            known.to_vec()
        }
        Some(_) => {
            let fresh = span::serving(now, None, instance_type, variant.count, Purchase::OnDemand);
            span::splice(known, now, None, &[fresh])
        }
    }
}

fn endpoint_resource(endpoint: &Endpoint, region: &str, resource_id: i64) -> Resource {
    let serverless = endpoint.variants.iter().all(|variant| variant.instance_type.is_none());
    let weights: Vec<_> =
        endpoint.variants.iter().map(|variant| json!({ "variant": variant.name, "weight": variant.weight })).collect();
    Resource {
        resource_id,
        arn: endpoint.arn.clone(),
        created_at: endpoint.created_at,
        region: region.to_owned(),
        kind: "endpoint",
        phase: "deploy",
        hosting_option: if serverless { "serverless" } else { "real_time" },
        name: endpoint.name.clone(),
        family: key::family(&endpoint.name),
        status: endpoint.status.clone(),
        failure_reason: None,
        started_at: Some(endpoint.created_at),
        ended_at: None,
        last_modified_at: endpoint.last_modified_at,
        training_seconds: None,
        billable_seconds: None,
        is_spot: None,
        attributes: json!({ "config": endpoint.config, "weights": weights }),
    }
}

/// Ends the capacity of parts that AWS no longer names: deleted endpoints, and variants of an older configuration.
async fn close_what_is_gone(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    seen: &[i64],
    endpoints: &[Endpoint],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for part in store_inventory::open_endpoint_parts(connection, account_id, region).await? {
        if seen.contains(&part.entity_id) {
            continue;
        }
        let still_there = endpoints
            .iter()
            .find(|endpoint| key::number(&key::resource_key(&endpoint.arn, endpoint.created_at)) == part.resource_id);
        let end = still_there.and_then(|endpoint| endpoint.last_modified_at).unwrap_or(now).min(now);
        let spans = store_inventory::spans(connection, account_id, part.entity_id).await?;
        let closed = span::splice(&spans, end, None, &[]);
        store_inventory::replace_spans(connection, account_id, part.entity_id, &closed).await?;
        store_inventory::mark_stale(connection, account_id, part.entity_id, end.date_naive(), now.date_naive()).await?;
        if still_there.is_none() {
            store_inventory::mark_gone(connection, account_id, part.resource_id, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::facts::WarmPool;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn job(status: &str, start: Option<i64>, end: Option<i64>, training: Option<i64>) -> TrainingJob {
        TrainingJob {
            arn: "arn".to_owned(),
            name: "job".to_owned(),
            created_at: at(0),
            started_at: start.map(at),
            ended_at: end.map(at),
            last_modified_at: None,
            status: status.to_owned(),
            failure_reason: None,
            training_seconds: training,
            billable_seconds: None,
            warm_pool: None,
            is_spot: false,
            groups: Vec::new(),
            volume_gb: None,
            max_runtime_seconds: None,
            tags: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_warm_pool_is_kept_from_the_end_on() {
        let serving = span::serving(at(60), Some(at(660)), "ml.g4dn.xlarge", 2, Purchase::OnDemand);
        let kept = |retained_seconds, is_available| {
            let job = TrainingJob {
                warm_pool: Some(WarmPool { retained_seconds, is_available }),
                ..job("Completed", Some(60), Some(660), Some(600))
            };
            kept_warm(&job, at(660), &serving).map(|span| (span.from, span.to, span.state, span.count))
        };
        assert_eq!(kept(Some(100), false), Some((at(660), Some(at(760)), State::Retained, 2)));
        assert_eq!(kept(None, true), Some((at(660), None, State::Retained, 2)), "it is kept still");
        assert_eq!(kept(None, false), None, "AWS told of no time");
        assert_eq!(kept(Some(0), false), None);
    }

    #[test]
    fn a_life_is_what_aws_said_or_unknown() {
        let rows = [
            (job("Completed", Some(60), Some(660), Some(590)), Some((60, Some(660)))),
            (job("Completed", Some(60), Some(660), None), Some((60, Some(660)))),
            (job("InProgress", Some(60), None, None), Some((60, None))),
            (job("Failed", None, None, None), None),
            (job("Failed", Some(60), None, None), None),
            (job("Failed", Some(60), None, Some(40)), Some((60, Some(100)))),
            (job("Stopped", None, Some(660), Some(60)), Some((600, Some(660)))),
            (job("Stopped", None, None, Some(60)), Some((0, Some(60)))),
            (job("Completed", Some(60), Some(60), Some(0)), None),
        ];
        for (job, expected) in rows {
            let expected = expected.map(|(from, to): (i64, Option<i64>)| (at(from), to.map(at)));
            assert_eq!(job_life(&job), expected, "{job:?}");
        }
    }
}
