use super::{FormState, Shown};
use chrono::{DateTime, Utc};

/// How a run of the import stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunState {
    #[default]
    Running,
    /// Somebody asked it to end; the windows in hand are finished first.
    Ending,
    Complete,
    /// It ended and something is left.
    Partial,
    Cancelled,
    Failed,
    /// Its process has died.
    Interrupted,
}

impl RunState {
    /// Whether something may still happen.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Ending)
    }

    /// Whether there is something to go on with.
    #[must_use]
    pub const fn can_go_on(self) -> bool {
        matches!(self, Self::Partial | Self::Cancelled | Self::Failed | Self::Interrupted)
    }
}

/// One run: what it does, how far it is, what is in its way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunView {
    /// Last segment of its address.
    pub run_id: String,
    pub state: RunState,
    pub started_at: DateTime<Utc>,
    /// When it ended or was last heard of.
    pub seen_at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    /// Not inside.
    pub to: DateTime<Utc>,
    /// Seconds until everything known is read, at the rate of this run.
    pub left_s: Option<u64>,
    pub phases: Vec<PhaseRow>,
    pub places: Vec<PlaceRow>,
    pub problems: Vec<RunProblem>,
    pub calls: Vec<CallRow>,
    /// What CloudWatch asks for the metrics so far.
    pub fee: Shown,
    pub error: Option<String>,
    pub cancelled_by: Option<String>,
    /// Whether a process is there that reads on request.
    pub can_read: bool,
    pub form: FormState,
}

/// A phase over all accounts and regions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseRow {
    /// For example `Metrics`.
    pub label: String,
    pub done: u64,
    /// `None` while nobody knows.
    pub total: Option<u64>,
    /// What is counted, for example `windows`.
    pub unit: String,
    pub percent: Option<f64>,
    pub per_minute: Option<f64>,
    pub left_s: Option<u64>,
    pub state: PhaseState,
}

/// How a phase stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhaseState {
    #[default]
    Waiting,
    Running,
    Done,
    /// It ended before everything was done.
    Short,
}

/// How far an account and region is: windows and lists of what there is, windows of metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceRow {
    pub account: String,
    pub region: String,
    pub inventory: (u64, Option<u64>),
    pub metrics: (u64, Option<u64>),
}

/// A cause of failures with its remedy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunProblem {
    /// For example `cloudwatch:GetMetricData`.
    pub operation: String,
    pub regions: Vec<String>,
    pub message: String,
    pub remedy: String,
    pub times: u64,
}

/// Calls of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRow {
    pub operation: String,
    pub calls: u64,
    pub throttled: u64,
    pub repeated: u64,
}

/// A run in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRow {
    pub run_id: String,
    pub state: RunState,
    pub started_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Known once it has ended.
    pub accounts: Option<u64>,
    pub windows: u64,
    /// Known once it has ended.
    pub points: Option<u64>,
    pub calls: u64,
    pub fee: Shown,
}

/// Who reads, when next, and what was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReaderView {
    /// Whether a process is there that reads on request.
    pub is_there: bool,
    pub next_at: Option<DateTime<Utc>>,
    pub waiting: Vec<WaitingRow>,
    pub form: FormState,
    pub live: LiveView,
}

/// What is read every five minutes, before its hour is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveView {
    /// End of the last five minutes that were read, of the region that is furthest behind.
    pub read_to: Option<DateTime<Utc>>,
    /// Running jobs and pinned endpoints, in parts.
    pub followed: u64,
    /// Passes of the last day that asked for something.
    pub passes: u64,
    /// What AWS asks for them, US dollars.
    pub usd: f64,
}

/// Something that was asked for and not yet begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitingRow {
    pub by: String,
    pub at: DateTime<Utc>,
    /// `None` for what the schedule reads.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Reading a longer span: what it takes, before it begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackfillView {
    /// The days asked for and what is wrong with them.
    pub form: FormState,
    /// What a person should know before it begins; empty while no days were given.
    pub told: Vec<String>,
    pub can_read: bool,
}
