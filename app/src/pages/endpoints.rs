use super::jobs::{place, totals};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, bar, empty, figure, number, pagination, table};
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
            "All figures are the share inside the chosen period. Idle is the share of instance-hours without a single call; the peak under it is the busiest hour of the processors or accelerators. Hours on are those in which an instance stood by. A call takes the model's mean latency over the requests of the last seven days. Alarms are as they stood when they were last read."
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
            <th scope="col">"Status, alarms"</th>
            {sort_head(listing, "Idle", "idle", First::Descending)}
            {sort_head(listing, "Hours", "hours", First::Descending)}
            {sort_head(listing, "Calls a day", "invocations", First::Descending)}
            <th scope="col" class="number">"CO₂e / 1\u{202f}000"</th>
        </tr>
    }
    .into_any()
}

fn row(endpoint: &EndpointRow) -> AnyView {
    let idle = endpoint.idle_share.figure().map(|figure| bar::share(figure.central));
    let latency = endpoint
        .latency
        .figure()
        .map(|_| view! { <span class="under">{figure::value(&endpoint.latency)} " each"</span> });
    let variants = (endpoint.variants > 1).then(|| format!(" · {} variants", endpoint.variants));
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=endpoint.href.clone()>{endpoint.name.clone()}</a>
                <span class="under">{endpoint.hosting.clone()} " · " {endpoint.instances.clone()} {variants}</span>
                <span class="under">
                    {place(endpoint.team.as_deref(), &endpoint.account, &endpoint.region)}
                </span>
            </th>
            <td class="number">{figure::value(&endpoint.cost)}</td>
            <td class="number">{figure::value(&endpoint.emissions)}</td>
            <td class="number">{figure::value(&endpoint.energy)}</td>
            <td>
                {badge::endpoint(&endpoint.status)} " " {badge::findings(endpoint.findings)}
                <span class="under">{alarms(endpoint)}</span>
            </td>
            <td class="number">
                {figure::value(&endpoint.idle_share)} {idle}
                <span class="under">{figure::or_dash(&endpoint.busiest)} " peak"</span>
            </td>
            <td class="number">
                {figure::value(&endpoint.instance_hours)}
                <span class="under">{figure::or_dash(&endpoint.hours_on)} " on"</span>
            </td>
            <td class="number">
                {figure::value(&endpoint.invocations_day)}
                {latency}
            </td>
            <td class="number">{figure::value(&endpoint.per_thousand)}</td>
        </tr>
    }
    .into_any()
}

/// How many alarms are on it, and how many of them have gone off.
fn alarms(endpoint: &EndpointRow) -> AnyView {
    let all = match endpoint.alarms {
        0 => return "no alarm known".into_any(),
        1 => "1 alarm".to_owned(),
        more => format!("{} alarms", number::count(more)),
    };
    match endpoint.alarms_firing {
        0 => view! { {all} ", quiet" }.into_any(),
        firing => badge::badge(
            "bad",
            "!",
            format!("{} of {} in alarm", number::count(firing), number::count(endpoint.alarms)),
        ),
    }
}
