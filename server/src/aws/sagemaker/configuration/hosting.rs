//! Endpoint configurations and inference components.

use aws_sdk_sagemaker::types::{ManagedInstanceScalingStatus, ProductionVariant};
use serde_json::{Value, json};

use super::{every_listed, listed};
use crate::aws::facts::Listed;
use crate::aws::{AwsError, Client};

impl Client {
    pub(super) async fn endpoint_configs(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListEndpointConfigs";
        every_listed!(self, operation, self.sagemaker.list_endpoint_configs(), endpoint_configs, |each| {
            listed(each.endpoint_config_arn(), each.endpoint_config_name(), each.creation_time(), None)
        })
    }

    pub(super) async fn endpoint_config(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeEndpointConfig";
        let ask = self.sagemaker.describe_endpoint_config().endpoint_config_name(name);
        let config = self.call(operation, || ask.clone().send()).await?;
        let capture = config.data_capture_config();
        Ok(json!({
            "variants": config.production_variants().iter().map(variant).collect::<Vec<_>>(),
            "shadows": config.shadow_production_variants().iter().map(variant).collect::<Vec<_>>(),
            "asynchronous": config.async_inference_config().is_some(),
            "captures_data": capture.and_then(|capture| capture.enable_capture()),
            "capture_percent": capture.map(|capture| capture.initial_sampling_percentage()),
            "capture_to": capture.and_then(|capture| capture.destination_s3_uri()),
            "answers_to": config.async_inference_config().and_then(|each| each.output_config()?.s3_output_path()),
            "encrypted": config.kms_key_id().is_some(),
            "network_isolation": config.enable_network_isolation(),
        }))
    }

    pub(super) async fn inference_components(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListInferenceComponents";
        every_listed!(self, operation, self.sagemaker.list_inference_components(), inference_components, |each| {
            let state = each.inference_component_status().map(|status| status.as_str());
            listed(
                each.inference_component_arn(),
                each.inference_component_name(),
                each.creation_time(),
                each.last_modified_time(),
            )
            .map(|item| item.under(each.endpoint_arn()).in_state(state))
        })
    }

    pub(super) async fn inference_component(&self, name: &str) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeInferenceComponent";
        let ask = self.sagemaker.describe_inference_component().inference_component_name(name);
        let component = self.call(operation, || ask.clone().send()).await?;
        let specification = component.specification();
        let needs = specification.and_then(|each| each.compute_resource_requirements());
        let runtime = component.runtime_config();
        Ok(json!({
            "status": component.inference_component_status().map(|status| status.as_str()),
            "endpoint": component.endpoint_name(),
            "variant": component.variant_name(),
            "model": specification.and_then(|each| each.model_name()),
            "copies": runtime.and_then(|each| each.current_copy_count()),
            "desired_copies": runtime.and_then(|each| each.desired_copy_count()),
            "accelerators": needs.and_then(|each| each.number_of_accelerator_devices_required()),
            "cpu_cores": needs.and_then(|each| each.number_of_cpu_cores_required()),
            "memory_mb": needs.and_then(|each| each.min_memory_required_in_mb()),
        }))
    }
}

fn variant(variant: &ProductionVariant) -> Value {
    let scaling = variant.managed_instance_scaling();
    let scaling = scaling.filter(|each| each.status() == Some(&ManagedInstanceScalingStatus::Enabled));
    json!({
        "name": variant.variant_name(),
        "model": variant.model_name(),
        "instance_type": variant.instance_type().map(|each| each.as_str()),
        "count": variant.initial_instance_count(),
        "weight": variant.initial_variant_weight(),
        "volume_gb": variant.volume_size_in_gb(),
        "serverless": variant.serverless_config().map(|config| json!({
            "memory_mb": config.memory_size_in_mb(),
            "max_concurrency": config.max_concurrency(),
            "provisioned_concurrency": config.provisioned_concurrency(),
        })),
        "managed_scaling": scaling.map(|each| json!([each.min_instance_count(), each.max_instance_count()])),
    })
}
