//! A titled part of a page.

use crate::view::Loaded;
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

/// What is made of a part of the page that was read; else a section that says why it was not; the page's banner
/// says how to ask again.
#[must_use]
pub fn loaded<T>(
    id: &'static str,
    title: &'static str,
    part: &Loaded<T>,
    show: impl FnOnce(&T) -> Option<AnyView>,
) -> Option<AnyView> {
    match part {
        Loaded::Ready(part) => show(part),
        Loaded::Failed(why) => Some(failed(id, title, why)),
    }
}

fn failed(id: &'static str, title: &'static str, why: &str) -> AnyView {
    panel(id, title, view! { <p>"This part could not be read. " {why.to_owned()}</p> }.into_any())
}
