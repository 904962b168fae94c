use super::jobs::{place, totals};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, empty, facts, figure, pagination, table, week_panel};
use crate::view::{AutoStop, JobRow, JobsView, NotebooksView};
use leptos::prelude::*;

/// The notebook instances, Studio apps and clusters with usage in the period, and when in the week they ran.
pub fn page(view: &NotebooksView) -> impl IntoView + use<> {
    let list = &view.list;
    if let Some(empty) = empty::state(&list.state, "notebooks") {
        return empty;
    }
    let stops = view.auto_stop.iter().map(Some).chain(std::iter::repeat(None));
    let rows = list.rows.iter().zip(stops).map(|(notebook, stop)| row(notebook, stop)).collect_view().into_any();
    view! {
        {totals(&list.totals, "notebooks")}
        <div class="panel flush">{table::table("Notebooks, Studio apps and clusters", head(list), rows, None)}</div>
        {pagination::links(&list.listing)}
        <p class="footnote">
            "All figures are the share inside the chosen period. AWS publishes no utilisation of notebooks and Studio apps, so their energy rests on a default load; hours are known from the moment this product first saw them."
        </p>
        {view.week.as_ref().map(|week| week_panel::panel("When they ran", week))}
    }
    .into_any()
}

fn head(view: &JobsView) -> AnyView {
    let listing = &view.listing;
    view! {
        <tr>
            {sort_head(listing, "Notebook", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            <th scope="col">"Status"</th>
            <th scope="col">"Auto-stop"</th>
            {sort_head(listing, "Hours", "hours", First::Descending)}
            {sort_head(listing, "Since", "started", First::Descending)}
        </tr>
    }
    .into_any()
}

fn row(notebook: &JobRow, stop: Option<&AutoStop>) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=notebook.href.clone()>{notebook.name.clone()}</a>
                <span class="under">
                    {format!("{} · {} × {}", notebook.kind, notebook.instance_count, notebook.instance_type)}
                </span>
                <span class="under">
                    {place(notebook.team.as_deref(), &notebook.account, &notebook.region)}
                </span>
            </th>
            <td class="number">{figure::value(&notebook.cost)}</td>
            <td class="number">{figure::value(&notebook.emissions)}</td>
            <td class="number">{figure::value(&notebook.energy)}</td>
            <td>{badge::job(notebook.status)} " " {badge::findings(notebook.findings)}</td>
            <td>{stop.map(week_panel::auto_stop)}</td>
            <td class="number">{figure::value(&notebook.instance_hours)}</td>
            <td class="number">{notebook.started_at.map(facts::short_time)}</td>
        </tr>
    }
    .into_any()
}
