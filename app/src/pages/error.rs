use super::search;
use crate::view::ErrorView;
use leptos::prelude::*;

/// What went wrong, in one sentence, and where to go next. The frame's title is the heading.
pub fn page(view: &ErrorView) -> impl IntoView + use<> {
    let details = view.details.clone().map(|details| {
        view! {
            <p class="quiet">
                "If you report this, copy this line: " <code class="copied-whole">{details}</code>
            </p>
        }
    });
    let links = view
        .links
        .iter()
        .map(|link| view! { <li><a href=link.href.clone()>{link.label.clone()}</a></li> })
        .collect_view();
    view! {
        <div class="empty">
            <p>{view.sentence.clone()}</p>
            {search::nearest(&view.nearest)}
            <ul class="plain">{links}</ul>
            {details}
        </div>
    }
    .into_any()
}
