//! The way to keep a page under a name.

use super::form;
use crate::view::FormState;
use leptos::prelude::*;

const NAME: form::Input = form::Input { name: "name", label: "Name of the view", kind: "text", autocomplete: "off" };

/// The form, folded away until somebody wants it. `address` is the page with its whole filter.
#[must_use]
pub fn drawer(address: &str) -> AnyView {
    let form = FormState { values: [("address".to_owned(), address.to_owned())].into(), ..FormState::default() };
    view! {
        <details class="drawer no-print">
            <summary class="button quiet-button">"Save view"</summary>
            <div class="drawer-body">
                {fields("save", &form)}
                <p class="footnote"><a href="/views">"Saved views"</a></p>
            </div>
        </details>
    }
    .into_any()
}

/// The form itself, with what was typed and what is wrong with it.
#[must_use]
pub fn fields(prefix: &'static str, form: &FormState) -> AnyView {
    let rolling = form.values.contains_key("rolling");
    let id = format!("{prefix}-rolling");
    view! {
        {form::errors(prefix, form)}
        <form method="post" action="/views">
            <input type="hidden" name="address" value=form.value("address") />
            {form::input(NAME, prefix, form)}
            {form::input(form::BY, prefix, form)}
            <label class="check" for=id.clone()>
                <input id=id.clone() type="checkbox" name="rolling" value="yes" checked=rolling />
                <span>"As many days, always up to yesterday"</span>
            </label>
            <button type="submit" class="primary">"Save"</button>
        </form>
    }
    .into_any()
}
