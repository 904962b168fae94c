//! How an endpoint scales, and what was scaled.

use crate::parts::{badge, facts, figure, panel, table};
use crate::view::{ScalingActivityRow, ScalingLayer, ScalingView};
use leptos::prelude::*;

/// The card; nothing where no layer is known.
pub(super) fn card(view: &ScalingView) -> Option<AnyView> {
    if view.layers.is_empty() {
        return None;
    }
    let body = view.layers.iter().map(layer).collect_view().into_any();
    let head = table::head(&["Layer", "Does it scale?", "By what", "Limits", "Policies", "#Changes in the period"]);
    let body = view! {
        {table::table("How each layer scales", head, body, None)}
        {activities(view)}
    };
    Some(panel::panel("scaling", "Scaling", body.into_any()))
}

fn layer(row: &ScalingLayer) -> AnyView {
    let limits = row.limits.map_or_else(|| "none".to_owned(), |(min, max)| format!("{min} to {max}"));
    let dimension =
        (!row.dimension.is_empty()).then(|| view! { <span class="under"><code>{row.dimension.clone()}</code></span> });
    let policies = if row.policies.is_empty() {
        "none".into_any()
    } else {
        row.policies.iter().map(|policy| view! { <div>{policy.clone()}</div> }).collect_view().into_any()
    };
    view! {
        <tr>
            <th scope="row">{row.layer.clone()}</th>
            <td>{badge::scaling(row.verdict)} <span class="under">{row.why.clone()}</span></td>
            <td>{row.mechanism.clone()} {dimension}</td>
            <td class="unbroken">{limits}</td>
            <td>{policies}</td>
            <td class="number">{figure::value(&row.moved)}</td>
        </tr>
    }
    .into_any()
}

fn activities(view: &ScalingView) -> AnyView {
    if view.activities.is_empty() {
        let why = match view.unread.as_str() {
            "" => "Application Auto Scaling did nothing to it up to the end of the period.".to_owned(),
            reason => format!("What was scaled is not known: {reason}."),
        };
        return view! { <p class="footnote">{why}</p> }.into_any();
    }
    let body = view.activities.iter().map(activity).collect_view().into_any();
    let head = table::head(&["When, UTC", "Layer", "What", "Cause", "Result"]);
    view! {
        <details>
            <summary>{format!("What was scaled, the last {}", view.activities.len())}</summary>
            {table::table("Scaling activities", head, body, None)}
        </details>
    }
    .into_any()
}

fn activity(row: &ScalingActivityRow) -> AnyView {
    view! {
        <tr>
            <td class="unbroken">{row.at.map(facts::short_time)}</td>
            <th scope="row">{row.layer.clone()}</th>
            <td>{row.what.clone()}</td>
            <td>{row.cause.clone()}</td>
            <td>{row.result.clone()}</td>
        </tr>
    }
    .into_any()
}
