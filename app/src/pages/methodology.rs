use crate::parts::{badge, ledger_panel, number, panel, table};
use crate::view::{MethodologyView, Quantity, SourceNote};
use leptos::prelude::*;

mod factors;
mod validation;

/// How the numbers are made: evidence, equations and every factor with its source and licence.
pub fn page(view: &MethodologyView) -> impl IntoView + use<> {
    view! {
        {factor_set(view)}
        <div class="pair">
            {tiers(view)}
            {equations(view)}
        </div>
        {validation::cases(&view.validation)}
        {validation::tools(&view.tools)}
        {forecast()}
        {limits(&view.limits)}
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
        <p><a href="/methodology/sets">"All factor sets, and a factor of your own"</a> " · " <a href="/reconciliation">"Beside AWS' own figures"</a></p>
    };
    panel::panel("factor-set", "In short", body.into_any())
}

fn tiers(view: &MethodologyView) -> AnyView {
    let rows = view
        .tiers
        .iter()
        .map(|row| {
            let meaning = view! { <dd>{row.meaning.clone()} <span class="under">{row.rule.clone()}</span></dd> };
            view! { <div><dt>{badge::tier(row.tier)}</dt>{meaning}</div> }
        })
        .collect_view();
    panel::panel("tiers", "How each tier is assigned", view! { <dl class="facts keyed">{rows}</dl> }.into_any())
}

fn equations(view: &MethodologyView) -> AnyView {
    let formulas = view
        .formulas
        .iter()
        .map(|line| {
            view! {
                <li>
                    <code class="symbol">{line.symbol.clone()}</code>
                    <span>{line.text.clone()} " " <span class="quiet">{line.unit.clone()}</span></span>
                </li>
            }
        })
        .collect_view();
    let body = view! {
        <ol class="equations" role="list">{formulas}</ol>
        <details>
            <summary>"One example with its numbers"</summary>
            {ledger_panel::equations(&view.equations)}
        </details>
    };
    panel::panel("equations", "Equations and units", body.into_any())
}

/// How days to come are forecast.
fn forecast() -> AnyView {
    let body = view! {
        <p>
            "Where a chart's period goes on after today, a broken line shows what its unfinished days, weeks or months will come to: "
            "what they hold of days that are over, and for today and each day to come the mean of the same weekday among the last 28 complete days. "
            "From fewer than 14 complete days nothing is forecast, and days that were not read are not among them."
        </p>
        <p>
            "Its range is where nine of ten outcomes lie if days go on to differ from the mean of their weekday as they did. "
            "It tells how regular the work is; the range of the estimate itself comes on top of it. "
            "Bills, and figures that are a ratio, are not forecast."
        </p>
    };
    panel::panel("forecast", "Forecasts on charts", body.into_any())
}

fn limits(sentences: &[String]) -> AnyView {
    let lines = sentences.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    panel::panel("limits", "Limits", view! { <ul>{lines}</ul> }.into_any())
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
