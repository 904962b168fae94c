//! What is configured rather than run: lists, and descriptions of what the lists do not tell.
//!
//! Of every description only named fields are kept. Environments and hyperparameters are left behind on purpose: they may
//! hold secrets.

mod definition;
mod hosting;
mod models;
mod others;
mod pipelines;
mod studio;
mod tuning;

use aws_smithy_types::DateTime as AwsTime;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::chrono_time;
use crate::aws::facts::{ItemKind, Listed};
use crate::aws::{AwsError, Client};

/// Follows a list of SageMaker's to its end.
macro_rules! every_listed {
    ($client:expr, $operation:expr, $ask:expr, $items:ident, $of:expr) => {
        $client
            .every_page($operation, |token| {
                let ask = $ask.max_results(crate::aws::sagemaker::PAGE).set_next_token(token);
                async move {
                    let page = $client.call($operation, || ask.clone().send()).await?;
                    let listed: Vec<_> = page.$items().iter().filter_map($of).collect();
                    Ok((listed, page.next_token().map(str::to_owned)))
                }
            })
            .await
    };
}
use every_listed;

impl Client {
    /// Everything of a kind: what stands `now`, or what was begun at `since` or later.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn items(
        &self,
        kind: ItemKind,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Listed>, AwsError> {
        let mut listed = match kind {
            ItemKind::EndpointConfig => self.endpoint_configs().await?,
            ItemKind::InferenceComponent => self.inference_components().await?,
            ItemKind::Model => self.models().await?,
            ItemKind::ModelPackage => self.model_packages().await?,
            ItemKind::TuningJob => self.tuning_jobs(since).await?,
            ItemKind::Pipeline => self.pipelines().await?,
            ItemKind::PipelineExecution => self.pipeline_executions(since).await?,
            ItemKind::Project => self.projects().await?,
            ItemKind::FeatureGroup => self.feature_groups(now).await?,
            ItemKind::Recommender => self.recommender_jobs(since).await?,
            ItemKind::CompilationJob => self.compilation_jobs(since).await?,
            ItemKind::MonitoringSchedule => self.monitoring_schedules().await?,
            ItemKind::Domain => self.domains().await?,
            ItemKind::UserProfile => self.user_profiles().await?,
            ItemKind::Space => self.spaces().await?,
            ItemKind::ScalableTarget => self.scalable_targets().await?,
            ItemKind::ScalingPolicy => self.scaling_policies().await?,
            ItemKind::NotebookInstance => self.notebook_instances().await?,
            ItemKind::Alarm => self.alarms().await?,
            ItemKind::LogGroup => self.log_groups().await?,
            // No list of AWS' tells which of them are in use.
            ItemKind::Bucket | ItemKind::Role => Vec::new(),
        };
        // One order, whatever the network did, so that two runs take their locks alike.
        listed.sort_by(|a, b| a.identifier.cmp(&b.identifier));
        listed.dedup_by(|a, b| a.identifier == b.identifier);
        Ok(listed)
    }

    /// What is kept of a listed item.
    ///
    /// # Errors
    /// [`Missing`](crate::aws::Kind::Missing) when it has been deleted since it was listed.
    pub async fn item(&self, kind: ItemKind, listed: &Listed) -> Result<Value, AwsError> {
        if let Some(document) = &listed.document {
            return Ok(document.clone());
        }
        match kind {
            ItemKind::EndpointConfig => self.endpoint_config(&listed.name).await,
            ItemKind::InferenceComponent => self.inference_component(&listed.name).await,
            ItemKind::Model => self.model(&listed.name).await,
            ItemKind::ModelPackage => self.model_package(&listed.identifier).await,
            ItemKind::TuningJob => self.tuning_job(&listed.name).await,
            ItemKind::Pipeline => self.pipeline(listed).await,
            ItemKind::PipelineExecution => self.pipeline_execution(listed).await,
            ItemKind::FeatureGroup => self.feature_group(&listed.name).await,
            ItemKind::Recommender => self.recommender_job(&listed.name).await,
            ItemKind::Domain => self.domain(listed).await,
            ItemKind::UserProfile => self.user_profile(listed).await,
            ItemKind::Space => self.space(listed).await,
            ItemKind::NotebookInstance => self.notebook_instance(&listed.name).await,
            _ => Ok(json!({})),
        }
    }
}

/// An item with its moments; nothing without an identifier and a name.
fn listed(
    identifier: Option<&str>,
    name: Option<&str>,
    created: Option<&AwsTime>,
    changed: Option<&AwsTime>,
) -> Option<Listed> {
    let (created_at, changed_at) = (created.and_then(chrono_time), changed.and_then(chrono_time));
    Some(Listed {
        identifier: identifier?.to_owned(),
        name: name?.to_owned(),
        parent: String::new(),
        created_at,
        changed_at,
        version: changed_at.or(created_at).map(moment).unwrap_or_default(),
        document: None,
    })
}

impl Listed {
    /// Belongs to another item or resource.
    fn under(self, parent: Option<&str>) -> Self {
        Self { parent: parent.unwrap_or_default().to_owned(), ..self }
    }

    /// In a state that the list shows and that its moments may not tell.
    fn in_state(self, state: Option<&str>) -> Self {
        Self { version: format!("{} {}", self.version, state.unwrap_or_default()), ..self }
    }

    /// All that is kept of it.
    fn told(self, document: Value) -> Self {
        Self { document: Some(document), ..self }
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn told_moment(at: Option<&AwsTime>) -> Option<String> {
    at.and_then(chrono_time).map(moment)
}
