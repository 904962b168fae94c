//! The drawing of a trend: bars, areas or lines with what stands on them.

use super::{DOTTED, ink, stack, total};
use crate::charts::frame::{self, DrawingError, Plane, position};
use crate::charts::ink::{Ink, Nth};
use crate::charts::{daily, told};
use crate::parts::number::{self, Scale};
use crate::view::{Drawn, TrendChart, TrendSeries};
use plotters::coord::Shift;
use plotters::prelude::*;

/// How much of its colour a band keeps.
const FAINT: f64 = 0.16;

pub(super) fn scale(chart: &TrendChart) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

/// The largest value anywhere in the chart, in the base unit; decides the scale.
pub(super) fn highest(chart: &TrendChart) -> f64 {
    let before = chart.before.iter().flat_map(|line| line.values.iter().flatten().copied());
    let tops: Vec<f64> = match chart.drawn {
        Drawn::Lines => {
            let of = |series: &TrendSeries| -> Vec<f64> {
                let reach = series.band.iter().flatten().map(|(_, high)| *high);
                series.values.iter().chain(&series.before).flatten().copied().chain(reach).collect()
            };
            chart.series.iter().flat_map(of).collect()
        }
        Drawn::Bars | Drawn::Area => (0..chart.buckets.len())
            .map(|bucket| {
                let high = total(chart, bucket).map_or(0.0, |figure| figure.high);
                stack(chart, bucket).unwrap_or(0.0).max(high)
            })
            .collect(),
    };
    let forecast = told::highest(forecast(chart));
    let least = chart.scale_to.unwrap_or(0.0).max(forecast);
    tops.into_iter().chain(before).chain(chart.target.iter().copied()).fold(least, f64::max)
}

/// Lines of groups stand for parts, of which no forecast is made.
pub(super) fn forecast(chart: &TrendChart) -> Option<&crate::view::Forecast> {
    chart.forecast.as_ref().filter(|_| chart.drawn != Drawn::Lines || chart.series.len() == 1)
}

pub(super) fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    chart: &TrendChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let divisor = scale(chart).divisor;
    let highest = highest(chart) / divisor;
    // Numbers of marks stand above everything else.
    let head = if chart.marks.is_empty() { 1.0 } else { 1.1 };
    let mut plane = frame::plane(root, position(chart.buckets.len()).max(1.0), highest * head)?;
    let roof = if highest > 0.0 { highest * head * 1.06 } else { 1.0 };
    let is_striped = !super::reasons(chart).0.is_empty();
    if chart.drawn != Drawn::Bars && is_striped {
        for bucket in (0..chart.buckets.len()).filter(|bucket| super::partial(chart, *bucket).is_some()) {
            frame::hatch(&mut plane, position(bucket), position(bucket + 1), roof)?;
        }
    }
    // Behind everything, so that a line at a day takes nothing from what it holds.
    frame::marks(root, &mut plane, &chart.marks, roof)?;
    match chart.drawn {
        Drawn::Bars => bars(&mut plane, chart, divisor, roof)?,
        Drawn::Area => {
            areas(&mut plane, chart, divisor)?;
            reaches(&mut plane, chart, divisor)?;
        }
        Drawn::Lines => lines(&mut plane, chart, divisor)?,
    }
    if let Some(before) = &chart.before {
        before_line(&mut plane, chart.drawn, &before.values, divisor)?;
    }
    if let Some(forecast) = forecast(chart) {
        told::draw_forecast(&mut plane, forecast, divisor)?;
    }
    for (bucket, target) in chart.target.iter().enumerate() {
        let across = [position(bucket), position(bucket + 1)].map(|x| (x, target / divisor));
        plane.draw_series([PathElement::new(across, Ink::Target.color().stroke_width(3))])?;
    }
    frame::labels_below(root, &plane, &labels(chart))?;
    Ok(())
}

fn bars(plane: &mut Plane<'_>, chart: &TrendChart, divisor: f64, roof: f64) -> Result<(), DrawingError> {
    let gap = if chart.buckets.len() <= DOTTED { 0.14 } else { 0.08 };
    let is_striped = !super::reasons(chart).0.is_empty();
    for bucket in 0..chart.buckets.len() {
        let (left, right) = (position(bucket) + gap, position(bucket) + 1.0 - gap);
        let Some(height) = stack(chart, bucket).map(|sum| sum / divisor) else {
            if told::expected_of(forecast(chart), bucket).is_some() {
                continue;
            }
            plane.draw_series([Rectangle::new([(left, 0.0), (right, roof)], Ink::Absent.color().filled())])?;
            continue;
        };
        let layers = chart.series.iter().enumerate().map(|(place, series)| {
            (ink(place, series), series.values.get(bucket).copied().flatten().unwrap_or(0.0) / divisor)
        });
        frame::layers(plane, (left, right), layers)?;
        if is_striped && super::partial(chart, bucket).is_some() {
            frame::stripes(plane, (left, right), height, roof)?;
        }
    }
    reaches(plane, chart, divisor)
}

/// The interval of each bucket: with caps where there is room for them and nothing else lies across.
fn reaches(plane: &mut Plane<'_>, chart: &TrendChart, divisor: f64) -> Result<(), DrawingError> {
    let has_caps = chart.buckets.len() <= DOTTED && chart.before.is_none();
    for bucket in 0..chart.buckets.len() {
        let Some(figure) = total(chart, bucket).filter(crate::view::Figure::has_interval) else { continue };
        let (x, low, high) = (position(bucket) + 0.5, figure.low / divisor, figure.high / divisor);
        if has_caps {
            daily::whisker(plane, x, low, high)?;
        } else {
            plane.draw_series([PathElement::new([(x, low), (x, high)], Ink::Whisker.color().stroke_width(2))])?;
        }
    }
    Ok(())
}

/// Every group on top of those before it. A bucket without any data parts the areas.
fn areas(plane: &mut Plane<'_>, chart: &TrendChart, divisor: f64) -> Result<(), DrawingError> {
    for run in stretches(chart) {
        let mut floor = vec![0.0; run.len()];
        for (place, series) in chart.series.iter().enumerate() {
            let roof: Vec<f64> = run
                .iter()
                .zip(&floor)
                .map(|(bucket, base)| base + series.values.get(*bucket).copied().flatten().unwrap_or(0.0) / divisor)
                .collect();
            // A stretch of one bucket is as wide as the bucket, so that it is seen.
            let across = |heights: &[f64]| -> Vec<(f64, f64)> {
                match (run.as_slice(), heights) {
                    ([only], [height]) => vec![(position(*only), *height), (position(*only) + 1.0, *height)],
                    _ => run.iter().zip(heights).map(|(bucket, y)| (position(*bucket) + 0.5, *y)).collect(),
                }
            };
            let outline: Vec<(f64, f64)> = across(&roof).into_iter().chain(across(&floor).into_iter().rev()).collect();
            plane.draw_series([Polygon::new(outline, ink(place, series).color().filled())])?;
            plane.draw_series([PathElement::new(across(&roof), Ink::Stripe.color().stroke_width(2))])?;
            floor = roof;
        }
    }
    Ok(())
}

/// Buckets in a row that have data.
pub(super) fn stretches(chart: &TrendChart) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for bucket in 0..chart.buckets.len() {
        match (stack(chart, bucket).is_some(), runs.last_mut()) {
            (true, Some(run)) if open => run.push(bucket),
            (true, _) => {
                runs.push(vec![bucket]);
                open = true;
            }
            (false, _) => open = false,
        }
    }
    runs
}

fn lines(plane: &mut Plane<'_>, chart: &TrendChart, divisor: f64) -> Result<(), DrawingError> {
    for (place, series) in chart.series.iter().enumerate() {
        for edges in runs(&series.band) {
            let upper = edges.iter().map(|(x, (_, high))| (*x, high / divisor));
            let lower = edges.iter().rev().map(|(x, (low, _))| (*x, low / divisor));
            let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
            plane.draw_series([Polygon::new(outline, ink(place, series).color().mix(FAINT).filled())])?;
        }
    }
    // Where there are many points, a few of them bear the mark by which the line is told.
    let every = chart.buckets.len().div_ceil(DOTTED).max(1) * if chart.buckets.len() > DOTTED { 6 } else { 1 };
    for (place, series) in chart.series.iter().enumerate() {
        let color = ink(place, series).color();
        let at = |run: Vec<(f64, f64)>| -> Vec<(f64, f64)> {
            run.into_iter().map(|(x, value)| (x, value / divisor)).collect()
        };
        for run in runs(&series.before) {
            frame::dashes(plane, &at(run), color)?;
        }
        for run in runs(&series.values).into_iter().map(at) {
            for (point, _) in run.iter().zip(0_usize..).filter(|(_, bucket)| bucket.is_multiple_of(every)) {
                mark(plane, Nth::of(place), *point, color)?;
            }
            plane.draw_series([PathElement::new(run, color.stroke_width(super::LINE))])?;
        }
    }
    Ok(())
}

/// The mark of a line: circle, square, triangle or diamond.
fn mark(plane: &mut Plane<'_>, nth: Nth, at: (f64, f64), color: RGBColor) -> Result<(), DrawingError> {
    let corners = |corners: &[(i32, i32)]| EmptyElement::at(at) + Polygon::new(corners.to_vec(), color.filled());
    match nth {
        Nth::First => plane.draw_series([Circle::new(at, 7, color.filled())])?,
        Nth::Second => plane.draw_series([corners(&[(-7, -7), (7, -7), (7, 7), (-7, 7)])])?,
        Nth::Third => plane.draw_series([TriangleMarker::new(at, 10, color.filled())])?,
        Nth::Fourth => plane.draw_series([corners(&[(0, -10), (10, 0), (0, 10), (-10, 0)])])?,
    };
    Ok(())
}

/// The stretches without a gap, each value over the middle of its bucket.
pub(super) fn runs<T: Copy>(values: &[Option<T>]) -> Vec<Vec<(f64, T)>> {
    let mut runs: Vec<Vec<(f64, T)>> = Vec::new();
    let mut open = false;
    for (bucket, value) in values.iter().enumerate() {
        let point = value.map(|value| (position(bucket) + 0.5, value));
        match (point, runs.last_mut()) {
            (Some(point), Some(run)) if open => run.push(point),
            (Some(point), _) => {
                runs.push(vec![point]);
                open = true;
            }
            (None, _) => open = false,
        }
    }
    runs
}

/// The total of the period before: a tick over each bar, or a broken line.
fn before_line(plane: &mut Plane<'_>, drawn: Drawn, values: &[Option<f64>], divisor: f64) -> Result<(), DrawingError> {
    let color = Ink::Before.color();
    if drawn != Drawn::Bars {
        for run in runs(values) {
            let run: Vec<(f64, f64)> = run.into_iter().map(|(x, value)| (x, value / divisor)).collect();
            frame::dashes(plane, &run, color)?;
        }
        return Ok(());
    }
    for (bucket, value) in values.iter().enumerate() {
        let Some(y) = value.map(|value| value / divisor) else { continue };
        let piece = [(position(bucket) + 0.06, y), (position(bucket) + 0.94, y)];
        plane.draw_series([PathElement::new(piece, color.stroke_width(4))])?;
    }
    Ok(())
}

fn labels(chart: &TrendChart) -> Vec<(f64, String)> {
    let are_hours = chart.buckets.iter().any(|bucket| bucket.hour.is_some());
    let every = frame::every(&chart.buckets, if are_hours || chart.buckets.len() <= 8 { 8 } else { 6 });
    let labelled = chart.buckets.iter().enumerate().step_by(every);
    labelled.map(|(bucket, label)| (position(bucket) + 0.5, label.short.clone())).collect()
}
