use crate::parts::{figure, panel, table};
use crate::view::{Crumb, ReviewPair, ReviewPairRow, ReviewSide, Shown};
use leptos::prelude::*;

/// Two reviews side by side: what was frozen, what changed, and what has been learned of both weeks since.
pub fn page(view: &ReviewPair) -> impl IntoView + use<> {
    let rows = view.rows.iter().map(row).collect_view().into_any();
    let head = view! {
        <tr>
            <th scope="col">"Key figure"</th>
            {head(&view.there)}
            {head(&view.here)}
            <th scope="col" class="number">"Change"</th>
        </tr>
    };
    let title = format!("{} beside {}", view.here.id, view.there.id);
    let remarks = (!view.remarks.is_empty()).then(|| {
        let lines = view.remarks.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <ul class="warnings">{lines}</ul> }
    });
    let is_restated = view.rows.iter().any(|row| row.here_now.is_some() || row.there_now.is_some());
    let note = if is_restated {
        "Each review keeps what it froze. Where the ledger says something else of its week now, that stands under the figure."
    } else {
        "Each review keeps what it froze. The ledger says the same of both weeks now."
    };
    let body = view! {
        {remarks}
        {table::table(title.clone(), head.into_any(), rows, None)}
        <p class="footnote">
            {note} " " <a href=view.overview.clone()>"What changed, on the overview"</a> "."
        </p>
    };
    view! {
        {panel::panel("compare", title, body.into_any())}
        {others(&view.others)}
    }
    .into_any()
}

fn head(side: &ReviewSide) -> AnyView {
    let label = format!("Key figures of {}, CSV", side.id);
    view! {
        <th scope="col" class="number">
            <a href=format!("/reviews/{}", side.id)>{side.id.clone()}</a>
            <span class="under">{side.period.clone()}</span>
            <span class="under">"factors " {side.factor_set.clone()}</span>
            <span class="under no-print"><a href=side.csv_href.clone() download="" aria-label=label>"CSV"</a></span>
        </th>
    }
    .into_any()
}

fn row(row: &ReviewPairRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{row.label.clone()}</th>
            <td class="number">{figure::with_interval(&row.there)} {now(row.there_now.as_ref())}</td>
            <td class="number">{figure::with_interval(&row.here)} {now(row.here_now.as_ref())}</td>
            <td class="number">{figure::change(&row.here, &row.there, row.better)}</td>
        </tr>
    }
    .into_any()
}

fn now(shown: Option<&Shown>) -> Option<AnyView> {
    shown.map(|shown| view! { <span class="under">"restated: " {figure::value(shown)}</span> }.into_any())
}

fn others(others: &[Crumb]) -> Option<AnyView> {
    (!others.is_empty()).then(|| {
        let links = others
            .iter()
            .map(|other| view! { <li><a href=other.href.clone()>{other.label.clone()}</a></li> })
            .collect_view();
        let body = view! { <ul class="tier-shares" role="list">{links}</ul> };
        panel::panel("others", "Compare with another review", body.into_any())
    })
}
