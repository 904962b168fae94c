use super::{Better, Coverage, FormState, PageState, Shown};
use chrono::{DateTime, NaiveDate, Utc};

/// All weekly reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewsView {
    pub state: PageState,
    pub rows: Vec<ReviewRow>,
    /// Weeks that can be reviewed and are not yet; the first is the default. Empty where the reader may not create one.
    pub weeks: Vec<NewReview>,
    /// Field `week`.
    pub form: FormState,
}

/// A week a review can be opened for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewReview {
    /// For example `2026-W46`.
    pub week: String,
    /// For example `9–15 Nov 2026`.
    pub period: String,
}

/// Where a review stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReviewStatus {
    #[default]
    Draft,
    Signed {
        by: String,
        at: DateTime<Utc>,
        /// Hash over the snapshot's canonical form, hexadecimal.
        sha256: String,
    },
}

/// One review in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewRow {
    pub href: String,
    pub week: String,
    pub period: String,
    pub status: ReviewStatus,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    pub actions_open: u64,
    pub actions_done: u64,
}

/// One review: draft numbers are live, signed numbers are those of the snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewView {
    pub id: String,
    pub week: String,
    pub period: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub status: ReviewStatus,
    /// The scope in words, for example `All accounts`.
    pub scope: String,
    /// The review compared with, if there is one.
    pub compared_with: Option<String>,
    pub factor_set: String,
    pub method_version: String,
    pub kpis: Vec<ReviewKpi>,
    pub coverage: Coverage,
    /// What the reviewers should know about the data, one sentence each.
    pub readiness: Vec<String>,
    pub findings: Vec<ReviewFinding>,
    pub actions: Vec<ActionRow>,
    /// False where the reader may not change the review.
    pub may_edit: bool,
    /// Fields `title`, `owner`, `due`.
    pub action_form: FormState,
    /// Field `name`.
    pub sign_form: FormState,
    pub csv_href: String,
}

/// One line of the comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewKpi {
    pub label: String,
    pub current: Shown,
    /// As it stands in the signed review compared with.
    pub previous: Shown,
    pub better: Better,
}

/// A finding as the review holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewFinding {
    pub href: Option<String>,
    pub title: String,
    pub subject: String,
    /// `new`, `open`, `done` or `gone` since the last review.
    pub change: String,
    pub usd_month: Shown,
    pub emissions_month: Shown,
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionStatus {
    #[default]
    Todo,
    Doing,
    Done,
    Dropped,
}

/// Something a person promised to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionRow {
    pub title: String,
    pub owner: String,
    pub due: Option<NaiveDate>,
    pub overdue: bool,
    pub status: ActionStatus,
    /// The finding it answers.
    pub href: Option<String>,
}
