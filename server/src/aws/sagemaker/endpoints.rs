//! Hosting endpoints and their configurations.

use std::collections::BTreeMap;

use super::{PAGE, chrono_time};
use crate::aws::facts::{Endpoint, Hosting, Variant};
use crate::aws::{AwsError, Client};

impl Client {
    /// Names of all endpoints that exist now.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn endpoint_names(&self) -> Result<Vec<String>, AwsError> {
        let operation = "sagemaker:ListEndpoints";
        self.every_page(operation, |token| {
            let ask = self.sagemaker.list_endpoints().max_results(PAGE).set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let names = page.endpoints().iter().filter_map(|each| each.endpoint_name().map(str::to_owned));
                Ok((names.collect(), page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    /// One endpoint with its variants, the instance types of its configuration, and its tags.
    ///
    /// # Errors
    /// [`Missing`](crate::aws::Kind::Missing) when it has been deleted since it was listed.
    pub async fn endpoint(&self, name: &str) -> Result<Endpoint, AwsError> {
        let operation = "sagemaker:DescribeEndpoint";
        let ask = self.sagemaker.describe_endpoint().endpoint_name(name);
        let endpoint = self.call(operation, || ask.clone().send()).await?;
        let config = endpoint.endpoint_config_name().unwrap_or_default().to_owned();
        let configured = self.configured(&config).await?;
        let arn = endpoint.endpoint_arn().unwrap_or_default().to_owned();
        let created_at = endpoint.creation_time().and_then(chrono_time);
        // A shadow variant is served copies of the requests on instances of its own, which are billed like any other.
        let shadows = endpoint.shadow_production_variants().iter().map(|variant| (variant, true));
        let variants = endpoint
            .production_variants()
            .iter()
            .map(|variant| (variant, false))
            .chain(shadows)
            .map(|(variant, is_shadow)| {
                let name = variant.variant_name().unwrap_or_default().to_owned();
                let serverless = variant.current_serverless_config();
                Variant {
                    instance_type: configured.types.get(&name).cloned().flatten(),
                    count: variant.current_instance_count().unwrap_or(0),
                    weight: variant.current_weight(),
                    serverless_memory_mb: serverless.and_then(|config| config.memory_size_in_mb()),
                    provisioned_concurrency: serverless.and_then(|config| config.provisioned_concurrency()),
                    is_shadow,
                    name,
                }
            })
            .collect::<Vec<_>>();
        let is_async = configured.is_async || endpoint.async_inference_config().is_some();
        let is_serverless = variants.iter().any(|variant| variant.serverless_memory_mb.is_some());
        let hosting = match (is_async, is_serverless) {
            (true, _) => Hosting::Asynchronous,
            (false, true) => Hosting::Serverless,
            (false, false) => Hosting::RealTime,
        };
        Ok(Endpoint {
            tags: self.tags(&arn).await?,
            arn,
            name: name.to_owned(),
            created_at: created_at.ok_or_else(|| self.incomplete(operation, name, "CreationTime"))?,
            last_modified_at: endpoint.last_modified_time().and_then(chrono_time),
            status: endpoint.endpoint_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            config,
            hosting,
            variants,
        })
    }

    /// The instance type is told by the endpoint configuration alone.
    async fn configured(&self, config: &str) -> Result<Configured, AwsError> {
        if config.is_empty() {
            return Ok(Configured::default());
        }
        let operation = "sagemaker:DescribeEndpointConfig";
        let ask = self.sagemaker.describe_endpoint_config().endpoint_config_name(config);
        let config = self.call(operation, || ask.clone().send()).await?;
        let types = config
            .production_variants()
            .iter()
            .chain(config.shadow_production_variants())
            .map(|variant| {
                let name = variant.variant_name().unwrap_or_default().to_owned();
                (name, variant.instance_type().map(|each| each.as_str().to_owned()))
            })
            .collect();
        Ok(Configured { types, is_async: config.async_inference_config().is_some() })
    }
}

/// What only the configuration tells.
#[derive(Default)]
struct Configured {
    /// Instance type by variant; `None` for serverless ones.
    types: BTreeMap<String, Option<String>>,
    is_async: bool,
}
