use super::{Better, Coverage, Crumb, FormState, PageState, Shown};
use chrono::{DateTime, NaiveDate, Utc};

/// All weekly reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewsView {
    pub state: PageState,
    pub rows: Vec<ReviewRow>,
    /// Weeks that can be reviewed and are not yet; the first is the default. Empty where the reader may not create one.
    pub weeks: Vec<NewReview>,
    /// Fields `week`, `by` and, where the week has a review already, `reason`; posted to `/reviews`.
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
    /// Counted from 1; a week that was frozen again has a higher one.
    pub revision: u32,
    pub period: String,
    pub status: ReviewStatus,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    pub actions_open: u64,
    pub actions_done: u64,
}

/// One review. All its numbers are those of the snapshot, signed or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewView {
    pub id: String,
    pub week: String,
    pub period: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub revision: u32,
    /// Why the week was frozen again.
    pub revision_reason: Option<String>,
    /// The other revisions of this week.
    pub revisions: Vec<Crumb>,
    pub status: ReviewStatus,
    pub frozen_by: String,
    pub frozen_at: Option<DateTime<Utc>>,
    /// Hash over the snapshot's canonical text, hexadecimal.
    pub sha256: String,
    /// True if the stored text was hashed again just now and still gives `sha256`.
    pub hash_holds: bool,
    pub sign_offs: Vec<SignOff>,
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
    /// Fields `title`, `owner`, `due`, `by`; posted to `/reviews/{id}/actions`. Refused once signed.
    pub action_form: FormState,
    /// Field `name`; posted to `/reviews/{id}/sign`.
    pub sign_form: FormState,
    /// Fields `week` (hidden), `by`, `reason`; posted to `/reviews` to freeze the week again as a new revision.
    pub revise_form: FormState,
    pub csv_href: String,
    pub actions_csv_href: String,
}

/// A name under the review, and the hashes of what it stands under.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignOff {
    pub by: String,
    pub at: DateTime<Utc>,
    pub snapshot_sha256: String,
    pub actions_sha256: String,
    /// True if both still hold.
    pub holds: bool,
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

/// Two reviews side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewPair {
    /// The earlier one.
    pub there: ReviewSide,
    /// The later one.
    pub here: ReviewSide,
    pub rows: Vec<ReviewPairRow>,
    /// What makes the two hard to compare, one sentence each.
    pub remarks: Vec<String>,
    /// Other reviews that the later one can be compared with.
    pub others: Vec<Crumb>,
    /// The overview of the later week, compared with the earlier review.
    pub overview: String,
}

/// One of two reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewSide {
    pub id: String,
    pub period: String,
    pub factor_set: String,
    pub csv_href: String,
}

/// A figure of both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewPairRow {
    pub label: String,
    pub there: Shown,
    /// As the ledger has it now, where that is no longer what was frozen.
    pub there_now: Option<Shown>,
    pub here: Shown,
    /// The same of the later one.
    pub here_now: Option<Shown>,
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
    /// The status form (`status`, `by`) is posted to `/reviews/{review}/actions/{id}`.
    pub id: String,
    pub title: String,
    pub owner: String,
    pub due: Option<NaiveDate>,
    pub overdue: bool,
    pub status: ActionStatus,
    /// The finding it answers.
    pub href: Option<String>,
}
