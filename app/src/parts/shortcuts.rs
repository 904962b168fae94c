//! The keys that do something, as a list and as the dialog that `?` opens.

use leptos::prelude::*;

/// Keys, one after the other, and what they do.
const KEYS: [(&[&str], &str); 16] = [
    (&["?"], "This list"),
    (&["/"], "Search"),
    (&["g", "o"], "Go to the overview"),
    (&["g", "j"], "Go to jobs"),
    (&["g", "e"], "Go to endpoints"),
    (&["g", "r"], "Go to recommendations"),
    (&["g", "w"], "Go to reviews"),
    (&["f"], "Filters"),
    (&["c"], "Compare with"),
    (&["m"], "Next of $, kWh and CO\u{2082}e"),
    (&["t"], "Table of the chart"),
    (&["x"], "Tick the row that has the focus"),
    (&["["], "Period before"),
    (&["]"], "Period after"),
    (&["Esc"], "Close what is open"),
    (&["\u{2190}", "\u{2192}"], "Move along a chart that has the focus"),
];

/// Every key with what it does.
#[must_use]
pub fn list() -> AnyView {
    let rows = KEYS
        .into_iter()
        .map(|(keys, what)| {
            let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view();
            view! { <dt>{keys}</dt> <dd>{what}</dd> }
        })
        .collect_view();
    view! { <dl class="keys">{rows}</dl> }.into_any()
}

/// The list in a dialog, which holds the focus while it is open and gives it back.
#[must_use]
pub fn dialog() -> AnyView {
    view! {
        <dialog id="shortcuts" class="no-print" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard"</h2>
            {list()}
            <form method="dialog">
                <a href="/settings/appearance">"Switch the keys off"</a>
                <button type="submit" class="primary">"Close"</button>
            </form>
        </dialog>
    }
    .into_any()
}
