use super::pipelines::{named, success, totals};
use crate::parts::{badge, facts, figure, number, panel, table, version_panel};
use crate::view::{ExecutionRow, PipelineView, StepRow};
use leptos::prelude::*;

/// One pipeline: its executions in the period, and its steps over all of them.
pub fn page(view: &PipelineView) -> impl IntoView + use<> {
    view! {
        {totals(&view.totals, "jobs")}
        <div class="pair wide-left">
            {steps(view)}
            {about(view)}
        </div>
        {version_panel::graph(&view.versions)}
        {executions(view)}
        {version_panel::panel(&view.versions)}
    }
    .into_any()
}

fn about(view: &PipelineView) -> AnyView {
    let outcomes = view.outcomes;
    let list = facts::list(vec![
        ("Executions", Some(number::whole(outcomes.executions).into_any())),
        ("Success", Some(success(outcomes))),
        ("Project", Some(named(&view.projects))),
        ("Team", view.team.as_deref().and_then(facts::text)),
        ("Description", facts::text(&view.description)),
        ("Role", facts::text(&view.role)),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("Created", facts::moment(view.created_at)),
        ("Deleted", facts::moment(view.gone_at)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

fn steps(view: &PipelineView) -> AnyView {
    if view.steps.is_empty() {
        let none = view! { <p class="quiet">"No execution in this period has told its steps."</p> };
        return panel::panel("steps", "Steps", none.into_any());
    }
    let head = table::head(&["Step", "#Runs", "#From cache", "#Jobs", "#Cost", "#CO₂e", "#Energy"]);
    let rows = view.steps.iter().map(step).collect_view().into_any();
    let body = view! {
        {table::table("Steps over the executions below", head, rows, None)}
        <p class="footnote">"A run from the cache repeats nothing: it takes over what an earlier execution made."</p>
    };
    panel::with_aside("steps", "Steps", view.period.clone().into_any(), body.into_any())
}

fn step(step: &StepRow) -> AnyView {
    let failed = (step.failed > 0).then(|| badge::badge("bad", "✕", format!("{} failed", number::whole(step.failed))));
    let cached = match step.cached {
        0 => figure::dash("none was answered from the cache"),
        some => number::whole(some).into_any(),
    };
    let jobs = match step.jobs {
        0 => figure::dash("no job of it ran in this period"),
        some => number::whole(some).into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                {step.name.clone()} " " {failed}
                <span class="under">{step.kind.clone()}</span>
            </th>
            <td class="number">{number::whole(step.runs)}</td>
            <td class="number">{cached}</td>
            <td class="number">{jobs}</td>
            <td class="number">{figure::or_dash(&step.cost)}</td>
            <td class="number">{figure::or_dash(&step.emissions)}</td>
            <td class="number">{figure::or_dash(&step.energy)}</td>
        </tr>
    }
    .into_any()
}

fn executions(view: &PipelineView) -> AnyView {
    if view.executions.is_empty() {
        let none = view! { <p class="quiet">"None began in this period, and no job of an earlier one ran in it."</p> };
        return panel::with_aside("executions", "Executions", view.period.clone().into_any(), none.into_any());
    }
    let head =
        table::head(&["Execution", "Status", "#Began", "#Duration", "#Steps", "#Jobs", "#Cost", "#CO₂e", "#Energy"]);
    let rows = view.executions.iter().map(execution).collect_view().into_any();
    let cut = view.is_cut.then_some(" Only the newest are listed; the total holds all of them.");
    let body = view! {
        {table::table("Executions", head, rows, None)}
        <p class="footnote">
            "Cost, energy and emissions are the share inside the period, also of executions that began before it; duration is the whole life."
            {cut}
        </p>
    };
    panel::with_aside("executions", "Executions", view.period.clone().into_any(), body.into_any())
}

fn execution(row: &ExecutionRow) -> AnyView {
    let cached = (row.cached > 0)
        .then(|| view! { <span class="under">{format!("{} from cache", number::whole(row.cached))}</span> });
    let jobs = match row.jobs {
        0 => figure::dash("no job of it ran in this period"),
        some => number::whole(some).into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="name" href=row.href.clone()>{row.name.clone()}</a></th>
            <td>{badge::execution(row.status)}</td>
            <td class="number">{row.begun_at.map(facts::short_time)}</td>
            <td class="number">{figure::or_dash(&row.duration)}</td>
            <td class="number">{number::whole(row.steps)} {cached}</td>
            <td class="number">{jobs}</td>
            <td class="number">{figure::or_dash(&row.cost)}</td>
            <td class="number">{figure::or_dash(&row.emissions)}</td>
            <td class="number">{figure::or_dash(&row.energy)}</td>
        </tr>
    }
    .into_any()
}
