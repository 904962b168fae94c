use super::{ConflictView, FormState, Shown};
use chrono::{DateTime, Utc};

/// Every factor set that numbers were made with, and those that are proposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactorSetsView {
    pub sets: Vec<FactorSetRow>,
    pub proposals: Vec<ProposalRow>,
    /// The form to propose a factor.
    pub form: FormState,
}

/// One factor set with the estimate that was made with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactorSetRow {
    pub label: String,
    pub sha256: String,
    pub method_version: String,
    pub author: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub activated_at: Option<DateTime<Utc>>,
    pub is_active: bool,
    /// Factors that differ from the tables in the program.
    pub overrides: u64,
    /// The overview as this set makes it.
    pub href: String,
}

/// One proposal in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProposalRow {
    pub href: String,
    pub label: String,
    pub state: ProposalState,
    pub author: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub overrides: u64,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProposalState {
    #[default]
    Open,
    /// Being computed.
    Accepted,
    Active,
    Withdrawn,
    Failed,
}

impl ProposalState {
    /// As people say it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "Proposed",
            Self::Accepted => "Being computed",
            Self::Active => "Activated",
            Self::Withdrawn => "Withdrawn",
            Self::Failed => "Failed",
        }
    }
}

/// A proposed factor set: what it changes, and what that would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProposalView {
    pub id: String,
    pub label: String,
    pub base_label: String,
    pub state: ProposalState,
    pub author: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub decided: Option<(String, DateTime<Utc>)>,
    pub failure: Option<String>,
    /// How far it is, while it is being computed.
    pub computing: Option<Computing>,
    pub overrides: Vec<OverrideRow>,
    /// The days the effect was computed over, in words; `None` where it is not computed any more.
    pub period: Option<String>,
    pub instance_hours: Shown,
    pub effect: Vec<EffectRow>,
    pub regions: Vec<EffectRow>,
    /// Names what stands in `overrides`; the form sends it back so that nobody replaces what they have not seen.
    pub seen: String,
    pub form: FormState,
    pub decide_form: FormState,
    /// What was typed for a proposal that is another one by now.
    pub conflict: Option<ConflictView>,
}

/// How far a factor set is computed, in days of resources.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Computing {
    pub done: u64,
    pub total: u64,
    pub per_minute: Option<f64>,
    /// Seconds until all of it is computed, at the rate so far.
    pub left_s: Option<u64>,
}

/// One factor with its value in force and the proposed one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverrideRow {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// Value, low and high in force; `None` where nothing is published.
    pub before: Option<[f64; 3]>,
    pub after: [f64; 3],
    pub author: String,
    pub reason: String,
}

/// One measure before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EffectRow {
    pub label: String,
    pub before: Shown,
    pub after: Shown,
    /// Change of the central value, percent.
    pub change_percent: Option<f64>,
    /// Whether it keeps its sign under common draws; `None` where nothing changes.
    pub is_clear: Option<bool>,
}
