//! From one sum to another, term by term: bars that hang where the one before them ended.

use super::frame::{self, Key};
use super::ink::{Ink, finish};
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{Better, Changed, Shown, Unit};
use leptos::prelude::*;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The chart with its sentence and table.
#[must_use]
pub fn draw(chart: &Changed, before: &str, after: &str) -> AnyView {
    let plot = frame::under_cursor(svg(chart), chart.title.clone(), cursor(chart));
    let title = format!("{}, {}", chart.title, unit_word(chart));
    frame::figure(&chart.id, &title, sentence(chart), keys(chart), plot, twin(chart, before, after))
}

/// The SVG document, or nothing if it could not be drawn.
#[must_use]
pub fn svg(chart: &Changed) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &chart.id, &chart.title, &sentence(chart)))
}

fn cursor(chart: &Changed) -> Vec<CursorPoint> {
    let bars = bars(chart);
    let across = frame::position(bars.len());
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let text = |from: f64, to: f64, ink: Ink| match ink {
        Ink::Busy => print(to),
        _ if to > from => format!("+{}", print(to - from)),
        _ => print(to - from),
    };
    let point = |(place, (label, from, to, ink)): (usize, (String, f64, f64, Ink))| CursorPoint {
        x: frame::fraction(frame::position(place) + 0.5, across),
        label,
        text: text(from, to, ink),
    };
    bars.into_iter().enumerate().map(point).collect()
}

fn keys(chart: &Changed) -> Vec<Key> {
    let has = |sign: f64| chart.terms.iter().any(|term| term.change * sign > 0.0);
    let signs = [
        has(1.0).then(|| Key::area(Ink::Rise, "+ added")),
        has(-1.0).then(|| Key::area(Ink::Fall, "\u{2212} taken away")),
    ];
    std::iter::once(Key::area(Ink::Busy, "The sums")).chain(signs.into_iter().flatten()).collect()
}

/// A term as it stands over its bar: a sign before it says what its colour says.
fn signed(change: f64, divisor: f64) -> Option<String> {
    let text = number::significant(change.abs() / divisor);
    match change {
        change if change > 0.0 => Some(format!("+{text}")),
        change if change < 0.0 => Some(format!("\u{2212}{text}")),
        _ => None,
    }
}

/// Where each bar begins and ends, in the base unit, and what colours it.
fn bars(chart: &Changed) -> Vec<(String, f64, f64, Ink)> {
    let mut bars = vec![("Before".to_owned(), 0.0, chart.before, Ink::Busy)];
    let mut at = chart.before;
    for term in &chart.terms {
        let ink = if term.change > 0.0 { Ink::Rise } else { Ink::Fall };
        bars.push((term.label.clone(), at, at + term.change, ink));
        at += term.change;
    }
    bars.push(("After".to_owned(), 0.0, chart.after, Ink::Busy));
    bars
}

fn highest(chart: &Changed) -> f64 {
    bars(chart).iter().map(|(_, from, to, _)| from.max(*to)).fold(0.0, f64::max)
}

fn scale(chart: &Changed) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

fn unit_word(chart: &Changed) -> String {
    let scale = scale(chart);
    match (scale.prefix, chart.unit) {
        ("$", _) => "$".to_owned(),
        (_, Unit::GramsCo2e) => format!("{} CO₂e", scale.unit),
        _ => scale.unit.to_owned(),
    }
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &Changed,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let bars = bars(chart);
    let divisor = scale(chart).divisor;
    #[expect(clippy::cast_precision_loss, reason = "seven bars")]
    let across = bars.len() as f64;
    // The signs stand over the bars.
    let mut plane = frame::plane(root, across, highest(chart) / divisor * 1.1)?;
    let style =
        ("sans-serif", frame::TEXT).into_font().color(&Ink::Tick.color()).pos(Pos::new(HPos::Center, VPos::Bottom));
    let mut labels = Vec::new();
    let mut x = 0.0;
    for (place, (label, from, to, ink)) in bars.iter().enumerate() {
        let (low, high) = (from.min(*to).max(0.0) / divisor, from.max(*to) / divisor);
        plane.draw_series([Rectangle::new([(x + 0.14, low), (x + 0.86, high)], ink.color().filled())])?;
        if let Some(text) = signed(to - from, divisor).filter(|_| matches!(ink, Ink::Rise | Ink::Fall)) {
            let (x, y) = plane.backend_coord(&(x + 0.5, high));
            root.draw(&Text::new(text, (x, y - 6), style.clone()))?;
        }
        if place + 1 < bars.len() {
            // What is left of the sum, carried on to the next bar.
            let level = *to / divisor;
            let line = Ink::Whisker.color().stroke_width(2);
            plane.draw_series([PathElement::new([(x + 0.86, level), (x + 1.14, level)], line)])?;
        }
        labels.push((x + 0.5, label.clone()));
        x += 1.0;
    }
    frame::labels_below(root, &plane, &labels)?;
    Ok(())
}

/// What moved it most, in one sentence.
fn sentence(chart: &Changed) -> String {
    let print = |value: f64| figure::text(&Shown::exact(value, chart.unit));
    let whole = chart.after - chart.before;
    let verb = if whole > 0.0 { "more" } else { "less" };
    let most = chart.terms.iter().max_by(|a, b| a.change.abs().total_cmp(&b.change.abs()));
    match most {
        Some(term) if term.change.abs() > 0.0 => {
            let direction = if term.change > 0.0 { "added" } else { "took away" };
            format!(
                "{} {verb} than before; most of all {} ({}) {direction} {}.",
                print(whole.abs()),
                term.label.to_lowercase(),
                term.what,
                print(term.change.abs())
            )
        }
        _ => "Nothing changed.".to_owned(),
    }
}

fn twin(chart: &Changed, before: &str, after: &str) -> AnyView {
    let sum = |label: String, value: f64| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td></td>
                <td class="number">{figure::value(&Shown::exact(value, chart.unit))}</td>
            </tr>
        }
    };
    let terms = chart
        .terms
        .iter()
        .map(|term| {
            view! {
                <tr>
                    <th scope="row">{term.label.clone()}</th>
                    <td>{term.what.clone()}</td>
                    <td class="number">{figure::difference(&term.shown, Better::Lower)}</td>
                </tr>
            }
        })
        .collect_view();
    let rows = view! { {sum(before.to_owned(), chart.before)} {terms} {sum(after.to_owned(), chart.after)} };
    let head = table::head(&["Term", "What it is", "#Amount"]);
    table::table(format!("{}: what changed", chart.title), head, rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ChangeTerm;

    fn chart(changes: &[f64]) -> Changed {
        let term = |change: &f64| ChangeTerm {
            label: "Activity".to_owned(),
            what: "more hours".to_owned(),
            change: *change,
            shown: Shown::exact(*change, Unit::Usd),
        };
        let sum: f64 = changes.iter().sum();
        Changed {
            id: "c".to_owned(),
            title: "Cost".to_owned(),
            unit: Unit::Usd,
            before: 100.0,
            after: 100.0 + sum,
            terms: changes.iter().map(term).collect(),
        }
    }

    #[test]
    fn each_bar_hangs_where_the_last_one_ended() {
        let bars = bars(&chart(&[30.0, -50.0]));
        let spans: Vec<(f64, f64)> = bars.iter().map(|(_, from, to, _)| (*from, *to)).collect();
        assert_eq!(spans, [(0.0, 100.0), (100.0, 130.0), (130.0, 80.0), (0.0, 80.0)]);
        assert!(svg(&chart(&[30.0, -50.0])).is_some_and(|svg| svg.contains("fill-rise") && svg.contains("fill-fall")));
    }

    #[test]
    fn a_rise_and_a_fall_have_a_sign() {
        let svg = svg(&chart(&[30.0, -50.0, 0.0])).unwrap();
        assert!(svg.contains("+30.0") && svg.contains("\u{2212}50.0"), "{svg}");
        let labels: Vec<String> = keys(&chart(&[30.0])).into_iter().map(|key| key.label).collect();
        assert_eq!(labels, ["The sums", "+ added"]);
    }

    #[test]
    fn the_sentence_names_what_moved_it_most() {
        assert_eq!(
            sentence(&chart(&[30.0, -50.0])),
            "$20.00 less than before; most of all activity (more hours) took away $50.00."
        );
        assert_eq!(sentence(&chart(&[0.0])), "Nothing changed.");
    }
}
