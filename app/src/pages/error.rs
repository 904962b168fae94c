use super::search;
use crate::view::ErrorView;
use leptos::prelude::*;

/// What went wrong, in one sentence, and where to go next. The frame's title is the heading.
pub fn page(view: &ErrorView) -> impl IntoView + use<> {
    let id = view.request_id.clone().map(|id| {
        view! { <p class="quiet">"If you report this, say request " <code>{id}</code> "."</p> }
    });
    let links = view
        .links
        .iter()
        .map(|link| view! { <li><a href=link.href.clone()>{link.label.clone()}</a></li> })
        .collect_view();
    let status = format!("Status {}", view.status);
    view! {
        <div class="empty">
            <p>{view.sentence.clone()}</p>
            {search::nearest(&view.nearest)}
            <ul class="plain">{links}</ul>
            {id}
            <p class="quiet">{status}</p>
        </div>
    }
    .into_any()
}
