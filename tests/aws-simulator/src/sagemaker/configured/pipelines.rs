//! Pipelines: jobs that run by themselves at night are steps of one, one execution for each.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn, tag, wanted};
use crate::caller::Site;
use crate::fleet::{Job, JobKind, JobStatus};
use crate::noise;
use crate::sagemaker::page::{ListFilter, Page};
use crate::sagemaker::with_token;
use crate::wire::AwsError;
use crate::wire::json::{instant_ms, required, time, without_nulls};

const DAY_LENGTH: usize = "-2026-11-23".len();

/// The jobs of each pipeline; nightly jobs carry `environment=prod`, and their names a day.
pub(crate) fn nightly<'a>(site: Site<'a>) -> BTreeMap<String, Vec<&'a Job>> {
    let mut pipelines: BTreeMap<String, Vec<&Job>> = BTreeMap::new();
    let jobs = site.region.into_iter().flat_map(|region| &region.jobs);
    for job in jobs.filter(|job| job.created <= site.fleet.now && tag(&job.tags, "environment") == Some("prod")) {
        let day = job.name.find("-20").filter(|at| job.name.len() >= at + DAY_LENGTH);
        let stem = day.and_then(|at| job.name.get(..at)).unwrap_or(&job.name);
        pipelines.entry(format!("nightly-{stem}")).or_default().push(job);
    }
    pipelines
}

pub(super) fn pipelines(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "PipelineSummaries",
        name: "PipelineName",
        arn: "PipelineArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: None,
        key: "PipelineName",
    };
    let entries = nightly(site).into_iter().filter_map(|(name, jobs)| {
        let created = jobs.iter().map(|job| job.created).min()? - TimeDelta::hours(1);
        let last = *jobs.iter().max_by_key(|job| job.created)?;
        // Whoever changed the machine changed the definition, shortly before the next night.
        let is_same = |job: &&&Job| machine(job) == machine(last);
        let since = jobs.iter().filter(is_same).map(|job| job.created).min()? - TimeDelta::hours(1);
        Some(Entry {
            arn: arn(site, "pipeline", &name),
            created,
            modified: since,
            status: "",
            summary: json!({
                "PipelineDisplayName": name,
                "RoleArn": format!("arn:aws:iam::{}:role/Pipelines", site.account.id),
                "LastExecutionTime": time(last.created),
            }),
            description: json!({ "PipelineDefinition": definition(last).to_string(), "PipelineStatus": "Active" }),
            name,
        })
    });
    (words, entries.collect())
}

fn machine(job: &Job) -> (&str, u32) {
    (&job.instance_type, job.instance_count)
}

/// The name of the step that runs a job, and the member of its execution.
const fn step_of(kind: JobKind) -> (&'static str, &'static str) {
    match kind {
        JobKind::Training => ("Train", "TrainingJob"),
        JobKind::Processing => ("Prepare", "ProcessingJob"),
        JobKind::Transform => ("Score", "TransformJob"),
    }
}

/// What the jobs of a pipeline are started by: a check, the job behind it, and for some the registration of its model.
fn definition(job: &Job) -> Value {
    let (name, _) = step_of(job.kind);
    let machine = json!({ "InstanceType": { "Get": "Parameters.Machine" }, "InstanceCount": job.instance_count });
    let given: BTreeMap<&str, &str> =
        job.hyperparameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let (kind, arguments) = match job.kind {
        JobKind::Training => ("Training", json!({ "ResourceConfig": machine, "HyperParameters": given })),
        JobKind::Processing => ("Processing", json!({ "ProcessingResources": { "ClusterConfig": machine } })),
        JobKind::Transform => ("Transform", json!({ "TransformResources": machine })),
    };
    let cache = json!({ "Enabled": job.kind == JobKind::Processing, "ExpireAfter": "P30D" });
    let ran = json!({ "Name": name, "Type": kind, "Arguments": arguments, "CacheConfig": cache });
    let registered = tag(&job.tags, "registers").map(|model| {
        let artifacts = json!({ "Get": format!("Steps.{name}.ModelArtifacts.S3ModelArtifacts") });
        json!({ "Name": "Register", "Type": "RegisterModel", "Arguments": {
            "ModelPackageGroupName": model,
            "InferenceSpecification": { "Containers": [{ "ModelDataUrl": artifacts }] },
        } })
    });
    let steps: Vec<Value> = std::iter::once(ran).chain(registered).collect();
    json!({
        "Version": "2020-12-01",
        "Parameters": [{ "Name": "Machine", "Type": "String", "DefaultValue": job.instance_type }],
        "Steps": [{ "Name": "CheckData", "Type": "Condition", "Arguments": {
            "Conditions": [{ "Type": "Equals", "LeftValue": { "Get": "Parameters.Machine" }, "RightValue": job.instance_type }],
            "IfSteps": steps,
            "ElseSteps": [],
        } }],
    })
}

pub(super) fn executions(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "PipelineName")?;
    let page = Page::of(body)?;
    // Only this list spells its bounds so.
    let after = instant_ms(body, "CreatedAfter");
    let filter = ListFilter::of(body);
    let mut all = nightly(site);
    let mut jobs = all.remove(name).ok_or_else(|| AwsError::validation("Pipeline does not exist."))?;
    jobs.sort_by_key(|job| std::cmp::Reverse(job.created));
    let (jobs, next) = page.cut(jobs);
    let kept = jobs.iter().filter(|job| {
        after.is_none_or(|after| job.created.timestamp_millis() > after)
            && filter.keeps(&job.name, job.created, job.created, "")
    });
    let summaries: Vec<Value> = kept
        .map(|job| {
            json!({
                "PipelineExecutionArn": execution_arn(site, name, job),
                "StartTime": time(begun(job)),
                "PipelineExecutionStatus": status(job, site),
            })
        })
        .collect();
    Ok(with_token(json!({ "PipelineExecutionSummaries": summaries }), next))
}

pub(super) fn steps(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let wanted = wanted(body, "PipelineExecutionArn").unwrap_or_default();
    let all = nightly(site);
    let pairs = all.iter().flat_map(|(name, jobs)| jobs.iter().map(move |job| (name, *job)));
    let job = pairs.filter(|(name, job)| execution_arn(site, name, job) == wanted).map(|(_, job)| job).next();
    let job = job.ok_or_else(|| AwsError::validation("Pipeline execution does not exist."))?;
    let seen = job.seen_at(site.fleet.now);
    let ended = seen.as_ref().and_then(|seen| seen.ended);
    let (step, member) = step_of(job.kind);
    let prepared = json!({
        "StepName": "CheckData",
        "StepStatus": "Succeeded",
        "StartTime": time(begun(job)),
        "EndTime": time(job.created),
        "CacheHitResult": { "SourcePipelineExecutionArn": wanted },
        "AttemptCount": 1,
        "Metadata": { "Condition": { "Outcome": "True" } },
    });
    let ran = without_nulls(json!({
        "StepName": step,
        "StepStatus": status(job, site),
        "StartTime": time(job.created),
        "EndTime": ended.map(time),
        "AttemptCount": 1,
        "FailureReason": seen.and_then(|seen| seen.failure_reason),
        "Metadata": { member: { "Arn": job.arn } },
    }));
    // What is trained for the registry is registered by the same execution.
    let registered = tag(&job.tags, "registers").map(|model| {
        json!({
            "StepName": "Register",
            "StepStatus": status(job, site),
            "StartTime": ended.map(time),
            "EndTime": ended.map(time),
            "AttemptCount": 1,
            "Metadata": { "RegisterModel": { "Arn": arn(site, "model-package", &format!("{model}/1")) } },
        })
    });
    let steps: Vec<Value> = registered.map(without_nulls).into_iter().chain([ran, prepared]).collect();
    Ok(json!({ "PipelineExecutionSteps": steps }))
}

fn begun(job: &Job) -> chrono::DateTime<chrono::Utc> {
    job.created - TimeDelta::seconds(40)
}

fn execution_arn(site: Site<'_>, pipeline: &str, job: &Job) -> String {
    format!("{}/execution/{:012x}", arn(site, "pipeline", pipeline), noise::key(3, &[&job.arn]) & 0xffff_ffff_ffff)
}

fn status(job: &Job, site: Site<'_>) -> &'static str {
    match job.seen_at(site.fleet.now).map(|seen| seen.status) {
        Some(JobStatus::Completed) => "Succeeded",
        Some(JobStatus::Failed) => "Failed",
        Some(JobStatus::Stopped) => "Stopped",
        Some(JobStatus::InProgress) | None => "Executing",
    }
}
