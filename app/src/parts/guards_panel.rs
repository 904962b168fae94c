//! How a job was guarded against lost work and against work for nothing.

use super::{badge, panel, table};
use crate::view::{GuardRow, GuardState};
use leptos::prelude::*;

/// One row a guard; nothing where guards do not apply.
#[must_use]
pub fn panel(rows: &[GuardRow]) -> Option<AnyView> {
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.name.clone()}</th>
                    <td class="unbroken">{state(row.state)}</td>
                    <td>{row.says.clone()}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Guard", "State", "What is known"]);
    (!rows.is_empty()).then(|| panel::panel("guards", "Guards", table::table("Guards of the job", head, body, None)))
}

fn state(state: GuardState) -> AnyView {
    match state {
        GuardState::Used => badge::badge("good", "✓", "Used"),
        GuardState::Available => badge::badge("warn", "○", "Available"),
        GuardState::NotApplicable => badge::badge("even", "–", "Not applicable"),
        GuardState::Unknown => badge::badge("even", "?", "Unknown"),
    }
}
