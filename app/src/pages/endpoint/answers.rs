//! How an endpoint answered: latency, errors, and how long requests waited.

use crate::charts::time;
use crate::parts::{figure, panel, table};
use crate::view::{AnswerRow, AnswersView, TimeChart};
use leptos::prelude::*;

/// Latency and errors; nothing where no series was read.
pub(super) fn card(view: &AnswersView) -> Option<AnyView> {
    if view.rows.is_empty() {
        return None;
    }
    let body = view.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&[
        "Variant",
        "#Requests",
        "#Answered 4xx",
        "#Answered 5xx",
        "#Failed",
        "#Mean latency",
        "#Slowest five minutes",
    ]);
    let charts = small([&view.latency, &view.errors].into_iter().flatten());
    let body = view! {
        {charts}
        {table::table("Latency and errors", head, body, None)}
        <p class="footnote">
            "Latency is CloudWatch's ModelLatency, read as means of five minutes: the slowest of them is no percentile of single requests, which may have taken longer. The mean is over all requests."
        </p>
    };
    Some(panel::panel("answers", "Latency and errors", body.into_any()))
}

fn row(row: &AnswerRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{row.variant.clone()}</th>
            <td class="number">{figure::value(&row.requests)}</td>
            <td class="number">{figure::value(&row.errors_4xx)}</td>
            <td class="number">{figure::value(&row.errors_5xx)}</td>
            <td class="number">{figure::value(&row.error_share)}</td>
            <td class="number">{figure::value(&row.mean_latency)}</td>
            <td class="number">{figure::value(&row.slowest)}</td>
        </tr>
    }
    .into_any()
}

/// The queue and the start of new copies.
pub(super) fn waits(charts: &[TimeChart]) -> Option<AnyView> {
    let body = view! {
        {small(charts.iter())}
        <p class="footnote">"Where CloudWatch holds nothing, nothing waited or started, or nothing was told: that is no zero."</p>
    };
    (!charts.is_empty()).then(|| panel::panel("waits", "Waiting", body.into_any()))
}

/// Charts beside each other as far as there is room.
pub(super) fn small<'a>(charts: impl Iterator<Item = &'a TimeChart>) -> AnyView {
    let each = charts.map(|chart| view! { <div>{time::draw(chart)}</div> }).collect_view();
    view! { <div class="small-charts">{each}</div> }.into_any()
}
