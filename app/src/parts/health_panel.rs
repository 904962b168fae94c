//! What needs somebody now: alarms that sound, jobs that failed, jobs that run longer than they should.

use super::{badge, figure, number, panel};
use crate::view::{HealthRow, HealthView, Shown};
use leptos::prelude::*;

/// Three short lists side by side.
#[must_use]
pub fn panel(health: &HealthView) -> AnyView {
    let body = view! {
        <div class="health">
            {column("Alarms", sounding(health), &health.alarms, health.sounding)}
            {column("Failed jobs, 7 days", failed(health), &health.failures, health.failed)}
            {column("Running jobs", running(health), &health.running, health.running_jobs)}
        </div>
    };
    panel::panel("health", "Now", body.into_any())
}

fn column(title: &'static str, said: AnyView, rows: &[HealthRow], of: u64) -> AnyView {
    let left = of.saturating_sub(rows.len() as u64);
    let more = (left > 0).then(|| view! { <li class="quiet">{format!("and {} more", number::whole(left))}</li> });
    let rows = rows.iter().map(row).collect_view();
    view! {
        <div>
            <h3>{title}</h3>
            <p>{said}</p>
            <ul role="list">{rows}{more}</ul>
        </div>
    }
    .into_any()
}

fn row(row: &HealthRow) -> AnyView {
    let at = row.at.map(|at| format!(" · {}", at.format("%-d %b %H:%M")));
    let mark = row.stands_out.then(|| badge::badge("warn", "!", "long"));
    view! {
        <li>
            <a class="name" href=row.href.clone()>{row.name.clone()}</a>
            " "
            {mark}
            <span class="under">{row.what.clone()}{at}</span>
        </li>
    }
    .into_any()
}

fn sounding(health: &HealthView) -> AnyView {
    match health.sounding {
        0 => badge::badge("good", "✓", "No alarm sounds"),
        1 => badge::badge("bad", "!", "1 alarm sounds"),
        more => badge::badge("bad", "!", format!("{} alarms sound", number::whole(more))),
    }
}

fn failed(health: &HealthView) -> AnyView {
    match (health.failed, health.ended) {
        (_, 0) => view! { <span class="quiet">"No job ended."</span> }.into_any(),
        (0, ended) => badge::badge("good", "✓", format!("None of {}", number::whole(ended))),
        (failed, ended) => badge::badge("warn", "!", format!("{} of {}", number::whole(failed), number::whole(ended))),
    }
}

fn running(health: &HealthView) -> AnyView {
    if health.running_jobs == 0 {
        return view! { <span class="quiet">"No job runs."</span> }.into_any();
    }
    let jobs = match health.running_jobs {
        1 => "1 job".to_owned(),
        jobs => format!("{} jobs", number::whole(jobs)),
    };
    let burn = matches!(health.burn, Shown::Ready(_))
        .then(|| view! { ", " {figure::value(&health.burn)} " an hour at list prices" }.into_any());
    let overdue = (health.overdue > 0)
        .then(|| badge::badge("warn", "!", format!("{} longer than ever", number::whole(health.overdue))));
    view! { {jobs} {burn} " " {overdue} }.into_any()
}
