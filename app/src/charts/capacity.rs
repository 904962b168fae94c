//! What stood ready and how much of it was in use, on one axis: the area between is what nobody used.

use super::daily::cell;
use super::frame::{self, Key, Plane, Swatch};
use super::ink::{Ink, finish};
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::{figure, marks, number, table};
use crate::view::{CapacityChart, Shown, Unit};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use plotters::prelude::*;

/// The chart with its cursor, legend, events and table.
#[must_use]
pub fn draw(chart: &CapacityChart) -> AnyView {
    let mut keys = vec![
        Key::area(Ink::Busy, "In use"),
        Key::area(Ink::Idle, "Unused"),
        Key::of(Swatch::Tick, Ink::Held, "Instances that stood ready"),
    ];
    if chart.partial.iter().any(|partial| *partial) {
        keys.push(Key::of(Swatch::Stripes, Ink::Hatch, "Striped: not all of it is known"));
    }
    let plot = frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart));
    let title = format!("{}, instances", chart.title);
    let plot = view! { {plot} {events(chart)} };
    frame::figure(&chart.id, &title, sentence(chart), keys, plot.into_any(), twin(chart))
}

fn events(chart: &CapacityChart) -> Option<AnyView> {
    let more = (chart.more_events > 0).then(|| {
        let days =
            if chart.more_events == 1 { "1 more day".to_owned() } else { format!("{} more days", chart.more_events) };
        view! { <p class="footnote">{format!("Something happened on {days} that are not marked.")}</p> }
    });
    (!chart.events.is_empty()).then(|| view! { {marks::list(&chart.events, "")} {more} }.into_any())
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &CapacityChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

#[expect(clippy::cast_precision_loss, reason = "a chart has at most a few hundred buckets")]
const fn position(bucket: usize) -> f64 {
    bucket as f64
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &CapacityChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let across = position(chart.times.len()).max(1.0);
    let highest = chart.capacity.iter().flatten().copied().fold(0.0, f64::max);
    // Numbers of marks stand above everything else.
    let top = highest * if chart.marks.is_empty() { 1.0 } else { 1.1 };
    let mut plane = frame::plane(root, across, top)?;
    let roof = if top > 0.0 { top * 1.06 } else { 1.0 };
    hatches(&mut plane, chart, across, roof)?;
    frame::marks(root, &mut plane, &chart.marks, roof)?;
    let zero: Vec<Option<f64>> = chart.used.iter().map(|used| used.map(|_| 0.0)).collect();
    for (low, high, ink) in [(&chart.used, &chart.capacity, Ink::Idle), (&zero, &chart.used, Ink::Busy)] {
        for area in areas(low, high) {
            plane.draw_series([Polygon::new(area, ink.color().filled())])?;
        }
    }
    for line in steps(&chart.capacity) {
        plane.draw_series([PathElement::new(line, Ink::Held.color().stroke_width(4))])?;
    }
    frame::labels_below(root, &plane, &labels(chart, across))?;
    Ok(())
}

/// Slanted lines over the buckets that are not known whole.
fn hatches(plane: &mut Plane<'_>, chart: &CapacityChart, across: f64, roof: f64) -> Result<(), frame::DrawingError> {
    let step = (across / 120.0).max(1.0 / 12.0);
    for (bucket, _) in chart.partial.iter().enumerate().filter(|(_, partial)| **partial) {
        let (left, right) = (position(bucket), position(bucket + 1));
        // One grid for all, so that neighbours make one pattern.
        let mut x = (left / step).ceil() * step;
        while x < right {
            let piece = [(x, 0.0), (x + step, roof)];
            plane.draw_series([PathElement::new(piece, Ink::Hatch.color().stroke_width(1))])?;
            x += step;
        }
    }
    Ok(())
}

/// The outline of a stretch of known values as steps, for each stretch.
fn steps(values: &[Option<f64>]) -> Vec<Vec<(f64, f64)>> {
    let mut lines: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut is_open = false;
    for (bucket, value) in values.iter().enumerate() {
        let Some(value) = value else {
            is_open = false;
            continue;
        };
        let corners = [(position(bucket), *value), (position(bucket + 1), *value)];
        match lines.last_mut().filter(|_| is_open) {
            Some(line) => line.extend(corners),
            None => lines.push(corners.into()),
        }
        is_open = true;
    }
    lines
}

/// The areas between two stepped lines, where both are known.
fn areas(low: &[Option<f64>], high: &[Option<f64>]) -> Vec<Vec<(f64, f64)>> {
    let both = |of: &[Option<f64>], other: &[Option<f64>]| -> Vec<Option<f64>> {
        of.iter().zip(other).map(|(value, other)| value.filter(|_| other.is_some())).collect()
    };
    let (lower, upper) = (steps(&both(low, high)), steps(&both(high, low)));
    upper
        .into_iter()
        .zip(lower)
        .map(|(upper, lower)| upper.into_iter().chain(lower.into_iter().rev()).collect())
        .collect()
}

/// Over hours of several days, names of days under their midnights; else what begins each of six stretches.
fn labels(chart: &CapacityChart, across: f64) -> Vec<(f64, String)> {
    let is_short = across * f64::from(chart.step_hours.max(1)) < 48.0;
    let format = if is_short { "%H:%M" } else { "%-d %b" };
    let is_midnight = |at: &DateTime<Utc>| at.time() == chrono::NaiveTime::MIN;
    let places: Vec<(usize, &DateTime<Utc>)> =
        chart.times.iter().enumerate().filter(|(_, at)| is_short || is_midnight(at)).collect();
    let every = places.len().div_ceil(7).max(1);
    let labelled = places.into_iter().step_by(every);
    labelled.map(|(bucket, at)| (position(bucket) + 0.5, at.format(format).to_string())).collect()
}

fn sentence(chart: &CapacityChart) -> String {
    if chart.capacity.iter().all(Option::is_none) {
        return "No data in this period.".to_owned();
    }
    let mut text = format!("{} stood ready", with_noun(&chart.hours));
    match &chart.unused.hours {
        Shown::Ready(_) => text.push_str(&format!(
            ", of which {} were not used: {}, {}.",
            figure::text(&chart.unused.hours),
            cost(&chart.unused.cost),
            emissions(&chart.unused.emissions)
        )),
        Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) => {
            text.push_str(&format!("; how much of it was used is unknown, since {reason}."));
        }
    }
    if chart.partial.iter().any(|partial| *partial) {
        text.push_str(" Hatched: partly unknown.");
    }
    text
}

fn with_noun(hours: &Shown) -> String {
    match hours {
        Shown::Ready(_) => format!("{} of instances", figure::text(hours)),
        _ => "Instances".to_owned(),
    }
}

fn cost(shown: &Shown) -> String {
    if shown.figure().is_some() { figure::text(shown) } else { "cost unknown".to_owned() }
}

fn emissions(shown: &Shown) -> String {
    match shown.figure().map(number::print) {
        Some(printed) => match printed.interval.clone() {
            Some((low, high)) => format!("{} CO₂e ({low}–{high})", figure::text(shown)),
            None => format!("{} CO₂e", figure::text(shown)),
        },
        None => "emissions unknown".to_owned(),
    }
}

fn name(chart: &CapacityChart, at: &DateTime<Utc>) -> String {
    if chart.step_hours < 24 { number::moment(*at) } else { number::weekday(at.date_naive()) }
}

/// Instances in a bucket: ready, in use, not used; and requests.
fn values(chart: &CapacityChart, bucket: usize) -> [Shown; 4] {
    let of = |values: &[Option<f64>]| values.get(bucket).copied().flatten();
    let (ready, used) = (of(&chart.capacity), of(&chart.used));
    let unused = ready.zip(used).map(|(ready, used)| (ready - used).max(0.0));
    [ready, used, unused, of(&chart.requests)].map(|value| cell(value, Unit::Count))
}

fn cursor(chart: &CapacityChart) -> Vec<CursorPoint> {
    let across = position(chart.times.len());
    let point = |(bucket, at): (usize, &DateTime<Utc>)| {
        let [ready, used, _, requests] = values(chart, bucket).map(|shown| figure::text(&shown));
        let notes = chart.marks.iter().filter(|(place, _)| *place == bucket);
        let notes: String = notes.map(|(_, number)| format!(" · note {number}")).collect();
        CursorPoint {
            x: frame::fraction(position(bucket) + 0.5, across),
            label: name(chart, at),
            text: format!("{ready} ready · {used} in use · {requests} requests{notes}"),
        }
    };
    chart.times.iter().enumerate().map(point).collect()
}

fn twin(chart: &CapacityChart) -> AnyView {
    let rows = chart
        .times
        .iter()
        .enumerate()
        .map(|(bucket, at)| {
            let cells = values(chart, bucket)
                .map(|shown| view! { <td class="number">{figure::value(&shown)}</td> })
                .into_iter()
                .collect_view();
            let note = chart.partial.get(bucket).is_some_and(|partial| *partial).then_some(" (partly unknown)");
            view! { <tr><th scope="row">{name(chart, at)} {note}</th>{cells}</tr> }
        })
        .collect_view();
    let first = if chart.step_hours < 24 { "Hour, UTC" } else { "Day" };
    let head = table::head(&[first, "#Instances ready", "#In use", "#Unused", "#Requests"]);
    table::table(chart.title.clone(), head, rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_steps_and_a_gap_parts_them() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0)];
        let expected = vec![vec![(0.0, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 2.0)], vec![(3.0, 3.0), (4.0, 3.0)]];
        assert_eq!(steps(&values), expected);
    }

    #[test]
    fn an_area_needs_both_of_its_lines() {
        let (low, high) = ([Some(1.0), None, Some(0.0)], [Some(2.0), Some(2.0), None]);
        assert_eq!(areas(&low, &high), [vec![(0.0, 2.0), (1.0, 2.0), (1.0, 1.0), (0.0, 1.0)]]);
    }

    #[test]
    fn what_is_unknown_is_said_and_is_no_zero() {
        let chart = CapacityChart {
            capacity: vec![Some(1.0)],
            hours: Shown::exact(1.0, Unit::Hours),
            unused: crate::view::Unused {
                hours: Shown::Unknown("no metrics tell how busy it was".to_owned()),
                ..crate::view::Unused::default()
            },
            ..CapacityChart::default()
        };
        assert_eq!(
            sentence(&chart),
            "1.00 h of instances stood ready; how much of it was used is unknown, since no metrics tell how busy it was."
        );
    }
}
