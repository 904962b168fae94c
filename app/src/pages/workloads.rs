use super::jobs::{place, totals};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, empty, facts, figure, pagination, table};
use crate::view::{JobRow, JobsView};
use leptos::prelude::*;

/// Everything that ran in the period, whatever it is.
pub fn page(view: &JobsView) -> impl IntoView + use<> {
    if let Some(empty) = empty::state(&view.state, "workloads") {
        return empty;
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    view! {
        {totals(&view.totals, "workloads")}
        <div class="panel flush">{table::table("Workloads", head(view), rows, None)}</div>
        {pagination::links(&view.listing)}
        <p class="footnote">
            "Jobs, endpoints, notebooks, Studio apps and clusters, each with its share inside the chosen period. Their own lists tell more of each sort."
        </p>
    }
    .into_any()
}

fn head(view: &JobsView) -> AnyView {
    let listing = &view.listing;
    view! {
        <tr>
            {sort_head(listing, "Workload", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            {sort_head(listing, "Instance-hours", "hours", First::Descending)}
            <th scope="col">"Status"</th>
            {sort_head(listing, "Started", "started", First::Descending)}
        </tr>
    }
    .into_any()
}

fn row(work: &JobRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=work.href.clone()>{work.name.clone()}</a>
                <span class="under">{format!("{} · {}", work.kind, work.instance_type)}</span>
                <span class="under">{place(work.team.as_deref(), &work.account, &work.region)}</span>
            </th>
            <td class="number">{figure::value(&work.cost)}</td>
            <td class="number">{figure::value(&work.emissions)}</td>
            <td class="number">{figure::value(&work.energy)}</td>
            <td class="number">{figure::value(&work.instance_hours)}</td>
            <td>{badge::job(work.status)} " " {badge::findings(work.findings)}</td>
            <td class="number">{work.started_at.map(facts::short_time)}</td>
        </tr>
    }
    .into_any()
}
