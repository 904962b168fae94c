//! Stacked bars, one a day or a week, from zero.

use super::frame::{self, Key, Swatch, position};
use super::ink::{GROUPS, Ink, finish};
use super::told;
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{Bar, DailyChart, Figure, Partial, SeriesKind, Shown, Unit};
use chrono::NaiveDate;
use leptos::prelude::*;
use plotters::prelude::*;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &DailyChart) -> AnyView {
    let sentence = sentence(chart);
    let title = format!("{}, {}", chart.title, unit_word(chart));
    frame::figure(&chart.id, &title, sentence, keys(chart), plot(chart), twin(chart))
}

/// The drawing with its cursor, without the figure around it.
pub(super) fn plot(chart: &DailyChart) -> AnyView {
    frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart))
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &DailyChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

/// The largest value anywhere in the chart, in the base unit; decides the scale.
fn highest(chart: &DailyChart) -> f64 {
    let tops = (0..chart.days.len()).map(|day| {
        let high = total(chart, day).map_or(0.0, |figure| figure.high);
        stack(chart, day).unwrap_or(0.0).max(high)
    });
    tops.fold(chart.target.unwrap_or(0.0).max(told::highest(chart.forecast.as_ref())), f64::max)
}

fn scale(chart: &DailyChart) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

fn stack(chart: &DailyChart, day: usize) -> Option<f64> {
    let values = chart.series.iter().filter_map(|series| series.values.get(day).copied().flatten());
    values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

fn total(chart: &DailyChart, day: usize) -> Option<Figure> {
    chart.totals.get(day).copied().flatten()
}

/// Why a bar is not all of its time.
fn partial(chart: &DailyChart, day: usize) -> Option<Partial> {
    chart.partial.get(day).copied().flatten()
}

/// The reasons for all stripes, bars that hold something and not all; and the one that all bars share.
fn reasons(chart: &DailyChart) -> (Vec<Partial>, Option<Partial>) {
    let held: Vec<usize> = (0..chart.days.len()).filter(|day| stack(chart, *day).is_some()).collect();
    told::parted(held.iter().filter_map(|day| partial(chart, *day)).collect(), held.len())
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &DailyChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let scale = scale(chart);
    let top = highest(chart) / scale.divisor;
    // Numbers of marks stand above everything else.
    let top = top * if chart.marks.is_empty() { 1.0 } else { 1.1 };
    let mut plane = frame::plane(root, position(chart.days.len()).max(1.0), top)?;
    let roof = if top > 0.0 { top * 1.06 } else { 1.0 };
    // Behind everything, so that a line at a day takes nothing from what it holds.
    frame::marks(root, &mut plane, &chart.marks, roof)?;
    let is_striped = !reasons(chart).0.is_empty();
    for day in 0..chart.days.len() {
        let (left, right) = (position(day) + 0.16, position(day) + 0.84);
        let Some(height) = stack(chart, day).map(|sum| sum / scale.divisor) else {
            if told::expected_of(chart.forecast.as_ref(), day).is_some() {
                continue;
            }
            plane.draw_series([Rectangle::new([(left, 0.0), (right, roof)], Ink::Absent.color().filled())])?;
            continue;
        };
        let layers = chart
            .series
            .iter()
            .map(|series| (ink(series.kind), series.values.get(day).copied().flatten().unwrap_or(0.0) / scale.divisor));
        frame::layers(&mut plane, (left, right), layers)?;
        if is_striped && partial(chart, day).is_some() {
            frame::stripes(&mut plane, (left, right), height, roof)?;
        }
        if let Some(figure) = total(chart, day).filter(Figure::has_interval) {
            whisker(&mut plane, position(day) + 0.5, figure.low / scale.divisor, figure.high / scale.divisor)?;
        }
    }
    if let Some(forecast) = &chart.forecast {
        told::draw_forecast(&mut plane, forecast, scale.divisor)?;
    }
    if let Some(target) = chart.target.map(|target| target / scale.divisor) {
        let line = Ink::Target.color().stroke_width(3);
        plane.draw_series([PathElement::new([(0.0, target), (position(chart.days.len()), target)], line)])?;
    }
    frame::labels_below(root, &plane, &day_labels(chart))?;
    Ok(())
}

pub(super) fn whisker(plane: &mut frame::Plane<'_>, x: f64, low: f64, high: f64) -> Result<(), frame::DrawingError> {
    let style = Ink::Whisker.color().stroke_width(3);
    plane.draw_series([
        PathElement::new([(x, low), (x, high)], style),
        PathElement::new([(x - 0.07, low), (x + 0.07, low)], style),
        PathElement::new([(x - 0.07, high), (x + 0.07, high)], style),
    ])?;
    Ok(())
}

fn day_labels(chart: &DailyChart) -> Vec<(f64, String)> {
    let every = if chart.days.len() <= 8 { 1 } else { chart.days.len().div_ceil(6) };
    let format = match chart.bar {
        Bar::Day if every == 1 => "%a %-d",
        // The bars of half a year and more need no day to be told apart.
        Bar::Week if chart.days.len() > 26 => "%b %Y",
        _ => "%-d %b",
    };
    let labelled = chart.days.iter().enumerate().step_by(every);
    labelled.map(|(day, date)| (position(day) + 0.5, date.format(format).to_string())).collect()
}

const fn ink(kind: SeriesKind) -> Ink {
    match kind {
        SeriesKind::Preparation => Ink::Preparation,
        SeriesKind::Training => Ink::Training,
        SeriesKind::Endpoint => Ink::Endpoint,
        SeriesKind::Development => Ink::Development,
        SeriesKind::Busy => Ink::Busy,
        SeriesKind::Idle => Ink::Idle,
        SeriesKind::Group(place) if place <= GROUPS => Ink::Group(place),
        SeriesKind::Group(_) | SeriesKind::Rest => Ink::Rest,
    }
}

fn keys(chart: &DailyChart) -> Vec<Key> {
    let layers = chart.series.iter().map(|series| Key::of(Swatch::Layer, ink(series.kind), series.label.clone()));
    let has_range = (0..chart.days.len()).filter_map(|day| total(chart, day)).any(|figure| figure.has_interval());
    let signs = [
        has_range.then(|| Key::of(Swatch::Reach, Ink::Whisker, "Range of the estimate")),
        chart.target.map(|_| Key::of(Swatch::Dashes, Ink::Target, "Target")),
        told::forecast_key(chart.forecast.as_ref()),
        told::stripes_key(reasons(chart).0.into_iter()),
        (!chart.marks.is_empty()).then(|| Key::of(Swatch::Number, Ink::Mark, "Number of a note or event")),
    ];
    layers.chain(signs.into_iter().flatten()).collect()
}

/// The unit in which the axis is labelled.
pub(super) fn unit_word(chart: &DailyChart) -> &'static str {
    let scale = scale(chart);
    match (scale.prefix, scale.unit) {
        ("$", _) => "$",
        ("", "") => "number",
        (_, unit) => match (chart.unit, unit) {
            (Unit::GramsCo2e, "g") => "g CO₂e",
            (Unit::GramsCo2e, "kg") => "kg CO₂e",
            (Unit::GramsCo2e, "t") => "t CO₂e",
            (Unit::Hours, _) => "hours",
            _ => unit,
        },
    }
}

/// What the chart says, in one sentence or two.
fn sentence(chart: &DailyChart) -> String {
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let highest_day = (0..chart.days.len()).filter_map(|day| Some((*chart.days.get(day)?, stack(chart, day)?))).fold(
        None,
        |best: Option<(NaiveDate, f64)>, (date, value)| match best {
            Some((_, most)) if most >= value => best,
            _ => Some((date, value)),
        },
    );
    let Some((date, most)) = highest_day else {
        return "No data in this period.".to_owned();
    };
    let whole = chart.total.as_ref().map(|total| number::print(total).text());
    let peak = match most {
        most if most > 0.0 => format!("most {} ({})", within(chart.bar, date), print(most)),
        _ => "nothing ran".to_owned(),
    };
    let mut text = match (whole, &chart.change) {
        (Some(whole), Some(change)) => format!("{change}: {whole} in all, {peak}."),
        (Some(whole), None) => format!("{whole} in all, {peak}."),
        (None, _) => format!("{}.", capitalised(&peak)),
    };
    if let Some(target) = chart.target {
        text.push_str(&format!(" Dashed: the target, {} a {}.", print(target), word(chart.bar)));
    }
    text.push_str(&told::expected(chart.forecast.as_ref()));
    let (reasons, shared) = reasons(chart);
    text.push_str(&told::striped(reasons.into_iter(), |count| bars(chart.bar, count)));
    text.push_str(&told::alike(shared));
    let is_absent =
        |day: &usize| stack(chart, *day).is_none() && told::expected_of(chart.forecast.as_ref(), *day).is_none();
    let absent = (0..chart.days.len()).filter(is_absent).count();
    if absent > 0 {
        text.push_str(&format!(" Grey: {} not read, or without a figure.", bars(chart.bar, absent)));
    }
    text
}

/// The first letter as a sentence begins.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const fn word(bar: Bar) -> &'static str {
    match bar {
        Bar::Day => "day",
        Bar::Week => "week",
    }
}

fn bars(bar: Bar, count: usize) -> String {
    if count == 1 { format!("1 {}", word(bar)) } else { format!("{count} {}s", word(bar)) }
}

/// The name of a bar by its first day.
fn name(bar: Bar, first: NaiveDate) -> String {
    match bar {
        Bar::Day => number::weekday(first),
        Bar::Week => format!("Week from {}", first.format("%-d %b %Y")),
    }
}

/// When something happened, by the first day of its bar.
fn within(bar: Bar, first: NaiveDate) -> String {
    match bar {
        Bar::Day => format!("on {}", number::weekday(first)),
        Bar::Week => format!("in the week from {}", first.format("%-d %b %Y")),
    }
}

fn cursor(chart: &DailyChart) -> Vec<CursorPoint> {
    let across = position(chart.days.len());
    let point = |(day, date): (usize, &NaiveDate)| CursorPoint {
        x: frame::fraction(position(day) + 0.5, across),
        label: name(chart.bar, *date),
        text: spoken(chart, day),
    };
    chart.days.iter().enumerate().map(point).collect()
}

fn spoken(chart: &DailyChart, day: usize) -> String {
    let Some(sum) = stack(chart, day) else {
        let expected = told::expected_of(chart.forecast.as_ref(), day);
        return expected.map_or_else(|| "no data".to_owned(), |expected| format!("no data yet · {expected}"));
    };
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let mut text = total(chart, day).map_or_else(|| print(sum), |figure| told::with_range(&figure));
    if chart.series.len() > 1 {
        for series in &chart.series {
            if let Some(value) = series.values.get(day).copied().flatten() {
                text.push_str(&format!(" · {} {}", series.label, print(value)));
            }
        }
    }
    if let Some(partial) = partial(chart, day) {
        text.push_str(&format!(" · {}", partial.words()));
    }
    if let Some(expected) = told::expected_of(chart.forecast.as_ref(), day) {
        text.push_str(&format!(" · {expected}"));
    }
    for (_, number) in chart.marks.iter().filter(|(bar, _)| *bar == day) {
        text.push_str(&format!(" · note {number}"));
    }
    text
}

/// The same numbers as rows and columns.
fn twin(chart: &DailyChart) -> AnyView {
    let series_heads = chart
        .series
        .iter()
        .map(|series| view! { <th scope="col" class="number">{series.label.clone()}</th> })
        .collect_view();
    let head = view! {
        <tr>
            <th scope="col">{match chart.bar { Bar::Day => "Day", Bar::Week => "Week" }}</th>
            {series_heads}
            <th scope="col" class="number">"Total"</th>
            {chart.forecast.as_ref().map(|_| view! { <th scope="col" class="number">"Forecast"</th> })}
        </tr>
    };
    let rows = chart
        .days
        .iter()
        .enumerate()
        .map(|(day, date)| {
            let cells = chart
                .series
                .iter()
                .map(|series| view! { <td class="number">{figure::value(&cell(series.values.get(day).copied().flatten(), chart.unit))}</td> })
                .collect_view();
            let sum = total(chart, day).map_or_else(|| cell(stack(chart, day), chart.unit), Shown::from);
            let note = partial(chart, day).map(|partial| format!(" ({})", partial.words()));
            let expected = chart.forecast.as_ref().map(|forecast| {
                let figure = forecast.values.get(day).copied().flatten();
                view! { <td class="number">{figure.map(|figure| figure::with_interval(&figure.into()))}</td> }
            });
            view! {
                <tr>
                    <th scope="row">{frame::linked(name(chart.bar, *date), chart.hrefs.get(day))} {note}</th>
                    {cells}
                    <td class="number">{figure::with_interval(&sum)}</td>
                    {expected}
                </tr>
            }
        })
        .collect_view();
    table::table(chart.title.clone(), head.into_any(), rows.into_any(), None)
}

/// A value of a chart for its table.
pub(super) fn cell(value: Option<f64>, unit: Unit) -> Shown {
    value
        .map_or_else(|| Shown::Unknown("not read, or no figure is known".to_owned()), |value| Shown::exact(value, unit))
}
