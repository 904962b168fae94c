//! The share in the chosen period beside the whole life, in every measure, so that neither is taken for the other.

use super::{badge, figure, panel, table};
use crate::view::{Footprint, Shown};
use leptos::prelude::*;

/// The name of a measure and where a footprint keeps it.
type Measure = (&'static str, fn(&Footprint) -> &Shown);

/// Both footprints in one table.
#[must_use]
pub fn compare(in_period: &Footprint, lifetime: &Footprint, period: &str) -> AnyView {
    let measures: [Measure; 8] = [
        ("Cost", |footprint| &footprint.cost),
        ("Energy", |footprint| &footprint.energy),
        ("Emissions", |footprint| &footprint.emissions),
        ("of which operational", |footprint| &footprint.operational),
        ("of which embodied", |footprint| &footprint.embodied),
        ("Electricity, market-based", |footprint| &footprint.operational_market),
        ("Water", |footprint| &footprint.water),
        ("Instance-hours", |footprint| &footprint.instance_hours),
    ];
    // Where no bill was imported, nothing is said of bills.
    let billed: [Measure; 2] =
        [("Billed", |footprint| &footprint.billed), ("Effective", |footprint| &footprint.effective)];
    let billed = billed.into_iter().filter(|(_, measure)| measure(lifetime).figure().is_some());
    let [cost, rest @ ..] = measures;
    let rows = std::iter::once(cost)
        .chain(billed)
        .chain(rest)
        .map(|(label, measure)| {
            let class = label.starts_with("of which").then_some("part");
            view! {
                <tr class=class>
                    <th scope="row">{label} " " {badge::evidence(measure(in_period))}</th>
                    <td class="number">{figure::with_interval(measure(in_period))}</td>
                    <td class="number">{figure::with_interval(measure(lifetime))}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = view! {
        <tr>
            <td></td>
            <th scope="col" class="number">"This period"<span class="under">{period.to_owned()}</span></th>
            <th scope="col" class="number">"Whole life"</th>
        </tr>
    }
    .into_any();
    let basis = if in_period.cost_basis.is_empty() {
        "Ranges are the 5th to 95th percentile. Emissions are location-based plus embodied.".to_owned()
    } else {
        format!(
            "Cost is {}. Ranges are the 5th to 95th percentile. Emissions are location-based plus embodied.",
            in_period.cost_basis
        )
    };
    let body = view! {
        {table::table("Footprint in the period and over the whole life", head, rows, None)}
        <p class="footnote">{basis}</p>
    };
    panel::panel("footprint", "Footprint", body.into_any())
}
