use super::jobs::place;
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, facts, figure, number, pagination, reach, table};
use crate::view::{Named, Outcomes, PipelineRow, PipelinesView, Shown, Totals};
use leptos::prelude::*;

/// The pipelines, with what their executions came to.
pub fn page(view: &PipelinesView) -> impl IntoView + use<> {
    if let Some(empty) = reach::state(&view.state, &view.reach, "pipelines") {
        return empty;
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    view! {
        {reach::notice(&view.reach)}
        {totals(&view.totals, "pipelines")}
        <div class="panel flush">{table::table("Pipelines", head(view), rows, None)}</div>
        {pagination::links(&view.listing)}
        <p class="footnote">
            "Executions are those that began in the period; cost, energy and emissions are what the jobs that they started took inside it. A step answered from the cache starts no job and costs nothing. Success is counted over what ended by itself. A pipeline belongs to the projects that its jobs are booked on."
        </p>
    }
    .into_any()
}

fn head(view: &PipelinesView) -> AnyView {
    let listing = &view.listing;
    view! {
        <tr>
            {sort_head(listing, "Pipeline", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            {sort_head(listing, "Executions", "executions", First::Descending)}
            {sort_head(listing, "Success", "success", First::Ascending)}
            <th scope="col">"Project"</th>
            {sort_head(listing, "Last execution", "last", First::Descending)}
        </tr>
    }
    .into_any()
}

fn row(pipeline: &PipelineRow) -> AnyView {
    let gone = pipeline.is_gone.then(|| view! { " " <span class="tag">"deleted"</span> });
    let jobs = match pipeline.jobs {
        0 => None,
        1 => Some("1 job".to_owned()),
        more => Some(format!("{} jobs", number::whole(more))),
    };
    let jobs = jobs.map(|text| view! { <span class="under">{text}</span> });
    let last = match pipeline.last_at {
        Some(at) => {
            let status = pipeline.last_status.map(badge::execution);
            view! { {facts::short_time(at)} <span class="under">{status}</span> }.into_any()
        }
        None => figure::dash("no execution was read"),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=pipeline.href.clone()>{pipeline.name.clone()}</a> {gone}
                <span class="under">
                    {place(pipeline.team.as_deref(), &pipeline.account, &pipeline.region)}
                </span>
            </th>
            <td class="number">{figure::or_dash(&pipeline.cost)}</td>
            <td class="number">{figure::or_dash(&pipeline.emissions)}</td>
            <td class="number">{figure::or_dash(&pipeline.energy)}</td>
            <td class="number">{number::whole(pipeline.outcomes.executions)} {jobs}</td>
            <td class="number">{success(pipeline.outcomes)}</td>
            <td>{named(&pipeline.projects)}</td>
            <td class="number">{last}</td>
        </tr>
    }
    .into_any()
}

/// What jobs of pipelines came to; a dash where none ran, for then there is nothing to know.
#[must_use]
pub fn totals(totals: &Totals, things: &'static str) -> AnyView {
    let or_dash = |shown: &Shown, known: fn(&Shown) -> AnyView| match shown {
        Shown::Ready(_) => known(shown),
        _ => figure::or_dash(shown),
    };
    view! {
        <dl class="totals" aria-label="Total of all rows">
            <div><dt>{things}</dt><dd>{number::whole(totals.rows)}</dd></div>
            <div><dt>"Cost"</dt><dd>{or_dash(&totals.cost, figure::with_interval)}</dd></div>
            <div><dt>"Energy"</dt><dd>{or_dash(&totals.energy, figure::with_interval)}</dd></div>
            <div><dt>"Emissions"</dt><dd>{or_dash(&totals.emissions, figure::emissions)}</dd></div>
            <div><dt>"Instance-hours"</dt><dd>{figure::or_dash(&totals.hours)}</dd></div>
        </dl>
    }
    .into_any()
}

/// The share of successes, and what it leaves out.
#[must_use]
pub fn success(outcomes: Outcomes) -> AnyView {
    let share = match outcomes.success_percent() {
        Some(percent) => view! { {format!("{percent:.0}\u{202f}%")} }.into_any(),
        None => figure::dash("none ended by itself in this period"),
    };
    let count = |count: u64, word: &str| (count > 0).then(|| format!("{} {word}", number::whole(count)));
    let beside = [count(outcomes.failed, "failed"), count(outcomes.stopped, "stopped")];
    let beside: Vec<String> = beside.into_iter().flatten().collect();
    let beside = (!beside.is_empty()).then(|| view! { <span class="under">{beside.join(", ")}</span> });
    view! { {share} {beside} }.into_any()
}

/// Names that lead somewhere, one in a line; a dash for none.
#[must_use]
pub fn named(names: &[Named]) -> AnyView {
    if names.is_empty() {
        return figure::dash("none of its jobs is booked on a project");
    }
    let links =
        names.iter().map(|each| view! { <li><a href=each.href.clone()>{each.name.clone()}</a></li> }).collect_view();
    view! { <ul class="names" role="list">{links}</ul> }.into_any()
}
