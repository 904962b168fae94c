//! Fields that keep what was typed and say what is wrong with it.

use crate::view::FormState;
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

/// A required field with its label and, if refused, its error.
#[must_use]
pub fn input(field: Input, prefix: &str, form: &FormState) -> AnyView {
    let id = format!("{prefix}-{}", field.name);
    let error_id = format!("{id}-error");
    let error = form.error(field.name).map(ToOwned::to_owned);
    let invalid = error.is_some().then_some("true");
    let described_by = error.is_some().then(|| error_id.clone());
    view! {
        <div class="field">
            <label for=id.clone()>{field.label}</label>
            <input
                id=id
                type=field.kind
                name=field.name
                value=form.value(field.name)
                autocomplete=field.autocomplete
                aria-invalid=invalid
                aria-describedby=described_by
                required=true
            />
            {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
        </div>
    }
    .into_any()
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
