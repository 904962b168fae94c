use super::{
    ConfigurationRow, DayRow, FamilyView, FindingRow, Footprint, Ledger, Listing, PageState, RateRow, Shown, SpanRow,
    TimeChart, Totals, UtilisationRow,
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

/// The list of jobs, or of notebooks, with usage in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobsView {
    pub state: PageState,
    pub totals: Totals,
    pub rows: Vec<JobRow>,
    /// The filter, for the pages beside the list.
    pub query_string: String,
    /// Sort keys: `name`, `started`, `duration`, `gpu`, `cpu`, `kwh`, `co2e`, `cost`.
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
    pub utilisation: Option<TimeChart>,
    pub hosts: Vec<UtilisationRow>,
    /// Emissions per unit of work, over the whole life.
    pub rates: Vec<RateRow>,
    pub ledger: Ledger,
    pub spans: Vec<SpanRow>,
    pub findings: Vec<FindingRow>,
    /// The other runs of its family; `None` of a notebook.
    pub family: Option<FamilyView>,
    /// What it ran, for example `PyTorch (AWS container)`.
    pub image: String,
    /// Name and last value of each metric that it reported.
    pub final_metrics: Vec<(String, f64)>,
    /// Checkpoints, Debugger and Profiler: name, and what is known of it.
    pub guards: Vec<(String, String)>,
    /// Pipelines and tuning jobs that it was part of.
    pub part_of: Vec<ConfigurationRow>,
    pub tags: Vec<(String, String)>,
}
