//! Training jobs and endpoints from SageMaker.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime as AwsTime;
use chrono::{DateTime, Utc};

use super::facts::{Endpoint, InstanceGroup, TrainingJob, Variant, WarmPool};
use super::{AwsError, Client, Kind};

/// AWS cuts a page first and filters it afterwards, so a page may be empty and still not be the last.
const PAGE: i32 = 100;
/// More pages than any window of one day can hold; a service that never ends its list is stopped here.
const MOST_PAGES: usize = 2_000;

impl Client {
    /// Names of the training jobs created in `[from, to)`.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn training_job_names(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<String>, AwsError> {
        let operation = "sagemaker:ListTrainingJobs";
        let mut names = Vec::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .sagemaker
                .list_training_jobs()
                .max_results(PAGE)
                .creation_time_after(aws_time(from))
                .creation_time_before(aws_time(to))
                .set_next_token(token.take())
                .send()
                .await
                .map_err(|error| AwsError::from_sdk(operation, &self.region, error))?;
            names.extend(
                page.training_job_summaries()
                    .iter()
                    // Whether AWS' bounds are open or closed is not written down anywhere: ours are half-open.
                    .filter(|job| job.creation_time().and_then(chrono_time).is_some_and(|at| from <= at && at < to))
                    .filter_map(|job| job.training_job_name().map(str::to_owned)),
            );
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(names);
            }
        }
        Err(endless(operation, &self.region))
    }

    /// One training job with its tags.
    ///
    /// # Errors
    /// [`Kind::Missing`] when it has been deleted since it was listed.
    pub async fn training_job(&self, name: &str) -> Result<TrainingJob, AwsError> {
        let operation = "sagemaker:DescribeTrainingJob";
        let job = self
            .sagemaker
            .describe_training_job()
            .training_job_name(name)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(operation, &self.region, error))?;
        let arn = job.training_job_arn().unwrap_or_default().to_owned();
        let created_at = job
            .creation_time()
            .and_then(chrono_time)
            .ok_or_else(|| incomplete(operation, &self.region, name, "CreationTime"))?;
        let groups = job.resource_config().map(instance_groups).unwrap_or_default();
        Ok(TrainingJob {
            tags: self.tags(&arn).await?,
            arn,
            name: name.to_owned(),
            created_at,
            started_at: job.training_start_time().and_then(chrono_time),
            ended_at: job.training_end_time().and_then(chrono_time),
            last_modified_at: job.last_modified_time().and_then(chrono_time),
            status: job.training_job_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            failure_reason: job.failure_reason().filter(|reason| !reason.is_empty()).map(str::to_owned),
            training_seconds: job.training_time_in_seconds().map(i64::from),
            billable_seconds: job.billable_time_in_seconds().map(i64::from),
            warm_pool: job.warm_pool_status().map(|pool| WarmPool {
                retained_seconds: pool.resource_retained_billable_time_in_seconds().map(i64::from),
                is_available: pool.status() == Some(&aws_sdk_sagemaker::types::WarmPoolResourceStatus::Available),
            }),
            is_spot: job.enable_managed_spot_training().unwrap_or(false),
            groups,
            volume_gb: job.resource_config().and_then(|config| config.volume_size_in_gb()),
            max_runtime_seconds: job.stopping_condition().and_then(|condition| condition.max_runtime_in_seconds()),
        })
    }

    /// Names of all endpoints that exist now.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn endpoint_names(&self) -> Result<Vec<String>, AwsError> {
        let operation = "sagemaker:ListEndpoints";
        let mut names = Vec::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .sagemaker
                .list_endpoints()
                .max_results(PAGE)
                .set_next_token(token.take())
                .send()
                .await
                .map_err(|error| AwsError::from_sdk(operation, &self.region, error))?;
            names.extend(page.endpoints().iter().filter_map(|each| each.endpoint_name().map(str::to_owned)));
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(names);
            }
        }
        Err(endless(operation, &self.region))
    }

    /// One endpoint with its variants, the instance types of its configuration, and its tags.
    ///
    /// # Errors
    /// [`Kind::Missing`] when it has been deleted since it was listed.
    pub async fn endpoint(&self, name: &str) -> Result<Endpoint, AwsError> {
        let operation = "sagemaker:DescribeEndpoint";
        let endpoint = self
            .sagemaker
            .describe_endpoint()
            .endpoint_name(name)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(operation, &self.region, error))?;
        let config = endpoint.endpoint_config_name().unwrap_or_default().to_owned();
        let types = self.variant_types(&config).await?;
        let arn = endpoint.endpoint_arn().unwrap_or_default().to_owned();
        let created_at = endpoint
            .creation_time()
            .and_then(chrono_time)
            .ok_or_else(|| incomplete(operation, &self.region, name, "CreationTime"))?;
        let variants = endpoint
            .production_variants()
            .iter()
            .map(|variant| {
                let name = variant.variant_name().unwrap_or_default().to_owned();
                Variant {
                    instance_type: types.get(&name).cloned().flatten(),
                    count: variant.current_instance_count().unwrap_or(0),
                    weight: variant.current_weight(),
                    name,
                }
            })
            .collect();
        Ok(Endpoint {
            tags: self.tags(&arn).await?,
            arn,
            name: name.to_owned(),
            created_at,
            last_modified_at: endpoint.last_modified_time().and_then(chrono_time),
            status: endpoint.endpoint_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            config,
            variants,
        })
    }

    /// The instance type is told by the endpoint configuration alone.
    async fn variant_types(&self, config: &str) -> Result<BTreeMap<String, Option<String>>, AwsError> {
        if config.is_empty() {
            return Ok(BTreeMap::new());
        }
        let config = self
            .sagemaker
            .describe_endpoint_config()
            .endpoint_config_name(config)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sagemaker:DescribeEndpointConfig", &self.region, error))?;
        Ok(config
            .production_variants()
            .iter()
            .map(|variant| {
                (
                    variant.variant_name().unwrap_or_default().to_owned(),
                    variant.instance_type().map(|each| each.as_str().to_owned()),
                )
            })
            .collect())
    }

    async fn tags(&self, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
        let operation = "sagemaker:ListTags";
        let mut tags = BTreeMap::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .sagemaker
                .list_tags()
                .resource_arn(arn)
                .max_results(PAGE)
                .set_next_token(token.take())
                .send()
                .await
                .map_err(|error| AwsError::from_sdk(operation, &self.region, error))?;
            tags.extend(
                page.tags()
                    .iter()
                    .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))),
            );
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(tags);
            }
        }
        Err(endless(operation, &self.region))
    }
}

/// The three shapes of a resource configuration: what was selected, named groups, or one type and count.
fn instance_groups(config: &aws_sdk_sagemaker::types::ResourceConfig) -> Vec<InstanceGroup> {
    let main = |instance_type: &aws_sdk_sagemaker::types::TrainingInstanceType, count: Option<i32>| InstanceGroup {
        name: "main".to_owned(),
        instance_type: instance_type.as_str().to_owned(),
        count: count.unwrap_or(1),
    };
    if let Some(selected) = config.selected_instance_type() {
        return vec![main(selected, config.selected_instance_count())];
    }
    if !config.instance_groups().is_empty() {
        return config
            .instance_groups()
            .iter()
            .filter_map(|group| {
                Some(InstanceGroup {
                    name: group.instance_group_name().unwrap_or("main").to_owned(),
                    instance_type: group.instance_type()?.as_str().to_owned(),
                    count: group.instance_count().unwrap_or(1),
                })
            })
            .collect();
    }
    config.instance_type().map(|each| vec![main(each, config.instance_count())]).unwrap_or_default()
}

fn endless(operation: &'static str, region: &str) -> AwsError {
    AwsError {
        operation,
        region: region.to_owned(),
        kind: Kind::Failing,
        message: format!("the list did not end within {MOST_PAGES} pages"),
        source: None,
    }
}

fn incomplete(operation: &'static str, region: &str, name: &str, field: &str) -> AwsError {
    AwsError {
        operation,
        region: region.to_owned(),
        kind: Kind::Failing,
        message: format!("{name} came without {field}"),
        source: None,
    }
}

pub(super) fn aws_time(at: DateTime<Utc>) -> AwsTime {
    AwsTime::from_secs(at.timestamp())
}

pub(super) fn chrono_time(at: &AwsTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}
