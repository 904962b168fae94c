use crate::parts::job_tabs::{self, JobTab};
use crate::parts::{bar, empty, figure, number, panel, table};
use crate::view::{FeatureUse, ImageRow, MachineRow, PageState, PracticeRow, PracticeView};
use leptos::prelude::*;

/// How jobs are run: features of training, kinds of machine, and whose code.
pub fn page(view: &PracticeView) -> impl IntoView + use<> {
    let tabs = (view.state != PageState::NoSource).then(|| job_tabs::tabs(JobTab::Practice, &view.query_string));
    if let Some(empty) = empty::state(&view.state, "workloads") {
        return view! { {tabs} {empty} }.into_any();
    }
    view! {
        {tabs}
        {features(view)}
        {machines(view)}
        {images(view)}
    }
    .into_any()
}

fn team(name: &str) -> AnyView {
    if name.is_empty() { view! { <em>"no team"</em> }.into_any() } else { name.to_owned().into_any() }
}

fn features(view: &PracticeView) -> AnyView {
    if view.teams.is_empty() {
        let none = view! { <p class="quiet">"No training job ran in this period."</p> };
        return panel::panel("features", "Features of training in use", none.into_any());
    }
    let names =
        view.features.iter().map(|feature| view! { <th scope="col" class="number">{feature.name}</th> }).collect_view();
    let head = view! { <tr><th scope="col">"Team"</th><th scope="col" class="number">"Training jobs"</th>{names}</tr> };
    let rows = view.teams.iter().map(|row| practice(team(&row.team), row)).collect_view().into_any();
    let foot = view.all_teams.as_ref().map(|row| practice("All".into_any(), row));
    let rules = view
        .features
        .iter()
        .map(|feature| view! { <div><dt>{feature.name}</dt><dd>{feature.rule}</dd></div> })
        .collect_view();
    let body = view! {
        {table::table("Training jobs by team and feature", head.into_any(), rows, foot)}
        <details>
            <summary>"When a feature counts as used, available or not applicable"</summary>
            <dl class="facts">{rules}</dl>
        </details>
        <p class="footnote">
            "Percentages are of the jobs that a feature concerns. Spot lowers cost alone: the energy is the same, or more where interrupted work is done again."
        </p>
    };
    panel::with_aside("features", "Features of training in use", view.period.clone().into_any(), body.into_any())
}

fn practice(name: AnyView, row: &PracticeRow) -> AnyView {
    let cells = row.uses.iter().map(|each| view! { <td class="number">{uses(*each)}</td> }).collect_view();
    view! { <tr><th scope="row">{name}</th><td class="number">{number::whole(row.jobs)}</td>{cells}</tr> }.into_any()
}

/// The share in use, and the counts behind it.
fn uses(counts: FeatureUse) -> AnyView {
    let share = match counts.percent() {
        Some(percent) => view! { {format!("{percent:.0}\u{202f}%")} {bar::share(percent)} }.into_any(),
        None => view! { <span class="missing">"–"</span> }.into_any(),
    };
    let mut said =
        vec![format!("{} used", number::whole(counts.used)), format!("{} available", number::whole(counts.available))];
    if counts.not_applicable > 0 {
        said.push(format!("{} n/a", number::whole(counts.not_applicable)));
    }
    if counts.unknown > 0 {
        said.push(format!("{} unknown", number::whole(counts.unknown)));
    }
    let lines = said.into_iter().map(|line| view! { <span class="under">{line}</span> }).collect_view();
    view! { {share} {lines} }.into_any()
}

fn machines(view: &PracticeView) -> AnyView {
    let head = table::head(&[
        "Team",
        "#GPU-hours",
        "#Trainium, Inferentia",
        "#Adoption",
        "#Job hours",
        "#Always-on hours",
        "#Always-on share",
    ]);
    let rows = view.machines.iter().map(|row| machine(team(&row.team), row)).collect_view().into_any();
    let foot = view.all_machines.as_ref().map(|row| machine("All".into_any(), row));
    let body = view! {
        {table::table("Machines by team", head, rows, foot)}
        <p class="footnote">
            "Hours are those of instances; accelerator-hours count every chip of an instance. Adoption is the share of Trainium and Inferentia in them. Endpoints, notebooks, Studio apps and clusters are always on; jobs and serverless endpoints hold machines only while they work."
        </p>
    };
    panel::with_aside("machines", "Machines", view.period.clone().into_any(), body.into_any())
}

fn machine(name: AnyView, row: &MachineRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="number">{figure::value(&row.gpu_hours)}</td>
            <td class="number">{figure::value(&row.neuron_hours)}</td>
            <td class="number">{figure::value(&row.neuron_share)}</td>
            <td class="number">{figure::value(&row.on_demand_hours)}</td>
            <td class="number">{figure::value(&row.always_on_hours)}</td>
            <td class="number">{figure::value(&row.always_on_share)}</td>
        </tr>
    }
    .into_any()
}

fn images(view: &PracticeView) -> AnyView {
    let head =
        table::head(&["Image", "#Jobs", "#Instance-hours", "#Cost", "#Energy", "#CO₂e", "#CO₂e an instance-hour"]);
    let rows = view.images.iter().map(image).collect_view().into_any();
    let body = view! {
        {table::table("Jobs by framework and maker of the image", head, rows, None)}
        <p class="footnote">"What runs is told by the address of the container image: SageMaker's own algorithms, AWS' framework containers, and everybody else's."</p>
    };
    panel::with_aside("images", "Frameworks and algorithms", view.period.clone().into_any(), body.into_any())
}

fn image(row: &ImageRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{row.image.clone()}</th>
            <td class="number">{number::whole(row.jobs)}</td>
            <td class="number">{figure::value(&row.hours)}</td>
            <td class="number">{figure::value(&row.cost)}</td>
            <td class="number">{figure::with_interval(&row.energy)}</td>
            <td class="number">{figure::with_interval(&row.emissions)}</td>
            <td class="number">{figure::value(&row.per_hour)}</td>
        </tr>
    }
    .into_any()
}
