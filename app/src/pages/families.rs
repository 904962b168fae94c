use super::jobs::totals;
use crate::parts::job_tabs::{self, JobTab};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, empty, facts, figure, number, pagination, table};
use crate::view::{FamiliesView, FamilyRow, PageState};
use leptos::prelude::*;

/// The jobs with usage in the period, family by family.
pub fn page(view: &FamiliesView) -> impl IntoView + use<> {
    let tabs = (view.state != PageState::NoSource).then(|| job_tabs::tabs(JobTab::Families, &view.query_string));
    if let Some(empty) = empty::state(&view.state, "jobs") {
        return view! { {tabs} {empty} }.into_any();
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    let listing = &view.listing;
    let head = view! {
        <tr>
            {sort_head(listing, "Family", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            {sort_head(listing, "Runs", "runs", First::Descending)}
            {sort_head(listing, "CO₂e a run", "run-co2e", First::Descending)}
            {sort_head(listing, "Failed", "failed", First::Descending)}
            {sort_head(listing, "Median cost", "median-cost", First::Descending)}
            {sort_head(listing, "Median duration", "median-duration", First::Descending)}
            {sort_head(listing, "Latest", "started", First::Descending)}
        </tr>
    };
    view! {
        {tabs}
        {totals(&view.totals, "jobs")}
        <div class="panel flush">{table::table("Job families", head.into_any(), rows, None)}</div>
        {pagination::links(&view.listing)}
        <p class="footnote">
            "A family is what jobs of one kind and account are called without their dates, counters and hashes. Cost, energy and emissions are the share inside the chosen period; the median cost is that of a run's share. CO₂e a run is what all runs caused by those that completed, so that failed ones weigh on it; without a completed run there is none."
        </p>
    }
    .into_any()
}

fn row(family: &FamilyRow) -> AnyView {
    let told = [family.kind.as_str(), family.team.as_deref().unwrap_or_default(), family.account.as_str()];
    let told = told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let ended = family.completed + family.failed;
    let outcome = match (family.failed, ended) {
        (0, 0) => badge::badge("even", "○", "none ended"),
        (0, _) => badge::badge("good", "✓", "none"),
        (failed, ended) => badge::badge("bad", "✕", format!("{} of {}", number::whole(failed), number::whole(ended))),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=family.href.clone()>{family.name.clone()}</a>
                <span class="under">{told}</span>
            </th>
            <td class="number">{figure::value(&family.cost)}</td>
            <td class="number">{figure::value(&family.emissions)}</td>
            <td class="number">{figure::value(&family.energy)}</td>
            <td class="number">{number::whole(family.runs)}</td>
            <td class="number">{figure::value(&family.per_run.grams)}</td>
            <td class="number">{outcome}</td>
            <td class="number">{figure::value(&family.median_cost)}</td>
            <td class="number">{figure::value(&family.median_duration)}</td>
            <td class="number">{family.latest_at.map(facts::short_time)}</td>
        </tr>
    }
    .into_any()
}
