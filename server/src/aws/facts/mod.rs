//! What AWS said, in our own words and without the SDK.

mod configuration;
mod money;
mod observed;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::kind::Kind;

pub use configuration::{AlarmChange, ItemKind, Listed, OwnBucket, ScalingActivity};
pub use money::{ExploredDay, ExportPlace, StoredObject};
pub use observed::{MetricUnit, Observed, ObservedSubject, Statistic, What, observed_by_name};

/// A job as its Describe call and `ListTags` tell it.
///
/// Environment and hyperparameters are left behind on purpose: they may hold secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Training, processing or batch transform.
    pub kind: Kind,
    /// Amazon Resource Name.
    pub arn: String,
    /// The job's name, unique within its kind, account and region.
    pub name: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its instances began to work; absent when it failed before.
    pub started_at: Option<DateTime<Utc>>,
    /// When its instances ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When AWS last changed the record; not told of batch transform jobs.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// `InProgress`, `Completed`, `Failed`, `Stopping` or `Stopped`.
    pub status: String,
    /// AWS' own sentence on why it failed.
    pub failure_reason: Option<String>,
    /// Seconds of training; drives energy. Told of training jobs alone.
    pub training_seconds: Option<i64>,
    /// Seconds of training that are billed; drives cost. Told of training jobs alone.
    pub billable_seconds: Option<i64>,
    /// What became of its instances after its end, where it asked for a warm pool.
    pub warm_pool: Option<WarmPool>,
    /// Whether it ran on managed spot capacity; `None` where its kind cannot.
    pub is_spot: Option<bool>,
    /// One group for most jobs, several for heterogeneous clusters.
    pub groups: Vec<InstanceGroup>,
    /// EBS volume per instance in GB.
    pub volume_gb: Option<i32>,
    /// Configured limit of the run time in seconds.
    pub max_runtime_seconds: Option<i32>,
    /// The container image.
    pub image: Option<String>,
    /// How it was guarded and how it ended, of a training job alone.
    pub training: Option<Training>,
    /// What started it: a tuning job, an AutoML job, a monitoring schedule, the training job it debugs.
    pub parent_arn: Option<String>,
    /// The role that it works with.
    pub role: Option<String>,
    /// What it reads and writes in S3: what for, such as `training input`, and the address.
    pub s3: Vec<(&'static str, String)>,
    /// Tags at the time of reading.
    pub tags: BTreeMap<String, String>,
}

impl Default for Job {
    fn default() -> Self {
        Self {
            kind: Kind::Training,
            arn: String::new(),
            name: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            started_at: None,
            ended_at: None,
            last_modified_at: None,
            status: String::new(),
            failure_reason: None,
            training_seconds: None,
            billable_seconds: None,
            warm_pool: None,
            is_spot: None,
            groups: Vec::new(),
            volume_gb: None,
            max_runtime_seconds: None,
            image: None,
            training: None,
            parent_arn: None,
            role: None,
            s3: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

/// What only a training job tells.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Training {
    /// Whether it saves checkpoints to go on from.
    pub checkpoints: bool,
    /// For how many seconds its instances are to be kept warm after its end; absent where no warm pool was asked for.
    pub keep_alive_seconds: Option<i32>,
    /// Whether its containers may reach the network.
    pub network_isolation: bool,
    /// Whether the volume has a key of its own.
    pub encrypted_volume: bool,
    /// Name and outcome of each rule of Debugger.
    pub debugger_rules: Vec<(String, String)>,
    /// Whether Profiler was on.
    pub profiler: bool,
    /// Name and last value of each metric that it reported.
    pub final_metrics: Vec<(String, f32)>,
    /// What it went through, oldest first.
    pub phases: Vec<Phase>,
}

/// A stretch of a training job's life, as `SecondaryStatusTransitions` tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Phase {
    /// AWS' word, for example `Downloading`.
    pub status: String,
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
    /// AWS' sentence about it.
    pub message: Option<String>,
}

/// Something people hold open, as it stands at the time of reading; AWS keeps no past.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Notebook instance, Studio app or cluster.
    pub kind: Kind,
    /// Amazon Resource Name.
    pub arn: String,
    /// Its name; of an app its space or user, its type and its own name.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When AWS last changed the record: of a notebook instance about when it was last started or stopped.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// As AWS says it, for example `InService`.
    pub status: String,
    /// Whether its instances run.
    pub is_running: bool,
    /// Its instances, while it runs.
    pub groups: Vec<InstanceGroup>,
    /// When each node of a cluster was launched, by group.
    pub launched: BTreeMap<String, Vec<DateTime<Utc>>>,
    /// The roles that the nodes of a cluster work with.
    pub roles: Vec<String>,
    /// Tags at the time of reading.
    pub tags: BTreeMap<String, String>,
}

impl Default for Holding {
    fn default() -> Self {
        Self {
            kind: Kind::Notebook,
            arn: String::new(),
            name: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            last_modified_at: None,
            status: String::new(),
            is_running: false,
            groups: Vec::new(),
            launched: BTreeMap::new(),
            roles: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

/// Instances that a job left behind for the next one: kept, billed, and at no work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarmPool {
    /// Seconds for which they were kept, each instance; `None` while AWS has not counted.
    pub retained_seconds: Option<i64>,
    /// Whether they are kept still.
    pub is_available: bool,
}

/// Instances of one type inside a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceGroup {
    /// Group name; `main` where the job has no named groups.
    pub name: String,
    /// For example `ml.g5.xlarge`.
    pub instance_type: String,
    /// How many.
    pub count: i32,
}

impl InstanceGroup {
    /// The only group of what has no named ones.
    pub(super) fn main(instance_type: &str, count: Option<i32>) -> Self {
        Self { name: "main".to_owned(), instance_type: instance_type.to_owned(), count: count.unwrap_or(1) }
    }
}

/// How an endpoint takes its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosting {
    /// At once, on instances that stand.
    RealTime,
    /// At once, on capacity that AWS holds.
    Serverless,
    /// From a queue, on instances that may go down to none.
    Asynchronous,
}

impl Hosting {
    /// The word stored in `resource.hosting_option`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RealTime => "real_time",
            Self::Serverless => "serverless",
            Self::Asynchronous => "async",
        }
    }
}

/// A hosting endpoint as it stands at the time of reading; AWS keeps no past.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Amazon Resource Name.
    pub arn: String,
    /// The endpoint's name.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When AWS last changed the record.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// `InService`, `Updating`, `Failed` ...
    pub status: String,
    /// The endpoint configuration in force.
    pub config: String,
    /// How it takes its requests.
    pub hosting: Hosting,
    /// Production and shadow variants.
    pub variants: Vec<Variant>,
    /// Tags at the time of reading.
    pub tags: BTreeMap<String, String>,
}

/// The type under which a share of a machine with so much memory is kept: `serverless-2048`.
#[must_use]
pub fn serverless_type(memory_mb: i32) -> String {
    format!("{SERVERLESS_PREFIX}{memory_mb}")
}

/// Whether a type is a share of a machine that works only while a request is answered.
#[must_use]
pub fn is_serverless(instance_type: &str) -> bool {
    instance_type.starts_with(SERVERLESS_PREFIX)
}

const SERVERLESS_PREFIX: &str = "serverless-";

/// One production or shadow variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Name within the endpoint.
    pub name: String,
    /// Instance type; `None` for serverless variants.
    pub instance_type: Option<String>,
    /// Instances in service.
    pub count: i32,
    /// Share of the traffic.
    pub weight: Option<f32>,
    /// Memory of a serverless variant, MB; `None` for instances.
    pub serverless_memory_mb: Option<i32>,
    /// Requests at once for which a serverless variant is held ready.
    pub provisioned_concurrency: Option<i32>,
    /// Whether it takes copies of requests and answers nobody.
    pub is_shadow: bool,
}

/// What AWS reports of one month, account, region and service, t of CO2e; `None` is no figure.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthlyEmissions {
    /// First day of the month.
    pub month: NaiveDate,
    /// Twelve digits.
    pub usage_account: String,
    /// AWS region.
    pub region: String,
    /// As AWS names it; SageMaker may be in `Other`.
    pub service: String,
    /// Version of AWS' model.
    pub model_version: String,
    /// All scopes, location-based.
    pub location_t: Option<f64>,
    /// All scopes, market-based.
    pub market_t: Option<f64>,
    /// Scope 1.
    pub scope_1_t: Option<f64>,
    /// Scope 2, location-based.
    pub scope_2_location_t: Option<f64>,
    /// Scope 2, market-based.
    pub scope_2_market_t: Option<f64>,
    /// Scope 3, location-based.
    pub scope_3_location_t: Option<f64>,
    /// Scope 3, market-based.
    pub scope_3_market_t: Option<f64>,
}

/// What SageMaker bills a machine for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Training jobs.
    Training,
    /// Real-time endpoints.
    Hosting,
    /// Asynchronous endpoints.
    Async,
    /// Processing jobs.
    Processing,
    /// Batch transform jobs.
    Transform,
    /// Notebook instances.
    Notebook,
    /// Studio apps.
    Studio,
    /// HyperPod clusters.
    Cluster,
    /// Serverless endpoints: a second of a share of a machine.
    Serverless,
    /// Serverless endpoints: a second of a share of a machine that is held ready.
    ServerlessHeld,
    /// Serverless endpoints: a second of answering on what is held ready.
    ServerlessUsed,
}

impl Component {
    /// Every component.
    pub const ALL: [Self; 11] = [
        Self::Training,
        Self::Hosting,
        Self::Async,
        Self::Processing,
        Self::Transform,
        Self::Notebook,
        Self::Studio,
        Self::Cluster,
        Self::Serverless,
        Self::ServerlessHeld,
        Self::ServerlessUsed,
    ];

    /// The word of its usage types, as in `USE1-Train:ml.g5.xlarge`.
    #[must_use]
    pub const fn usage_word(self) -> &'static str {
        match self {
            Self::Training => "Train",
            Self::Hosting => "Host",
            Self::Async => "AsyncInf",
            Self::Processing => "Processing",
            Self::Transform => "Tsform",
            Self::Notebook => "Notebk",
            Self::Studio => "Studio",
            Self::Cluster => "Cluster",
            Self::Serverless => "ServerlessInf",
            Self::ServerlessHeld | Self::ServerlessUsed => "ProvisionedConcurrency",
        }
    }

    /// The word stored in `list_price.component`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Hosting => "hosting",
            Self::Async => "async",
            Self::Processing => "processing",
            Self::Transform => "transform",
            Self::Notebook => "notebook",
            Self::Studio => "studio",
            Self::Cluster => "cluster",
            Self::Serverless => "serverless",
            Self::ServerlessHeld => "serverless_held",
            Self::ServerlessUsed => "serverless_used",
        }
    }

    /// Whether shares of a machine are billed by the second, and not machines by the hour.
    #[must_use]
    pub const fn is_serverless(self) -> bool {
        matches!(self, Self::Serverless | Self::ServerlessHeld | Self::ServerlessUsed)
    }

    /// The component of a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == word)
    }

    /// What a resource is billed as.
    #[must_use]
    pub fn of(kind: Kind, hosting_option: &str) -> Self {
        match kind {
            Kind::Training => Self::Training,
            Kind::Processing => Self::Processing,
            Kind::Transform => Self::Transform,
            Kind::Endpoint if hosting_option == Hosting::Asynchronous.as_str() => Self::Async,
            Kind::Endpoint if hosting_option == Hosting::Serverless.as_str() => Self::Serverless,
            Kind::Endpoint => Self::Hosting,
            Kind::Notebook => Self::Notebook,
            Kind::App => Self::Studio,
            Kind::Cluster => Self::Cluster,
        }
    }
}

/// A list price of the Price List service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePrice {
    /// Region.
    pub region: String,
    /// What it bills.
    pub component: Component,
    /// Instance type.
    pub instance_type: String,
    /// As bills name it.
    pub usage_type: String,
    /// US dollars an hour.
    pub usd_per_hour: Decimal,
    /// When it came into force.
    pub effective_from: DateTime<Utc>,
}

/// A CloudWatch metric that the product reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// Percent, summed over cores.
    Cpu,
    /// Percent.
    Memory,
    /// Percent, summed over accelerators.
    Gpu,
    /// Percent, summed over accelerators.
    GpuMemory,
    /// Percent.
    Disk,
    /// Number of readings of [`Metric::Cpu`]; at one a minute, the number of instances.
    Samples,
    /// Requests, summed.
    Invocations,
    /// The same of an asynchronous variant, which publishes no invocations: what was processed.
    Processed,
    /// Requests answered 4xx, summed.
    Errors4xx,
    /// Requests answered 5xx, summed.
    Errors5xx,
    /// Microseconds inside the model, averaged.
    Latency,
    /// Watts under the name that a [`PowerMetric`] gives, averaged.
    Power,
}

/// A metric of watts that the operator publishes, with the dimensions SageMaker gives its own: `Host` of a training job,
/// `EndpointName` and `VariantName` of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerMetric {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What the watts are of.
    pub of: PowerOf,
}

/// What a meter's watts are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerOf {
    /// One accelerator, the mean of those of an instance: NVML, DCGM, `nvidia_smi_power_draw` of the CloudWatch agent.
    Accelerator,
    /// All accelerators of an instance.
    Accelerators,
    /// The host without its accelerators: RAPL.
    Host,
}

impl std::str::FromStr for PowerMetric {
    type Err = String;

    /// `NAMESPACE:METRIC:OF`; a namespace may hold colons, a metric's name none.
    fn from_str(text: &str) -> Result<Self, String> {
        let usage = "write it as NAMESPACE:METRIC:OF, such as CWAgent:nvidia_smi_power_draw:accelerator; OF is \
                     accelerator, accelerators (all of an instance) or host";
        let mut parts = text.rsplitn(3, ':');
        let (Some(of), Some(name), Some(namespace)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(usage.to_owned());
        };
        let of = match of {
            "accelerator" => PowerOf::Accelerator,
            "accelerators" => PowerOf::Accelerators,
            "host" => PowerOf::Host,
            _ => return Err(usage.to_owned()),
        };
        if name.is_empty() || namespace.is_empty() {
            return Err(usage.to_owned());
        }
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), of })
    }
}

/// Whose metric it is: decides namespace and dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One host of a job: `job/algo-1`.
    Host {
        /// The kind of the job, which decides the namespace.
        kind: Kind,
        /// The dimension `Host`.
        host: String,
    },
    /// One production or shadow variant.
    Variant {
        /// The dimension `EndpointName`.
        endpoint: String,
        /// The dimension `VariantName`.
        variant: String,
    },
}

/// One series to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeriesRequest {
    /// Whose.
    pub subject: Subject,
    /// Which.
    pub metric: Metric,
}

/// What CloudWatch said of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Points in any order: start of the period (seconds since the epoch) and value.
    pub points: Vec<(i64, f64)>,
    /// Why the answer is not whole, in CloudWatch's words; `None` when it is.
    pub hole: Option<String>,
}
