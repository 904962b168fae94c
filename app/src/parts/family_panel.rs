//! How a run stands among the runs of its family.

use super::{figure, number, panel};
use crate::charts::runs;
use crate::view::{FamilyView, WorkFigures};
use leptos::prelude::*;

/// What a run that completes takes; nothing where none of those shown did.
fn per_run(figures: &WorkFigures) -> Option<AnyView> {
    figures.grams.figure()?;
    Some(
        view! {
            <p>
                "A completed run of those shown took " {figure::emissions(&figures.grams)} ", "
                {figure::value(&figures.watt_hours)} ", " {figure::value(&figures.usd)} " and " {figure::value(&figures.hours)}
                " of an instance, with what failed runs took shared out to it."
            </p>
        }
        .into_any(),
    )
}

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
        {family.per_run.as_ref().map(per_run)}
        <p class="footnote">{footnote} " A family is what jobs are called without their dates, counters and hashes."</p>
    };
    panel::with_aside("family", format!("Runs of {}", family.name), aside, body.into_any())
}
