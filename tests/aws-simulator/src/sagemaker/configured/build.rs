//! Tuning and compilation jobs.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn};
use crate::caller::Site;
use crate::fleet::{HYPERPARAMETER_SECRET, Job, JobKind, JobStatus};
use crate::noise;
use crate::sagemaker::page::Page;
use crate::sagemaker::training::sweep_of;
use crate::sagemaker::with_token;
use crate::wire::AwsError;
use crate::wire::json::{required, time, without_nulls};

/// The trials of each sweep: training jobs whose names go on after `-sweep`.
fn sweeps<'a>(site: Site<'a>) -> BTreeMap<&'a str, Vec<&'a Job>> {
    let mut sweeps: BTreeMap<&str, Vec<&Job>> = BTreeMap::new();
    for job in site.jobs(JobKind::Training).filter(|job| job.created <= site.fleet.now) {
        if let Some(sweep) = sweep_of(&job.name) {
            sweeps.entry(sweep).or_default().push(job);
        }
    }
    sweeps
}

pub(super) fn tunings(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "HyperParameterTuningJobSummaries",
        name: "HyperParameterTuningJobName",
        arn: "HyperParameterTuningJobArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("HyperParameterTuningJobStatus"),
        key: "HyperParameterTuningJobName",
    };
    let now = site.fleet.now;
    let entries = sweeps(site).into_iter().filter_map(|(name, trials)| {
        let created = trials.iter().map(|job| job.created).min()? - TimeDelta::seconds(30);
        let last = trials.iter().filter_map(|job| job.seen_at(now)).map(|seen| seen.last_modified).max()?;
        let count = |status| trials.iter().filter(|job| job.seen_at(now).is_some_and(|s| s.status == status)).count();
        let running = count(JobStatus::InProgress);
        let counters = json!({
            "Completed": count(JobStatus::Completed),
            "InProgress": running,
            "NonRetryableError": count(JobStatus::Failed),
            "RetryableError": 0,
            "Stopped": count(JobStatus::Stopped),
        });
        let limits = json!({ "MaxNumberOfTrainingJobs": trials.len(), "MaxParallelTrainingJobs": 4 });
        let best = trials.iter().filter(|job| job.status == JobStatus::Completed);
        let best = best.max_by(|a, b| objective(a).total_cmp(&objective(b)));
        Some(Entry {
            name: name.to_owned(),
            arn: arn(site, "hyper-parameter-tuning-job", name),
            created,
            modified: last,
            status: if running > 0 { "InProgress" } else { "Completed" },
            description: json!({
                "HyperParameterTuningJobConfig": {
                    "Strategy": "Bayesian",
                    "HyperParameterTuningJobObjective": { "Type": "Maximize", "MetricName": "validation:recall" },
                    "ResourceLimits": limits,
                    "TrainingJobEarlyStoppingType": "Off",
                },
                "TrainingJobDefinition": { "StaticHyperParameters": { "token": HYPERPARAMETER_SECRET } },
                "HyperParameterTuningEndTime": (running == 0).then(|| time(last)),
                "BestTrainingJob": best.map(|job| trial(job, site)),
            }),
            summary: json!({
            "Strategy": "Bayesian",
            "TrainingJobStatusCounters": counters,
            "ObjectiveStatusCounters": { "Succeeded": count(JobStatus::Completed), "Pending": running, "Failed": count(JobStatus::Failed) },
            "ResourceLimits": limits,
        }),
        })
    });
    (words, entries.collect())
}

pub(super) fn trials(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "HyperParameterTuningJobName")?;
    let page = Page::of(body)?;
    let sweeps = sweeps(site);
    let trials = sweeps.get(name).ok_or_else(|| AwsError::validation("Could not find the requested job."))?;
    let (trials, next) = page.cut(trials.iter());
    let summaries: Vec<Value> = trials.into_iter().map(|job| trial(job, site)).collect();
    Ok(with_token(json!({ "TrainingJobSummaries": summaries }), next))
}

fn trial(job: &Job, site: Site<'_>) -> Value {
    let status = job.seen_at(site.fleet.now).map_or(JobStatus::InProgress, |seen| seen.status);
    let done = status == JobStatus::Completed;
    without_nulls(json!({
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": time(job.created),
        "TrainingJobStatus": status.as_str(),
        "TunedHyperParameters": { "learning_rate": "0.003" },
        "FinalHyperParameterTuningJobObjectiveMetric": done.then(|| json!({
            "MetricName": "validation:recall",
            "Value": objective(job),
        })),
        "ObjectiveStatus": if done { "Succeeded" } else { "Failed" },
    }))
}

/// Between 0.55 and 0.80: longer training helps, and the rest is drawn from the job's name.
fn objective(job: &Job) -> f64 {
    let luck = (noise::key(7, &[&job.name]) % 10_000) as f64 / 10_000.0;
    let effort = (job.training_s.unwrap_or_default() as f64 / 9_000.0).min(1.0);
    0.55 + 0.25 * (0.6 * luck + 0.4 * effort)
}

/// Models for Inferentia are compiled before they are served.
pub(super) fn compilations(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "CompilationJobSummaries",
        name: "CompilationJobName",
        arn: "CompilationJobArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("CompilationJobStatus"),
        key: "CompilationJobName",
    };
    let compiled = site.endpoints().filter_map(|endpoint| {
        let mut variants = endpoint.configs.iter().flat_map(|config| &config.variants);
        let variant = variants.find(|variant| variant.instance_type.starts_with("ml.inf"))?;
        let name = format!("{}-neuron", variant.model);
        let created = endpoint.created - TimeDelta::hours(2);
        let ended = created + TimeDelta::minutes(25);
        Some(Entry {
            arn: arn(site, "compilation-job", &name),
            created,
            modified: ended,
            status: "COMPLETED",
            summary: json!({
                "CompilationTargetDevice": if variant.instance_type.starts_with("ml.inf2") { "ml_inf2" } else { "ml_inf1" },
                "CompilationStartTime": time(created + TimeDelta::minutes(2)),
                "CompilationEndTime": time(ended),
            }),
            description: json!({}),
            name,
        })
    });
    (words, compiled.collect())
}
