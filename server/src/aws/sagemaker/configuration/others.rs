//! Projects, feature groups, recommender and compilation jobs, monitors and notebook instances.

use aws_sdk_sagemaker::types::InferenceRecommendation;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{every_listed, listed, told_moment};
use crate::aws::facts::Listed;
use crate::aws::sagemaker::aws_time;
use crate::aws::{AwsError, Client};

impl Client {
    pub(super) async fn projects(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListProjects";
        every_listed!(self, operation, self.sagemaker.list_projects(), project_summary_list, |each| {
            let state = each.project_status().map(|status| status.as_str());
            let document = json!({ "status": state, "description": each.project_description() });
            listed(each.project_arn(), each.project_name(), each.creation_time(), None)
                .map(|item| item.in_state(state).told(document))
        })
    }

    pub(super) async fn feature_groups(&self, now: DateTime<Utc>) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListFeatureGroups";
        // The size of an online store grows without a change of the record, so its day is part of the version.
        let today = now.date_naive().to_string();
        let today = today.as_str();
        every_listed!(self, operation, self.sagemaker.list_feature_groups(), feature_group_summaries, |each| {
            let state = each.feature_group_status().map(|status| status.as_str());
            listed(each.feature_group_arn(), each.feature_group_name(), each.creation_time(), None)
                .map(|item| item.in_state(state).in_state(Some(today)))
        })
    }

    pub(super) async fn feature_group(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeFeatureGroup";
        let ask = self.sagemaker.describe_feature_group().feature_group_name(name);
        let group = self.call(operation, || ask.clone().send()).await?;
        let (online, offline) = (group.online_store_config(), group.offline_store_config());
        let bucket = offline.and_then(|store| store.s3_storage_config());
        let throughput = group.throughput_config();
        let mut features: Vec<String> = group
            .feature_definitions()
            .iter()
            .map(|each| {
                let kind = each.feature_type().map(|kind| kind.as_str()).unwrap_or_default();
                format!("{} {kind}", each.feature_name().unwrap_or_default())
            })
            .collect();
        features.sort();
        Ok(json!({
            "status": group.feature_group_status().map(|status| status.as_str()),
            "features": group.feature_definitions().len(),
            "online": online.and_then(|store| store.enable_online_store()),
            "storage": online.and_then(|store| store.storage_type()).map(|each| each.as_str()),
            "online_bytes": group.online_store_total_size_bytes(),
            "throughput": throughput.and_then(|each| each.throughput_mode()).map(|mode| mode.as_str()),
            "read_units": throughput.and_then(|each| each.provisioned_read_capacity_units()),
            "write_units": throughput.and_then(|each| each.provisioned_write_capacity_units()),
            "offline": bucket.and_then(|each| each.s3_uri()),
            // Several groups may be given one prefix; where AWS writes is a place of its own for each.
            "written_to": bucket.and_then(|each| each.resolved_output_s3_uri()),
            "record_identifier": group.record_identifier_feature_name(),
            "feature_names": features,
            "encrypted": bucket.map(|each| each.kms_key_id().is_some()),
            "role": group.role_arn(),
        }))
    }

    pub(super) async fn recommender_jobs(&self, since: DateTime<Utc>) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListInferenceRecommendationsJobs";
        let ask = || self.sagemaker.list_inference_recommendations_jobs().creation_time_after(aws_time(since));
        every_listed!(self, operation, ask(), inference_recommendations_jobs, |each| {
            let state = each.status().map(|status| status.as_str());
            listed(each.job_arn(), each.job_name(), each.creation_time(), each.last_modified_time())
                .map(|item| item.in_state(state))
        })
    }

    pub(super) async fn recommender_job(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeInferenceRecommendationsJob";
        let ask = self.sagemaker.describe_inference_recommendations_job().job_name(name);
        let job = self.call(operation, || ask.clone().send()).await?;
        Ok(json!({
            "status": job.status().map(|status| status.as_str()),
            "type": job.job_type().map(|each| each.as_str()),
            "ended_at": told_moment(job.completion_time()),
            "model": job.input_config().and_then(|input| input.model_name()),
            "candidates": job.inference_recommendations().iter().map(candidate).collect::<Vec<_>>(),
        }))
    }

    pub(super) async fn compilation_jobs(&self, since: DateTime<Utc>) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListCompilationJobs";
        let ask = || self.sagemaker.list_compilation_jobs().creation_time_after(aws_time(since));
        every_listed!(self, operation, ask(), compilation_job_summaries, |each| {
            let state = each.compilation_job_status().map(|status| status.as_str());
            let target = each.compilation_target_device().map(|target| target.as_str());
            let document = json!({
                "status": state,
                "target": target,
                "started_at": told_moment(each.compilation_start_time()),
                "ended_at": told_moment(each.compilation_end_time()),
            });
            listed(
                each.compilation_job_arn(),
                each.compilation_job_name(),
                each.creation_time(),
                each.last_modified_time(),
            )
            .map(|item| item.in_state(state).told(document))
        })
    }

    pub(super) async fn monitoring_schedules(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListMonitoringSchedules";
        let ask = || self.sagemaker.list_monitoring_schedules();
        every_listed!(self, operation, ask(), monitoring_schedule_summaries, |each| {
            let state = each.monitoring_schedule_status().map(|status| status.as_str());
            let document = json!({
                "status": state,
                "endpoint": each.endpoint_name(),
                "type": each.monitoring_type().map(|each| each.as_str()),
            });
            listed(
                each.monitoring_schedule_arn(),
                each.monitoring_schedule_name(),
                each.creation_time(),
                each.last_modified_time(),
            )
            .map(|item| item.in_state(state).told(document))
        })
    }

    pub(super) async fn notebook_instances(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListNotebookInstances";
        every_listed!(self, operation, self.sagemaker.list_notebook_instances(), notebook_instances, |each| {
            // It is set up otherwise while it is stopped, and started then: its state is none of configuration.
            listed(
                each.notebook_instance_arn(),
                each.notebook_instance_name(),
                each.creation_time(),
                each.last_modified_time(),
            )
        })
    }

    pub(super) async fn notebook_instance(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeNotebookInstance";
        let ask = self.sagemaker.describe_notebook_instance().notebook_instance_name(name);
        let notebook = self.call(operation, || ask.clone().send()).await?;
        Ok(json!({
            "instance_type": notebook.instance_type().map(|each| each.as_str()),
            "volume_gb": notebook.volume_size_in_gb(),
            "encrypted": notebook.kms_key_id().is_some(),
            "direct_internet_access": notebook.direct_internet_access().map(|each| each.as_str()),
            "root_access": notebook.root_access().map(|each| each.as_str()),
            "lifecycle": notebook.notebook_instance_lifecycle_config_name(),
            "role": notebook.role_arn(),
        }))
    }
}

fn candidate(candidate: &InferenceRecommendation) -> Value {
    let (machine, metrics) = (candidate.endpoint_configuration(), candidate.metrics());
    json!({
        "instance_type": machine.and_then(|each| each.instance_type()).map(|each| each.as_str()),
        "count": machine.and_then(|each| each.initial_instance_count()),
        "usd_per_hour": metrics.and_then(|each| each.cost_per_hour()),
        "usd_per_inference": metrics.and_then(|each| each.cost_per_inference()),
        "invocations_per_minute": metrics.and_then(|each| each.max_invocations()),
        "latency_ms": metrics.and_then(|each| each.model_latency()),
    })
}
