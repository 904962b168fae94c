//! What each trial reached over what it took, with the front that no trial beats.

use super::frame::{self, Key};
use super::ink::{Ink, finish};
use crate::islands::chart_cursor::{ChartCursor, CursorPoint};
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{ScatterChart, ScatterPoint, Shown, TrialPlace};
use leptos::prelude::*;
use plotters::prelude::*;
use std::ops::Range;

/// The chart with its cursor, legend and table.
#[must_use]
pub fn draw(chart: &ScatterChart) -> AnyView {
    let keys = vec![
        Key::area(Ink::Best, "Best trial (triangle)"),
        Key::area(Ink::Front, "On the front (dots, joined)"),
        Key::area(Ink::Beaten, "Beaten by another (crosses)"),
    ];
    let plot = match svg(chart) {
        Some(svg) => view! {
            <h4>{axes(chart)}</h4>
            <div class="plot">
                <div class="plot-ink" inner_html=svg></div>
                <ChartCursor name=chart.title.clone() points=cursor(chart) />
            </div>
        }
        .into_any(),
        None => frame::undrawable(),
    };
    frame::figure(&chart.id, &chart.title, sentence(chart), keys, plot, twin(chart))
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &ScatterChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

fn most_spent(chart: &ScatterChart) -> f64 {
    chart.points.iter().map(|point| point.spent).fold(0.0, f64::max)
}

fn scale(chart: &ScatterChart) -> Scale {
    number::scale_of(chart.unit, most_spent(chart))
}

/// How far the plane reaches across, in the base of the unit.
fn across(chart: &ScatterChart) -> f64 {
    if most_spent(chart) > 0.0 { most_spent(chart) * 1.06 } else { 1.0 }
}

/// From a little below the least value to a little above the greatest.
fn heights(chart: &ScatterChart) -> Range<f64> {
    let values = || chart.points.iter().map(|point| point.value);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let room = ((most - least) * 0.12).max(most.abs() * 1e-3).max(1e-9);
    if least.is_finite() && most.is_finite() { least - room..most + room } else { 0.0..1.0 }
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &ScatterChart,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let divisor = scale(chart).divisor;
    let across = across(chart) / divisor;
    let mut plane = frame::plane_between(root, across, heights(chart))?;
    let at = |point: &ScatterPoint| (point.spent / divisor, point.value);
    let steps: Vec<(f64, f64)> = steps(chart).into_iter().map(|(spent, value)| (spent / divisor, value)).collect();
    if steps.len() > 1 {
        plane.draw_series([PathElement::new(steps, Ink::Front.color().stroke_width(3))])?;
    }
    let of = |places: &'static [TrialPlace]| chart.points.iter().filter(move |point| places.contains(&point.place));
    let beaten = of(&[TrialPlace::Beaten]);
    plane.draw_series(beaten.map(|point| Cross::new(at(point), 9, Ink::Beaten.color().stroke_width(4))))?;
    plane.draw_series(of(&[TrialPlace::Front]).map(|point| Circle::new(at(point), 11, Ink::Front.color().filled())))?;
    let best = of(&[TrialPlace::Best]);
    plane.draw_series(best.map(|point| TriangleMarker::new(at(point), 18, Ink::Best.color().filled())))?;
    frame::labels_below(root, &plane, &labels(chart))?;
    Ok(())
}

/// The trials that no other beats, the cheapest first.
fn front(chart: &ScatterChart) -> Vec<&ScatterPoint> {
    let is_on = |point: &&ScatterPoint| matches!(point.place, TrialPlace::Best | TrialPlace::Front);
    let mut front: Vec<&ScatterPoint> = chart.points.iter().filter(is_on).collect();
    front.sort_by(|a, b| a.spent.total_cmp(&b.spent));
    front
}

/// The front as stairs: between two of its trials, what the cheaper one reached is the best there is for the money.
fn steps(chart: &ScatterChart) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for point in front(chart) {
        if let Some((_, value)) = steps.last().copied() {
            steps.push((point.spent, value));
        }
        steps.push((point.spent, point.value));
    }
    steps
}

/// From zero in round steps, four or a few more.
fn labels(chart: &ScatterChart) -> Vec<(f64, String)> {
    let across = across(chart) / scale(chart).divisor;
    let step = round_step(across / 4.0);
    (0..12_u8)
        .map(|place| f64::from(place) * step)
        .take_while(|at| *at <= across * 0.99)
        .map(|at| (at, number::compact(at)))
        .collect()
}

/// The largest of 1, 2 and 5 times a power of ten that is no more than this.
fn round_step(most: f64) -> f64 {
    let mut power = 1.0;
    while power > most && power > 1e-12 {
        power /= 10.0;
    }
    while power * 10.0 <= most && power < 1e12 {
        power *= 10.0;
    }
    let times = [5.0, 2.0].into_iter().find(|times| times * power <= most);
    power * times.unwrap_or(1.0)
}

/// What stands on the axes.
fn axes(chart: &ScatterChart) -> String {
    let better = if chart.more_is_better { "more is better" } else { "less is better" };
    format!("{} upwards ({better}), emissions across, {} CO₂e", chart.value, scale(chart).unit)
}

fn sentence(chart: &ScatterChart) -> String {
    let Some(best) = chart.points.iter().find(|point| point.place == TrialPlace::Best) else {
        return "No trial has both a value and an estimate.".to_owned();
    };
    let print = |spent| figure::text(&Shown::exact(spent, chart.unit));
    let front = front(chart);
    let mut text = format!(
        "The best trial reached {} {} for {} CO₂e.",
        chart.value,
        number::significant(best.value),
        print(best.spent)
    );
    if let Some(cheapest) = front.first().filter(|cheapest| cheapest.spent < best.spent) {
        text.push_str(&format!(
            " The cheapest on the front reached {} for {}.",
            number::significant(cheapest.value),
            print(cheapest.spent)
        ));
    }
    let beaten = chart.points.len() - front.len();
    let of = number::count(chart.points.len());
    text.push_str(&match beaten {
        0 => " No trial is beaten by another.".to_owned(),
        1 => format!(" 1 of {of} trials is beaten by another that took no more."),
        more => format!(" {} of {of} trials are beaten by others that took no more.", number::count(more)),
    });
    text
}

fn cursor(chart: &ScatterChart) -> Vec<CursorPoint> {
    let mut points: Vec<&ScatterPoint> = chart.points.iter().collect();
    points.sort_by(|a, b| a.spent.total_cmp(&b.spent));
    points
        .into_iter()
        .map(|point| CursorPoint {
            x: frame::fraction(point.spent / across(chart), 1.0),
            label: point.label.clone(),
            text: format!(
                "{} {} · {} CO₂e · {}",
                chart.value,
                number::significant(point.value),
                figure::text(&Shown::exact(point.spent, chart.unit)),
                place(point.place)
            ),
        })
        .collect()
}

/// How a trial stands, in words.
#[must_use]
pub const fn place(place: TrialPlace) -> &'static str {
    match place {
        TrialPlace::Best => "best",
        TrialPlace::Front => "on the front",
        TrialPlace::Beaten => "beaten by another",
        TrialPlace::Unjudged => "not judged yet",
        TrialPlace::Without => "without a value",
    }
}

fn twin(chart: &ScatterChart) -> AnyView {
    let mut points: Vec<&ScatterPoint> = chart.points.iter().collect();
    points.sort_by(|a, b| a.spent.total_cmp(&b.spent));
    let rows = points
        .into_iter()
        .map(|point| {
            view! {
                <tr>
                    <th scope="row">{point.label.clone()}</th>
                    <td class="number">{number::significant(point.value)}</td>
                    <td class="number">{figure::value(&Shown::exact(point.spent, chart.unit))}</td>
                    <td>{place(point.place)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <tr>
            <th scope="col">"Trial"</th>
            <th scope="col" class="number">{chart.value.clone()}</th>
            <th scope="col" class="number">"CO₂e"</th>
            <th scope="col">"Place"</th>
        </tr>
    };
    table::table(chart.title.clone(), head.into_any(), rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Unit;

    fn chart(points: &[(f64, f64, TrialPlace)]) -> ScatterChart {
        let point = |(spent, value, place): &(f64, f64, TrialPlace)| ScatterPoint {
            label: "t".into(),
            value: *value,
            spent: *spent,
            place: *place,
        };
        ScatterChart {
            id: "x".into(),
            title: "Trials".into(),
            value: "recall".into(),
            more_is_better: true,
            unit: Unit::GramsCo2e,
            points: points.iter().map(point).collect(),
        }
    }

    #[test]
    fn the_front_is_drawn_as_stairs_from_the_cheapest_on() {
        let chart =
            chart(&[(9.0, 0.9, TrialPlace::Best), (2.0, 0.6, TrialPlace::Front), (5.0, 0.5, TrialPlace::Beaten)]);
        assert_eq!(steps(&chart), [(2.0, 0.6), (9.0, 0.6), (9.0, 0.9)]);
        let said = sentence(&chart);
        assert!(said.contains("0.900") && said.contains("1 of 3 trials is beaten"), "{said}");
        let svg = svg(&chart).unwrap();
        for class in ["fill-best", "fill-front", "stroke-front", "stroke-beaten"] {
            assert!(svg.contains(class), "{class}: {svg}");
        }
        assert!(!svg.contains("#0102"), "a sentinel is left: {svg}");
    }

    #[test]
    fn the_axis_is_labelled_in_round_steps() {
        for (most, step) in [(2.47, 2.0), (0.6, 0.5), (13.0, 10.0), (0.012, 0.01), (5.0, 5.0)] {
            assert!((round_step(most) - step).abs() < step * 1e-9, "{most}: {}", round_step(most));
        }
        let labels = labels(&chart(&[(9_300.0, 0.9, TrialPlace::Best)]));
        let said: Vec<&str> = labels.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(said, ["0", "2", "4", "6", "8"]);
    }

    #[test]
    fn trials_that_are_alike_have_a_plane_all_the_same() {
        let alike = chart(&[(0.0, 0.5, TrialPlace::Best), (0.0, 0.5, TrialPlace::Front)]);
        assert!(svg(&alike).is_some() && heights(&alike).start < heights(&alike).end);
        assert!(svg(&chart(&[])).is_some());
    }
}
