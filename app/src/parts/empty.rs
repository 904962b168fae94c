//! What a page says when it has nothing to show. Each reason has a sentence of its own.

use crate::view::{Crumb, PageState};
use leptos::prelude::*;

/// The sentence for an empty page, or nothing if the page has content.
/// `things` is what is missing in the plural (`training jobs`).
#[must_use]
pub fn state(state: &PageState, things: &str) -> Option<AnyView> {
    match state {
        PageState::Ready => None,
        PageState::NoSource => Some(no_source()),
        PageState::FilteredAway { rows_without_filters, clear_href } => {
            Some(filtered_away(things, *rows_without_filters, clear_href.clone()))
        }
        PageState::NotKnown { why, link } => Some(not_known(things, why.clone(), link.clone())),
        PageState::TrulyZero => Some(truly_zero(things)),
    }
}

fn no_source() -> AnyView {
    view! {
        <div class="empty">
            <h2>"No AWS account connected"</h2>
            <p>
                "Nothing has been imported, so there is nothing to show. Explore the demo fleet, connect an account, or \
                upload a file: each takes a few minutes."
            </p>
            <p><a class="button" href="/onboarding">"Get started"</a></p>
        </div>
    }
    .into_any()
}

fn filtered_away(things: &str, without: u64, clear_href: String) -> AnyView {
    let heading = format!("No {things} match these filters");
    let sentence = match without {
        1 => "Without them there is 1.".to_owned(),
        more => format!("Without them there are {}.", super::number::whole(more)),
    };
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>{sentence} " Remove a filter above, or start again."</p>
            <p><a class="button" href=clear_href>"Clear all filters"</a></p>
        </div>
    }
    .into_any()
}

fn not_known(things: &str, why: String, link: Option<Crumb>) -> AnyView {
    let heading = format!("It is not known which {things} ran");
    let link = link.map(|link| view! { <p><a class="button" href=link.href>{link.label}</a></p> });
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>{why}</p>
            {link}
        </div>
    }
    .into_any()
}

fn truly_zero(things: &str) -> AnyView {
    let heading = format!("0 {things} in this period");
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>"Every source was read and nothing ran. Nothing was spent."</p>
        </div>
    }
    .into_any()
}
