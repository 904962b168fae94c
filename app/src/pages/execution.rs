use super::pipelines::totals;
use crate::charts::steps;
use crate::parts::{badge, facts, figure, number, panel, table};
use crate::view::{ExecutionView, StepJobRow, StepView};
use leptos::prelude::*;

/// One execution of a pipeline: its steps in the order they began, and the jobs that each of them started.
pub fn page(view: &ExecutionView) -> impl IntoView + use<> {
    view! {
        {totals(&view.totals, "jobs")}
        <div class="pair wide-left">
            {nested(view)}
            {about(view)}
        </div>
        {step_table(view)}
    }
    .into_any()
}

fn about(view: &ExecutionView) -> AnyView {
    let pipeline = &view.pipeline;
    let pipeline = (!pipeline.href.is_empty())
        .then(|| view! { <a href=pipeline.href.clone()>{pipeline.name.clone()}</a> }.into_any());
    let list = facts::list(vec![
        ("Pipeline", pipeline),
        ("Status", Some(badge::execution(view.status))),
        ("Began", facts::moment(view.begun_at)),
        ("Ended", facts::moment(view.ended_at)),
        ("Duration", Some(figure::or_dash(&view.duration))),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

/// Steps, and below each of them its jobs.
fn nested(view: &ExecutionView) -> AnyView {
    if view.steps.is_empty() {
        let none = view! { <p class="quiet">"AWS has told of no step."</p> };
        return panel::panel("started", "What it started", none.into_any());
    }
    let items = view.steps.iter().map(below).collect_view();
    let list = view! { <ol class="nested">{items}</ol> };
    let drawn = steps::draw("defined", "Steps as they were defined when it began, with how they ended", &view.graph);
    let body = match drawn {
        Some(drawn) => view! { <div class="graph-pair">{drawn} {list}</div> }.into_any(),
        None => list.into_any(),
    };
    panel::panel("started", "What it started", body)
}

fn below(step: &StepView) -> AnyView {
    let tuning = step.tuning.as_ref().map(|tuning| {
        view! { <p class="under">"Trials of " <a href=tuning.href.clone()>{tuning.name.clone()}</a></p> }
    });
    let made = step.made.clone().map(|made| view! { <p class="under">{made}</p> });
    let failure = step.failure.clone().map(|reason| view! { <p class="refused">{reason}</p> });
    let jobs = step.jobs.iter().map(|each| job(each, step.from_cache)).collect_view();
    let jobs = (!step.jobs.is_empty()).then(|| view! { <ul role="list">{jobs}</ul> });
    view! {
        <li>
            <strong>{step.name.clone()}</strong> " " {badge::execution(step.status)} " " {cache(step)}
            <span class="under">{step.kind.clone()}</span>
            {failure} {tuning} {made} {jobs}
        </li>
    }
    .into_any()
}

fn cache(step: &StepView) -> Option<AnyView> {
    step.from_cache.then(|| badge::badge("even", "↺", "From cache"))
}

fn job(job: &StepJobRow, from_cache: bool) -> AnyView {
    let took = match from_cache {
        true => "of an earlier execution".into_any(),
        false => view! { {figure::or_dash(&job.cost)} " · " {figure::or_dash(&job.emissions)} " CO₂e" }.into_any(),
    };
    view! {
        <li>
            <a class="name" href=job.href.clone()>{job.name.clone()}</a> " " {badge::job(job.status)}
            <span class="under">{took}</span>
        </li>
    }
    .into_any()
}

fn step_table(view: &ExecutionView) -> Option<AnyView> {
    let head =
        table::head(&["Step", "Outcome", "Cache", "#Began", "#Duration", "#Attempts", "#Cost", "#CO₂e", "#Energy"]);
    let rows = view.steps.iter().map(step).collect_view().into_any();
    let body = view! {
        {table::table("Steps", head, rows, None)}
        <p class="footnote">
            "Figures are of the whole life of the jobs that a step started. Conditions, models and registrations start none, and neither does a step from the cache."
        </p>
    };
    (!view.steps.is_empty()).then(|| panel::panel("steps", "Steps", body.into_any()))
}

fn step(step: &StepView) -> AnyView {
    let cache = match (step.from_cache, step.begun_at) {
        (true, _) => "hit".into_any(),
        (false, Some(_)) => "ran".into_any(),
        (false, None) => figure::dash("it has not begun"),
    };
    let attempts =
        step.attempts.map_or_else(|| figure::dash("AWS did not tell"), |many| number::whole(many).into_any());
    let began = step.begun_at.map_or_else(|| figure::dash("it has not begun"), facts::short_time);
    view! {
        <tr>
            <th scope="row">{step.name.clone()} <span class="under">{step.kind.clone()}</span></th>
            <td>{badge::execution(step.status)}</td>
            <td>{cache}</td>
            <td class="number">{began}</td>
            <td class="number">{figure::or_dash(&step.duration)}</td>
            <td class="number">{attempts}</td>
            <td class="number">{figure::or_dash(&step.cost)}</td>
            <td class="number">{figure::or_dash(&step.emissions)}</td>
            <td class="number">{figure::or_dash(&step.energy)}</td>
        </tr>
    }
    .into_any()
}
