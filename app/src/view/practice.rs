use super::{PageState, Shown};

/// How jobs are run: which features of training are in use, on what machines, by whose code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PracticeView {
    pub state: PageState,
    /// The chosen period in words.
    pub period: String,
    pub query_string: String,
    /// The features in the order of the columns.
    pub features: Vec<Feature>,
    pub teams: Vec<PracticeRow>,
    /// Of all teams; the last row of a table.
    pub all_teams: Option<PracticeRow>,
    pub machines: Vec<MachineRow>,
    pub all_machines: Option<MachineRow>,
    pub images: Vec<ImageRow>,
}

/// A feature of training and whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    pub name: &'static str,
    /// When it counts as used, as available, and as not applicable; one sentence.
    pub rule: &'static str,
}

/// Training jobs of a team by feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PracticeRow {
    /// Empty for none.
    pub team: String,
    pub jobs: u64,
    /// One a feature.
    pub uses: Vec<FeatureUse>,
}

/// Training jobs by how they stand to a feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeatureUse {
    pub used: u64,
    pub available: u64,
    pub not_applicable: u64,
    /// Nobody told.
    pub unknown: u64,
}

impl FeatureUse {
    /// Of those it concerns, how many use it, percent; `None` where it concerns none.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        let concerned = self.used + self.available;
        #[expect(clippy::cast_precision_loss, reason = "a number of jobs")]
        let share = |part: u64, whole: u64| 100.0 * part as f64 / whole as f64;
        (concerned > 0).then(|| share(self.used, concerned))
    }
}

/// On what a team computes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MachineRow {
    /// Empty for none.
    pub team: String,
    /// Hours of GPUs, each counted.
    pub gpu_hours: Shown,
    /// Hours of Trainium and Inferentia chips, each counted.
    pub neuron_hours: Shown,
    /// Share of the latter in both, percent.
    pub neuron_share: Shown,
    /// Instance-hours of jobs and of what is called serverless.
    pub on_demand_hours: Shown,
    /// Instance-hours of endpoints, notebooks, apps and clusters.
    pub always_on_hours: Shown,
    /// Share of the latter in both, percent.
    pub always_on_share: Shown,
}

/// Jobs by the image they ran.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageRow {
    /// For example `PyTorch (AWS container)`.
    pub image: String,
    pub jobs: u64,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Emissions of an instance-hour.
    pub per_hour: Shown,
}
