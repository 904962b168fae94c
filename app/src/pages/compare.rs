use crate::parts::{badge, facts, figure, number, panel, table};
use crate::view::{ComparedJob, ComparedJobs, Figure, JobStatus, SettingRow, Shown, Unit};
use leptos::prelude::*;

/// A measure: its name, and where a job keeps it.
type Measure = (&'static str, fn(&ComparedJob) -> &Shown);

const MEASURES: [Measure; 7] = [
    ("Duration", |job| &job.duration),
    ("Instance-hours", |job| &job.hours),
    ("Cost", |job| &job.cost),
    ("Energy", |job| &job.energy),
    ("Emissions", |job| &job.emissions),
    ("Accelerators, mean", |job| &job.gpu),
    ("Processors, mean", |job| &job.cpu),
];

/// Jobs side by side: what they took and gave, and what was set otherwise.
pub fn page(view: &ComparedJobs) -> impl IntoView + use<> {
    view! {
        {panel::panel("results", "What they took and gave", results(view))}
        {panel::panel("settings", "How they were set up", settings(view))}
    }
}

/// The names of the jobs alone, where they have been told apart above.
fn names(view: &ComparedJobs) -> AnyView {
    let columns = view.jobs.iter().map(|job| view! { <th scope="col" class="number">{job.name.clone()}</th> });
    view! { <tr><td></td>{columns.collect_view()}</tr> }.into_any()
}

fn head(view: &ComparedJobs) -> AnyView {
    let columns = view.jobs.iter().map(|job| {
        let without = job.without_href.clone().map(|href| {
            let label = format!("Leave {} out", job.name);
            view! { <a class="under no-print" href=href aria-label=label>"leave out"</a> }
        });
        view! {
            <th scope="col" class="number">
                <a class="name" href=job.href.clone()>{job.name.clone()}</a>
                <span class="under">{job.kind.clone()}</span>
                <span class="under">{job.place.clone()}</span>
                {without}
            </th>
        }
    });
    view! { <tr><td></td>{columns.collect_view()}</tr> }.into_any()
}

fn results(view: &ComparedJobs) -> AnyView {
    let cells = |of: &dyn Fn(&ComparedJob) -> AnyView| {
        view.jobs.iter().map(|job| view! { <td class="number">{of(job)}</td> }).collect_view()
    };
    let measures = MEASURES
        .iter()
        .map(|(label, of)| {
            let least = least(view, *of);
            let cell = |job: &ComparedJob| {
                let shown = of(job);
                let is_least = job.status == JobStatus::Completed
                    && shown.figure().is_some_and(|figure| Some(figure.central.to_bits()) == least);
                let word = is_least.then(|| view! { <span class="under">"least"</span> });
                view! { {figure::with_interval(shown)} {word} }.into_any()
            };
            view! { <tr><th scope="row">{*label}</th>{cells(&cell)}</tr> }
        })
        .collect_view();
    let metrics = view
        .metrics
        .iter()
        .map(|(name, values)| {
            let cells = values
                .iter()
                .map(|value| {
                    let value = match value {
                        Some(value) => number::significant(*value).into_any(),
                        None => view! { <span class="missing">"not reported"</span> }.into_any(),
                    };
                    view! { <td class="number">{value}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{name.clone()}<span class="under">"last value reported"</span></th>{cells}</tr> }
        })
        .collect_view();
    let status = |job: &ComparedJob| {
        let reason = job.failure_reason.clone().map(|reason| view! { <span class="under reason">{reason}</span> });
        view! { {badge::job(job.status)} {reason} }.into_any()
    };
    let started = |job: &ComparedJob| job.started_at.map_or_else(|| "unknown".into_any(), facts::time);
    let evidence = |job: &ComparedJob| badge::evidence(&job.emissions);
    let body = view! {
        <tr><th scope="row">"Status"</th>{cells(&status)}</tr>
        <tr><th scope="row">"Started"</th>{cells(&started)}</tr>
        {measures}
        <tr><th scope="row">"Evidence"</th>{cells(&evidence)}</tr>
        {metrics}
    };
    view! {
        <div class="compared">{table::table("Jobs side by side", head(view), body.into_any(), None)}</div>
        <p class="footnote">
            "Every figure is of a job's whole life. Cost is list price; ranges are the 5th to 95th percentile of each job by itself, so ranges that overlap leave open which job took less. Least is of those that completed."
        </p>
    }
    .into_any()
}

/// The smallest of what several jobs that completed used up and not all alike, as bits; a high load is no fault.
fn least(view: &ComparedJobs, of: fn(&ComparedJob) -> &Shown) -> Option<u64> {
    let completed: Vec<&ComparedJob> = view.jobs.iter().filter(|job| job.status == JobStatus::Completed).collect();
    let known: Vec<&Figure> = completed.iter().filter_map(|job| of(job).figure()).collect();
    let is_used_up = known.iter().all(|figure| figure.unit != Unit::Percent);
    let centrals = || known.iter().map(|figure| figure.central);
    let (least, most) = (centrals().fold(f64::INFINITY, f64::min), centrals().fold(f64::NEG_INFINITY, f64::max));
    (is_used_up && known.len() == completed.len() && least < most).then_some(least.to_bits())
}

fn settings(view: &ComparedJobs) -> AnyView {
    let (differ, alike): (Vec<&SettingRow>, Vec<&SettingRow>) = view.settings.iter().partition(|row| row.differs());
    let rows = |rows: &[&SettingRow], class: &'static str| {
        rows.iter()
            .map(|row| {
                let cells = row.values.iter().map(|value| {
                    let value = if value.is_empty() {
                        view! { <span class="missing">"not told"</span> }.into_any()
                    } else {
                        value.clone().into_any()
                    };
                    view! { <td class="number">{value}</td> }
                });
                view! { <tr class=class><th scope="row">{row.name.clone()}</th>{cells.collect_view()}</tr> }
            })
            .collect_view()
            .into_any()
    };
    let summary = match differ.len() {
        0 => "They were set up alike, as far as AWS tells.".to_owned(),
        1 => "They differ in one setting.".to_owned(),
        more => format!("They differ in {more} settings."),
    };
    let same = match alike.len() {
        0 => None,
        1 => Some("1 setting is the same".to_owned()),
        more => Some(format!("{more} settings are the same")),
    };
    let differing = (!differ.is_empty()).then(|| {
        let listed = table::table("Settings that differ", names(view), rows(&differ, "differs"), None);
        view! { <div class="compared">{listed}</div> }
    });
    let same = same.map(|same| {
        let listed = table::table("Settings that are the same", names(view), rows(&alike, ""), None);
        view! { <details><summary>{same}</summary><div class="compared">{listed}</div></details> }
    });
    view! {
        <p>{summary}</p>
        {differing}
        {same}
        <p class="footnote">"Hyperparameters and environments are never read, so they are not compared."</p>
    }
    .into_any()
}
