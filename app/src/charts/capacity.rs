//! Demand above capacity: two small charts over the same days, since one picture with two axes can be made to say anything.

use super::daily;
use super::frame::{self, Key};
use crate::parts::{figure, number, table};
use crate::view::{Bar, CapacityChart, DailyChart, Series, SeriesKind, Shown, Unit};
use leptos::prelude::*;

/// Both charts in one figure, with one table.
#[must_use]
pub fn draw(chart: &CapacityChart) -> AnyView {
    let demand = half(chart, "demand", "Invocations by day", SeriesKind::Busy, Unit::Count, &chart.demand);
    let capacity = half(chart, "capacity", "Instance-hours by day", SeriesKind::Endpoint, Unit::Hours, &chart.capacity);
    let plots = view! {
        <h4>"Invocations by day"</h4>
        {daily::plot(&demand)}
        <h4>"Instance-hours by day"</h4>
        {daily::plot(&capacity)}
    };
    let keys = vec![
        Key { class: "fill-busy".to_owned(), label: "Invocations".to_owned() },
        Key { class: "fill-endpoint".to_owned(), label: "Instance-hours".to_owned() },
    ];
    frame::figure(&chart.id, &chart.title, sentence(chart), keys, plots.into_any(), twin(chart))
}

fn half(
    chart: &CapacityChart,
    suffix: &str,
    label: &str,
    kind: SeriesKind,
    unit: Unit,
    values: &[Option<f64>],
) -> DailyChart {
    DailyChart {
        bar: Bar::Day,
        marks: Vec::new(),
        target: None,
        id: format!("{}-{suffix}", chart.id),
        title: label.to_owned(),
        unit,
        days: chart.days.clone(),
        series: vec![Series { kind, label: label.to_owned(), values: values.to_vec() }],
        totals: Vec::new(),
        partial: Vec::new(),
        total: None,
    }
}

fn sentence(chart: &CapacityChart) -> String {
    let known: Vec<(f64, f64)> = chart
        .demand
        .iter()
        .zip(&chart.capacity)
        .filter_map(|(demand, capacity)| Some(((*demand)?, (*capacity)?)))
        .collect();
    if known.is_empty() {
        return "No data in this period.".to_owned();
    }
    let (demand, capacity) =
        known.iter().fold((0.0, 0.0), |(demand, capacity), (more, hours)| (demand + more, capacity + hours));
    let silent = known.iter().filter(|(demand, capacity)| *demand == 0.0 && *capacity > 0.0).count();
    let text = format!(
        "{} invocations on {} of capacity.",
        figure::text(&Shown::exact(demand, Unit::Count)),
        figure::text(&Shown::exact(capacity, Unit::Hours))
    );
    match silent {
        0 => text,
        1 => format!("{text} On 1 day it ran and nobody called."),
        days => format!("{text} On {days} days it ran and nobody called."),
    }
}

fn twin(chart: &CapacityChart) -> AnyView {
    let rows = chart
        .days
        .iter()
        .enumerate()
        .map(|(day, date)| {
            let value =
                |values: &[Option<f64>], unit| figure::value(&daily::cell(values.get(day).copied().flatten(), unit));
            view! {
                <tr>
                    <th scope="row">{number::weekday(*date)}</th>
                    <td class="number">{value(&chart.demand, Unit::Count)}</td>
                    <td class="number">{value(&chart.capacity, Unit::Hours)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = table::head(&["Day", "#Invocations", "#Instance-hours"]);
    table::table(chart.title.clone(), head, rows.into_any(), None)
}
