//! What the trials of a search reached in the order in which they began, and the best so far as stairs.

use super::frame::{self, Key};
use super::ink::{Ink, finish};
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::{facts, number, table};
use crate::view::{BestSoFarChart, BestSoFarTrial};
use leptos::prelude::*;
use plotters::prelude::*;
use std::ops::Range;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &BestSoFarChart) -> AnyView {
    let keys = vec![
        Key::area(Ink::Front, "Best so far (line), where it rose (dots)"),
        Key::area(Ink::Beaten, "Every other trial (crosses)"),
    ];
    let better = if chart.more_is_better { "more is better" } else { "less is better" };
    let drawn = frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart));
    let plot = view! {
        <h4>{format!("{} upwards ({better}), trials in the order in which they began across", chart.value)}</h4>
        {drawn}
    }
    .into_any();
    frame::figure(&chart.id, &chart.title, sentence(chart), keys, plot, twin(chart))
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &BestSoFarChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

/// Trials with their place from 0, in the middle of a column.
fn placed(chart: &BestSoFarChart) -> impl Iterator<Item = (f64, &BestSoFarTrial)> {
    let middle = |place: u32| f64::from(place) + 0.5;
    (0_u32..).map(middle).zip(&chart.trials)
}

#[expect(clippy::cast_precision_loss, reason = "a search has at most some hundred trials")]
fn across(chart: &BestSoFarChart) -> f64 {
    chart.trials.len().max(1) as f64
}

/// From a little below the least value to a little above the greatest.
fn heights(chart: &BestSoFarChart) -> Range<f64> {
    let values = || chart.trials.iter().filter_map(|trial| trial.value);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let room = ((most - least) * 0.12).max(most.abs() * 1e-3).max(1e-9);
    if least.is_finite() && most.is_finite() { least - room..most + room } else { 0.0..1.0 }
}

/// The best so far from the first trial with a value to the last trial of all.
fn stairs(chart: &BestSoFarChart) -> Vec<(f64, f64)> {
    let mut stairs: Vec<(f64, f64)> = Vec::new();
    for (x, trial) in placed(chart) {
        let Some(best) = trial.best else { continue };
        if let Some((_, before)) = stairs.last().copied().filter(|(_, before)| before.total_cmp(&best).is_ne()) {
            stairs.push((x, before));
        }
        stairs.push((x, best));
    }
    if let Some((_, best)) = stairs.last().copied() {
        stairs.push((across(chart), best));
    }
    stairs
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &BestSoFarChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let mut plane = frame::plane_between(root, across(chart), heights(chart))?;
    plane.draw_series([PathElement::new(stairs(chart), Ink::Front.color().stroke_width(4))])?;
    let of = |rises: bool| {
        placed(chart).filter(move |(_, trial)| trial.rises == rises).filter_map(|(x, trial)| Some((x, trial.value?)))
    };
    plane.draw_series(of(false).map(|at| Cross::new(at, 8, Ink::Beaten.color().stroke_width(4))))?;
    plane.draw_series(of(true).map(|at| Circle::new(at, 10, Ink::Front.color().filled())))?;
    frame::labels_below(root, &plane, &labels(chart))?;
    Ok(())
}

/// Numbers of trials: all of a few, else about eight.
fn labels(chart: &BestSoFarChart) -> Vec<(f64, String)> {
    let step = chart.trials.len().div_ceil(8).max(1);
    let numbers = (1_usize..).zip(placed(chart)).step_by(step);
    numbers.map(|(number, (x, _))| (x, number.to_string())).collect()
}

fn sentence(chart: &BestSoFarChart) -> String {
    let last = (1_usize..).zip(&chart.trials).filter(|(_, trial)| trial.rises).last();
    let Some((number, best)) = last else { return "No trial has a value.".to_owned() };
    let all = chart.trials.len();
    let value = best.value.map(number::significant).unwrap_or_default();
    let place = format!("{} of {}", number::count(number), number::count(all));
    let reached = format!("The best so far came with trial {place}: {} {value}.", chart.value);
    match all - number {
        0 => format!("{reached} No trial came after it."),
        1 => format!("{reached} 1 trial after it did not beat it."),
        more => format!("{reached} {} trials after it did not beat it.", number::count(more)),
    }
}

fn said(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), number::significant)
}

fn cursor(chart: &BestSoFarChart) -> Vec<CursorPoint> {
    let point = |(x, trial): (f64, &BestSoFarTrial)| CursorPoint {
        x: frame::fraction(x, across(chart)),
        label: trial.label.clone(),
        text: format!("{} {} · best so far {}", chart.value, said(trial.value), said(trial.best)),
    };
    placed(chart).map(point).collect()
}

fn twin(chart: &BestSoFarChart) -> AnyView {
    let rows = (1_usize..)
        .zip(&chart.trials)
        .map(|(number, trial)| {
            view! {
                <tr>
                    <td class="number">{number}</td>
                    <th scope="row">{trial.label.clone()}</th>
                    <td>{trial.at.map_or_else(|| "unknown".into_any(), facts::time)}</td>
                    <td class="number">{said(trial.value)}</td>
                    <td class="number">{said(trial.best)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <tr>
            <th scope="col" class="number">"Number"</th>
            <th scope="col">"Trial"</th>
            <th scope="col">"Began, UTC"</th>
            <th scope="col" class="number">{chart.value.clone()}</th>
            <th scope="col" class="number">"Best so far"</th>
        </tr>
    };
    table::table(chart.title.clone(), head.into_any(), rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(trials: &[(Option<f64>, Option<f64>, bool)]) -> BestSoFarChart {
        let trial = |(value, best, rises): &(Option<f64>, Option<f64>, bool)| BestSoFarTrial {
            label: "t".into(),
            at: None,
            value: *value,
            best: *best,
            rises: *rises,
        };
        BestSoFarChart {
            id: "x".into(),
            title: "Best so far".into(),
            value: "recall".into(),
            more_is_better: true,
            trials: trials.iter().map(trial).collect(),
        }
    }

    #[test]
    fn the_best_so_far_is_drawn_as_stairs_to_the_last_trial() {
        let chart = chart(&[
            (None, None, false),
            (Some(0.5), Some(0.5), true),
            (Some(0.4), Some(0.5), false),
            (Some(0.7), Some(0.7), true),
            (None, Some(0.7), false),
        ]);
        assert_eq!(stairs(&chart), [(1.5, 0.5), (2.5, 0.5), (3.5, 0.5), (3.5, 0.7), (4.5, 0.7), (5.0, 0.7)]);
        let said = sentence(&chart);
        assert!(said.contains("trial 4 of 5") && said.contains("1 trial after it did not beat it"), "{said}");
        let svg = svg(&chart).unwrap();
        let count = |class: &str| svg.matches(class).count();
        assert_eq!((count("fill-front"), count("stroke-front")), (2, 1), "{svg}");
        assert!(count("stroke-beaten") >= 1 && !svg.contains("#0102"), "{svg}");
    }

    #[test]
    fn a_search_without_a_value_has_a_plane_and_a_long_one_few_numbers() {
        assert!(svg(&chart(&[(None, None, false)])).is_some() && svg(&chart(&[])).is_some());
        let long = chart(&vec![(Some(0.1), Some(0.1), false); 100]);
        let labels = labels(&long);
        assert!(labels.len() <= 8 && labels[1].1 == "14", "{labels:?}");
    }
}
