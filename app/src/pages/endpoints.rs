use super::jobs::{place, totals};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, bar, empty, figure, pagination, table};
use crate::view::{EndpointRow, EndpointsView};
use leptos::prelude::*;

/// The endpoints with usage in the period.
pub fn page(view: &EndpointsView) -> impl IntoView + use<> {
    if let Some(empty) = empty::state(&view.state, "endpoints") {
        return empty;
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    view! {
        {totals(&view.totals, "endpoints")}
        <div class="panel flush">{table::table("Endpoints", head(view), rows, None)}</div>
        {pagination::links(&view.listing)}
        <p class="footnote">
            "All figures are the share inside the chosen period. Idle is the share of instance-hours without a single call."
        </p>
    }
    .into_any()
}

fn head(view: &EndpointsView) -> AnyView {
    let listing = &view.listing;
    view! {
        <tr>
            {sort_head(listing, "Endpoint", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            <th scope="col">"Status"</th>
            {sort_head(listing, "Idle", "idle", First::Descending)}
            {sort_head(listing, "Hours", "hours", First::Descending)}
            {sort_head(listing, "Calls a day", "invocations", First::Descending)}
            <th scope="col" class="number">"CO₂e per 1 000"</th>
        </tr>
    }
    .into_any()
}

fn row(endpoint: &EndpointRow) -> AnyView {
    let idle = endpoint.idle_share.figure().map(|figure| bar::share(figure.central));
    let variants = (endpoint.variants > 1).then(|| format!(" · {} variants", endpoint.variants));
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=endpoint.href.clone()>{endpoint.name.clone()}</a>
                <span class="under">{endpoint.instances.clone()} {variants}</span>
                <span class="under">
                    {place(endpoint.team.as_deref(), &endpoint.account, &endpoint.region)}
                </span>
            </th>
            <td class="number">{figure::value(&endpoint.cost)}</td>
            <td class="number">{figure::value(&endpoint.emissions)}</td>
            <td class="number">{figure::value(&endpoint.energy)}</td>
            <td>{badge::endpoint(&endpoint.status)} {badge::findings(endpoint.findings)}</td>
            <td class="number">{figure::value(&endpoint.idle_share)} {idle}</td>
            <td class="number">{figure::value(&endpoint.instance_hours)}</td>
            <td class="number">{figure::value(&endpoint.invocations_day)}</td>
            <td class="number">{figure::value(&endpoint.per_thousand)}</td>
        </tr>
    }
    .into_any()
}
