//! How a run stands among the runs of its family.

use super::{number, panel};
use crate::charts::runs;
use crate::view::FamilyView;
use leptos::prelude::*;

/// The runs of a family around one of them.
#[must_use]
pub fn panel(family: &FamilyView) -> AnyView {
    let Some(chart) = &family.chart else {
        let alone = view! {
            <p class="quiet">"It is the only run of " <code>{family.name.clone()}</code> " so far, so there is nothing to compare it with."</p>
        };
        return panel::panel("family", "Runs of its family", alone.into_any());
    };
    let aside = family
        .compare_href
        .clone()
        .map(|href| view! { <a href=href>"Compare with the run before"</a> }.into_any())
        .unwrap_or_else(|| ().into_any());
    let shown = chart.runs.len() as u64;
    let footnote = if family.runs > shown {
        format!("{} of {} runs: those around this one.", number::whole(shown), number::whole(family.runs))
    } else {
        format!("All {} runs.", number::whole(family.runs))
    };
    let body = view! {
        {runs::draw(chart)}
        <p class="footnote">{footnote} " A family is what jobs are called without their dates, counters and hashes."</p>
    };
    panel::with_aside("family", format!("Runs of {}", family.name), aside, body.into_any())
}
