use crate::parts::{badge, ledger_panel, number, panel, table};
use crate::view::{MethodologyView, Quantity, SourceNote};
use leptos::prelude::*;

mod factors;

/// How the numbers are made: evidence, equations and every factor with its source and licence.
pub fn page(view: &MethodologyView) -> impl IntoView + use<> {
    view! {
        {factor_set(view)}
        <div class="pair">
            {tiers(view)}
            {panel::panel("equations", "Equations", ledger_panel::equations(&view.equations))}
        </div>
        {factors::regions(&view.regions)}
        {factors::accelerators(&view.accelerators)}
        {factors::coefficients(&view.coefficients)}
        {factors::instances(view)}
    }
    .into_any()
}

fn factor_set(view: &MethodologyView) -> AnyView {
    let set = &view.factor_set;
    let overrides = (!set.overrides.is_empty()).then(|| {
        let lines = set.overrides.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <h3>"Overrides in force"</h3><ul class="plain">{lines}</ul> }
    });
    let body = view! {
        <p>
            "Every figure is usage times a power model times the data centre's overhead times the grid, plus the hardware's share of its making. "
            "What is not known is given a range, and the range is carried through: the low and high ends are the 5th and 95th percentile of 2\u{202f}000 draws."
        </p>
        <p>"Factor set " <strong>{set.label.clone()}</strong> ", method " <strong>{set.method_version.clone()}</strong> "."</p>
        <p class="hash-label">"SHA-256 of the factor set"</p>
        <p><code class="hash">{set.sha256.clone()}</code></p>
        {overrides}
    };
    panel::panel("factor-set", "In short", body.into_any())
}

fn tiers(view: &MethodologyView) -> AnyView {
    let rows = view
        .tiers
        .iter()
        .map(|(tier, meaning)| view! { <div><dt>{badge::tier(*tier)}</dt><dd>{meaning.clone()}</dd></div> })
        .collect_view();
    panel::panel("tiers", "Evidence tiers", view! { <dl class="facts keyed">{rows}</dl> }.into_any())
}

/// A factor with its range, in one cell.
fn quantity(quantity: &Quantity) -> AnyView {
    let range = (quantity.low < quantity.high)
        .then(|| view! { <span class="interval">{format!("{}–{}", number::compact(quantity.low), number::compact(quantity.high))}</span> });
    view! { <span class="figure">{number::compact(quantity.central)} {range}</span> }.into_any()
}

/// The same for a factor that may be absent.
fn perhaps(value: Option<&Quantity>) -> AnyView {
    value.map_or_else(|| view! { <span class="missing">"unknown"</span> }.into_any(), quantity)
}

/// Source, year and licence, in one cell.
fn source(note: &SourceNote) -> AnyView {
    let fine = [note.year.as_str(), note.tier.as_str(), note.licence.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! { <span class="source">{note.source.clone()} <span class="under">{fine}</span></span> }.into_any()
}

/// A panel around a table of factors.
fn factor_panel(id: &'static str, title: &'static str, columns: &[&'static str], rows: AnyView) -> AnyView {
    panel::panel(id, title, table::table(title, table::head(columns), rows, None))
}
