//! When in the week instances ran, and what of it fell outside working hours.

use super::{badge, figure, panel, table};
use crate::charts::heat;
use crate::view::{AutoStop, WeekPart, WeekView};
use leptos::prelude::*;

/// The panel.
#[must_use]
pub fn panel(title: &'static str, week: &WeekView) -> AnyView {
    let rows = [("Working hours", &week.inside), ("Outside working hours", &week.outside)];
    let rows = rows.map(|(label, part)| row(label, part)).collect_view().into_any();
    let head = table::head(&["When", "#Instance-hours", "#Share", "#Cost", "#Energy", "#CO₂e"]);
    let file = week
        .csv_href
        .clone()
        .map(|href| view! { " " <a class="no-print" href=href download="">"The hours as CSV"</a> "." });
    let body = view! {
        {table::table("Inside and outside working hours", head, rows, None)}
        <p class="footnote">
            {week.rule.clone()} " " <a class="no-print" href="/settings/hours">"Change them"</a>
            " A day's cost is shared out to its hours by instance-hours. AWS publishes no utilisation of notebooks and apps, so which of these hours were idle is unknown."
            {file}
        </p>
        {heat::draw(&week.chart)}
    };
    panel::panel("week", title, body.into_any())
}

fn row(label: &'static str, part: &WeekPart) -> AnyView {
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td class="number">{figure::value(&part.hours)}</td>
            <td class="number">{figure::value(&part.share)}</td>
            <td class="number">{figure::value(&part.cost)}</td>
            <td class="number">{figure::with_interval(&part.energy)}</td>
            <td class="number">{figure::with_interval(&part.emissions)}</td>
        </tr>
    }
    .into_any()
}

/// What stops something that nobody uses.
#[must_use]
pub fn auto_stop(stop: &AutoStop) -> AnyView {
    match stop {
        AutoStop::AfterIdle { minutes, set_by } => {
            let after =
                minutes.map_or_else(|| "when idle".to_owned(), |minutes| format!("after {minutes}\u{202f}min idle"));
            let by = (!set_by.is_empty()).then(|| view! { <span class="under">{format!("set by {set_by}")}</span> });
            view! { {badge::badge("good", "✓", after)} {by} }.into_any()
        }
        AutoStop::Script(name) => view! {
            {badge::badge("even", "?", "by script, perhaps")}
            <span class="under">{name.clone()}</span>
        }
        .into_any(),
        AutoStop::Never => badge::badge("warn", "!", "none"),
        AutoStop::Unknown(reason) => {
            view! { <span class="figure missing" title=reason.clone()>"unknown"</span> }.into_any()
        }
    }
}
