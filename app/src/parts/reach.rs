//! What AWS did not give, told apart from what is not there.

use super::{configuration_panel::capitalised, empty};
use crate::view::{PageState, Reach, Refused};
use leptos::prelude::*;

/// Lists that are named one by one; what is refused in many places is told under the imports.
const NAMED: usize = 4;

/// The sentence for a page without rows, or nothing if it has some. `things` is what is missing, in the plural.
#[must_use]
pub fn state(state: &PageState, reach: &Reach, things: &str) -> Option<AnyView> {
    match state {
        PageState::Ready => None,
        PageState::NoSource | PageState::FilteredAway { .. } | PageState::NotKnown { .. } => {
            empty::state(state, things)
        }
        PageState::TrulyZero if !reach.was_read => Some(unread(reach, things)),
        PageState::TrulyZero => Some(nothing(reach, things)),
    }
}

/// What is missing beside the rows; nothing if all was read.
#[must_use]
pub fn notice(reach: &Reach) -> Option<AnyView> {
    (!reach.refused.is_empty()).then(|| {
        view! {
            <div class="banner warning">
                <strong>"Not everything could be read. "</strong>
                {sentences(&reach.refused)}
            </div>
        }
        .into_any()
    })
}

fn unread(reach: &Reach, things: &str) -> AnyView {
    let heading = match reach.refused.is_empty() {
        true => format!("{} have not been read yet", capitalised(things)),
        false => format!("{} could not be read", capitalised(things)),
    };
    let body = match reach.refused.is_empty() {
        true => {
            view! { <p>"They are read with every run from AWS; files of usage tell nothing of them."</p> }.into_any()
        }
        false => sentences(&reach.refused),
    };
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            {body}
            <p><a class="button" href="/imports">"See what was read"</a></p>
        </div>
    }
    .into_any()
}

fn nothing(reach: &Reach, things: &str) -> AnyView {
    let body = match reach.refused.is_empty() {
        true => view! { <p>"Every account and region was asked, and has none."</p> }.into_any(),
        false => view! { <p>"What could be read has none."</p> {sentences(&reach.refused)} }.into_any(),
    };
    view! { <div class="empty"><h2>{format!("0 {things}")}</h2> {body}</div> }.into_any()
}

fn sentences(refused: &[Refused]) -> AnyView {
    let sentence = |each: &Refused| {
        let text = format!("{} of {} in {}: {}", capitalised(&each.what), each.account, each.region, each.remedy);
        view! { <li>{text}</li> }
    };
    let named = refused.iter().take(NAMED).map(sentence).collect_view();
    let more = (refused.len() > NAMED).then(|| {
        let text = format!("{} more", refused.len() - NAMED);
        view! { <li><a href="/imports">{text}</a></li> }
    });
    view! { <ul class="plain">{named} {more}</ul> }.into_any()
}
