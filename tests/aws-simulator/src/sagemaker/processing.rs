//! ListProcessingJobs and DescribeProcessingJob.

use serde_json::{Value, json};

use super::training::list_of;
use crate::caller::Site;
use crate::fleet::{HYPERPARAMETER_SECRET, Job, JobKind, JobSeen};
use crate::wire::AwsError;
use crate::wire::json::{required, time, without_nulls};

pub(super) fn list(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    list_of(body, site, JobKind::Processing, "ProcessingJobSummaries", |job, seen| {
        without_nulls(json!({
            "ProcessingJobName": job.name,
            "ProcessingJobArn": job.arn,
            "CreationTime": time(job.created),
            "ProcessingEndTime": seen.ended.map(time),
            "LastModifiedTime": time(seen.last_modified),
        "ProcessingJobStatus": seen.status.as_str(),
            "FailureReason": seen.failure_reason,
        }))
    })
}

pub(super) fn describe(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "ProcessingJobName")?;
    let job = site.jobs(JobKind::Processing).find(|job| job.name == name);
    job.and_then(|job| job.seen_at(site.fleet.now).map(|seen| record(job, &seen)))
        .map(without_nulls)
        .ok_or_else(|| AwsError::validation("Requested resource not found."))
}

fn record(job: &Job, seen: &JobSeen) -> Value {
    json!({
        "ProcessingJobName": job.name,
        "ProcessingJobArn": job.arn,
        "ProcessingResources": { "ClusterConfig": {
            "InstanceType": job.instance_type,
            "InstanceCount": job.instance_count,
            "VolumeSizeInGB": 30,
        } },
        "StoppingCondition": { "MaxRuntimeInSeconds": job.max_runtime_s },
        "AppSpecification": { "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2" },
        "Environment": { "TRACKING_TOKEN": HYPERPARAMETER_SECRET },
        "RoleArn": super::training::role(job),
        "ProcessingInputs": [
            { "InputName": "raw", "S3Input": {
                "S3Uri": format!("s3://datasets-{}/raw/", super::training::account_of(job)),
                "S3DataType": "S3Prefix",
            } },
            // An access point stands where a bucket's name would.
            { "InputName": "shared", "S3Input": {
                "S3Uri": "s3://arn:aws:s3:us-east-1:444455556666:accesspoint/shared/raw/",
                "S3DataType": "S3Prefix",
            } },
        ],
        "ProcessingJobStatus": seen.status.as_str(),
        "FailureReason": seen.failure_reason,
        "ProcessingStartTime": seen.started.map(time),
        "ProcessingEndTime": seen.ended.map(time),
        "LastModifiedTime": time(seen.last_modified),
        "CreationTime": time(job.created),
    })
}
