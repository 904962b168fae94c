//! A titled part of a page.

use leptos::prelude::*;

/// A section whose heading is named by what it shows.
#[must_use]
pub fn named(id: String, title: impl Into<String>, body: AnyView) -> AnyView {
    view! {
        <section class="panel" aria-labelledby=id.clone()>
            <header class="panel-head"><h2 id=id.clone()>{title.into()}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

/// The same with something small at the right of its heading.
#[must_use]
pub fn named_with_aside(id: String, title: impl Into<String>, aside: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class="panel" aria-labelledby=id.clone()>
            <header class="panel-head">
                <h2 id=id.clone()>{title.into()}</h2>
                <div class="panel-aside">{aside}</div>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// A section with its heading; `id` names the heading.
#[must_use]
pub fn panel(id: &'static str, title: impl Into<String>, body: AnyView) -> AnyView {
    with_aside(id, title, ().into_any(), body)
}

/// A section with something small at the right of its heading: a link, a count, a badge.
#[must_use]
pub fn with_aside(id: &'static str, title: impl Into<String>, aside: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class="panel" aria-labelledby=id>
            <header class="panel-head">
                <h2 id=id>{title.into()}</h2>
                <div class="panel-aside">{aside}</div>
            </header>
            {body}
        </section>
    }
    .into_any()
}
