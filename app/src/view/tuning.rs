use super::{BestSoFarChart, JobStatus, PageState, ScatterChart, Shown, Totals, TrialPlace};
use chrono::{DateTime, Utc};

/// Tuning jobs, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TuningsView {
    pub state: PageState,
    pub rows: Vec<TuningRow>,
    /// Whether there are more than the rows.
    pub is_cut: bool,
    /// The filter of the page that the reader came from, for the ways back.
    pub query_string: String,
}

/// One tuning job over its whole life.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TuningRow {
    pub href: String,
    pub name: String,
    pub account: String,
    pub region: String,
    pub status: JobStatus,
    pub created_at: Option<DateTime<Utc>>,
    /// For example `validation:recall, more is better`.
    pub objective: String,
    pub best: Option<f64>,
    pub trials: u64,
    /// Of those, ended without a value.
    pub without_value: u64,
    pub stops_early: EarlyStopping,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Share of the emissions of trials that no result rests on, percent.
    pub waste: Shown,
}

/// Whether a search gives up hopeless trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EarlyStopping {
    /// SageMaker stops them.
    Auto,
    /// The strategy stops them by itself.
    Hyperband,
    Off,
    #[default]
    Unknown,
}

/// One tuning job with its trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TuningView {
    pub name: String,
    pub arn: String,
    pub account: String,
    pub region: String,
    pub status: JobStatus,
    pub strategy: String,
    /// The name of the objective.
    pub objective: String,
    pub more_is_better: bool,
    pub stops_early: EarlyStopping,
    pub created_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Trials that it may make, and at once.
    pub most_trials: Option<u64>,
    pub most_parallel: Option<u64>,
    /// Of all its trials.
    pub totals: Totals,
    pub chart: Option<ScatterChart>,
    /// The best so far, trial by trial; nothing while no trial has a value.
    pub best_so_far: Option<BestSoFarChart>,
    pub efforts: Vec<EffortRow>,
    /// What it would have spared by stopping; nothing while it goes on, or where there is nothing to stop.
    pub patience: Option<PatienceView>,
    pub best: Option<TrialRow>,
    /// Best first, those without a value last.
    pub trials: Vec<TrialRow>,
}

/// What a search would have spared had it stopped once nothing got better any more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatienceView {
    /// The least gain that counts, percent of the best before.
    pub least_gain_percent: f64,
    /// What the search reached in the end.
    pub best: f64,
    /// The least patience first.
    pub rows: Vec<PatienceRow>,
    /// Trials of which nobody knows when they were launched; they count as made.
    pub without_times: u64,
}

/// The search with one patience.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatienceRow {
    /// Trials in a row without a gain.
    pub patience: u64,
    /// When it stops; `None` where it goes on to its end.
    pub stops_at: Option<DateTime<Utc>>,
    /// Trials that are not launched.
    pub spared: u64,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Of the emissions of all trials, percent.
    pub share_percent: Option<f64>,
    /// The best value of the trials that are made.
    pub reached: Option<f64>,
    /// How far that is from what the search reached, percent of it; `None` where that is zero.
    pub short_percent: Option<f64>,
}

/// What a part of the trials took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EffortRow {
    pub label: String,
    /// Whether no result rests on it.
    pub is_waste: bool,
    pub trials: u64,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Of the emissions of all trials, percent.
    pub share_percent: Option<f64>,
}

/// One trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrialRow {
    /// Its page, where it was read as a job.
    pub href: Option<String>,
    pub name: String,
    pub status: JobStatus,
    pub value: Option<f64>,
    pub place: TrialPlace,
    pub duration: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}
