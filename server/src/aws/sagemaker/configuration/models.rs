//! Models and versions of the model registry.

use aws_sdk_sagemaker::types::{ContainerDefinition, ModelPackageType};
use serde_json::{Value, json};

use super::{every_listed, listed};
use crate::aws::facts::Listed;
use crate::aws::image;
use crate::aws::{AwsError, Client};

impl Client {
    pub(super) async fn models(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListModels";
        every_listed!(self, operation, self.sagemaker.list_models(), models, |each| {
            listed(each.model_arn(), each.model_name(), each.creation_time(), None)
        })
    }

    pub(super) async fn model(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeModel";
        let ask = self.sagemaker.describe_model().model_name(name);
        let model = self.call(operation, || ask.clone().send()).await?;
        let containers = model.primary_container().into_iter().chain(model.containers());
        Ok(json!({
            "containers": containers.map(container).collect::<Vec<_>>(),
            "network_isolation": model.enable_network_isolation(),
            "in_vpc": model.vpc_config().is_some(),
            "role": model.execution_role_arn(),
        }))
    }

    pub(super) async fn model_packages(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListModelPackages";
        let ask = || self.sagemaker.list_model_packages().model_package_type(ModelPackageType::Both);
        every_listed!(self, operation, ask(), model_package_summary_list, |each| {
            let name = match (each.model_package_group_name(), each.model_package_version()) {
                (Some(group), Some(version)) => Some(format!("{group}/{version}")),
                _ => each.model_package_name().map(str::to_owned),
            };
            let state = each.model_approval_status().map(|status| status.as_str());
            listed(each.model_package_arn(), name.as_deref(), each.creation_time(), None)
                .map(|item| item.in_state(state))
        })
    }

    pub(super) async fn model_package(&self, arn: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeModelPackage";
        let ask = self.sagemaker.describe_model_package().model_package_name(arn);
        let package = self.call(operation, || ask.clone().send()).await?;
        let images = package.inference_specification().map(|each| each.containers()).unwrap_or_default();
        let metrics = package.model_metrics();
        let quality = metrics.and_then(|metrics| metrics.model_quality()).and_then(|each| each.statistics());
        Ok(json!({
            "status": package.model_package_status().map(|status| status.as_str()),
            "approval": package.model_approval_status().map(|status| status.as_str()),
            "images": images.iter().filter_map(|each| each.image()).map(image::told).collect::<Vec<_>>(),
            "quality": quality.and_then(|each| each.s3_uri()),
            "has_metrics": metrics.is_some(),
            "domain": package.domain(),
            "task": package.task(),
        }))
    }
}

fn container(container: &ContainerDefinition) -> Value {
    let source = container.model_data_source().and_then(|source| source.s3_data_source());
    json!({
        "name": container.container_hostname(),
        "image": container.image().map(image::told),
        "mode": container.mode().map(|mode| mode.as_str()),
        "model_data": container.model_data_url().or_else(|| source.and_then(|source| source.s3_uri())),
        "model_package": container.model_package_name(),
    })
}
