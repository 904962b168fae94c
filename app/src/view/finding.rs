use super::Shown;

/// What a rule said today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    Fires,
    #[default]
    DoesNotFire,
    NotEvaluated,
    TooNew,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confidence {
    High,
    Medium,
    #[default]
    Low,
}

/// What people decided about a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingStatus {
    #[default]
    Open,
    Accepted,
    InProgress,
    Done,
    Verified,
    PartiallyVerified,
    NotObserved,
    Dismissed,
    /// Its dismissal ran out and it still fires.
    Reopened,
    /// The condition vanished without an action.
    ResolvedElsewhere,
}

impl FindingStatus {
    /// The word used in URLs, forms and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Verified => "verified",
            Self::PartiallyVerified => "partially_verified",
            Self::NotObserved => "not_observed",
            Self::Dismissed => "dismissed",
            Self::Reopened => "reopened",
            Self::ResolvedElsewhere => "resolved_elsewhere",
        }
    }
}

/// A finding as it stands in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindingRow {
    pub href: String,
    pub rule_id: String,
    pub title: String,
    /// The resource, family or team it is about.
    pub subject: String,
    pub subject_href: Option<String>,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    pub pillar: String,
    /// One sentence for people: why it fires or why it could not be evaluated.
    pub reason: String,
    /// Savings a month; `Unknown` carries the reason why there is no number.
    pub usd_month: Shown,
    pub energy_month: Shown,
    pub emissions_month: Shown,
    pub confidence: Confidence,
    /// For example `minutes` or `days`.
    pub effort: String,
    pub verdict: Verdict,
    pub status: FindingStatus,
    pub age_days: u32,
    pub owner: Option<String>,
}
