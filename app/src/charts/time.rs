//! Lines over time, with a band where a line has a range.

use super::daily::cell;
use super::frame::{self, Key, Swatch};
use super::ink::{Ink, Nth, finish};
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{Line, Shown, TimeChart, Unit};
use leptos::prelude::*;
use plotters::prelude::*;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &TimeChart) -> AnyView {
    let lines = chart.lines.iter().zip(Nth::ALL.iter().cycle());
    let mut keys: Vec<Key> = lines.map(|(line, nth)| Key::area(Ink::Line(*nth), line.label.clone())).collect();
    if !gaps(chart).is_empty() {
        keys.push(Key::of(Swatch::Stripes, Ink::Hatch, "Striped: no data"));
    }
    let plot = frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart));
    // A time may be told on one of several scales.
    let title = match chart.unit {
        Unit::Milliseconds | Unit::Hours => format!("{}, {}", chart.title, scale(chart).unit),
        _ => chart.title.clone(),
    };
    frame::figure(&chart.id, &title, sentence(chart), keys, plot, twin(chart))
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &TimeChart) -> Option<String> {
    svg_sized(chart, (frame::WIDTH, frame::HEIGHT))
}

pub(super) fn svg_sized(chart: &TimeChart, size: (u32, u32)) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

fn highest(chart: &TimeChart) -> f64 {
    let values = chart.lines.iter().flat_map(|line| {
        let edges = line.band.iter().flatten().map(|(_, high)| *high);
        line.values.iter().flatten().copied().chain(edges)
    });
    chart.scale_to.unwrap_or_else(|| values.fold(0.0, f64::max))
}

fn scale(chart: &TimeChart) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

/// Seconds from the first point, and the whole stretch.
fn seconds(chart: &TimeChart) -> (Vec<f64>, f64) {
    let Some(first) = chart.times.first() else {
        return (Vec::new(), 1.0);
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds within a chart are far below 2^52")]
    let since = |at: &chrono::DateTime<chrono::Utc>| (*at - *first).num_seconds() as f64;
    let positions: Vec<f64> = chart.times.iter().map(since).collect();
    let across = positions.last().copied().unwrap_or(1.0).max(1.0);
    (positions, across)
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &TimeChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let divisor = scale(chart).divisor;
    let (positions, across) = seconds(chart);
    let mut plane = frame::plane(root, across, highest(chart) / divisor)?;
    let roof = plane.y_range().end;
    for (from, to) in gaps(chart) {
        frame::hatch(&mut plane, from, to, roof)?;
    }
    for (line, nth) in chart.lines.iter().zip(Nth::ALL.iter().cycle()) {
        for edges in runs(&positions, &line.band).into_iter().filter(|run| run.len() > 1) {
            let upper = edges.iter().map(|(x, (_, high))| (*x, high / divisor));
            let lower = edges.iter().rev().map(|(x, (low, _))| (*x, low / divisor));
            let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
            plane.draw_series([Polygon::new(outline, Ink::Band(*nth).color().filled())])?;
        }
        for run in runs(&positions, &line.values) {
            let points: Vec<(f64, f64)> = run.into_iter().map(|(x, value)| (x, value / divisor)).collect();
            match points.as_slice() {
                // A line of no length is not seen.
                [alone] => plane.draw_series([Circle::new(*alone, 7, Ink::Line(*nth).color().filled())])?,
                _ => plane.draw_series([PathElement::new(points, Ink::Line(*nth).color().stroke_width(5))])?,
            };
        }
    }
    frame::labels_below(root, &plane, &time_labels(chart, across))?;
    Ok(())
}

/// The stretches in which no line has a value, between the last point before and the first one after. What lies before all
/// points or after them is no gap: there may have been nothing to measure.
fn gaps(chart: &TimeChart) -> Vec<(f64, f64)> {
    let (positions, _) = seconds(chart);
    let is_known = |point: usize| chart.lines.iter().any(|line| line.values.get(point).copied().flatten().is_some());
    let known = positions.iter().enumerate().filter(|(point, _)| is_known(*point));
    let known: Vec<(usize, f64)> = known.map(|(point, at)| (point, *at)).collect();
    let pairs = known.windows(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
    pairs.filter(|(one, next)| next.0 > one.0 + 1).map(|(one, next)| (one.1, next.1)).collect()
}

/// The stretches without a gap: a line must not claim what nobody measured.
fn runs<T: Copy>(positions: &[f64], values: &[Option<T>]) -> Vec<Vec<(f64, T)>> {
    let mut runs: Vec<Vec<(f64, T)>> = Vec::new();
    let mut open = false;
    for (x, value) in positions.iter().zip(values) {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) if open => run.push((*x, *value)),
            (Some(value), _) => {
                runs.push(vec![(*x, *value)]);
                open = true;
            }
            (None, _) => open = false,
        }
    }
    runs
}

fn time_labels(chart: &TimeChart, across: f64) -> Vec<(f64, String)> {
    let Some(first) = chart.times.first() else {
        return Vec::new();
    };
    let format = if across < 2.0 * 86_400.0 { "%H:%M" } else { "%-d %b" };
    [0.02_f64, 0.26, 0.5, 0.74, 0.96]
        .into_iter()
        .map(|share| {
            #[expect(clippy::cast_possible_truncation, reason = "a number of seconds within the chart")]
            let seconds = (share * across) as i64;
            (share * across, (*first + chrono::TimeDelta::seconds(seconds)).format(format).to_string())
        })
        .collect()
}

fn sentence(chart: &TimeChart) -> String {
    let means: Vec<String> = chart
        .lines
        .iter()
        .filter_map(|line| Some(format!("{} {}", line.label, figure::text(&Shown::exact(mean(line)?, chart.unit)))))
        .collect();
    let striped = match gaps(chart).len() {
        0 => String::new(),
        1 => " Striped: 1 stretch without data.".to_owned(),
        many => format!(" Striped: {many} stretches without data."),
    };
    match means.is_empty() {
        true => "No data in this period.".to_owned(),
        false => format!("On average: {}.{striped}", means.join(", ")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a line has at most 300 points")]
fn mean(line: &Line) -> Option<f64> {
    let values: Vec<f64> = line.values.iter().flatten().copied().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn cursor(chart: &TimeChart) -> Vec<CursorPoint> {
    let (positions, across) = seconds(chart);
    chart
        .times
        .iter()
        .zip(positions)
        .enumerate()
        .map(|(point, (at, position))| {
            let values: Vec<String> = chart
                .lines
                .iter()
                .map(|line| {
                    format!(
                        "{} {}",
                        line.label,
                        figure::text(&cell(line.values.get(point).copied().flatten(), chart.unit))
                    )
                })
                .collect();
            CursorPoint { x: frame::fraction(position, across), label: number::moment(*at), text: values.join(" · ") }
        })
        .collect()
}

fn twin(chart: &TimeChart) -> AnyView {
    let heads = chart
        .lines
        .iter()
        .map(|line| view! { <th scope="col" class="number">{line.label.clone()}</th> })
        .collect_view();
    let head = view! { <tr><th scope="col">"Time, UTC"</th>{heads}</tr> };
    let rows = chart
        .times
        .iter()
        .enumerate()
        .map(|(point, at)| {
            let cells = chart
                .lines
                .iter()
                .map(|line| {
                    let value = cell(line.values.get(point).copied().flatten(), chart.unit);
                    view! { <td class="number">{figure::value(&value)}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{number::moment(*at)}</th>{cells}</tr> }
        })
        .collect_view();
    table::table(chart.title.clone(), head.into_any(), rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_in_which_nothing_is_known_is_told() {
        let start = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let line = |values: Vec<Option<f64>>| Line { label: "GPU".to_owned(), values, band: Vec::new() };
        let chart = TimeChart {
            id: "t".to_owned(),
            title: "Load".to_owned(),
            unit: Unit::Percent,
            times: (0..6).map(|minute| start + chrono::TimeDelta::seconds(minute)).collect(),
            lines: vec![
                line(vec![None, Some(1.0), None, None, Some(1.0), None]),
                line(vec![None, None, Some(1.0), None, None, None]),
            ],
            scale_to: None,
        };
        assert_eq!(gaps(&chart), [(2.0, 4.0)]);
        assert!(sentence(&chart).contains("Striped: 1 stretch without data."), "{}", sentence(&chart));
        assert!(svg(&chart).unwrap().contains("stroke-hatch"));
        let nothing = TimeChart { lines: vec![line(vec![None; 6])], ..chart };
        assert!(gaps(&nothing).is_empty() && sentence(&nothing) == "No data in this period.");
    }

    #[test]
    fn a_gap_parts_a_line() {
        let positions = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let values = [Some(1), Some(2), None, Some(3), None, Some(4)];
        assert_eq!(runs(&positions, &values), vec![vec![(0.0, 1), (1.0, 2)], vec![(3.0, 3)], vec![(5.0, 4)]]);
    }

    #[test]
    fn a_lone_point_is_a_dot() {
        let line = |values: &[Option<f64>]| TimeChart {
            id: "x".into(),
            title: "Load".into(),
            unit: Unit::Percent,
            times: (0..values.len())
                .map(|minute| chrono::DateTime::from_timestamp(60 * i64::try_from(minute).unwrap(), 0).unwrap())
                .collect(),
            lines: vec![Line { label: "Processors".into(), values: values.to_vec(), band: Vec::new() }],
            scale_to: Some(100.0),
        };
        for (values, dots, paths) in [
            (&[Some(50.0)][..], 1, 0),
            (&[Some(50.0), Some(60.0)], 0, 1),
            (&[Some(50.0), None, Some(60.0), Some(70.0)], 1, 1),
        ] {
            let svg = svg(&line(values)).unwrap();
            let count = |class: &str| svg.matches(class).count();
            assert_eq!((count("fill-line-1"), count("stroke-line-1")), (dots, paths), "{svg}");
        }
    }
}
