//! Jobs, by the day they were created.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::part::{self, Part};
use super::{DESCRIBES_AT_ONCE, Reading};
use crate::aws::facts::Job;
use crate::aws::image;
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::ingest::{
    IngestError, LONGEST_JOB_DAYS, Options, Source, Summary, key, renewing, span, stops_the_feed, wanted, window,
};
use crate::kind::Kind;
use crate::store::capacity::{Purchase, Span, State};
use crate::store::inventory::{self as store_inventory, Known, Resource, Restatement};
use crate::store::window::{Feed, Lease, Read};
use crate::store::{self, Connection, Database, StoreError, tag};

/// Windows of a day each; the day that has not ended is read and stays open.
pub(super) async fn read(
    reading: &Reading<'_>,
    kind: Kind,
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let Reading { database, source, client, options, progress, step } = *reading;
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let days = window::days(options.from - Duration::days(LONGEST_JOB_DAYS), options.to.min(options.now));
    store::window::plan(pool, scope, source.account_id, region, Feed::Jobs(kind), &days).await?;
    let holder = uuid::Uuid::new_v4().to_string();
    let open = store::window::open(pool, scope, wanted(source, region, Feed::Jobs(kind), options, &holder)).await?;
    progress.start(step, Some(open));
    while !progress.is_cancelled() {
        let claimed =
            store::window::claim(pool, scope, wanted(source, region, Feed::Jobs(kind), options, &holder)).await?;
        let Some(lease) = claimed else {
            if store::window::held_by_others(pool, scope, wanted(source, region, Feed::Jobs(kind), options, &holder))
                .await?
                == 0
            {
                return Ok(Ok(()));
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        let fetched = renewing(database, scope, &lease, options.lease_seconds, fetch(client, kind, &lease)).await?;
        match fetched {
            Ok(jobs) => match commit(database, source, &lease, &jobs, options).await {
                Ok(()) => {
                    progress.add(step, 1);
                    summary.inventory_windows += 1;
                    *counted(summary, kind) += u64::try_from(jobs.len()).unwrap_or_default();
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
    Ok(Ok(()))
}

async fn fetch(client: &Client, kind: Kind, lease: &Lease) -> Result<Vec<Job>, AwsError> {
    if kind == Kind::Training
        && let Some(mut jobs) = client.searched_training_jobs(lease.start, lease.end).await?
    {
        // One order, whatever the network did, so that two runs take their locks alike.
        jobs.sort_by(|a, b| a.arn.cmp(&b.arn));
        return Ok(jobs);
    }
    let names = client.job_names(kind, lease.start, lease.end).await?;
    describe(client, kind, names).await
}

/// A job that has been deleted since it was listed is passed over.
async fn describe(client: &Client, kind: Kind, names: Vec<String>) -> Result<Vec<Job>, AwsError> {
    let jobs: Vec<Option<Job>> = stream::iter(names)
        .map(|name| async move {
            match client.job(kind, &name).await {
                Ok(job) => Ok(Some(job)),
                Err(error) if error.kind == ErrorKind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(DESCRIBES_AT_ONCE)
        .try_collect()
        .await?;
    let mut jobs: Vec<Job> = jobs.into_iter().flatten().collect();
    // One order, whatever the network did, so that two runs take their locks alike.
    jobs.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(jobs)
}

async fn commit(
    database: &Database,
    source: &Source,
    lease: &Lease,
    jobs: &[Job],
    options: &Options,
) -> Result<(), StoreError> {
    let mut transaction = source.scope.begin(&database.ingest).await?;
    store::window::fence(&mut transaction, lease).await?;
    for job in jobs {
        write(&mut transaction, source.account_id, &lease.region, job, options.now).await?;
    }
    let read = Read {
        as_of: Some(options.now),
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

/// Jobs that had not ended when they were last seen.
pub(super) async fn read_open(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    kind: Kind,
) -> Result<Result<(), AwsError>, IngestError> {
    let region = client.region();
    let open = store_inventory::open_jobs(&database.ingest, &source.scope, region, kind).await?;
    let jobs = match describe(client, kind, open).await {
        Ok(jobs) => jobs,
        Err(error) => return Ok(Err(error)),
    };
    let mut transaction = source.scope.begin(&database.ingest).await?;
    for job in &jobs {
        write(&mut transaction, source.account_id, region, job, options.now).await?;
    }
    transaction.commit().await.map_err(StoreError::on("commit the inventory"))?;
    Ok(Ok(()))
}

const fn counted(summary: &mut Summary, kind: Kind) -> &mut u64 {
    match kind {
        Kind::Processing => &mut summary.processing_jobs,
        Kind::Transform => &mut summary.transform_jobs,
        _ => &mut summary.training_jobs,
    }
}

async fn write(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    job: &Job,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let identity = key::resource_key(&job.arn, job.created_at);
    let resource = resource_of(job, region, key::number(&identity));
    let before = store_inventory::known(connection, account_id, resource.resource_id).await?;
    store_inventory::upsert_resource(connection, account_id, &resource, now).await?;
    let life = life(job);
    let mut first_host = 1;
    let carried = tag::Told { resource_id: resource.resource_id, tags: &job.tags, source: tag::Source::Api };
    let mut changed = tag::write(connection, account_id, &carried, job.created_at, now).await?;
    changed |= before.as_ref().is_none_or(|before| is_other(before, &resource));
    for group in &job.groups {
        let entity = key::entity(&identity, &group.name, "", first_host, &group.instance_type);
        first_host += group.count.max(0);
        let purchase = if job.is_spot == Some(true) { Purchase::Spot } else { Purchase::OnDemand };
        let spans = life.map_or_else(Vec::new, |(from, to)| {
            let serving = span::serving(from, to, &group.instance_type, group.count.max(0), purchase);
            let retained = to.and_then(|end| kept_warm(job, end, &serving));
            [serving].into_iter().chain(retained).collect()
        });
        let described = Part { entity: &entity, described: &spans, earliest: NaiveDate::MIN, changed };
        part::write(connection, account_id, region, &resource, &described, now).await?;
        if let Some(before) = &before {
            restate(connection, account_id, entity.entity_id, before, &resource).await?;
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

async fn restate(
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
fn life(job: &Job) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
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
fn kept_warm(job: &Job, end: DateTime<Utc>, serving: &Span) -> Option<Span> {
    let pool = job.warm_pool?;
    let to = match pool.retained_seconds.filter(|seconds| *seconds > 0) {
        Some(seconds) => Some(end + Duration::seconds(seconds)),
        None if pool.is_available => None,
        None => return None,
    };
    Some(Span { from: end, to, state: State::Retained, ..serving.clone() })
}

fn resource_of(job: &Job, region: &str, resource_id: i64) -> Resource {
    Resource {
        resource_id,
        arn: job.arn.clone(),
        created_at: job.created_at,
        region: region.to_owned(),
        kind: job.kind.as_str(),
        phase: job.kind.phase().as_str(),
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
        is_spot: job.is_spot,
        attributes: json!({
            "volume_gb": job.volume_gb,
            "max_runtime_s": job.max_runtime_seconds,
            "image": job.image.as_deref().map(image::told),
            "training": job.training,
            "parent": job.parent_arn,
            "roles": job.role.iter().collect::<Vec<_>>(),
            "s3": job.s3.iter().map(|(what, uri)| json!({ "use": what, "uri": uri })).collect::<Vec<_>>(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::facts::WarmPool;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn job(status: &str, start: Option<i64>, end: Option<i64>, training: Option<i64>) -> Job {
        Job {
            arn: "arn".to_owned(),
            name: "job".to_owned(),
            created_at: at(0),
            started_at: start.map(at),
            ended_at: end.map(at),
            status: status.to_owned(),
            training_seconds: training,
            ..Job::default()
        }
    }

    #[test]
    fn a_warm_pool_is_kept_from_the_end_on() {
        let serving = span::serving(at(60), Some(at(660)), "ml.g4dn.xlarge", 2, Purchase::OnDemand);
        let kept = |retained_seconds, is_available| {
            let job = Job {
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
            assert_eq!(life(&job), expected, "{job:?}");
        }
    }
}
