//! Ways to the sections of a long page, below its heading.

use leptos::prelude::*;

/// Links to sections by their label and the id of their heading; absent ones leave no link.
#[must_use]
pub fn links(sections: impl IntoIterator<Item = (&'static str, Option<&'static str>)>) -> AnyView {
    let links = sections
        .into_iter()
        .filter_map(|(label, id)| id.map(|id| view! { <li><a href=format!("#{id}")>{label}</a></li> }))
        .collect_view();
    view! { <nav class="sections" aria-label="On this page"><ul role="list">{links}</ul></nav> }.into_any()
}
