use super::{Better, FormState, Shown};
use chrono::{DateTime, Utc};

/// The dictionary of key figures, with what they are now and what somebody wants them to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KpisView {
    /// The period of the values, in words.
    pub period: String,
    pub rows: Vec<KpiRow>,
    /// What was wrong with a target that was sent; `kpi` says of which figure.
    pub form: FormState,
}

/// One key figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KpiRow {
    /// Names it in forms and links.
    pub key: String,
    pub label: String,
    pub definition: String,
    pub formula: String,
    pub value: Shown,
    /// What it consists of, in words.
    pub parts: Option<String>,
    pub better: Better,
    /// What a target is typed in, for example `kg CO₂e a week`.
    pub typed_in: String,
    pub target: Option<TargetView>,
}

/// What somebody wants a figure to be.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetView {
    /// In the unit of the figure, for the period of the page.
    pub value: Shown,
    /// Whether the figure keeps it; `None` where the figure is not known.
    pub is_met: Option<bool>,
    pub by: String,
    pub at: DateTime<Utc>,
}
