//! ListTrainingJobs and DescribeTrainingJob.

use serde_json::{Map, Value, json};

use super::page::{ListFilter, Page, is_descending, not_in_set, sort};
use super::with_token;
use crate::caller::Site;
use crate::fleet::{HYPERPARAMETER_SECRET, Hardware, Job, JobKind, JobSeen, JobStatus, Tags};
use crate::noise;
use crate::wire::AwsError;
use crate::wire::json::{required, text, time, without_nulls};

/// The most that `KeepAlivePeriodInSeconds` may be.
const LONGEST_KEPT_S: i64 = 3_600;

pub(super) fn list(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    list_of(body, site, JobKind::Training, "TrainingJobSummaries", summary)
}

/// A page of the jobs of a kind; they all list alike.
pub(super) fn list_of(
    body: &Value,
    site: Site<'_>,
    kind: JobKind,
    member: &str,
    summary: fn(&Job, &JobSeen) -> Value,
) -> Result<Value, AwsError> {
    let page = Page::of(body)?;
    let filter = ListFilter::of(body);
    let descending = is_descending(body, false)?;
    let mut jobs = visible(site, kind);
    match text(body, "SortBy") {
        None | Some("CreationTime") => sort(&mut jobs, descending, |(job, _)| (job.created, job.name.clone())),
        Some("Name") => sort(&mut jobs, descending, |(job, _)| job.name.clone()),
        Some("Status") => {
            sort(&mut jobs, descending, |(job, seen)| (seen.status.as_str(), job.created, job.name.clone()))
        }
        Some(other) => return Err(not_in_set("sortBy", other, "[Name, CreationTime, Status]")),
    }
    // AWS cuts the page first and filters it then: a page may be empty and still have a successor.
    let (jobs, next) = page.cut(jobs);
    let summaries: Vec<Value> = jobs
        .iter()
        .filter(|(job, seen)| filter.keeps(&job.name, job.created, seen.last_modified, seen.status.as_str()))
        .map(|(job, seen)| summary(job, seen))
        .collect();
    Ok(with_token(json!({ member: summaries }), next))
}

pub(super) fn describe(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "TrainingJobName")?;
    let job = site.jobs(JobKind::Training).find(|job| job.name == name);
    job.and_then(|job| job.seen_at(site.fleet.now).map(|seen| record(job, &seen)))
        .map(without_nulls)
        .ok_or_else(|| AwsError::validation("Requested resource not found."))
}

/// The jobs of a kind that exist at the simulated present.
pub(super) fn visible<'a>(site: Site<'a>, kind: JobKind) -> Vec<(&'a Job, JobSeen)> {
    site.jobs(kind).filter_map(|job| Some((job, job.seen_at(site.fleet.now)?))).collect()
}

/// The full record, with null where AWS leaves a member out.
pub(super) fn record(job: &Job, seen: &JobSeen) -> Value {
    let bucket = format!("s3://training-{}", account_of(job));
    let max_wait = job.spot.then_some(job.max_runtime_s * 2);
    json!({
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "TuningJobArn": tuning(job),
        "ModelArtifacts": { "S3ModelArtifacts": format!("{bucket}/{}/output/model.tar.gz", job.name) },
        "TrainingJobStatus": seen.status.as_str(),
        "SecondaryStatus": seen.secondary,
        "FailureReason": seen.failure_reason,
        "HyperParameters": dictionary(&job.hyperparameters),
        "Environment": { "TRACKING_TOKEN": HYPERPARAMETER_SECRET },
        "FinalMetricDataList": metrics(job, seen),
        "AlgorithmSpecification": {
            "TrainingImage": image(job),
            "TrainingInputMode": "File",
            "EnableSageMakerMetricsTimeSeries": false,
        },
        "RoleArn": role(job),
        "InputDataConfig": [{ "ChannelName": "train", "DataSource": { "S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": format!("s3://datasets-{}/{}/", account_of(job), dataset(job)),
        } } }],
        "OutputDataConfig": { "S3OutputPath": bucket },
        "ResourceConfig": without_nulls(json!({
            "InstanceType": job.instance_type,
            "InstanceCount": job.instance_count,
            "VolumeSizeInGB": 100,
            "KeepAlivePeriodInSeconds": job.retained_s.map(|seconds| seconds.min(LONGEST_KEPT_S)),
        })),
        "StoppingCondition": without_nulls(json!({ "MaxRuntimeInSeconds": job.max_runtime_s, "MaxWaitTimeInSeconds": max_wait })),
        "CreationTime": time(job.created),
        "TrainingStartTime": seen.started.map(time),
        "TrainingEndTime": seen.ended.map(time),
        "LastModifiedTime": time(seen.last_modified),
        "SecondaryStatusTransitions": transitions(seen),
        "CheckpointConfig": job.spot.then(|| json!({ "S3Uri": format!("{bucket}/checkpoints/{}", job.name) })),
        "DebugRuleEvaluationStatuses": rules(job, seen),
        "ProfilerConfig": { "S3OutputPath": bucket, "DisableProfiler": true },
        "EnableNetworkIsolation": false,
        "EnableInterContainerTrafficEncryption": false,
        "EnableManagedSpotTraining": job.spot,
        "TrainingTimeInSeconds": seen.training_s,
        "BillableTimeInSeconds": seen.billable_s,
        "WarmPoolStatus": warm_pool(job, seen),
    })
}

/// A sweep's trials are called by its name and more.
fn tuning(job: &Job) -> Option<String> {
    let sweep = sweep_of(&job.name)?;
    let (before, _) = job.arn.split_once(":training-job/")?;
    Some(format!("{before}:hyper-parameter-tuning-job/{sweep}"))
}

/// The name up to `-sweep`, of a trial of a sweep.
pub(super) fn sweep_of(name: &str) -> Option<&str> {
    let end = name.find("-sweep")? + "-sweep".len();
    name.get(..end)
}

pub(super) fn account_of(job: &Job) -> &str {
    job.arn.split(':').nth(4).unwrap_or_default()
}

/// The role that a job works with.
pub(super) fn role(job: &Job) -> String {
    format!("arn:aws:iam::{}:role/service-role/SageMakerJobs", account_of(job))
}

/// What runs for production reads what came in since; all else tries the same data again.
fn dataset(job: &Job) -> &str {
    if is_production(job) {
        return &job.name;
    }
    job.name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '-')
}

fn is_production(job: &Job) -> bool {
    job.tags.iter().any(|(key, value)| key == "environment" && value == "prod")
}

/// Machines with GPUs train networks; the others, trees.
fn image(job: &Job) -> String {
    let region = job.arn.split(':').nth(3).unwrap_or_default();
    let repository = match Hardware::of(&job.instance_type).gpus {
        0 => "sagemaker-xgboost:1.7-1",
        _ => "pytorch-training:2.7-gpu-py312",
    };
    format!("763104351884.dkr.ecr.{region}.amazonaws.com/{repository}")
}

/// What a job that ended well has reported last.
fn metrics(job: &Job, seen: &JobSeen) -> Option<Value> {
    let loss = 0.1 + (noise::key(17, &[&job.name]) % 1_000) as f64 / 2_000.0;
    (seen.status == JobStatus::Completed)
        .then(|| json!([{ "MetricName": "validation:loss", "Value": loss, "Timestamp": seen.ended.map(time) }]))
}

/// Debugger watches what is trained again and again for production.
fn rules(job: &Job, seen: &JobSeen) -> Option<Value> {
    let found = if seen.status == JobStatus::Failed { "IssuesFound" } else { "NoIssuesFound" };
    is_production(job).then(|| json!([{ "RuleConfigurationName": "LossNotDecreasing", "RuleEvaluationStatus": found }]))
}

/// In use while the job runs; the simulated pools of ended jobs are gone.
fn warm_pool(job: &Job, seen: &JobSeen) -> Value {
    match (job.retained_s, seen.ended) {
        (Some(seconds), Some(_)) => json!({ "Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": seconds }),
        (Some(_), None) => json!({ "Status": "InUse" }),
        (None, _) => Value::Null,
    }
}

fn summary(job: &Job, seen: &JobSeen) -> Value {
    without_nulls(json!({
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": time(job.created),
        "TrainingEndTime": seen.ended.map(time),
        "LastModifiedTime": time(seen.last_modified),
        "TrainingJobStatus": seen.status.as_str(),
        "SecondaryStatus": seen.secondary,
    }))
}

fn transitions(seen: &JobSeen) -> Value {
    seen.transitions
        .iter()
        .map(|t| {
            without_nulls(json!({
                "Status": t.status,
                "StartTime": time(t.start),
                "EndTime": t.end.map(time),
                "StatusMessage": t.message,
            }))
        })
        .collect()
}

pub(super) fn dictionary(pairs: &Tags) -> Map<String, Value> {
    pairs.iter().map(|(key, value)| (key.clone(), Value::String(value.clone()))).collect()
}
