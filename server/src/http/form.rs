//! Forms as they were typed, and as they go back with what is wrong.

use std::collections::BTreeMap;

use app::view::{Field, FormState};

use crate::advise::workflow::{NAME_LIMIT, Refused};

/// The fields of a form.
pub(super) type Typed = BTreeMap<String, String>;

/// What was typed and what is wrong with it.
pub(super) fn given_back(values: Typed, refused: &[Refused]) -> FormState {
    let errors =
        refused.iter().map(|each| Field { name: each.field.to_owned(), message: each.message.clone() }).collect();
    FormState { values, errors }
}

/// A field without the space around it; empty where it was not sent.
pub(super) fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map(|value| value.trim()).unwrap_or_default()
}

/// One sentence at a field.
pub(super) fn refuse(field: &'static str, message: &str) -> Refused {
    Refused { field, message: message.to_owned() }
}

/// What stands at a field that should hold a name.
pub(super) fn nameless(field: &'static str) -> Refused {
    Refused { field, message: format!("Enter your name, at most {NAME_LIMIT} characters.") }
}
