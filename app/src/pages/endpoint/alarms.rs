//! Which alarms an endpoint should have, and which it has.

use crate::parts::{badge, code, figure, panel, table};
use crate::view::{AlarmCoverage, FoundAlarm, RequiredAlarm};
use leptos::prelude::*;

/// The matrix, with a command for each alarm that is missing.
pub(super) fn matrix(view: &AlarmCoverage) -> AnyView {
    let body = view.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["Watches for", "Of", "Metric", "Is it there?", "Alarms"]);
    let share = view! {
        <span class="quiet">{format!("{} of {} there ", view.present, view.required)}</span>
        {figure::value(&view.share)}
    };
    let body = view! {
        {table::table("Alarms it should have", head, body, None)}
        {others(&view.others)}
        {commands(&view.rows)}
        <p class="footnote">
            "Required are errors, latency, both bounds of a machine, silence and a full disk of what answers at once; waiting, lost requests and a full disk of queues; errors, starts, memory and throttling of what is serverless. AWS publishes no such list of SageMaker's; the bounds of 20 and 80 % are AWS'."
        </p>
    };
    panel::with_aside("alarms", "Alarm coverage", share.into_any(), body.into_any())
}

fn row(row: &RequiredAlarm) -> AnyView {
    let there = match (row.found.is_empty(), row.is_unread) {
        (false, _) => badge::badge("good", "✓", "There"),
        (true, true) => badge::badge("even", "?", "Not evaluated"),
        (true, false) => badge::badge("warn", "!", "Missing"),
    };
    view! {
        <tr>
            <th scope="row">{row.watches.clone()}</th>
            <td class="unbroken">{row.of.clone()}</td>
            <td class="unbroken"><code>{row.metric.clone()}</code></td>
            <td>{there}</td>
            <td>{row.found.iter().map(found).collect_view()}</td>
        </tr>
    }
    .into_any()
}

fn found(alarm: &FoundAlarm) -> AnyView {
    let mute = (!alarm.acts).then(|| badge::badge("warn", "!", "Tells nobody"));
    view! {
        <div>
            {alarm.name.clone()} " " {badge::alarm(alarm.state)} " " {mute}
            <span class="under">{alarm.says.clone()}</span>
        </div>
    }
    .into_any()
}

fn others(alarms: &[FoundAlarm]) -> Option<AnyView> {
    (!alarms.is_empty()).then(|| {
        let each = alarms.iter().map(|alarm| view! { <li>{found(alarm)}</li> }).collect_view();
        view! { <h3>"Others on it"</h3> <ul class="plain">{each}</ul> }.into_any()
    })
}

fn commands(rows: &[RequiredAlarm]) -> Option<AnyView> {
    let missing: Vec<&RequiredAlarm> = rows.iter().filter(|row| !row.command.is_empty()).collect();
    let blocks = missing
        .iter()
        .map(|row| {
            let title = format!("{}, {}", row.watches, lower(&row.of));
            view! { <h3>{title.clone()}</h3> {code::block(format!("Command: {title}"), row.command.clone())} }
        })
        .collect_view();
    let summary = match missing.len() {
        1 => "Command that makes the missing one".to_owned(),
        several => format!("Commands that make the {several} missing ones"),
    };
    (!missing.is_empty()).then(|| {
        view! {
            <details>
                <summary>{summary}</summary>
                <p>
                    "Put the ARN of an SNS topic into " <code>"TOPIC_ARN"</code>
                    " first. Limits are proposals: of latency and starts twice the slowest of the period, of machines 80 and 20 % of all their cores or accelerators, which CloudWatch adds up."
                </p>
                {blocks}
            </details>
        }
        .into_any()
    })
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
