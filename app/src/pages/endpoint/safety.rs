//! How an endpoint is protected, and what the loss of an instance would take from it.

use crate::parts::{badge, figure, panel, table};
use crate::view::{ResilienceRow, SecurityFact, Standing};
use leptos::prelude::*;

/// Both cards.
pub(super) fn cards(security: &[SecurityFact], resilience: &[ResilienceRow]) -> AnyView {
    view! { {instances(resilience)} {facts(security)} }.into_any()
}

fn standing(standing: Standing) -> AnyView {
    match standing {
        Standing::Good => badge::badge("good", "✓", "Good"),
        Standing::Weak => badge::badge("warn", "!", "Weak"),
        Standing::Plain => badge::badge("even", "·", "As set"),
        Standing::Unknown => badge::badge("even", "?", "Unknown"),
    }
}

fn facts(rows: &[SecurityFact]) -> Option<AnyView> {
    let each = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.label.clone()}</th>
                    <td>{standing(row.standing)}</td>
                    <td>{row.says.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let head = table::head(&["What", "Standing", "As configured"]);
    let body = view! {
        {table::table("Security facts", head, each.into_any(), None)}
        <p class="footnote">"As the endpoint configuration in force and its models say it."</p>
    };
    (!rows.is_empty()).then(|| panel::panel("security", "Security", body.into_any()))
}

fn instances(rows: &[ResilienceRow]) -> Option<AnyView> {
    let each = rows.iter().map(row).collect_view();
    let head = table::head(&["Variant", "Instances", "Standing", "#A second one costs", "#CO₂e of it"]);
    let body = view! {
        {table::table("Resilience", head, each.into_any(), None)}
        <p class="footnote">
            "A second instance shares the requests that are there, so it adds what it draws idle and its share of being made, for 730 hours a month at the list price."
        </p>
    };
    (!rows.is_empty()).then(|| panel::panel("resilience", "Resilience", body.into_any()))
}

fn row(row: &ResilienceRow) -> AnyView {
    let second = match &row.second {
        Some(second) => view! {
            <td class="number">{figure::value(&second.cost)}</td>
            <td class="number">
                {figure::with_interval(&second.emissions)} <span class="under">{figure::value(&second.energy)}</span>
            </td>
        }
        .into_any(),
        None => view! { <td class="number">"–"</td> <td class="number">"–"</td> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{row.variant.clone()}</th>
            <td class="unbroken">{row.instances.clone()}</td>
            <td>{standing(row.standing)} <span class="under">{row.says.clone()}</span></td>
            {second}
        </tr>
    }
    .into_any()
}
