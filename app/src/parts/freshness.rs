//! How recent the sources are, on every page.

use super::number;
use crate::view::{FreshnessItem, FreshnessState, IngestProgress};
use leptos::prelude::*;

/// The strip below the header; it leads to the imports, with how many sources cannot be read of how many.
#[must_use]
pub fn strip(items: &[FreshnessItem], unread: Option<(u64, u64)>) -> Option<AnyView> {
    (!items.is_empty()).then(|| {
        let items = items
            .iter()
            .map(|item| {
                let (class, word) = match item.state {
                    FreshnessState::Fresh => ("fresh", None),
                    FreshnessState::Stale => ("stale", Some("stale")),
                    FreshnessState::Missing => ("absent", Some("missing")),
                };
                view! {
                    <li class=class>
                        <span class="dot" aria-hidden="true"></span>
                        <span class="freshness-label">{item.label.clone()}</span>
                        " "
                        {item.text.clone()}
                        {word.map(|word| view! { <strong>{format!(" {word}")}</strong> })}
                    </li>
                }
            })
            .collect_view();
        let imports = match unread {
            None => "Imports".to_owned(),
            Some((refused, tried)) => {
                format!("{} of {} sources cannot be read", number::whole(refused), number::whole(tried))
            }
        };
        view! {
            <div class="freshness" role="group" aria-label="Freshness of the data">
                <ul role="list">{items}</ul>
                <a href="/imports">{imports}</a>
            </div>
        }
        .into_any()
    })
}

/// How far a running import is; leaving the page is safe.
#[must_use]
pub fn progress(progress: &IngestProgress) -> AnyView {
    let done = progress.windows_done.to_string();
    let total = progress.windows_total.max(1).to_string();
    let left = progress.left_s.map(|left| format!(" About {} left.", number::time_span(left)));
    let text = match progress.windows_total {
        0 => progress.phase.clone(),
        total => {
            format!("{} of {} windows. {}", number::whole(progress.windows_done), number::whole(total), progress.phase)
        }
    };
    let failed = (progress.failed > 0).then(|| {
        view! { <a href="/imports/gaps">{format!("{} failed", number::whole(progress.failed))}</a> }
    });
    view! {
        <div class="progress" role="status">
            <label for="import-progress">"Importing"</label>
            <progress id="import-progress" value=done max=total></progress>
            <span>{text} {left}</span>
            {failed}
            <a href=progress.href.clone()>"Watch it"</a>
        </div>
    }
    .into_any()
}

/// That figures are still being computed; what is shown until then is what was known before.
#[must_use]
pub fn computing(days: u64) -> Option<AnyView> {
    (days > 0).then(|| {
        let text = match days {
            1 => "1 day of one resource waits to be estimated. Until then its older figures are shown.".to_owned(),
            days => format!(
                "{} days of resources wait to be estimated. Until then their older figures are shown.",
                number::whole(days)
            ),
        };
        view! { <p class="progress" role="status">{text}</p> }.into_any()
    })
}
