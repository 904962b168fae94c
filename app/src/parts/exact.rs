//! What stands in tooltips, for those who have no pointer to hover with: one switch at the foot of every page.

use leptos::prelude::*;

/// The switch. It needs no script: the stylesheet prints behind each figure what its tooltip holds while it is on.
#[must_use]
pub fn switch() -> AnyView {
    view! {
        <p class="exact no-print">
            <label class="check">
                <input type="checkbox" id="exact" autocomplete="off" />
                "Write exact values, ranges and reasons behind every figure"
            </label>
        </p>
    }
    .into_any()
}
