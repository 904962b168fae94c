//! What makes a range wide, and what would make it narrower.

use super::{bar, panel, table};
use crate::view::{GainRow, ShareRow};
use leptos::prelude::*;

/// Shares of variance and what better evidence would gain; nothing where nothing is uncertain.
#[must_use]
pub fn panel(shares: &[ShareRow], gains: &[GainRow]) -> Option<AnyView> {
    if shares.is_empty() {
        return None;
    }
    let body = shares.iter().map(share).collect_view().into_any();
    let head = table::head(&["Share of the variance", "Energy", "CO₂e"]);
    let gains = gains.iter().map(gain).collect_view();
    let body = view! {
        <ul class="gains">{gains}</ul>
        {table::table("Shares of variance", head, body, None)}
        <p class="footnote">
            "A coefficient's share is the variance it makes alone and half of what it makes together with each other one; the shares of a column sum to 100 %."
        </p>
    };
    Some(panel::panel("range", "What makes the range wide", body.into_any()))
}

fn share(row: &ShareRow) -> AnyView {
    let name = if row.id.is_empty() {
        row.name.clone().into_any()
    } else {
        view! {
            {row.name.clone()}
            <a class="id" href=format!("/methodology/sets?factor={}", row.id)><code>{row.id.clone()}</code></a>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cell(row.energy_percent)}
            {cell(row.emissions_percent)}
        </tr>
    }
    .into_any()
}

fn cell(percent: f64) -> AnyView {
    let said = match percent {
        0.0 => "none".to_owned(),
        ..1.0 => "under 1\u{202f}%".to_owned(),
        _ => format!("{percent:.0}\u{202f}%"),
    };
    view! {
        <td class="share-cell">
            <span class="share-text">{said}</span> {(percent > 0.0).then(|| bar::share(percent))}
        </td>
    }
    .into_any()
}

fn gain(row: &GainRow) -> AnyView {
    let next = match &row.href {
        Some(href) => view! { <a href=href.clone()>{row.next_step.clone()}</a> }.into_any(),
        None => view! { <span class="quiet">{row.next_step.clone()}</span> }.into_any(),
    };
    view! { <li>{row.effect.clone()} " " {next}</li> }.into_any()
}
