//! Fields that keep what was typed and say what is wrong with it.

use crate::view::{Choice, FormState};
use leptos::prelude::*;

/// How a text field behaves.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    pub name: &'static str,
    pub label: &'static str,
    /// The HTML input type: `text` or `date`.
    pub kind: &'static str,
    /// What the browser may fill in, `off` if nothing.
    pub autocomplete: &'static str,
}

/// The options of a list to choose from.
#[must_use]
pub fn options(choices: &[Choice]) -> AnyView {
    let one = |choice: &Choice| {
        view! { <option value=choice.value.clone() selected=choice.selected>{choice.label.clone()}</option> }
    };
    choices.iter().map(one).collect_view().into_any()
}

/// Who is doing this; the same field in every form.
pub const BY: Input = Input { name: "by", label: "Your name", kind: "text", autocomplete: "name" };

/// A required field with its label and, if refused, its error. `prefix` tells the forms of a page apart.
#[must_use]
pub fn input(field: Input, prefix: &str, form: &FormState) -> AnyView {
    draw(field, prefix, form, true)
}

/// The same for a field that may stay empty.
#[must_use]
pub fn optional(field: Input, prefix: &str, form: &FormState) -> AnyView {
    draw(field, prefix, form, false)
}

/// The summary above a refused form, each line leading to its field.
#[must_use]
pub fn errors(prefix: &str, form: &FormState) -> Option<AnyView> {
    (!form.errors.is_empty()).then(|| {
        let lines = form
            .errors
            .iter()
            .map(|error| {
                let href = format!("#{prefix}-{}", error.name);
                view! { <li><a href=href>{error.message.clone()}</a></li> }
            })
            .collect_view();
        view! {
            <div class="form-errors" role="alert">
                <p>"This could not be saved:"</p>
                <ul>{lines}</ul>
            </div>
        }
        .into_any()
    })
}

fn draw(field: Input, prefix: &str, form: &FormState, required: bool) -> AnyView {
    let id = format!("{prefix}-{}", field.name);
    let error_id = format!("{id}-error");
    let error = form.error(field.name).map(ToOwned::to_owned);
    let invalid = error.is_some().then_some("true");
    let described_by = error.is_some().then(|| error_id.clone());
    let label = if required { field.label.to_owned() } else { format!("{} (optional)", field.label) };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                type=field.kind
                name=field.name
                value=form.value(field.name)
                autocomplete=field.autocomplete
                aria-invalid=invalid
                aria-describedby=described_by
                required=required
            />
            {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
        </div>
    }
    .into_any()
}
