//! What people promised in a review: reading the forms, and the hash a signature stands under.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::canonical::{self, CanonicalError};
use crate::advise::FindingId;
use crate::advise::workflow::{NAME_LIMIT, Refused};

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionStatus {
    /// Not begun.
    Todo,
    /// Begun.
    Doing,
    /// Finished.
    Done,
    /// Given up.
    Dropped,
}

impl ActionStatus {
    /// Every status, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Todo, Self::Doing, Self::Done, Self::Dropped];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Doing => "doing",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether nothing remains to be done.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }
}

/// An action that may be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: NaiveDate,
    /// The finding it answers.
    pub finding: Option<FindingId>,
    /// The name that was given; the owner's where none was.
    pub by: String,
}

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;

/// Reads the form of a new action (`title`, `owner`, `due`, `finding`, `by`).
///
/// # Errors
/// Every refused field, in the order of the form.
pub fn read_form(form: &BTreeMap<String, String>, today: NaiveDate) -> Result<NewAction, Vec<Refused>> {
    let field = |name: &str| form.get(name).map(|value| value.trim()).unwrap_or_default();
    let mut refused = Vec::new();
    let mut refuse = |field: &'static str, message: String| refused.push(Refused { field, message });
    if field("title").is_empty() || field("title").chars().count() > TITLE_LIMIT {
        refuse("title", format!("Say what is to be done, in at most {TITLE_LIMIT} characters."));
    }
    if !is_name(field("owner")) {
        refuse("owner", format!("Name the person who does it, in at most {NAME_LIMIT} characters."));
    }
    let due_on = field("due").parse().ok().filter(|day: &NaiveDate| *day >= today);
    if due_on.is_none() {
        refuse("due", format!("Enter a day from {today} on, written like {today}."));
    }
    let finding = FindingId::parse(field("finding"));
    if finding.is_none() && !field("finding").is_empty() {
        refuse("finding", "This finding does not exist. Leave the field empty.".to_owned());
    }
    let by = if field("by").is_empty() { field("owner") } else { field("by") };
    if by.chars().count() > NAME_LIMIT {
        refuse("by", format!("Enter your name, at most {NAME_LIMIT} characters."));
    }
    match due_on {
        Some(due_on) if refused.is_empty() => Ok(NewAction {
            title: field("title").to_owned(),
            owner: field("owner").to_owned(),
            due_on,
            finding,
            by: by.to_owned(),
        }),
        _ => Err(refused),
    }
}

/// Whether a text can be a person's name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= NAME_LIMIT
}

/// What was promised: an action without its status, which goes on changing after the signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Promise {
    /// The action.
    pub action_id: Uuid,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: NaiveDate,
    /// The finding it answers.
    pub finding: Option<String>,
}

/// SHA-256 over the canonical text of all promises, in the order of their ids.
///
/// # Errors
/// Never for promises; the canonical form could refuse other values.
pub fn promises_sha256(mut promises: Vec<Promise>) -> Result<String, CanonicalError> {
    promises.sort();
    Ok(canonical::sha256_hex(&canonical::text(&promises)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_which_field_is_wrong() {
        let check = |fields: &[(&str, &str)], expected: &[&str]| {
            let form = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let refused: Vec<&str> = match read_form(&form, "2026-11-23".parse().unwrap()) {
                Ok(action) => {
                    assert_eq!(action.by, "Ada");
                    Vec::new()
                }
                Err(refused) => refused.iter().map(|refused| refused.field).collect(),
            };
            assert_eq!(refused, expected, "{fields:?}");
        };
        check(&[("title", "Delete it"), ("owner", "Ada"), ("due", "2026-11-23")], &[]);
        check(&[("title", "Delete it"), ("owner", "Bob"), ("by", "Ada"), ("due", "2026-12-01")], &[]);
        check(&[], &["title", "owner", "due"]);
        check(&[("title", " "), ("owner", "Ada"), ("due", "2026-11-22")], &["title", "due"]);
        check(&[("title", "x"), ("owner", "Ada"), ("due", "tomorrow"), ("finding", "7")], &["due", "finding"]);
    }

    #[test]
    fn the_hash_follows_the_promise_and_not_the_order() {
        let promise = |id: u128, owner: &str| Promise {
            action_id: Uuid::from_u128(id),
            title: "Delete it".to_owned(),
            owner: owner.to_owned(),
            due_on: "2026-12-01".parse().unwrap(),
            finding: None,
        };
        let one = promises_sha256(vec![promise(1, "Ada"), promise(2, "Bob")]).unwrap();
        assert_eq!(one, promises_sha256(vec![promise(2, "Bob"), promise(1, "Ada")]).unwrap());
        assert_ne!(one, promises_sha256(vec![promise(1, "Ada"), promise(2, "Eve")]).unwrap());
        assert_ne!(one, promises_sha256(vec![promise(1, "Ada")]).unwrap());
    }
}
