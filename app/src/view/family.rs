use super::{Listing, PageState, RunsChart, Shown, Totals, WorkFigures};
use chrono::{DateTime, Utc};

/// What a job's family did around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyView {
    pub name: String,
    /// How many runs there are in all.
    pub runs: u64,
    /// What a completed run takes, failed ones shared out, over the runs shown.
    pub per_run: Option<WorkFigures>,
    pub chart: Option<RunsChart>,
    /// This run beside the one before it.
    pub compare_href: Option<String>,
}

/// Jobs with usage in the period by family.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamiliesView {
    pub state: PageState,
    pub totals: Totals,
    pub query_string: String,
    pub rows: Vec<FamilyRow>,
    pub listing: Listing,
}

/// Runs of one family; figures are their share inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyRow {
    /// The list of its runs.
    pub href: String,
    pub name: String,
    /// What they are, for example `Processing`.
    pub kind: String,
    pub account: String,
    pub team: Option<String>,
    pub runs: u64,
    pub completed: u64,
    pub failed: u64,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// The middle of its runs.
    pub median_cost: Shown,
    pub median_duration: Shown,
    /// What they all took, by those that completed.
    pub per_run: WorkFigures,
    pub latest_at: Option<DateTime<Utc>>,
}
