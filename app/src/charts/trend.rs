//! Groups over buckets of time: stacked bars, stacked areas or lines, with what stands on the days.

use super::frame::{self, Key, Swatch, position};
use super::ink::{GROUPS, Ink, Nth, finish};
use super::{daily, poster, told};
use crate::islands::chart_cursor::{BETWEEN, CursorPoint};
use crate::parts::number::Scale;
use crate::parts::{figure, table};
use crate::view::{Drawn, Figure, Partial, Shown, TrendChart, TrendSeries, Unit};
use leptos::prelude::*;
use plane::{forecast, paint, scale};
use plotters::prelude::*;

mod plane;

/// Buckets up to which every point of a line is marked.
const DOTTED: usize = 40;
/// How wide a line is drawn; its dashes are known by that.
pub(super) const LINE: u32 = 5;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &TrendChart) -> AnyView {
    let plot = frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart));
    frame::figure(&chart.id, &title(chart), sentence(chart), keys(chart), plot, twin(chart))
}

/// The SVG document for a page, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &TrendChart) -> Option<String> {
    Some(finish(&plotted(chart)?, &chart.id, &chart.title, &sentence(chart)))
}

/// The SVG document as a file: with title, legend and colours of its own. `source` is printed below.
#[must_use]
pub fn file(chart: &TrendChart, source: &str) -> Option<String> {
    let head = poster::Head { title: &title(chart), sentence: &sentence(chart), source };
    Some(poster::compose(&plotted(chart)?, frame::HEIGHT, &head, &keys(chart)))
}

fn plotted(chart: &TrendChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(svg)
}

fn title(chart: &TrendChart) -> String {
    let word = unit_word(chart.unit, scale(chart));
    if word.is_empty() { chart.title.clone() } else { format!("{}, {word}", chart.title) }
}

/// The unit in which an axis is labelled.
pub(super) fn unit_word(unit: Unit, scale: Scale) -> String {
    match (scale.prefix, unit) {
        ("$", _) => "$".to_owned(),
        (_, Unit::GramsCo2e) => format!("{} CO₂e", scale.unit),
        (_, Unit::GramsPerThousand) => "g CO₂e".to_owned(),
        (_, Unit::GramsPerUnit) => format!("{} CO₂e", scale.unit),
        (_, Unit::Hours) if scale.unit == "h" => "hours".to_owned(),
        _ => scale.unit.to_owned(),
    }
}

fn stack(chart: &TrendChart, bucket: usize) -> Option<f64> {
    let values = chart.series.iter().filter_map(|series| series.values.get(bucket).copied().flatten());
    values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

fn total(chart: &TrendChart, bucket: usize) -> Option<Figure> {
    chart.totals.get(bucket).copied().flatten()
}

/// Why a bucket is not all of its time.
fn partial(chart: &TrendChart, bucket: usize) -> Option<Partial> {
    chart.buckets.get(bucket).and_then(|label| label.partial)
}

/// The reasons for all stripes, buckets that hold something and not all; and the one that all buckets share.
fn reasons(chart: &TrendChart) -> (Vec<Partial>, Option<Partial>) {
    let is_held = |bucket: &usize| chart.drawn != Drawn::Bars || stack(chart, *bucket).is_some();
    let held: Vec<usize> = (0..chart.buckets.len()).filter(is_held).collect();
    told::parted(held.iter().filter_map(|bucket| partial(chart, *bucket)).collect(), held.len())
}

/// The colour of a series by its place.
fn ink(place: usize, series: &TrendSeries) -> Ink {
    match u8::try_from(place + 1) {
        Ok(place) if !series.is_rest && place <= GROUPS => Ink::Group(place),
        _ => Ink::Rest,
    }
}

/// The series that have anything to draw, with the places that give them their colours.
fn present(chart: &TrendChart) -> impl Iterator<Item = (usize, &TrendSeries)> {
    chart
        .series
        .iter()
        .enumerate()
        .filter(|(_, series)| series.values.iter().chain(&series.before).any(Option::is_some))
}

fn keys(chart: &TrendChart) -> Vec<Key> {
    let is_lines = chart.drawn == Drawn::Lines;
    let of = |(place, series): (usize, &TrendSeries)| {
        let swatch = if is_lines { Swatch::Line(Nth::of(place)) } else { Swatch::Layer };
        Key::of(swatch, ink(place, series), series.label.clone())
    };
    let has_band = chart.series.iter().any(|series| series.band.iter().any(Option::is_some));
    let has_reach = !is_lines && chart.totals.iter().flatten().any(Figure::has_interval);
    let has_before = chart.series.iter().any(|series| series.before.iter().any(Option::is_some));
    let before = if chart.drawn == Drawn::Bars { Swatch::Tick } else { Swatch::Dashes };
    let signs = [
        chart.before.as_ref().map(|line| Key::of(before, Ink::Before, line.label.clone())),
        has_before.then(|| Key::of(Swatch::Dashes, Ink::Before, "Compared with, in the same colour")),
        (has_band || has_reach).then(|| match has_band {
            true => Key::of(Swatch::Faint, Ink::Rest, "Band: range of the estimate"),
            false => Key::of(Swatch::Reach, Ink::Whisker, "Range of the estimate"),
        }),
        (!chart.target.is_empty()).then(|| Key::of(Swatch::Dashes, Ink::Target, "Target")),
        told::forecast_key(forecast(chart)),
        told::stripes_key(reasons(chart).0.into_iter()),
        (!chart.marks.is_empty()).then(|| Key::of(Swatch::Number, Ink::Mark, "Number of a note or event")),
    ];
    present(chart).map(of).chain(signs.into_iter().flatten()).collect()
}

/// What the chart says, in a few short sentences.
fn sentence(chart: &TrendChart) -> String {
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let whole = |bucket: usize| total(chart, bucket).map(|figure| figure.central).or_else(|| stack(chart, bucket));
    let peak = (0..chart.buckets.len()).filter_map(|bucket| Some((bucket, whole(bucket)?))).fold(
        None,
        |best: Option<(usize, f64)>, (bucket, value)| match best {
            Some((_, most)) if most >= value => best,
            _ => Some((bucket, value)),
        },
    );
    let Some((bucket, most)) = peak else {
        return "No data in this period.".to_owned();
    };
    let peak = chart.buckets.get(bucket).map(|label| label.long.clone()).unwrap_or_default();
    let mut text = match &chart.total {
        Shown::Ready(_) => {
            let change = chart.change.as_ref().map_or_else(String::new, |change| format!("{change}: "));
            format!("{change}{} {}", figure::text(&chart.total), altogether(chart.unit))
        }
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => "The whole is not known".to_owned(),
    };
    if chart.buckets.len() > 1 && most > 0.0 {
        text.push_str(&format!("; highest: {peak} ({})", print(most)));
    }
    text.push('.');
    text.push_str(&told::expected(forecast(chart)));
    let (reasons, shared) = reasons(chart);
    text.push_str(&told::striped(reasons.into_iter(), |count| format!("{count} of {}", chart.buckets.len())));
    text.push_str(&told::alike(shared));
    match chart.target.as_slice() {
        [] => {}
        [first, rest @ ..] if rest.iter().all(|each| each == first) => {
            text.push_str(&format!(" Dashed: the target, {} each.", print(*first)));
        }
        _ => text.push_str(" Dashed: the target of each."),
    }
    let is_absent =
        |bucket: &usize| stack(chart, *bucket).is_none() && told::expected_of(forecast(chart), *bucket).is_none();
    let absent = (0..chart.buckets.len()).filter(is_absent).count();
    if absent > 0 {
        text.push_str(&format!(" Not read, or without a figure: {absent}."));
    }
    text
}

/// How the whole of a period is called: a sum or a ratio.
pub(super) const fn altogether(unit: Unit) -> &'static str {
    match unit {
        Unit::GramsPerKilowattHour | Unit::GramsPerThousand | Unit::GramsPerUnit | Unit::Percent => "overall",
        _ => "in all",
    }
}

fn cursor(chart: &TrendChart) -> Vec<CursorPoint> {
    let across = position(chart.buckets.len());
    let point = |(bucket, label): (usize, &crate::view::BucketLabel)| CursorPoint {
        x: frame::fraction(position(bucket) + 0.5, across),
        label: label.long.clone(),
        text: spoken(chart, bucket),
    };
    chart.buckets.iter().enumerate().map(point).collect()
}

fn spoken(chart: &TrendChart, bucket: usize) -> String {
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let mut parts = Vec::new();
    if let Some(figure) = total(chart, bucket) {
        parts.push(told::with_range(&figure));
    }
    if chart.series.len() > 1 || parts.is_empty() {
        for series in &chart.series {
            if let Some(value) = series.values.get(bucket).copied().flatten() {
                parts.push(format!("{} {}", series.label, print(value)));
            }
        }
    }
    if let Some(value) = chart.before.as_ref().and_then(|before| before.values.get(bucket).copied().flatten()) {
        parts.push(format!("before {}", print(value)));
    }
    let expected = told::expected_of(forecast(chart), bucket);
    if parts.is_empty() {
        return expected.map_or_else(|| "no data".to_owned(), |expected| format!("no data yet · {expected}"));
    }
    parts.extend(expected);
    parts.extend(chart.target.get(bucket).map(|target| format!("target {}", print(*target))));
    parts.extend(partial(chart, bucket).map(|partial| partial.words().to_owned()));
    parts
        .extend(chart.marks.iter().filter(|(marked, _)| *marked == bucket).map(|(_, number)| format!("note {number}")));
    parts.join(BETWEEN)
}

/// What a group holds in a bucket, with its interval where one is drawn.
fn of_series(chart: &TrendChart, series: &TrendSeries, bucket: usize) -> Shown {
    let value = series.values.get(bucket).copied().flatten();
    match (value, series.band.get(bucket).copied().flatten()) {
        (Some(central), Some((low, high))) => {
            Figure { low: low.min(central), high: high.max(central), ..Figure::exact(central, chart.unit) }.into()
        }
        (value, _) => daily::cell(value, chart.unit),
    }
}

/// The same numbers as rows and columns.
fn twin(chart: &TrendChart) -> AnyView {
    let heads = present(chart)
        .map(|(_, series)| view! { <th scope="col" class="number">{series.label.clone()}</th> })
        .collect_view();
    let before_head =
        chart.before.as_ref().map(|before| view! { <th scope="col" class="number">{before.label.clone()}</th> });
    let forecast = forecast(chart);
    let head = view! {
        <tr>
            <th scope="col">"When"</th>
            {heads}
            <th scope="col" class="number">"Total"</th>
            {before_head}
            {forecast.map(|_| view! { <th scope="col" class="number">"Forecast"</th> })}
        </tr>
    };
    let rows = chart
        .buckets
        .iter()
        .enumerate()
        .map(|(bucket, label)| {
            let value =
                |values: &[Option<f64>]| figure::value(&daily::cell(values.get(bucket).copied().flatten(), chart.unit));
            let cells = present(chart)
                .map(|(_, series)| view! { <td class="number">{figure::with_interval(&of_series(chart, series, bucket))}</td> })
                .collect_view();
            let expected = forecast.map(|forecast| {
                let figure = forecast.values.get(bucket).copied().flatten();
                view! { <td class="number">{figure.map(|figure| figure::with_interval(&figure.into()))}</td> }
            });
            let sum = total(chart, bucket).map_or_else(|| daily::cell(None, chart.unit), Shown::from);
            let before = chart.before.as_ref().map(|before| view! { <td class="number">{value(&before.values)}</td> });
            let note = label.partial.map(|partial| format!(" ({})", partial.words()));
            view! {
                <tr>
                    <th scope="row">{frame::when(label)} {note}</th>
                    {cells}
                    <td class="number">{figure::with_interval(&sum)}</td>
                    {before}
                    {expected}
                </tr>
            }
        })
        .collect_view();
    table::table(chart.title.clone(), head.into_any(), rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::BucketLabel;

    fn chart(drawn: Drawn, series: Vec<Vec<Option<f64>>>) -> TrendChart {
        let buckets = (0..series[0].len())
            .map(|bucket| BucketLabel {
                short: format!("W{bucket}"),
                long: format!("Week {bucket}"),
                partial: (bucket == 0).then_some(Partial::Cut),
                ..BucketLabel::default()
            })
            .collect();
        let each = |(place, values): (usize, Vec<Option<f64>>)| TrendSeries {
            label: format!("<team {place}>"),
            values,
            before: Vec::new(),
            band: Vec::new(),
            is_rest: place == 2,
        };
        TrendChart {
            id: "trend".to_owned(),
            title: "Energy by week".to_owned(),
            unit: Unit::KilowattHours,
            drawn,
            buckets,
            series: series.into_iter().enumerate().map(each).collect(),
            totals: Vec::new(),
            before: None,
            target: Vec::new(),
            marks: vec![(1, "1".to_owned())],
            total: Shown::exact(6.0, Unit::KilowattHours),
            change: None,
            forecast: None,
            scale_to: None,
        }
    }

    #[test]
    fn each_way_of_drawing_shows_each_group_in_its_colour() {
        let values = vec![vec![Some(1.0), Some(2.0)], vec![Some(2.0), None], vec![Some(0.5), Some(0.5)]];
        for drawn in [Drawn::Bars, Drawn::Area, Drawn::Lines] {
            let svg = svg(&chart(drawn, values.clone())).unwrap();
            for class in ["group-1", "group-2", "rest", "mark"] {
                assert!(svg.contains(&format!("-{class}\"")), "{class} of {drawn:?}");
            }
            assert!(!svg.contains("#0102"), "{drawn:?}");
        }
    }

    #[test]
    fn names_of_hours_stand_where_days_begin() {
        let hours = |days: i64| -> Vec<BucketLabel> {
            let begin = chrono::DateTime::UNIX_EPOCH;
            let label =
                |hour| BucketLabel { hour: Some(begin + chrono::TimeDelta::hours(hour)), ..BucketLabel::default() };
            (0..24 * days).map(label).collect()
        };
        for (days, expected) in [(1, 3), (2, 6), (3, 12), (4, 12), (5, 24), (8, 24), (9, 48), (15, 48)] {
            assert_eq!(frame::every(&hours(days), 8), expected, "{days} days");
        }
        for (weeks, expected) in [(1, 1), (8, 1), (9, 2), (60, 8)] {
            assert_eq!(frame::every(&vec![BucketLabel::default(); weeks], 8), expected, "{weeks} weeks");
        }
    }

    #[test]
    fn charts_beside_each_other_share_a_scale_and_name_only_what_they_hold() {
        let own = chart(Drawn::Bars, vec![vec![None, None], vec![Some(1.0), Some(2.0)]]);
        let shared = TrendChart { scale_to: Some(8.0), ..own.clone() };
        assert!((plane::highest(&own) - 2.0).abs() < 1e-9 && (plane::highest(&shared) - 8.0).abs() < 1e-9);
        let keys = keys(&shared);
        let areas: Vec<&Key> = keys.iter().filter(|key| key.swatch == Swatch::Layer).collect();
        assert_eq!(areas.len(), 1);
        assert_eq!(areas[0].ink, Ink::Group(2), "it keeps the colour of its place");
    }

    #[test]
    fn a_bucket_without_data_parts_areas_and_lines() {
        let chart = chart(Drawn::Area, vec![vec![Some(1.0), None, Some(1.0), Some(2.0)]]);
        assert_eq!(plane::stretches(&chart), vec![vec![0], vec![2, 3]]);
        assert_eq!(plane::runs(&chart.series[0].values), vec![vec![(0.5, 1.0)], vec![(2.5, 1.0), (3.5, 2.0)]]);
    }

    #[test]
    fn a_file_stands_by_itself() {
        let chart = chart(Drawn::Bars, vec![vec![Some(1.0), Some(2.0)]]);
        let file = file(&chart, "Factor set <x>").unwrap();
        assert!(file.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{file}");
        assert!(file.contains("&lt;team 0&gt;") && file.contains("Factor set &lt;x&gt;") && file.contains("#3b4fa8"));
        assert!(!file.contains("class=") && !file.contains("#0102") && file.ends_with("</svg>"), "{file}");
    }
}
