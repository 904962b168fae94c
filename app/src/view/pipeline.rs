use super::{JobStatus, Listing, PageState, Reach, Shown, StepGraph, Totals, VersionsView};
use chrono::{DateTime, Utc};

/// The pipelines with what the jobs of their executions took inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelinesView {
    pub state: PageState,
    pub reach: Reach,
    pub totals: Totals,
    pub rows: Vec<PipelineRow>,
    pub listing: Listing,
}

/// A name that leads somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub href: String,
}

/// One pipeline; figures are the share of its jobs inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelineRow {
    pub href: String,
    pub name: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    pub projects: Vec<Named>,
    pub outcomes: Outcomes,
    pub last_at: Option<DateTime<Utc>>,
    pub last_status: Option<ExecutionStatus>,
    /// AWS does not list it any more.
    pub is_gone: bool,
    /// Jobs that ran in the period.
    pub jobs: u64,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// How the executions of a period ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub executions: u64,
    pub succeeded: u64,
    pub failed: u64,
    /// By somebody's hand, so neither one nor the other.
    pub stopped: u64,
}

impl Outcomes {
    /// Successes in what ended by itself, percent; `None` where nothing did.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nobody counts more executions than a double holds")]
    pub fn success_percent(self) -> Option<f64> {
        let ended = self.succeeded + self.failed;
        (ended > 0).then(|| 100.0 * self.succeeded as f64 / ended as f64)
    }
}

/// How an execution or a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// Not begun, or running.
    Executing,
    Stopping,
    Stopped,
    Failed,
    Succeeded,
    /// AWS did not tell.
    #[default]
    Unknown,
}

/// One pipeline in a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelineView {
    pub name: String,
    pub arn: String,
    pub description: String,
    pub role: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    pub projects: Vec<Named>,
    pub created_at: Option<DateTime<Utc>>,
    pub gone_at: Option<DateTime<Utc>>,
    /// The chosen period in words.
    pub period: String,
    pub outcomes: Outcomes,
    /// Of all its jobs inside the period; the rows are the jobs.
    pub totals: Totals,
    pub executions: Vec<ExecutionRow>,
    /// Whether there are more than the rows.
    pub is_cut: bool,
    /// Its steps over the listed executions, in the order they run.
    pub steps: Vec<StepRow>,
    /// Its definition as it was over time.
    pub versions: VersionsView,
}

/// An execution; figures are the share of its jobs inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecutionRow {
    pub href: String,
    pub name: String,
    pub status: ExecutionStatus,
    pub begun_at: Option<DateTime<Utc>>,
    pub duration: Shown,
    pub steps: u64,
    /// Of those, answered from the cache.
    pub cached: u64,
    pub jobs: u64,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// A step over several executions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepRow {
    pub name: String,
    /// In words, for example `Training`.
    pub kind: String,
    pub runs: u64,
    pub cached: u64,
    pub failed: u64,
    pub jobs: u64,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// One execution over its whole life.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecutionView {
    pub name: String,
    pub arn: String,
    pub pipeline: Named,
    pub account: String,
    pub region: String,
    pub status: ExecutionStatus,
    pub begun_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub duration: Shown,
    /// Of all its jobs; the rows are the jobs.
    pub totals: Totals,
    /// In the order they began.
    pub steps: Vec<StepView>,
    /// The steps as they were defined when it began, each with how it ended.
    pub graph: StepGraph,
}

/// A step of an execution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepView {
    pub name: String,
    /// In words, for example `Training`.
    pub kind: String,
    pub status: ExecutionStatus,
    pub from_cache: bool,
    pub attempts: Option<u64>,
    pub failure: Option<String>,
    pub begun_at: Option<DateTime<Utc>>,
    pub duration: Shown,
    /// The tuning job that its jobs are trials of.
    pub tuning: Option<Named>,
    /// What it made that is no job, for example a model.
    pub made: Option<String>,
    /// What it started, or what the cache remembers of it.
    pub jobs: Vec<StepJobRow>,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// A job that a step started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepJobRow {
    pub href: String,
    pub name: String,
    pub status: JobStatus,
    pub cost: Shown,
    pub emissions: Shown,
}
