//! What is configured rather than run.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// The kinds of configuration whose states are kept over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// What an endpoint runs on.
    EndpointConfig,
    /// A model that endpoints and transform jobs load.
    Model,
    /// A version in the model registry.
    ModelPackage,
    /// Models that share the instances of an endpoint.
    InferenceComponent,
    /// A hyperparameter tuning job with its trials.
    TuningJob,
    /// A pipeline.
    Pipeline,
    /// One execution of a pipeline with its steps.
    PipelineExecution,
    /// A SageMaker project.
    Project,
    /// A feature group of the Feature Store.
    FeatureGroup,
    /// An Inference Recommender job with its candidates.
    Recommender,
    /// A compilation job.
    CompilationJob,
    /// A schedule of Model Monitor.
    MonitoringSchedule,
    /// A Studio domain.
    Domain,
    /// A person in a Studio domain.
    UserProfile,
    /// A Studio space.
    Space,
    /// How a notebook instance is set up.
    NotebookInstance,
    /// What Application Auto Scaling may change, and within which limits.
    ScalableTarget,
    /// How it decides.
    ScalingPolicy,
    /// A CloudWatch alarm on SageMaker's metrics.
    Alarm,
    /// A log group that SageMaker writes to.
    LogGroup,
    /// An S3 bucket that jobs, endpoints or feature groups read or write.
    Bucket,
    /// An IAM role that something works with.
    Role,
}

impl ItemKind {
    /// Every kind, in the order it is read.
    pub const ALL: [Self; 22] = [
        Self::EndpointConfig,
        Self::Model,
        Self::ModelPackage,
        Self::InferenceComponent,
        Self::TuningJob,
        Self::Pipeline,
        Self::PipelineExecution,
        Self::Project,
        Self::FeatureGroup,
        Self::Recommender,
        Self::CompilationJob,
        Self::MonitoringSchedule,
        Self::Domain,
        Self::UserProfile,
        Self::Space,
        Self::NotebookInstance,
        Self::ScalableTarget,
        Self::ScalingPolicy,
        Self::Alarm,
        Self::LogGroup,
        // What the others name comes last.
        Self::Bucket,
        Self::Role,
    ];

    /// The word stored in `configuration_item.kind`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndpointConfig => "endpoint_config",
            Self::Model => "model",
            Self::ModelPackage => "model_package",
            Self::InferenceComponent => "inference_component",
            Self::TuningJob => "tuning_job",
            Self::Pipeline => "pipeline",
            Self::PipelineExecution => "pipeline_execution",
            Self::Project => "project",
            Self::FeatureGroup => "feature_group",
            Self::Recommender => "recommender_job",
            Self::CompilationJob => "compilation_job",
            Self::MonitoringSchedule => "monitoring_schedule",
            Self::Domain => "domain",
            Self::UserProfile => "user_profile",
            Self::Space => "space",
            Self::NotebookInstance => "notebook_instance",
            Self::ScalableTarget => "scalable_target",
            Self::ScalingPolicy => "scaling_policy",
            Self::Alarm => "alarm",
            Self::LogGroup => "log_group",
            Self::Bucket => "bucket",
            Self::Role => "role",
        }
    }

    /// As pages name one of them.
    #[must_use]
    pub fn singular(self) -> &'static str {
        match self {
            Self::ScalingPolicy => "scaling policy",
            other => other.plural().strip_suffix('s').unwrap_or_else(|| other.plural()),
        }
    }

    /// As pages name several of them.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::EndpointConfig => "endpoint configurations",
            Self::Model => "models",
            Self::ModelPackage => "model packages",
            Self::InferenceComponent => "inference components",
            Self::TuningJob => "tuning jobs",
            Self::Pipeline => "pipelines",
            Self::PipelineExecution => "pipeline executions",
            Self::Project => "projects",
            Self::FeatureGroup => "feature groups",
            Self::Recommender => "Inference Recommender jobs",
            Self::CompilationJob => "compilation jobs",
            Self::MonitoringSchedule => "monitoring schedules",
            Self::Domain => "Studio domains",
            Self::UserProfile => "Studio user profiles",
            Self::Space => "Studio spaces",
            Self::NotebookInstance => "notebook instances",
            Self::ScalableTarget => "scalable targets",
            Self::ScalingPolicy => "scaling policies",
            Self::Alarm => "alarms",
            Self::LogGroup => "log groups",
            Self::Bucket => "S3 buckets",
            Self::Role => "IAM roles",
        }
    }

    /// Whether one that is not listed any more has ended; the others are events of the past, of which AWS lists what was
    /// asked for.
    #[must_use]
    pub const fn stands(self) -> bool {
        !matches!(self, Self::TuningJob | Self::PipelineExecution | Self::Recommender | Self::CompilationJob)
    }
}

/// One item as its list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// ARN, or what stands for it.
    pub identifier: String,
    /// Unique within its kind, account and region, or within its parent.
    pub name: String,
    /// Identifier of what it belongs to; empty for none.
    pub parent: String,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When AWS last changed it.
    pub changed_at: Option<DateTime<Utc>>,
    /// Everything that the list shows and that changes: the same version needs no second description.
    pub version: String,
    /// All that is kept of it, where the list tells it.
    pub document: Option<Value>,
}

/// Something that Application Auto Scaling did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingActivity {
    /// AWS' identifier.
    pub id: String,
    /// For example `endpoint/chat/variant/main`.
    pub target: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it had taken effect.
    pub ended_at: Option<DateTime<Utc>>,
    /// `Successful`, `InProgress`, `Failed` ...
    pub status: String,
    /// Why.
    pub cause: String,
    /// What.
    pub description: String,
    /// Instances or copies from then on; `None` where it set none.
    pub count: Option<i32>,
}

/// An alarm that went from one state into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmChange {
    /// Its name, unique within account and region.
    pub alarm: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub from: String,
    /// The same.
    pub to: String,
    /// CloudWatch's own sentence.
    pub reason: String,
}

/// A bucket of the account itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBucket {
    /// Unique in the world.
    pub name: String,
    /// Where its objects lie.
    pub region: Option<String>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
}
