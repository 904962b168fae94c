//! What a search would have spared had it stopped once nothing got better any more.

use crate::parts::{bar, facts, figure, number, panel, table};
use crate::view::{PatienceRow, PatienceView};
use leptos::prelude::*;

pub(super) fn panel(view: &PatienceView) -> AnyView {
    let rows = view.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&[
        "Trials in a row without a gain",
        "It stops, UTC",
        "#Trials spared",
        "#Cost",
        "#Energy",
        "#CO₂e",
        "Share of CO₂e",
        "#Reaches",
    ]);
    let gain = number::compact(view.least_gain_percent);
    let without_times = match view.without_times {
        0 => None,
        1 => Some("Of 1 trial nobody knows when it was launched: it counts as made. ".to_owned()),
        more => Some(format!(
            "Of {} trials nobody knows when they were launched: they count as made. ",
            number::whole(more)
        )),
    };
    let body = view! {
        <p>
            {format!(
                "The search replayed over its own trials, as if it had stopped once so many in a row had bettered the best by less than {gain}\u{202f}%. It reached {} in the end.",
                number::significant(view.best),
            )}
        </p>
        {table::table("What stopping the search would have spared", head, rows, None)}
        <p class="footnote">
            "Trials are taken in the order in which they ended; those without a value are not counted, and what was launched by then goes on. SageMaker can stop a search in this way by itself: its completion criterion BestObjectiveNotImproving. "
            {without_times}
            "This tells of this search and promises nothing of the next. It is not early stopping of single trials, which compares them on their way: the values of that are not read here."
        </p>
    };
    panel::panel("patience", "Had it stopped when nothing got better", body.into_any())
}

fn row(row: &PatienceRow) -> AnyView {
    let stops = match row.stops_at {
        Some(at) => facts::time(at),
        None => view! { <span class="quiet">"at its own end"</span> }.into_any(),
    };
    let share = row.share_percent.map(|percent| {
        view! { <span class="share-text">{format!("{percent:.0}\u{202f}%")}</span> {bar::share(percent)} }
    });
    let short = row.short_percent.map(|percent| {
        let text = if percent > 0.0 {
            format!("{}\u{202f}% short of it", number::significant(percent))
        } else {
            "as much".to_owned()
        };
        view! { <span class="under">{text}</span> }
    });
    view! {
        <tr>
            <th scope="row">{number::whole(row.patience)}</th>
            <td>{stops}</td>
            <td class="number">{number::whole(row.spared)}</td>
            <td class="number">{figure::value(&row.cost)}</td>
            <td class="number">{figure::with_interval(&row.energy)}</td>
            <td class="number">{figure::with_interval(&row.emissions)}</td>
            <td class="share-cell">{share}</td>
            <td class="number">{row.reached.map(number::significant)} {short}</td>
        </tr>
    }
    .into_any()
}
