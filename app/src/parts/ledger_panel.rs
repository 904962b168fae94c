//! Why this number: its parts, its equations, its factors and their sources, and the days it is made of.

use super::{bar, facts, figure, number, panel, table};
use crate::view::{DayRow, Equation, FactorRow, Ledger, PartRow, SpanRow, UtilisationRow};
use leptos::prelude::*;

/// The ledger of one resource.
#[must_use]
pub fn panel(ledger: &Ledger) -> AnyView {
    let warnings = (!ledger.warnings.is_empty()).then(|| {
        let lines = ledger.warnings.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <ul class="warnings">{lines}</ul> }
    });
    let body = view! {
        {parts(&ledger.parts)}
        {warnings}
        {ledger.gain.clone().map(|gain| view! { <p>{gain}</p> })}
        <details>
            <summary>"Equations and factors used"</summary>
            {equations(&ledger.equations)}
            <p class="footnote">
                "Worked through once, at the mean load; the figures above sum every hour at its own load."
            </p>
            {factors(&ledger.factors)}
        </details>
        <p class="footnote">
            {ledger.why_href.clone().map(|href| view! { <a href=href>"Every line, factor and window behind it"</a> " · " })}
            <a href="/methodology">"How the numbers are made"</a>
        </p>
    };
    panel::panel("ledger", "Why this number", body.into_any())
}

/// Equations as a list of steps.
#[must_use]
pub fn equations(equations: &[Equation]) -> AnyView {
    let steps = equations
        .iter()
        .map(|step| {
            let value = step.value.map(|value| format!(" = {} {}", number::compact(value), step.unit));
            view! {
                <li>
                    <code class="symbol">{step.symbol.clone()}</code>
                    <span>{step.text.clone()} {value.map(|value| view! { <strong>{value}</strong> })}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="equations" role="list">{steps}</ol> }.into_any()
}

/// The usage of each day.
#[must_use]
pub fn days(rows: &[DayRow]) -> AnyView {
    let body = rows
        .iter()
        .map(|row| {
            let day = number::weekday(row.day);
            let day = match row.why_href.clone() {
                Some(href) => view! { <a href=href>{day}</a> }.into_any(),
                None => day.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{day}</th>
                    <td class="number">{figure::value(&row.hours)}</td>
                    <td class="number">{figure::value(&row.cost)}</td>
                    <td class="number">{figure::with_interval(&row.energy)}</td>
                    <td class="number">{figure::with_interval(&row.emissions)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Day", "#Instance-hours", "#Cost", "#Energy", "#CO₂e"]);
    panel::panel("days", "Day by day", table::table("Usage by day", head, body, None))
}

/// The capacity that was there, as far as it is known.
#[must_use]
pub fn spans(rows: &[SpanRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|span| {
            view! {
                <tr>
                    <td>{facts::time(span.from)}</td>
                    <td>{span.to.map_or_else(|| "now".into_any(), facts::time)}</td>
                    <td>{span.state.clone()}</td>
                    <td class="number">{number::count(span.count)}</td>
                    <td>{span.instance_type.clone()}</td>
                    <td>{span.source.clone()}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["From", "To", "State", "#Instances", "Type", "Known from"]);
    Some(panel::panel("spans", "Capacity", table::table("Capacity over time", head, body, None)))
}

/// The distribution of utilisation on each host.
#[must_use]
pub fn hosts(rows: &[UtilisationRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            let coverage = row.coverage_percent.map(|percent| format!("{percent:.0}\u{202f}%"));
            view! {
                <tr>
                    <th scope="row">{row.host.clone()}</th>
                    <td>{row.metric.clone()}</td>
                    <td class="number">{figure::value(&row.min)}</td>
                    <td class="number">{figure::value(&row.mean)}</td>
                    <td class="number">{figure::value(&row.p50)}</td>
                    <td class="number">{figure::value(&row.p95)}</td>
                    <td class="number">{figure::value(&row.max)}</td>
                    <td class="number">{coverage.unwrap_or_else(|| "unknown".to_owned())}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Host", "Metric", "#Min", "#Mean", "#p50", "#p95", "#Max", "#Points received"]);
    Some(table::table("Utilisation by host", head, body, None))
}

/// What energy and emissions consist of; nothing where there are none.
#[must_use]
pub fn parts(rows: &[PartRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|part| {
            let share = part.share_percent.map(|percent| {
                view! { <span class="share-text">{format!("{percent:.0}\u{202f}%")}</span> {bar::share(percent)} }
            });
            view! {
                <tr>
                    <th scope="row">{part.label.clone()}</th>
                    <td class="number">{figure::with_interval(&part.value)}</td>
                    <td class="share-cell">{share}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    Some(table::table("Parts of the figure", table::head(&["Part", "#Value", "Share"]), body, None))
}

/// Factors with range and source.
#[must_use]
pub fn factors(rows: &[FactorRow]) -> AnyView {
    let body = rows
        .iter()
        .map(|row| {
            let range =
                (row.low < row.high).then(|| format!("{}–{}", number::compact(row.low), number::compact(row.high)));
            view! {
                <tr>
                    <th scope="row">
                        {row.name.clone()}
                        <a class="id" href=format!("/methodology/sets?factor={}", row.id)><code>{row.id.clone()}</code></a>
                    </th>
                    <td class="number">{number::compact(row.value)} <span class="interval">{range}</span></td>
                    <td>{row.unit.clone()}</td>
                    <td>{row.tier.clone()}</td>
                    <td>{row.year.clone()}</td>
                    <td class="source">{row.source.clone()} " " <span class="quiet">{row.licence.clone()}</span></td>
                    <td class="source">{row.note.clone()}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Factor", "#Value", "Unit", "Tier", "Year", "Source and licence", "Note"]);
    table::table("Factors used", head, body, None)
}
