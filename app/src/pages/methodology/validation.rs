//! The engine beside what others published, and beside other tools.

use super::{quantity, source};
use crate::parts::{badge, number, panel, table};
use crate::view::{Quantity, ToolRow, ValidationGroup, ValidationRow};
use leptos::prelude::*;

/// Groups with more rows than this are folded.
const MOST_OPEN: usize = 12;

/// Every case, group by group.
pub(super) fn cases(groups: &[ValidationGroup]) -> AnyView {
    let all = groups.iter().map(|group| group.rows.len()).sum::<usize>();
    let met = groups.iter().flat_map(|group| &group.rows).filter(|row| row.outcome.expected).count();
    let body = view! {
        <p>{format!("{met} of {all} cases come out as expected, computed now with the factors in force.")}</p>
        {groups.iter().map(group).collect_view()}
    };
    panel::panel("validation", "Validation", body.into_any())
}

fn group(group: &ValidationGroup) -> AnyView {
    let rows = group.rows.iter().map(case).collect_view().into_any();
    let head = table::head(&["Case", "#Published", "#Ours", "#Ours to published", "As expected", "Source"]);
    let cases = table::table(group.title.clone(), head, rows, None);
    let cases = if group.rows.len() > MOST_OPEN {
        let summary = format!("All {} cases", group.rows.len());
        view! { <details><summary>{summary}</summary>{cases}</details> }.into_any()
    } else {
        cases
    };
    view! { <h3>{group.title.clone()}</h3><p>{group.about.clone()}</p>{cases} }.into_any()
}

fn case(row: &ValidationRow) -> AnyView {
    let (tone, mark) = if row.outcome.expected { ("good", "✓") } else { ("bad", "✗") };
    view! {
        <tr>
            <th scope="row">{row.case.clone()} <code class="id">{row.inputs.clone()}</code></th>
            <td class="number">{row.published.clone()} " " {row.unit.clone()}</td>
            <td class="number">{ours(row.ours.as_ref(), &row.unit)}</td>
            <td class="number">{deviation(row.deviation_percent)}</td>
            <td>{badge::badge(tone, mark, row.outcome.words.clone())}</td>
            <td>{source(&row.source)} <span class="under">{row.note.clone()}</span></td>
        </tr>
    }
    .into_any()
}

/// The same machine through other tools.
pub(super) fn tools(rows: &[ToolRow]) -> AnyView {
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.tool.clone()} <span class="under">{row.machine.clone()}</span></th>
                    <td class="number">{row.published.clone()} " kWh"</td>
                    <td class="number">{ours(row.ours.as_ref(), "kWh")}</td>
                    <td class="number">{deviation(row.deviation_percent)}</td>
                    <td>{row.why.clone()}</td>
                    <td>{source(&row.source)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Tool", "#Its answer", "#Ours", "#Ours to it", "Why", "Source"]);
    let body = view! {
        <p>
            "The same machine for 24 hours at 80\u{202f}% in us-east-1. Ours is the energy of the facility where the tool counts the facility, else the energy of the machine."
        </p>
        {table::table("Why tools differ", head, rows, None)}
    };
    panel::panel("tools", "Why tools differ", body.into_any())
}

fn ours(value: Option<&Quantity>, unit: &str) -> AnyView {
    match value {
        Some(value) => view! { {quantity(value)} " " {unit.to_owned()} }.into_any(),
        None => view! { <span class="missing">"not computed"</span> }.into_any(),
    }
}

fn deviation(percent: Option<f64>) -> String {
    percent.map_or_else(|| "–".to_owned(), number::signed_percent)
}
