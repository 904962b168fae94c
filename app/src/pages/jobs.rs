use crate::parts::job_tabs::{self, JobTab};
use crate::parts::table::{First, sort_head};
use crate::parts::{badge, empty, facts, figure, number, pagination, table};
use crate::view::{Better, JobRow, JobsView, PageState, Shown, Totals, TotalsBefore};
use leptos::prelude::*;

/// The jobs with usage in the period.
pub fn page(view: &JobsView) -> impl IntoView + use<> {
    let tabs = (view.state != PageState::NoSource).then(|| job_tabs::tabs(JobTab::List, &view.query_string));
    if let Some(empty) = empty::state(&view.state, "jobs") {
        return view! { {tabs} {empty} }.into_any();
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    let carried = view
        .query_fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect_view();
    view! {
        {tabs}
        {totals(&view.totals, "jobs")}
        <form method="get" action="/jobs/compare" id="compare" class="row-form no-print">
            {carried}
            <button type="submit" class="quiet-button">"Compare"</button>
            <span class="quiet">"two to five jobs ticked below, side by side"</span>
        </form>
        <div class="panel flush">{table::table("Jobs", head(view), rows, None)}</div>
        {pagination::links(&view.listing)}
        <p class="footnote">
            "Cost, energy and emissions are the share inside the chosen period; duration and billed time, of each instance, are the whole life. The switch at the foot of the page writes exact values and ranges behind the figures."
        </p>
    }
    .into_any()
}

/// The total of everything the filter leaves, above its rows, beside the same of the period compared with.
#[must_use]
pub fn totals(totals: &Totals, things: &'static str) -> AnyView {
    let rows = number::whole(totals.rows);
    let before = totals.before.as_deref();
    let moved = |now: &Shown, of: fn(&TotalsBefore) -> &Shown| {
        let before = before.map(of).filter(|before| before.figure().is_some())?;
        Some(view! { <dd class="moved">{figure::change(now, before, Better::Lower)}</dd> })
    };
    let against = before.map(|before| {
        view! { <p class="quiet">{format!("Changes are against {}.", before.words)}</p> }
    });
    view! {
        <dl class="totals" aria-label="Total of all rows">
            <div><dt>{things}</dt><dd>{rows}</dd></div>
            <div>
                <dt>"Cost"</dt>
                <dd>{figure::with_interval(&totals.cost)}</dd>
                {moved(&totals.cost, |before| &before.cost)}
            </div>
            <div>
                <dt>"Energy"</dt>
                <dd>{figure::with_interval(&totals.energy)}</dd>
                {moved(&totals.energy, |before| &before.energy)}
            </div>
            <div>
                <dt>"Emissions"</dt>
                <dd>{figure::emissions(&totals.emissions)}</dd>
                {moved(&totals.emissions, |before| &before.emissions)}
            </div>
            <div>
                <dt>"Instance-hours"</dt>
                <dd>{figure::value(&totals.hours)}</dd>
                {moved(&totals.hours, |before| &before.hours)}
            </div>
        </dl>
        {against}
    }
    .into_any()
}

fn head(view: &JobsView) -> AnyView {
    let listing = &view.listing;
    view! {
        <tr>
            <th scope="col"><span class="visually-hidden">"Compare"</span></th>
            {sort_head(listing, "Job", "name", First::Ascending)}
            {sort_head(listing, "Cost", "cost", First::Descending)}
            {sort_head(listing, "CO₂e", "co2e", First::Descending)}
            {sort_head(listing, "Energy", "kwh", First::Descending)}
            <th scope="col">"Status"</th>
            {sort_head(listing, "GPU p95", "gpu", First::Descending)}
            {sort_head(listing, "CPU p95", "cpu", First::Descending)}
            {sort_head(listing, "Duration", "duration", First::Descending)}
            {sort_head(listing, "Billed", "billable", First::Descending)}
            {sort_head(listing, "Started", "started", First::Descending)}
        </tr>
    }
    .into_any()
}

fn row(job: &JobRow) -> AnyView {
    let spot = job.spot.then(|| view! { " " <span class="tag">"spot"</span> });
    view! {
        <tr>
            <td class="pick">
                <label>
                    <span class="visually-hidden">{format!("Compare {}", job.name)}</span>
                    <input type="checkbox" name="id" value=job.id.clone() form="compare" />
                </label>
            </td>
            <th scope="row">
                <a class="name" href=job.href.clone()>{job.name.clone()}</a>
                <span class="under">
                    {format!("{} · {} × {}", job.kind, job.instance_count, job.instance_type)} {spot}
                </span>
                <span class="under">{place(job.team.as_deref(), &job.account, &job.region)}</span>
            </th>
            <td class="number">{figure::value(&job.cost)}</td>
            <td class="number">{figure::value(&job.emissions)}</td>
            <td class="number">{figure::value(&job.energy)}</td>
            <td>{badge::job(job.status)} " " {badge::findings(job.findings)}</td>
            <td class="number">{figure::value(&job.gpu_p95)}</td>
            <td class="number">{figure::value(&job.cpu_p95)}</td>
            <td class="number">{figure::value(&job.duration)}</td>
            <td class="number">{figure::value(&job.billable)}</td>
            <td class="number">{job.started_at.map(facts::short_time)}</td>
        </tr>
    }
    .into_any()
}

/// Where a workload lives: its team, account and region.
#[must_use]
pub fn place(team: Option<&str>, account: &str, region: &str) -> String {
    let parts = [team.unwrap_or_default(), account, region];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
