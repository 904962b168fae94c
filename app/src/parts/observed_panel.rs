//! How things were used, by metrics that no estimate needs.

use super::{number, panel, table};
use crate::view::ObservedRow;
use leptos::prelude::*;

/// Figures of a stretch of time; nothing where CloudWatch holds none.
#[must_use]
pub fn panel(title: &str, rows: &[ObservedRow]) -> Option<AnyView> {
    let head = table::head(&["Of", "Metric", "#In all", "#Most in an hour", "#Hours with data"]);
    let body = rows.iter().map(line).collect_view().into_any();
    let listed = view! { {table::table(title.to_owned(), head, body, None)}
        <p class="footnote">"An hour without requests has no figure, which is not a zero."</p>
    }
    .into_any();
    (!rows.is_empty()).then(|| panel::panel("observed", title.to_owned(), listed))
}

fn line(row: &ObservedRow) -> AnyView {
    view! {
        <tr>
            <td>{row.of.clone()}</td>
            <th scope="row">{row.metric.clone()}</th>
            <td class="number">{row.value.clone()}</td>
            <td class="number">{row.most.clone()}</td>
            <td class="number">{number::count(row.hours)}</td>
        </tr>
    }
    .into_any()
}
