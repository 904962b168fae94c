//! ListTransformJobs and DescribeTransformJob.

use serde_json::{Value, json};

use super::training::list_of;
use crate::caller::Site;
use crate::fleet::{HYPERPARAMETER_SECRET, Job, JobKind, JobSeen};
use crate::wire::AwsError;
use crate::wire::json::{required, time, without_nulls};

pub(super) fn list(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    list_of(body, site, JobKind::Transform, "TransformJobSummaries", |job, seen| {
        without_nulls(json!({
            "TransformJobName": job.name,
            "TransformJobArn": job.arn,
            "CreationTime": time(job.created),
            "TransformEndTime": seen.ended.map(time),
            "LastModifiedTime": time(seen.last_modified),
            "TransformJobStatus": seen.status.as_str(),
            "FailureReason": seen.failure_reason,
        }))
    })
}

pub(super) fn describe(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "TransformJobName")?;
    let job = site.jobs(JobKind::Transform).find(|job| job.name == name);
    job.and_then(|job| job.seen_at(site.fleet.now).map(|seen| record(job, &seen)))
        .map(without_nulls)
        .ok_or_else(|| AwsError::validation("Could not find the requested job."))
}

/// The list tells when a job was last modified; the description does not.
fn record(job: &Job, seen: &JobSeen) -> Value {
    json!({
        "TransformJobName": job.name,
        "TransformJobArn": job.arn,
        "TransformJobStatus": seen.status.as_str(),
        "FailureReason": seen.failure_reason,
        "ModelName": format!("{}-model", job.name),
        "Environment": { "TRACKING_TOKEN": HYPERPARAMETER_SECRET },
        "TransformInput": { "DataSource": { "S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": "s3://feature-exports/daily/",
        } } },
        "TransformOutput": { "S3OutputPath": "s3://scores/daily/" },
        "TransformResources": { "InstanceType": job.instance_type, "InstanceCount": job.instance_count },
        "CreationTime": time(job.created),
        "TransformStartTime": seen.started.map(time),
        "TransformEndTime": seen.ended.map(time),
    })
}
