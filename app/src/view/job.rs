use super::{
    ConfigurationRow, DayRow, FamilyView, FindingRow, Footprint, Ledger, Listing, Loaded, PageState, RateRow, Shown,
    SpanRow, TimeChart, Totals, UtilisationRow,
};
use chrono::{DateTime, Utc};

/// How a job ended, or that it has not; a notebook stands or is stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobStatus {
    InProgress,
    /// A notebook, app or cluster that stands.
    InService,
    #[default]
    Completed,
    Failed,
    Stopping,
    Stopped,
}

impl JobStatus {
    /// Whether a job runs still.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::Stopping)
    }
}

/// The list of jobs, or of notebooks, with usage in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobsView {
    pub state: PageState,
    pub totals: Totals,
    pub rows: Vec<JobRow>,
    /// The filter, for the pages beside the list.
    pub query_string: String,
    /// The same as fields of a form.
    pub query_fields: Vec<(String, String)>,
    /// Sort keys: `name`, `started`, `duration`, `billable`, `gpu`, `cpu`, `kwh`, `co2e`, `cost`.
    pub listing: Listing,
}

/// One job; figures are its share inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobRow {
    pub href: String,
    /// Last segment of its address, as it is called in a comparison.
    pub id: String,
    pub name: String,
    /// What it is, for example `Processing`.
    pub kind: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    pub status: JobStatus,
    pub started_at: Option<DateTime<Utc>>,
    /// From start to end, in hours; whole life.
    pub duration: Shown,
    /// Time billed of each instance, in hours; whole life.
    pub billable: Shown,
    pub instance_type: String,
    pub instance_count: u32,
    pub spot: bool,
    /// 95th percentile of normalised utilisation, percent.
    pub gpu_p95: Shown,
    pub cpu_p95: Shown,
    /// Inside the period.
    pub instance_hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    pub findings: u32,
}

/// One job or notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobView {
    pub name: String,
    /// What it is, for example `Processing`.
    pub kind: String,
    pub arn: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    /// Whose it is, where a rule over tags names somebody.
    pub owner: Option<String>,
    pub status: JobStatus,
    pub failure_reason: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub instance_type: String,
    pub instance_count: u32,
    pub spot: bool,
    /// The chosen period in words.
    pub period: String,
    /// The job's share inside the chosen period.
    pub in_period: Footprint,
    /// The job's whole life.
    pub lifetime: Footprint,
    /// The most it could have cost: its maximum run time at list price.
    pub max_exposure: Shown,
    pub days: Vec<DayRow>,
    pub load: Loaded<JobLoad>,
    /// Time billed of each instance.
    pub billable: Shown,
    /// What a job went through; `None` of a notebook.
    pub phases: Option<JobPhases>,
    /// What a job was made of; `None` of a notebook.
    pub inputs: Option<InputsView>,
    /// Emissions per unit of work, over the whole life.
    pub rates: Vec<RateRow>,
    pub ledger: Ledger,
    pub spans: Vec<SpanRow>,
    pub findings: Loaded<Vec<FindingRow>>,
    /// The other runs of its family; `None` of a notebook.
    pub family: Loaded<Option<FamilyView>>,
    /// Name and last value of each metric that it reported.
    pub final_metrics: Vec<(String, f64)>,
    /// How a job was guarded against lost work and work for nothing; empty of a notebook.
    pub guards: Loaded<Vec<GuardRow>>,
    /// Pipelines and tuning jobs that it was part of.
    pub part_of: Loaded<Vec<ConfigurationRow>>,
    pub tags: Vec<(String, String)>,
}

/// How busy its instances were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobLoad {
    /// All of them together; `None` where CloudWatch holds nothing.
    pub over_time: Option<TimeChart>,
    /// Each host, where there are several.
    pub by_host: Vec<TimeChart>,
    pub hosts: Vec<UtilisationRow>,
}

/// What a job went through, from its creation to its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobPhases {
    /// Oldest first; empty where none is known.
    pub rows: Vec<JobPhaseRow>,
    /// Why there are none, one sentence.
    pub missing: String,
    /// How long it held its instances, interruptions left out, in hours.
    pub on_instances: Shown,
    /// The part of that time in which it did not train, percent.
    pub not_training: Shown,
}

/// One phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobPhaseRow {
    /// As AWS says it, in words: `Preparing training stack`.
    pub name: String,
    pub kind: JobPhaseKind,
    pub from: DateTime<Utc>,
    /// `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
    pub seconds: f64,
    /// Of the time from the first phase to the end of the last one, percent.
    pub share_percent: f64,
    /// AWS' sentence.
    pub message: String,
}

/// What a phase is, as a bar tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobPhaseKind {
    /// Waiting for instances, or preparing them.
    Waiting,
    /// Loading data or the image.
    Loading,
    Training,
    /// Storing results, or stopping.
    Storing,
    /// Spot capacity was taken back.
    Interrupted,
    #[default]
    Other,
}

/// What a job was made of. Hyperparameters and environments are never read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputsView {
    /// What the image is, for example `PyTorch (AWS container)`.
    pub image: String,
    /// Its address as it was given.
    pub image_address: String,
    /// Where the address holds one: what it names for ever.
    pub image_digest: Option<String>,
    /// What each place in S3 is for, and its address.
    pub places: Vec<(String, String)>,
    /// ARNs of the roles that it worked with.
    pub roles: Vec<String>,
    /// Size of the volume of each instance, GB.
    pub volume_gb: Option<u64>,
    /// Whether the network was closed to its containers.
    pub network_isolation: Option<bool>,
    /// Jobs that were made alike.
    pub twins: TwinsView,
}

/// Jobs of the same image, data, volume, time limit and instance types.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TwinsView {
    /// Its image or its data is not told, so none can be found.
    #[default]
    Unknown,
    /// How many there are, and name, address and beginning of the newest.
    Known { jobs: u64, newest: Vec<(String, String, DateTime<Utc>)> },
}

/// One guard of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardRow {
    pub name: String,
    pub state: GuardState,
    /// What is known of it, or why it is not for this job.
    pub says: String,
}

/// How a job stands to a guard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GuardState {
    Used,
    /// It could have been used.
    Available,
    NotApplicable,
    #[default]
    Unknown,
}
