//! Runs of a family beside each other: a small chart a measure, with the run at hand and the middle of all marked.

use super::frame::{self, Key, Swatch, position};
use super::ink::{Ink, finish};
use crate::islands::chart_cursor::CursorPoint;
use crate::parts::number::{self, Scale};
use crate::parts::{badge, figure, table};
use crate::view::{RunBar, RunMeasure, RunsChart, Shown};
use leptos::prelude::*;
use plotters::prelude::*;

/// The charts in one figure, with one table.
#[must_use]
pub fn draw(chart: &RunsChart) -> AnyView {
    let plots = chart
        .measures
        .iter()
        .enumerate()
        .map(|(place, measure)| {
            let plot = frame::under_cursor(svg(chart, measure, place), measure.label.clone(), cursor(chart, measure));
            view! { <div><h4>{measure.label.clone()} ", " {unit_word(measure)}</h4> {plot}</div> }
        })
        .collect_view();
    let keys = vec![
        Key::area(Ink::This, "This run"),
        Key::area(Ink::Run, "Other runs"),
        Key::of(Swatch::Dashes, Ink::Median, "Median of those that completed"),
    ];
    let plots = view! { <div class="small-charts">{plots}</div> };
    frame::figure(&chart.id, &chart.title, sentence(chart), keys, plots.into_any(), twin(chart))
}

fn cursor(chart: &RunsChart, measure: &RunMeasure) -> Vec<CursorPoint> {
    let across = position(chart.runs.len().max(1));
    let point = |(place, run): (usize, &RunBar)| {
        let value = measure.values.get(place).copied().flatten();
        let shown = value.map_or_else(Shown::default, |value| Shown::exact(value, measure.unit));
        CursorPoint {
            x: frame::fraction(position(place) + 0.5, across),
            label: run.name.clone(),
            text: figure::text(&shown),
        }
    };
    chart.runs.iter().enumerate().map(point).collect()
}

fn svg(chart: &RunsChart, measure: &RunMeasure, place: usize) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, frame::HEIGHT)).into_drawing_area();
        paint(&root, chart, measure).ok()?;
        root.present().ok()?;
    }
    Some(finish(&svg, &format!("{}-{place}", chart.id), &measure.label, &says(chart, measure).unwrap_or_default()))
}

fn scale(measure: &RunMeasure) -> Scale {
    let known = measure.values.iter().flatten().chain(measure.median.iter());
    number::scale_of(measure.unit, known.copied().fold(0.0, f64::max))
}

fn unit_word(measure: &RunMeasure) -> &'static str {
    let scale = scale(measure);
    match (scale.prefix, scale.unit) {
        ("$", _) => "$",
        (_, unit) => unit,
    }
}

fn paint<'a>(
    root: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    chart: &RunsChart,
    measure: &RunMeasure,
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let divisor = scale(measure).divisor;
    let across = position(chart.runs.len().max(1));
    let highest = measure.values.iter().flatten().chain(measure.median.iter()).copied().fold(0.0, f64::max);
    let mut plane = frame::plane(root, across, highest / divisor)?;
    for (run, (bar, value)) in chart.runs.iter().zip(&measure.values).enumerate() {
        let ink = if bar.is_this { Ink::This } else { Ink::Run };
        if let Some(value) = value.filter(|value| *value > 0.0) {
            let corners = [(position(run) + 0.14, value / divisor), (position(run) + 0.86, 0.0)];
            plane.draw_series([Rectangle::new(corners, ink.color().filled())])?;
        }
    }
    if let Some(median) = measure.median {
        let line = [(0.0, median / divisor), (across, median / divisor)];
        plane.draw_series([PathElement::new(line, Ink::Median.color().stroke_width(4))])?;
    }
    frame::labels_below(root, &plane, &labels(chart))?;
    Ok(())
}

/// The first and the last run by their day.
fn labels(chart: &RunsChart) -> Vec<(f64, String)> {
    let last = chart.runs.len().saturating_sub(1);
    let ends = if last == 0 { vec![0] } else { vec![0, last] };
    let inward = if chart.runs.len() > 8 { 1.5 } else { 0.5 };
    ends.into_iter()
        .filter_map(|run| {
            let at = chart.runs.get(run)?.at?;
            let x = if run == 0 { inward } else { position(run) + 1.0 - inward };
            Some((x, at.format("%-d %b").to_string()))
        })
        .collect()
}

/// How this run stands beside the middle of all, in each measure.
fn sentence(chart: &RunsChart) -> String {
    let said: Vec<String> = chart.measures.iter().filter_map(|measure| says(chart, measure)).collect();
    if said.is_empty() { "Too few runs completed to compare with.".to_owned() } else { said.join(" ") }
}

fn says(chart: &RunsChart, measure: &RunMeasure) -> Option<String> {
    let this = chart.runs.iter().position(|run| run.is_this)?;
    let value = measure.values.get(this).copied().flatten()?;
    let median = measure.median.filter(|median| *median > 0.0)?;
    let percent = (value - median) / median * 100.0;
    let how = if percent.abs() < 10.0 { "as usual".to_owned() } else { number::signed_percent(percent) };
    let print = |value| figure::text(&Shown::exact(value, measure.unit));
    Some(format!("{} {}, {how} (median {}).", measure.label, print(value), print(median)))
}

fn twin(chart: &RunsChart) -> AnyView {
    let heads = chart
        .measures
        .iter()
        .map(|measure| view! { <th scope="col" class="number">{measure.label.clone()}</th> })
        .collect_view();
    let head = view! { <tr><th scope="col">"Run"</th><th scope="col">"Status"</th>{heads}</tr> }.into_any();
    let cells = |of: &dyn Fn(&RunMeasure) -> Option<f64>| {
        chart
            .measures
            .iter()
            .map(|measure| {
                let shown = of(measure).map_or_else(
                    || Shown::Unknown("not known of this run".to_owned()),
                    |value| Shown::exact(value, measure.unit),
                );
                view! { <td class="number">{figure::value(&shown)}</td> }
            })
            .collect_view()
    };
    let rows = chart
        .runs
        .iter()
        .enumerate()
        .map(|(run, bar)| {
            let name = if bar.is_this {
                view! { <strong>{bar.name.clone()}</strong> " (this run)" }.into_any()
            } else {
                view! { <a class="name" href=bar.href.clone()>{bar.name.clone()}</a> }.into_any()
            };
            let at = bar.at.map(|at| view! { <span class="under">{number::moment(at)}</span> });
            view! {
                <tr>
                    <th scope="row">{name} {at}</th>
                    <td>{badge::job(bar.status)}</td>
                    {cells(&|measure| measure.values.get(run).copied().flatten())}
                </tr>
            }
        })
        .collect_view();
    let foot = view! {
        <tr><th scope="row">"Median of those that completed"</th><td></td>{cells(&|measure| measure.median)}</tr>
    };
    table::table(chart.title.clone(), head, rows.into_any(), Some(foot.into_any()))
}

/// The middle of what is known; the mean of the two middle ones of an even number.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut known: Vec<f64> = values.into_iter().collect();
    known.sort_by(f64::total_cmp);
    let upper = known.get(known.len() / 2).copied()?;
    let lower = known.get(known.len().saturating_sub(1) / 2).copied()?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Unit;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
    }

    #[test]
    fn a_run_is_compared_with_the_middle_and_not_with_nothing() {
        let measure = |values: [f64; 2], median| RunMeasure {
            label: "Cost".into(),
            unit: Unit::Usd,
            values: values.map(Some).to_vec(),
            median,
        };
        let runs = vec![RunBar::default(), RunBar { is_this: true, ..RunBar::default() }];
        let chart = |measures| RunsChart { runs: runs.clone(), measures, ..RunsChart::default() };
        assert!(sentence(&chart(vec![measure([1.0, 3.0], Some(2.0))])).contains("+50"));
        assert!(sentence(&chart(vec![measure([1.0, 2.1], Some(2.0))])).contains("as usual"));
        assert_eq!(sentence(&chart(vec![measure([1.0, 2.0], None)])), "Too few runs completed to compare with.");
    }
}
