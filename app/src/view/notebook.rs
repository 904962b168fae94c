use super::{HeatChart, JobView, JobsView, Shown};

/// The list of notebooks, Studio apps and clusters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotebooksView {
    pub list: JobsView,
    /// What stops each of the rows, in their order.
    pub auto_stop: Vec<AutoStop>,
    /// When in the week they ran; `None` where nothing did.
    pub week: Option<WeekView>,
}

/// One notebook, Studio app or cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotebookView {
    pub job: JobView,
    pub auto_stop: AutoStop,
    /// How it is set up: name and value.
    pub set_up: Vec<(String, String)>,
    pub week: Option<WeekView>,
}

/// What stops something that nobody uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AutoStop {
    /// Studio, once it has been idle for so long.
    AfterIdle {
        /// `None` where AWS did not tell how long.
        minutes: Option<u64>,
        /// Where that is set, for example `its domain`.
        set_by: String,
    },
    /// A lifecycle configuration of this name runs in it; whether its script stops anything nobody reads.
    Script(String),
    /// Nothing.
    Never,
    /// Why nobody knows.
    Unknown(String),
}

impl Default for AutoStop {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

/// When in the week instances ran, and what of it lies outside working hours.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekView {
    /// Instance-hours by weekday and hour, UTC.
    pub chart: HeatChart,
    pub inside: WeekPart,
    pub outside: WeekPart,
    /// Which hours are working hours, in words.
    pub rule: String,
    /// The hours as a file.
    pub csv_href: Option<String>,
}

/// The sums of some hours of the week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeekPart {
    pub hours: Shown,
    /// Of all hours that ran, 0 to 100.
    pub share: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}
