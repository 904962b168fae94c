//! What people may decide about a finding, and in which order.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Days, NaiveDate};

/// Where a finding stands; decided by people, except that an expired dismissal opens again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Workflow {
    /// Nobody has decided.
    Open,
    /// Somebody will act on it.
    Accepted,
    /// Somebody is acting on it.
    InProgress,
    /// The remedy is in place.
    Done,
    /// The saving was seen.
    Verified,
    /// Part of the saving was seen.
    PartiallyVerified,
    /// No saving was seen.
    NotObserved,
    /// Somebody gave a reason not to act, for a time.
    Dismissed,
    /// Its dismissal ran out, or was taken back.
    Reopened,
}

impl Workflow {
    /// Every state, in the order of the list's tabs.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Reopened,
        Self::Accepted,
        Self::InProgress,
        Self::Done,
        Self::Verified,
        Self::PartiallyVerified,
        Self::NotObserved,
        Self::Dismissed,
    ];

    /// The word in the database, in forms and in exports.
    pub fn as_str(self) -> &'static str {
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
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The states that may follow.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Open | Self::Reopened => &[Self::Accepted, Self::Dismissed],
            Self::Accepted => &[Self::InProgress, Self::Dismissed],
            Self::InProgress => &[Self::Done, Self::Dismissed],
            Self::Done => &[Self::Verified, Self::PartiallyVerified, Self::NotObserved, Self::Dismissed],
            Self::Verified | Self::PartiallyVerified | Self::NotObserved => &[Self::Dismissed],
            Self::Dismissed => &[Self::Reopened],
        }
    }

    /// Whether nobody has decided yet, or not any more.
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Reopened)
    }
}

/// Why a finding may be dismissed, aligned with the reasons of Trusted Advisor Priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DismissReason {
    /// The business needs it so.
    ValidBusinessCase,
    /// It will be gone soon.
    Temporary,
    /// It does not matter enough.
    NonCritical,
    /// It is solved in another way.
    OtherMethod,
    /// Other things come first.
    LowPriority,
    /// The rule does not fit this subject.
    NotApplicable,
    /// Something else, said in the note.
    Other,
}

impl DismissReason {
    /// Every reason, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::ValidBusinessCase,
        Self::Temporary,
        Self::NonCritical,
        Self::OtherMethod,
        Self::LowPriority,
        Self::NotApplicable,
        Self::Other,
    ];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidBusinessCase => "valid_business_case",
            Self::Temporary => "temporary",
            Self::NonCritical => "non_critical",
            Self::OtherMethod => "other_method",
            Self::LowPriority => "low_priority",
            Self::NotApplicable => "not_applicable",
            Self::Other => "other",
        }
    }

    /// The words on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::ValidBusinessCase => "Valid business case",
            Self::Temporary => "Temporary, gone soon",
            Self::NonCritical => "Not critical",
            Self::OtherMethod => "Solved in another way",
            Self::LowPriority => "Low priority",
            Self::NotApplicable => "Does not apply here",
            Self::Other => "Other (say what in the note)",
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Days after which a dismissed finding opens again, unless the form names another day.
pub const DISMISSED_FOR_DAYS: u64 = 90;

/// The day a dismissal of today ends by default.
pub fn default_expiry(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(DISMISSED_FOR_DAYS)).unwrap_or(today)
}

/// A change of state that may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The state it leaves.
    pub from: Workflow,
    /// The state it enters.
    pub to: Workflow,
    /// The `finding.version` the decision was made on.
    pub version: i32,
    /// Why, with the day it opens again; with `Dismissed` only.
    pub dismissal: Option<(DismissReason, NaiveDate)>,
    /// What the person added; may be empty.
    pub note: String,
    /// The name the person gave.
    pub by: String,
}

/// A field of the form that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The field's name.
    pub field: &'static str,
    /// One sentence for people.
    pub message: String,
}

impl Refused {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The longest note, in characters.
pub const NOTE_LIMIT: usize = 2_000;
/// The longest name, in characters.
pub const NAME_LIMIT: usize = 100;

/// Reads the workflow form (`to`, `version`, `reason`, `note`, `expires`, `by`) of a finding that stands at `from`.
///
/// # Errors
/// Every refused field, in the order of the form.
pub fn read_form(
    from: Workflow,
    form: &BTreeMap<String, String>,
    today: NaiveDate,
) -> Result<Transition, Vec<Refused>> {
    let field = |name: &str| form.get(name).map(|value| value.trim()).unwrap_or_default();
    let mut refused = Vec::new();
    let to = Workflow::parse(field("to")).filter(|to| from.next().contains(to));
    if to.is_none() {
        refused.push(Refused::new("to", next_in_words(from)));
    }
    let version = field("version").parse().ok();
    if version.is_none() {
        refused.push(Refused::new("version", "The form is not complete. Reload the page and decide again."));
    }
    let dismissal = match to {
        Some(Workflow::Dismissed) => read_dismissal(&field, today, &mut refused),
        _ => None,
    };
    if field("note").chars().count() > NOTE_LIMIT {
        refused.push(Refused::new("note", format!("The note is longer than {NOTE_LIMIT} characters. Shorten it.")));
    }
    if field("by").is_empty() || field("by").chars().count() > NAME_LIMIT {
        refused.push(Refused::new("by", format!("Enter your name, at most {NAME_LIMIT} characters.")));
    }
    match (to, version) {
        (Some(to), Some(version)) if refused.is_empty() => {
            Ok(Transition { from, to, version, dismissal, note: field("note").to_owned(), by: field("by").to_owned() })
        }
        _ => Err(refused),
    }
}

fn read_dismissal<'a>(
    field: &impl Fn(&str) -> &'a str,
    today: NaiveDate,
    refused: &mut Vec<Refused>,
) -> Option<(DismissReason, NaiveDate)> {
    let reason = DismissReason::parse(field("reason"));
    if reason.is_none() {
        refused.push(Refused::new("reason", "Choose one of the reasons in the list."));
    }
    if reason == Some(DismissReason::Other) && field("note").is_empty() {
        refused.push(Refused::new("note", "Say in the note what the other reason is."));
    }
    let expires = match field("expires") {
        "" => Some(default_expiry(today)),
        text => text.parse().ok().filter(|day| *day > today),
    };
    if expires.is_none() {
        refused.push(Refused::new(
            "expires",
            format!("Enter a day after {today}, written like {}.", default_expiry(today)),
        ));
    }
    reason.zip(expires)
}

fn next_in_words(from: Workflow) -> String {
    let words: Vec<String> = from.next().iter().map(|state| state.as_str().replace('_', " ")).collect();
    format!("From here the finding can go to: {}.", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Workflow::{Accepted, Dismissed, Done, InProgress, NotObserved, Open, PartiallyVerified, Reopened, Verified};

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_pair_of_states() {
        // Rows leave, columns enter, both in the order of `Workflow::ALL`.
        let table = [
            (Open, "..a.....d"),
            (Reopened, "..a.....d"),
            (Accepted, "...i....d"),
            (InProgress, "....D...d"),
            (Done, ".....VPNd"),
            (Verified, "........d"),
            (PartiallyVerified, "........d"),
            (NotObserved, "........d"),
            (Dismissed, ".r......."),
        ];
        for (from, row) in table {
            for (to, allowed) in Workflow::ALL.into_iter().zip(row.chars()) {
                assert_eq!(from.next().contains(&to), allowed != '.', "{from:?} to {to:?}");
                let typed = form(&[("to", to.as_str()), ("version", "3"), ("reason", "temporary"), ("by", "Ada")]);
                assert_eq!(read_form(from, &typed, today()).is_ok(), allowed != '.', "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn words_are_read_back() {
        for state in Workflow::ALL {
            assert_eq!(Workflow::parse(state.as_str()), Some(state));
        }
        for reason in DismissReason::ALL {
            assert_eq!(DismissReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(Workflow::parse("Open"), None);
    }

    #[test]
    fn a_dismissal_needs_a_reason_and_ends() {
        let check = |extra: &[(&str, &str)], expected: Result<&str, &[&str]>| {
            let mut fields = vec![("to", "dismissed"), ("version", "1"), ("by", "Ada")];
            fields.extend_from_slice(extra);
            let found = read_form(Open, &form(&fields), today());
            match expected {
                Ok(day) => assert_eq!(found.unwrap().dismissal.unwrap().1.to_string(), day, "{extra:?}"),
                Err(names) => {
                    let refused: Vec<&str> = found.unwrap_err().iter().map(|refused| refused.field).collect();
                    assert_eq!(refused, names, "{extra:?}");
                }
            }
        };
        check(&[("reason", "temporary")], Ok("2027-02-21"));
        check(&[("reason", "temporary"), ("expires", "2026-11-24")], Ok("2026-11-24"));
        check(&[("reason", "other"), ("note", "kept for the audit")], Ok("2027-02-21"));
        check(&[], Err(&["reason"]));
        check(&[("reason", "bored")], Err(&["reason"]));
        check(&[("reason", "other")], Err(&["note"]));
        check(&[("reason", "temporary"), ("expires", "2026-11-23")], Err(&["expires"]));
        check(&[("reason", "temporary"), ("expires", "soon")], Err(&["expires"]));
        check(&[("reason", "temporary"), ("by", " ")], Err(&["by"]));
        check(&[("reason", "temporary"), ("version", "")], Err(&["version"]));
    }
}
