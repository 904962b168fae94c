use super::{JobStatus, Shown};
use chrono::{DateTime, Utc};

/// Jobs side by side, over their whole lives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedJobs {
    pub jobs: Vec<ComparedJob>,
    /// Name and last value of each metric that any of them reported, in the order of the jobs.
    pub metrics: Vec<(String, Vec<Option<f64>>)>,
    pub settings: Vec<SettingRow>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedJob {
    pub href: String,
    /// The comparison without it; `None` where too few would be left.
    pub without_href: Option<String>,
    pub name: String,
    /// What it is, for example `Processing`.
    pub kind: String,
    pub place: String,
    pub status: JobStatus,
    pub failure_reason: Option<String>,
    pub started_at: Option<DateTime<Utc>>,
    pub duration: Shown,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Mean utilisation, percent.
    pub cpu: Shown,
    pub gpu: Shown,
}

/// A setting of each job, in the order of the jobs; empty where AWS does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingRow {
    pub name: String,
    pub values: Vec<String>,
}

impl SettingRow {
    /// Whether the jobs have it otherwise.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.values.windows(2).any(|pair| matches!(pair, [a, b] if a != b))
    }
}
