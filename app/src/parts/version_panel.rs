//! The versions of a pipeline's definition: when each held, what it changed, and what two of them differ in.

use super::{badge, facts, form, number, panel, table};
use crate::charts::steps;
use crate::view::{ChangeKind, Difference, StepChange, StepGraph, VersionRow, VersionsView};
use leptos::prelude::*;

/// The graph of the newest version with its steps as a list.
#[must_use]
pub fn graph(versions: &VersionsView) -> AnyView {
    let Some(drawn) = steps::draw("definition", "Steps of the definition", &versions.graph) else {
        let none = view! { <p class="quiet">"Unknown: the definition was not read."</p> };
        return panel::panel("definition", "Definition", none.into_any());
    };
    let body = view! { <div class="graph-pair">{drawn} {list(&versions.graph)}</div> };
    panel::panel("definition", "Definition", body.into_any())
}

/// The same steps in words.
fn list(graph: &StepGraph) -> AnyView {
    let name = |place: &usize| graph.nodes.get(*place).map(|node| node.name.clone());
    let items = graph
        .nodes
        .iter()
        .map(|node| {
            let after: Vec<String> = node.after.iter().filter_map(name).collect();
            let after = (!after.is_empty()).then(|| format!("after {}", after.join(", ")));
            let branch = node.branch.as_deref().map(|branch| match branch {
                "else" => "where the condition does not hold".to_owned(),
                _ => "where the condition holds".to_owned(),
            });
            let detail = (!node.detail.is_empty()).then(|| node.detail.clone());
            let words: Vec<String> = [Some(node.kind.clone()), detail, after, branch].into_iter().flatten().collect();
            view! { <li><strong>{node.name.clone()}</strong> <span class="under">{words.join(" · ")}</span></li> }
        })
        .collect_view();
    view! { <ol class="nested">{items}</ol> }.into_any()
}

/// Every version that was seen, and two of them beside each other.
#[must_use]
pub fn panel(versions: &VersionsView) -> Option<AnyView> {
    if versions.rows.is_empty() {
        return None;
    }
    let rows = versions.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["Version", "From, UTC", "Until, UTC", "#Steps", "What it changed"]);
    let body = view! {
        {table::table("Versions of the definition", head, rows, None)}
        <p class="footnote">
            "A version begins where steps, what they wait for, their instances or their cache changed. AWS keeps no past of definitions, so versions are known from the first reading on; what else steps are given is not kept."
        </p>
        {versions.difference.as_ref().map(|difference| two(versions, difference))}
    };
    Some(panel::panel("versions", "Versions", body.into_any()))
}

fn row(row: &VersionRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{row.number}</th>
            <td class="unbroken">{row.from.map(facts::time)}</td>
            <td class="unbroken">{row.until.map_or_else(|| "now".into_any(), facts::time)}</td>
            <td class="number">{number::whole(row.steps as u64)}</td>
            <td>{row.changes.clone().unwrap_or_else(|| "the first that was seen".to_owned())}</td>
        </tr>
    }
    .into_any()
}

fn two(versions: &VersionsView, difference: &Difference) -> AnyView {
    let carried = versions
        .carried
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect_view();
    let chosen = |choices: &[crate::view::Choice]| {
        choices.iter().find(|choice| choice.selected).map(|choice| choice.label.to_lowercase()).unwrap_or_default()
    };
    let rows = difference.rows.iter().map(change).collect_view().into_any();
    let changes = if difference.rows.is_empty() {
        view! { <p>"They have the same steps, instances and cache."</p> }.into_any()
    } else {
        let label = format!("From {} to {}", chosen(&difference.earlier), chosen(&difference.later));
        table::table(label, table::head(&["Step", "How", "What"]), rows, None)
    };
    view! {
        <h3 id="difference">"Two versions beside each other"</h3>
        <form method="get" action="#difference" class="inline-form no-print">
            {carried}
            <div class="field">
                <label for="version-earlier">"From"</label>
                <select id="version-earlier" name="earlier">{form::options(&difference.earlier)}</select>
            </div>
            <div class="field">
                <label for="version-later">"To"</label>
                <select id="version-later" name="later">{form::options(&difference.later)}</select>
            </div>
            <button type="submit">"Compare"</button>
        </form>
        {changes}
    }
    .into_any()
}

fn change(change: &StepChange) -> AnyView {
    let how = match change.kind {
        ChangeKind::Added => badge::badge("good", "+", "Added"),
        ChangeKind::Removed => badge::badge("warn", "–", "Removed"),
        ChangeKind::Changed => badge::badge("even", "≠", "Changed"),
    };
    view! {
        <tr>
            <th scope="row">{change.step.clone()}</th>
            <td>{how}</td>
            <td>{change.words.join("; ")}</td>
        </tr>
    }
    .into_any()
}
