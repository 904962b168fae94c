//! Groups over buckets of time: stacked bars, stacked areas or lines, with what stands on the days.

use super::frame::{self, DrawingError, Key, Plane};
use super::ink::{GROUPS, Ink, finish};
use super::{daily, poster};
use crate::islands::chart_cursor::{ChartCursor, CursorPoint};
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{Drawn, Figure, Shown, TrendChart, TrendSeries, Unit};
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::prelude::*;

/// Buckets up to which every point of a line is marked.
const DOTTED: usize = 40;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &TrendChart) -> AnyView {
    let plot = match svg(chart) {
        Some(svg) => {
            let name = chart.title.clone();
            view! {
                <div class="plot">
                    <div class="plot-ink" inner_html=svg></div>
                    <ChartCursor name=name points=cursor(chart) />
                </div>
            }
            .into_any()
        }
        None => frame::undrawable(),
    };
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
    let mut keys: Vec<(&str, &str)> =
        chart.series.iter().enumerate().map(|(place, each)| (ink(place, each).hex(), each.label.as_str())).collect();
    if let Some(before) = &chart.before {
        keys.push((Ink::Before.hex(), before.label.as_str()));
    }
    if !chart.target.is_empty() {
        keys.push((Ink::Target.hex(), "Target"));
    }
    let head = poster::Head { title: &title(chart), sentence: &sentence(chart), source };
    Some(poster::compose(&plotted(chart)?, frame::HEIGHT, &head, &keys))
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

fn scale(chart: &TrendChart) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

/// The largest value anywhere in the chart, in the base unit; decides the scale.
fn highest(chart: &TrendChart) -> f64 {
    let before = chart.before.iter().flat_map(|line| line.values.iter().flatten().copied());
    let tops: Vec<f64> = match chart.drawn {
        Drawn::Lines => {
            let of = |series: &TrendSeries| series.values.iter().chain(&series.before).flatten().copied().collect();
            chart.series.iter().flat_map(|series| -> Vec<f64> { of(series) }).collect()
        }
        Drawn::Bars | Drawn::Area => (0..chart.buckets.len())
            .map(|bucket| {
                let high = total(chart, bucket).filter(|_| whiskers(chart)).map_or(0.0, |figure| figure.high);
                stack(chart, bucket).unwrap_or(0.0).max(high)
            })
            .collect(),
    };
    tops.into_iter().chain(before).chain(chart.target.iter().copied()).fold(chart.scale_to.unwrap_or(0.0), f64::max)
}

/// Intervals are drawn while they can be told apart, from each other and from the period before.
fn whiskers(chart: &TrendChart) -> bool {
    chart.drawn == Drawn::Bars && chart.buckets.len() <= DOTTED && chart.before.is_none()
}

fn stack(chart: &TrendChart, bucket: usize) -> Option<f64> {
    let values = chart.series.iter().filter_map(|series| series.values.get(bucket).copied().flatten());
    values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

fn total(chart: &TrendChart, bucket: usize) -> Option<Figure> {
    chart.totals.get(bucket).copied().flatten()
}

#[expect(clippy::cast_precision_loss, reason = "a chart has at most a few hundred buckets")]
const fn position(bucket: usize) -> f64 {
    bucket as f64
}

/// The colour of a series by its place.
fn ink(place: usize, series: &TrendSeries) -> Ink {
    match u8::try_from(place + 1) {
        Ok(place) if !series.is_rest && place <= GROUPS => Ink::Group(place),
        _ => Ink::Rest,
    }
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    chart: &TrendChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let divisor = scale(chart).divisor;
    let highest = highest(chart) / divisor;
    // Numbers of marks stand above everything else.
    let head = if chart.marks.is_empty() { 1.0 } else { 1.1 };
    let mut plane = frame::plane(root, position(chart.buckets.len()).max(1.0), highest * head)?;
    let roof = if highest > 0.0 { highest * head * 1.06 } else { 1.0 };
    if chart.drawn != Drawn::Bars {
        for (bucket, _) in chart.buckets.iter().enumerate().filter(|(_, each)| each.is_partial) {
            hatch(&mut plane, bucket, roof)?;
        }
    }
    // Behind everything, so that a line at a day takes nothing from what it holds.
    frame::marks(root, &mut plane, &chart.marks, roof)?;
    match chart.drawn {
        Drawn::Bars => bars(&mut plane, chart, divisor, roof)?,
        Drawn::Area => areas(&mut plane, chart, divisor)?,
        Drawn::Lines => lines(&mut plane, chart, divisor)?,
    }
    if let Some(before) = &chart.before {
        before_line(&mut plane, chart.drawn, &before.values, divisor)?;
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
    for (bucket, label) in chart.buckets.iter().enumerate() {
        let (left, right) = (position(bucket) + gap, position(bucket) + 1.0 - gap);
        let Some(height) = stack(chart, bucket).map(|sum| sum / divisor) else {
            plane.draw_series([Rectangle::new([(left, 0.0), (right, roof)], Ink::Absent.color().filled())])?;
            continue;
        };
        let mut base = 0.0;
        for (place, series) in chart.series.iter().enumerate() {
            let value = series.values.get(bucket).copied().flatten().unwrap_or(0.0) / divisor;
            if value > 0.0 {
                let corners = [(left, base + value), (right, base)];
                plane.draw_series([Rectangle::new(corners, ink(place, series).color().filled())])?;
                base += value;
            }
        }
        if label.is_partial {
            let step = roof / 32.0;
            let mut y = step;
            while y < height {
                plane.draw_series([PathElement::new([(left, y), (right, y)], Ink::Stripe.color().stroke_width(5))])?;
                y += step;
            }
        }
        if let Some(figure) = total(chart, bucket).filter(|figure| whiskers(chart) && figure.has_interval()) {
            daily::whisker(plane, position(bucket) + 0.5, figure.low / divisor, figure.high / divisor)?;
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
fn stretches(chart: &TrendChart) -> Vec<Vec<usize>> {
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
        let color = ink(place, series).color();
        for run in runs(&series.before, divisor) {
            dashes(plane, &run, color)?;
        }
        for run in runs(&series.values, divisor) {
            if chart.buckets.len() <= DOTTED || run.len() == 1 {
                plane.draw_series(run.iter().map(|point| Circle::new(*point, 7, color.filled())))?;
            }
            plane.draw_series([PathElement::new(run, color.stroke_width(5))])?;
        }
    }
    Ok(())
}

/// The stretches without a gap, as points of the plane.
fn runs(values: &[Option<f64>], divisor: f64) -> Vec<Vec<(f64, f64)>> {
    let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut open = false;
    for (bucket, value) in values.iter().enumerate() {
        let point = value.map(|value| (position(bucket) + 0.5, value / divisor));
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

/// A line in pieces: half of each way between two points is left out.
fn dashes(plane: &mut Plane<'_>, points: &[(f64, f64)], color: RGBColor) -> Result<(), DrawingError> {
    for pair in points.windows(2) {
        let [(x, y), (to_x, to_y)] = pair else { continue };
        for quarter in [0.0, 0.25, 0.5, 0.75] {
            let at = |share: f64| (x + (to_x - x) * share, y + (to_y - y) * share);
            let piece = [at(quarter), at(quarter + 0.14)];
            plane.draw_series([PathElement::new(piece, color.stroke_width(4))])?;
        }
    }
    Ok(())
}

/// The total of the period before: a tick over each bar, or a broken line.
fn before_line(plane: &mut Plane<'_>, drawn: Drawn, values: &[Option<f64>], divisor: f64) -> Result<(), DrawingError> {
    let color = Ink::Before.color();
    if drawn != Drawn::Bars {
        for run in runs(values, divisor) {
            dashes(plane, &run, color)?;
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

/// Slanted lines behind a bucket that is not complete.
fn hatch(plane: &mut Plane<'_>, bucket: usize, roof: f64) -> Result<(), DrawingError> {
    let left = position(bucket);
    for step in 0..12 {
        let low = roof * f64::from(step) / 12.0;
        let piece = [(left, low), (left + 1.0, low + roof / 12.0)];
        plane.draw_series([PathElement::new(piece, Ink::Hatch.color().stroke_width(1))])?;
    }
    Ok(())
}

fn labels(chart: &TrendChart) -> Vec<(f64, String)> {
    let every = if chart.buckets.len() <= 8 { 1 } else { chart.buckets.len().div_ceil(6) };
    let labelled = chart.buckets.iter().enumerate().step_by(every);
    labelled.map(|(bucket, label)| (position(bucket) + 0.5, label.short.clone())).collect()
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
    let of = |(place, series): (usize, &TrendSeries)| Key {
        class: format!("fill-{}", ink(place, series).class()),
        label: series.label.clone(),
    };
    let mut keys: Vec<Key> = present(chart).map(of).collect();
    keys.extend(chart.before.iter().map(|before| Key { class: "fill-before".to_owned(), label: before.label.clone() }));
    keys
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
        Shown::Ready(_) => format!("{} {}", figure::text(&chart.total), altogether(chart.unit)),
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => "The whole is not known".to_owned(),
    };
    if chart.buckets.len() > 1 {
        text.push_str(&format!("; highest: {peak} ({})", print(most)));
    }
    text.push('.');
    let partial = chart.buckets.iter().filter(|label| label.is_partial).count();
    if partial > 0 {
        text.push_str(&format!(" Striped: {partial} of {} not complete.", chart.buckets.len()));
    }
    match chart.target.as_slice() {
        [] => {}
        [first, rest @ ..] if rest.iter().all(|each| each == first) => {
            text.push_str(&format!(" Dashed: the target, {} each.", print(*first)));
        }
        _ => text.push_str(" Dashed: the target of each."),
    }
    let absent = (0..chart.buckets.len()).filter(|bucket| stack(chart, *bucket).is_none()).count();
    if absent > 0 {
        text.push_str(&format!(" Without data: {absent}."));
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
        let printed = number::print(&figure);
        parts.push(match printed.interval.clone() {
            Some((low, high)) => format!("{} ({low}–{high})", printed.text()),
            None => printed.text(),
        });
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
    if parts.is_empty() {
        return "no data".to_owned();
    }
    parts.extend(chart.target.get(bucket).map(|target| format!("target {}", print(*target))));
    if chart.buckets.get(bucket).is_some_and(|label| label.is_partial) {
        parts.push("not complete".to_owned());
    }
    parts
        .extend(chart.marks.iter().filter(|(marked, _)| *marked == bucket).map(|(_, number)| format!("note {number}")));
    parts.join(" · ")
}

/// The same numbers as rows and columns.
fn twin(chart: &TrendChart) -> AnyView {
    let heads = present(chart)
        .map(|(_, series)| view! { <th scope="col" class="number">{series.label.clone()}</th> })
        .collect_view();
    let before_head =
        chart.before.as_ref().map(|before| view! { <th scope="col" class="number">{before.label.clone()}</th> });
    let head = view! {
        <tr>
            <th scope="col">"When"</th>
            {heads}
            <th scope="col" class="number">"Total"</th>
            {before_head}
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
                .map(|(_, series)| view! { <td class="number">{value(&series.values)}</td> })
                .collect_view();
            let sum = total(chart, bucket).map_or_else(|| daily::cell(None, chart.unit), Shown::from);
            let before = chart.before.as_ref().map(|before| view! { <td class="number">{value(&before.values)}</td> });
            let note = label.is_partial.then_some(" (not complete)");
            view! {
                <tr>
                    <th scope="row">{label.long.clone()} {note}</th>
                    {cells}
                    <td class="number">{figure::value(&sum)}</td>
                    {before}
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
                is_partial: bucket == 0,
            })
            .collect();
        let each = |(place, values): (usize, Vec<Option<f64>>)| TrendSeries {
            label: format!("<team {place}>"),
            values,
            before: Vec::new(),
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
    fn charts_beside_each_other_share_a_scale_and_name_only_what_they_hold() {
        let own = chart(Drawn::Bars, vec![vec![None, None], vec![Some(1.0), Some(2.0)]]);
        let shared = TrendChart { scale_to: Some(8.0), ..own.clone() };
        assert!((highest(&own) - 2.0).abs() < 1e-9 && (highest(&shared) - 8.0).abs() < 1e-9);
        let keys = keys(&shared);
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].class, "fill-group-2", "it keeps the colour of its place");
    }

    #[test]
    fn a_bucket_without_data_parts_areas_and_lines() {
        let chart = chart(Drawn::Area, vec![vec![Some(1.0), None, Some(1.0), Some(2.0)]]);
        assert_eq!(stretches(&chart), vec![vec![0], vec![2, 3]]);
        assert_eq!(runs(&chart.series[0].values, 2.0), vec![vec![(0.5, 0.5)], vec![(2.5, 0.5), (3.5, 1.0)]]);
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
