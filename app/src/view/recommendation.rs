use super::{
    Choice, Confidence, ConflictView, Crumb, FindingRow, FindingStatus, FormState, Listing, PageState, Shown, Verdict,
};
use chrono::{DateTime, NaiveDate, Utc};

/// The list of findings in one workflow state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecommendationsView {
    pub state: PageState,
    pub tabs: Vec<Tab>,
    /// Savings a month of the open findings, each resource counted once.
    pub usd_month: Shown,
    pub energy_month: Shown,
    pub emissions_month: Shown,
    /// Findings left out of the total because another on the same resource is counted.
    pub overlapping: u64,
    pub rows: Vec<FindingRow>,
    /// Sort keys: `usd`, `co2e`, `age`.
    pub listing: Listing,
}

/// A link to the findings in another state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub count: u64,
    pub current: bool,
}

/// One finding with everything needed to decide about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecommendationView {
    pub id: String,
    pub rule_id: String,
    pub rule_version: String,
    pub title: String,
    pub subject: String,
    pub subject_href: Option<String>,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    pub pillar: String,
    pub pillars_affected: Vec<String>,
    pub verdict: Verdict,
    /// For example `30 days idle`.
    pub stage: Option<String>,
    pub confidence: Confidence,
    /// Share of the points the rule needed, percent.
    pub coverage: Shown,
    pub reason: String,
    pub evaluated_at: Option<DateTime<Utc>>,
    pub first_seen: Option<DateTime<Utc>>,
    pub evidence: Vec<EvidenceRow>,
    pub usd_month: Shown,
    pub energy_month: Shown,
    pub emissions_month: Shown,
    pub embodied_month: Shown,
    /// What the grid would emit less, by its marginal intensity.
    pub marginal_month: Shown,
    /// How the savings are computed, in one line; its inputs stand in the evidence.
    pub savings_formula: Option<String>,
    /// Signals that nobody looked at.
    pub not_checked: Vec<String>,
    pub thresholds: Vec<ThresholdRow>,
    pub references: Vec<ReferenceRow>,
    pub remediation: Remediation,
    pub tradeoffs: Vec<String>,
    pub status: FindingStatus,
    pub owner: Option<String>,
    /// States the finding may go to now; empty where the reader may not decide.
    pub next: Vec<FindingStatus>,
    pub dismiss_reason: Option<String>,
    /// The day a dismissed finding opens again if it still fires.
    pub dismissed_until: Option<NaiveDate>,
    /// The reasons a finding may be dismissed for.
    pub dismiss_reasons: Vec<Choice>,
    /// Counts the decisions so far; the form sends it back so that two people cannot decide at once unseen.
    pub version: u32,
    pub history: Vec<HistoryRow>,
    /// Typed-in values and errors of the workflow form (`to`, `version`, `reason`, `note`, `expires`, `by`), posted to `/recommendations/{id}/transition`.
    pub form: FormState,
    /// What was typed for a state that is none any more.
    pub conflict: Option<ConflictView>,
    /// Related pages.
    pub links: Vec<Crumb>,
}

/// One signal a rule used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceRow {
    pub name: String,
    pub value: String,
    pub unit: String,
    pub window: String,
}

/// One threshold and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThresholdRow {
    pub name: String,
    pub value: String,
    pub unit: String,
    pub provenance: String,
}

/// A published practice this rule rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferenceRow {
    pub framework: String,
    pub edition: String,
    pub id: String,
    pub url: String,
}

/// What to do and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remediation {
    /// For example `in place` or `recreate`.
    pub kind: String,
    pub effort: String,
    pub restart: bool,
    pub rollback: bool,
    pub steps: Vec<String>,
}

/// One change of state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryRow {
    pub at: DateTime<Utc>,
    pub who: String,
    pub from: Option<FindingStatus>,
    pub to: FindingStatus,
    pub note: Option<String>,
}
