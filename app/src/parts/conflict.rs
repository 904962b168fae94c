//! What somebody typed beside what somebody else has stored meanwhile.

use super::{facts, panel};
use crate::view::ConflictView;
use leptos::prelude::*;

/// Both versions, side by side; nothing typed is lost.
#[must_use]
pub fn panel(view: &ConflictView) -> AnyView {
    let list = |rows: &[(&'static str, String)]| {
        let row = |(name, text): &(&'static str, String)| {
            (*name, facts::text(text).map(|text| view! { <span class="as-typed">{text}</span> }.into_any()))
        };
        facts::list(rows.iter().map(row).collect())
    };
    let body = view! {
        <p role="alert">{view.sentence.clone()}</p>
        <div class="pair">
            <div><h3>"What stands now"</h3>{list(&view.stands)}</div>
            <div><h3>"What you typed, which is not stored"</h3>{list(&view.typed)}</div>
        </div>
    };
    panel::panel("conflict", "Somebody was faster", body.into_any())
}
