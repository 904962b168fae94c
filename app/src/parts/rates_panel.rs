//! Emissions per unit of work.

use super::{figure, panel, table};
use crate::view::{FormState, RateRow};
use leptos::prelude::*;

/// What can be counted by hand: the value in the address and its name.
pub const WORK: [(&str, &str); 5] = [
    ("tokens", "tokens"),
    ("inferences", "inferences"),
    ("samples", "samples of training data"),
    ("runs", "runs"),
    ("job_hours", "job-hours"),
];

/// The rates of a job or an endpoint; nothing where nothing was counted.
#[must_use]
pub fn panel(rows: &[RateRow]) -> Option<AnyView> {
    (!rows.is_empty()).then(|| panel::panel("rates", "Per unit of work", view! { {rates(rows)} {note()} }.into_any()))
}

/// The rates, and a form for work that AWS does not count; it leads to `action`, and `carries` are the fields that keep the page's own state.
#[must_use]
pub fn with_own_work(rows: &[RateRow], typed: &FormState, action: &str, carries: &[(String, String)]) -> AnyView {
    let hidden = carries
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect_view();
    let chosen = typed.value("of");
    let units = WORK
        .into_iter()
        .map(|(value, label)| view! { <option value=value selected=value == chosen>{label}</option> })
        .collect_view();
    let error =
        typed.error("done").map(|error| view! { <p class="field-error" id="work-error">{error.to_owned()}</p> });
    let described_by = error.is_some().then_some("work-error");
    let body = view! {
        {(!rows.is_empty()).then(|| rates(rows))}
        <form class="inline-form own-work no-print" method="get" action=action.to_owned()>
            {hidden}
            <div class="field">
                <label for="work-done">"Work done"</label>
                <input
                    id="work-done"
                    name="done"
                    inputmode="decimal"
                    value=typed.value("done")
                    aria-describedby=described_by
                    aria-invalid=described_by.map(|_| "true")
                />
            </div>
            <div class="field">
                <label for="work-of">"Counted in"</label>
                <select id="work-of" name="of">{units}</select>
            </div>
            <button>"Divide"</button>
        </form>
        {error}
        {note()}
    };
    panel::panel("rates", "Per unit of work", body.into_any())
}

fn rates(rows: &[RateRow]) -> AnyView {
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.unit.clone()} <span class="under">{row.amount.clone()}</span></th>
                    <td class="number">{figure::emissions(&row.score)}</td>
                    <td class="number">{figure::emissions(&row.without_idle)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Per", "#CO₂e", "#Without idle energy"]);
    table::table("Emissions per unit of work", head, body, None)
}

fn note() -> AnyView {
    view! {
        <p class="footnote">
            "Software Carbon Intensity, ISO/IEC 21031: (E × I + M) / R, location-based, with the making of the hardware, without offsets. The last column leaves out the energy that waiting hosts and accelerators draw."
        </p>
    }
    .into_any()
}
