//! The same lines for several things beside each other: small charts on one scale, with one legend and one table.

use super::daily::cell;
use super::frame::{self, Key};
use super::ink::{Ink, Nth};
use super::time;
use crate::parts::{figure, number, table};
use crate::view::TimeChart;
use leptos::prelude::*;

/// Their canvas is narrower, so that words stay as large as in a wide chart.
const SIZE: (u32, u32) = (640, 340);

/// Small charts with the same lines; nothing where there are none.
#[must_use]
pub fn draw(id: &str, title: &str, charts: &[TimeChart]) -> Option<AnyView> {
    let first = charts.first()?;
    let keys = first
        .lines
        .iter()
        .zip(Nth::ALL.iter().cycle())
        .map(|(line, nth)| Key::area(Ink::Line(*nth), line.label.clone()))
        .collect();
    let each = charts
        .iter()
        .map(|chart| {
            let plot = match time::svg_sized(chart, SIZE) {
                Some(svg) => view! { <div class="plot-ink" inner_html=svg></div> }.into_any(),
                None => frame::undrawable(),
            };
            view! { <li><h4>{chart.title.clone()}</h4>{plot}</li> }
        })
        .collect_view();
    let plot = view! { <ul class="multiples" role="list">{each}</ul> };
    let sentence = "Each on the same scale, neighbouring points put together.".to_owned();
    Some(frame::figure(id, title, sentence, keys, plot.into_any(), twin(title, charts)))
}

fn twin(title: &str, charts: &[TimeChart]) -> AnyView {
    let rows = charts
        .iter()
        .flat_map(|chart| {
            chart.times.iter().enumerate().map(|(point, at)| {
                let cells = chart
                    .lines
                    .iter()
                    .map(|line| {
                        let value = cell(line.values.get(point).copied().flatten(), chart.unit);
                        view! { <td class="number">{figure::value(&value)}</td> }
                    })
                    .collect_view();
                view! { <tr><th scope="row">{chart.title.clone()}</th><td>{number::moment(*at)}</td>{cells}</tr> }
            })
        })
        .collect_view();
    let lines = charts.first().map(|chart| chart.lines.as_slice()).unwrap_or_default();
    let heads = lines.iter().map(|line| view! { <th scope="col" class="number">{line.label.clone()}</th> });
    let head = view! {
        <tr>
            <th scope="col">"Which"</th>
            <th scope="col">"Time, UTC"</th>
            {heads.collect_view()}
        </tr>
    };
    table::table(title.to_owned(), head.into_any(), rows.into_any(), None)
}
