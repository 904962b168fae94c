use super::FormState;
use chrono::{DateTime, NaiveDate, Utc};

/// Which hours of metrics are missing, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GapsView {
    pub regions: Vec<GapRegion>,
    /// Whether a process is there that reads on request.
    pub can_read: bool,
    /// What was typed into the form that was refused; its `prefix` is that of the gap.
    pub form: FormState,
    pub refused_prefix: String,
}

/// One account and region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GapRegion {
    /// Its number, for the forms.
    pub account_id: i32,
    pub account: String,
    pub region: String,
    /// Days from the first that is known on, oldest first.
    pub days: Vec<GapDay>,
    pub gaps: Vec<Gap>,
}

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GapDay {
    pub day: NaiveDate,
    pub state: GapState,
}

/// How complete a day is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapState {
    #[default]
    Complete,
    /// Hours or series of it are missing.
    Partial,
    /// Nothing of it was read.
    Missing,
    /// Something is missing and somebody said why.
    Explained,
}

/// Days in a row that miss something for one reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gap {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub state: GapState,
    /// For example `12 of 48 hours are not read`.
    pub what: String,
    pub cause: String,
    pub remedy: String,
    pub note: Option<GapNote>,
}

/// What somebody knows of a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GapNote {
    pub text: String,
    pub author: String,
    pub at: DateTime<Utc>,
}
