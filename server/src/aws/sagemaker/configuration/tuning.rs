//! Hyperparameter tuning jobs with their trials.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{every_listed, listed, told_moment};
use crate::aws::facts::Listed;
use crate::aws::sagemaker::aws_time;
use crate::aws::{AwsError, Client};

impl Client {
    pub(super) async fn tuning_jobs(&self, since: DateTime<Utc>) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListHyperParameterTuningJobs";
        let ask = || self.sagemaker.list_hyper_parameter_tuning_jobs().creation_time_after(aws_time(since));
        every_listed!(self, operation, ask(), hyper_parameter_tuning_job_summaries, |each| {
            let state = each.hyper_parameter_tuning_job_status().map(|status| status.as_str());
            listed(
                each.hyper_parameter_tuning_job_arn(),
                each.hyper_parameter_tuning_job_name(),
                each.creation_time(),
                each.last_modified_time(),
            )
            .map(|item| item.in_state(state))
        })
    }

    pub(super) async fn tuning_job(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeHyperParameterTuningJob";
        let ask = self.sagemaker.describe_hyper_parameter_tuning_job().hyper_parameter_tuning_job_name(name);
        let tuning = self.call(operation, || ask.clone().send()).await?;
        let config = tuning.hyper_parameter_tuning_job_config();
        let objective = config.and_then(|config| config.hyper_parameter_tuning_job_objective());
        let limits = config.and_then(|config| config.resource_limits());
        let counters = tuning.training_job_status_counters();
        let early = config.and_then(|config| config.training_job_early_stopping_type());
        Ok(json!({
            "status": tuning.hyper_parameter_tuning_job_status().map(|status| status.as_str()),
            "strategy": config.and_then(|config| config.strategy()).map(|strategy| strategy.as_str()),
            "objective": objective.and_then(|objective| objective.metric_name()),
            "goal": objective.and_then(|objective| objective.r#type()).map(|goal| goal.as_str()),
            "early_stopping": early.map(|early| early.as_str()),
            "most_trials": limits.and_then(|limits| limits.max_number_of_training_jobs()),
            "most_parallel": limits.and_then(|limits| limits.max_parallel_training_jobs()),
            "completed": counters.and_then(|counters| counters.completed()),
            "failed": counters.and_then(|counters| counters.non_retryable_error()),
            "stopped": counters.and_then(|counters| counters.stopped()),
            "ended_at": told_moment(tuning.hyper_parameter_tuning_end_time()),
            "best": tuning.best_training_job().and_then(|best| best.training_job_name()),
            "trials": self.trials(name).await?,
        }))
    }

    async fn trials(&self, name: &str) -> Result<Vec<Value>, AwsError> {
        let operation = "sagemaker:ListTrainingJobsForHyperParameterTuningJob";
        let ask = || {
            let list = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job();
            list.hyper_parameter_tuning_job_name(name)
        };
        every_listed!(self, operation, ask(), training_job_summaries, |trial| {
            let objective = trial.final_hyper_parameter_tuning_job_objective_metric();
            Some(json!({
                "job": trial.training_job_arn()?,
                "status": trial.training_job_status().map(|status| status.as_str()),
                "value": objective.and_then(|objective| objective.value()),
            }))
        })
    }
}
