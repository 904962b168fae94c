//! Pipelines, their executions and steps.

use aws_sdk_sagemaker::types::{PipelineExecutionStep, PipelineExecutionStepMetadata};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{definition, every_listed, listed, told_moment};
use crate::aws::facts::Listed;
use crate::aws::sagemaker::aws_time;
use crate::aws::{AwsError, Client};

/// Part of the version, so that what was kept before definitions were read is described again.
const WITH_STEPS: Option<&str> = Some("with steps");

impl Client {
    pub(super) async fn pipelines(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListPipelines";
        every_listed!(self, operation, self.sagemaker.list_pipelines(), pipeline_summaries, |each| {
            listed(each.pipeline_arn(), each.pipeline_name(), each.creation_time(), each.last_modified_time())
                .map(|item| item.in_state(WITH_STEPS))
        })
    }

    /// A pipeline with the steps that its definition names.
    pub(super) async fn pipeline(&self, listed: &Listed) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribePipeline";
        let ask = self.sagemaker.describe_pipeline().pipeline_name(&listed.name);
        let pipeline = self.call(operation, || ask.clone().send()).await?;
        Ok(json!({
            "display_name": pipeline.pipeline_display_name(),
            "description": pipeline.pipeline_description(),
            "role": pipeline.role_arn(),
            "definition": pipeline.pipeline_definition().and_then(definition::steps),
        }))
    }

    pub(super) async fn pipeline_executions(&self, since: DateTime<Utc>) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListPipelineExecutions";
        let mut executions = Vec::new();
        for pipeline in self.pipelines().await? {
            let name = pipeline.name.as_str();
            let ask = || {
                let list = self.sagemaker.list_pipeline_executions().pipeline_name(name);
                list.created_after(aws_time(since))
            };
            let found: Vec<Listed> = every_listed!(self, operation, ask(), pipeline_execution_summaries, |each| {
                let state = each.pipeline_execution_status().map(|status| status.as_str());
                let own = each.pipeline_execution_arn().and_then(|arn| arn.rsplit('/').next());
                let shown = each.pipeline_execution_display_name().or(own);
                listed(each.pipeline_execution_arn(), shown, each.start_time(), None).map(|item| item.in_state(state))
            })?;
            executions.extend(found.into_iter().map(|each| each.under(Some(&pipeline.identifier))));
        }
        Ok(executions)
    }

    /// The steps with the jobs that they ran.
    pub(super) async fn pipeline_execution(&self, listed: &Listed) -> Result<Value, AwsError> {
        let operation = "sagemaker:ListPipelineExecutionSteps";
        let arn = listed.identifier.as_str();
        let ask = || self.sagemaker.list_pipeline_execution_steps().pipeline_execution_arn(arn);
        let steps: Vec<Value> =
            every_listed!(self, operation, ask(), pipeline_execution_steps, |each| Some(step(each)))?;
        let status = listed.version.rsplit(' ').next();
        Ok(json!({ "status": status, "steps": steps }))
    }
}

fn step(step: &PipelineExecutionStep) -> Value {
    let (kind, job) = step.metadata().map(ran).unwrap_or_default();
    json!({
        "name": step.step_name(),
        "type": kind,
        "status": step.step_status().map(|status| status.as_str()),
        "started_at": told_moment(step.start_time()),
        "ended_at": told_moment(step.end_time()),
        "from_cache": step.cache_hit_result().is_some(),
        "failure": step.failure_reason(),
        "attempts": step.attempt_count(),
        "job": job,
    })
}

/// What a step was, and the ARN of what it made.
fn ran(metadata: &PipelineExecutionStepMetadata) -> (&'static str, Option<String>) {
    let named = [
        ("training", metadata.training_job().map(|job| job.arn())),
        ("processing", metadata.processing_job().map(|job| job.arn())),
        ("transform", metadata.transform_job().map(|job| job.arn())),
        ("tuning", metadata.tuning_job().map(|job| job.arn())),
        ("model", metadata.model().map(|model| model.arn())),
        ("register", metadata.register_model().map(|model| model.arn())),
        ("endpoint", metadata.endpoint().map(|endpoint| endpoint.arn())),
        ("condition", metadata.condition().map(|_| None)),
        ("lambda", metadata.lambda().map(|_| None)),
        ("callback", metadata.callback().map(|_| None)),
        ("fail", metadata.fail().map(|_| None)),
    ];
    let known = named.into_iter().find_map(|(kind, arn)| Some((kind, arn?.map(str::to_owned))));
    known.unwrap_or(("other", None))
}
