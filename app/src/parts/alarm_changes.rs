//! What became of alarms.

use super::{facts, panel, table};
use crate::view::AlarmChangeRow;
use leptos::prelude::*;

/// Changes of state, newest first; nothing where there were none.
#[must_use]
pub fn panel(rows: &[AlarmChangeRow]) -> Option<AnyView> {
    let head = table::head(&["When, UTC", "Alarm", "Region", "From", "To", "CloudWatch's reason"]);
    let body = rows.iter().map(line).collect_view().into_any();
    let listed = table::table("Changes of alarms", head, body, None);
    (!rows.is_empty()).then(|| panel::panel("alarm-changes", "When alarms changed", listed))
}

fn line(row: &AlarmChangeRow) -> AnyView {
    view! {
        <tr>
            <td class="unbroken">{row.at.map(facts::short_time)}</td>
            <th scope="row">{row.alarm.clone()}</th>
            <td class="unbroken">{row.region.clone()}</td>
            <td>{row.from.clone()}</td>
            <td>{row.to.clone()}</td>
            <td>{row.reason.clone()}</td>
        </tr>
    }
    .into_any()
}
