//! A field of cells: rows of groups or weekdays, columns of time, the darker the more.

use super::frame::{self, DrawingError, Key};
use super::ink::{HEATS, Ink, finish};
use super::poster::{self, short};
use super::told;
use super::{daily, trend};
use crate::islands::chart_cursor::{BETWEEN, CursorPoint};
use crate::parts::number::{self, Scale};
use crate::parts::{figure, table};
use crate::view::{BucketLabel, HeatChart, HeatRow, Partial, Shown};
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const LEFT: u32 = 250;
const TOP: u32 = 8;
const BOTTOM: u32 = 56;
const ROW: u32 = 54;
const TEXT: u32 = 30;
/// Letters of a row's name that have room beside it.
const LETTERS: usize = 14;

/// The field with its legend and table.
#[must_use]
pub fn draw(chart: &HeatChart) -> AnyView {
    let svg = plotted(chart).map(|svg| finish(&svg, &chart.id, &chart.title, &sentence(chart)));
    let plot = frame::under_cursor(svg, chart.title.clone(), cursor(chart));
    frame::figure(&chart.id, &title(chart), sentence(chart), keys(chart), plot, twin(chart))
}

/// The field as a file.
#[must_use]
pub fn file(chart: &HeatChart, source: &str) -> Option<String> {
    let head = poster::Head { title: &title(chart), sentence: &sentence(chart), source };
    Some(poster::compose(&plotted(chart)?, height(chart), &head, &keys(chart)))
}

/// A point a column: all its cells, from the top down.
fn cursor(chart: &HeatChart) -> Vec<CursorPoint> {
    let (left, whole) = (f64::from(LEFT), f64::from(frame::WIDTH));
    let room = whole - left - f64::from(frame::RIGHT);
    let columns = frame::position(chart.columns.len()).max(1.0);
    let point = |(place, column): (usize, &BucketLabel)| {
        let cell = |row: &HeatRow| {
            let value = daily::cell(row.values.get(place).copied().flatten(), chart.unit);
            format!("{} {}", row.label, figure::text(&value))
        };
        let mut parts: Vec<String> = chart.rows.iter().map(cell).collect();
        parts.extend(column.partial.map(|partial| partial.words().to_owned()));
        CursorPoint {
            x: frame::narrow((left + room * (frame::position(place) + 0.5) / columns) / whole),
            label: column.long.clone(),
            text: parts.join(BETWEEN),
        }
    };
    chart.columns.iter().enumerate().map(point).collect()
}

fn keys(chart: &HeatChart) -> Vec<Key> {
    let levels = levels(chart).into_iter().map(|(ink, label)| Key::area(ink, label));
    levels.chain(told::stripes_key(reasons(chart))).collect()
}

/// The reasons for all stripes.
fn reasons(chart: &HeatChart) -> impl Iterator<Item = Partial> {
    chart.columns.iter().filter_map(|column| column.partial)
}

fn plotted(chart: &HeatChart) -> Option<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (frame::WIDTH, height(chart))).into_drawing_area();
        paint(&root, chart).ok()?;
        root.present().ok()?;
    }
    Some(svg)
}

fn height(chart: &HeatChart) -> u32 {
    TOP + ROW * u32::try_from(chart.rows.len()).unwrap_or(1).max(1) + BOTTOM
}

fn highest(chart: &HeatChart) -> f64 {
    chart.rows.iter().flat_map(|row| row.values.iter().flatten().copied()).fold(0.0, f64::max)
}

fn scale(chart: &HeatChart) -> Scale {
    number::scale_of(chart.unit, highest(chart))
}

fn title(chart: &HeatChart) -> String {
    let word = trend::unit_word(chart.unit, scale(chart));
    if word.is_empty() { chart.title.clone() } else { format!("{}, {word}", chart.title) }
}

/// How dark a value is beside the highest one: equal steps of it, so that twice as dark is twice as much.
fn level(value: f64, highest: f64) -> Ink {
    if value <= 0.0 || highest <= 0.0 {
        return Ink::Heat(0);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the number of steps")]
    let step = (value / highest * f64::from(HEATS)).ceil().clamp(1.0, f64::from(HEATS)) as u8;
    Ink::Heat(step)
}

fn levels(chart: &HeatChart) -> Vec<(Ink, String)> {
    let highest = highest(chart);
    let print = |share: f64| figure::text(&Shown::exact(highest * share, chart.unit));
    let mut levels = vec![(Ink::Heat(0), "nothing".to_owned())];
    if highest > 0.0 {
        let step = |step: u8| (Ink::Heat(step), format!("to {}", print(f64::from(step) / f64::from(HEATS))));
        levels.extend((1..=HEATS).map(step));
    }
    levels
}

fn paint(root: &DrawingArea<SVGBackend<'_>, Shift>, chart: &HeatChart) -> Result<(), DrawingError> {
    let highest = highest(chart);
    let columns = i32::try_from(chart.columns.len()).unwrap_or(1).max(1);
    let room = i32::try_from(frame::WIDTH - LEFT - frame::RIGHT).unwrap_or_default();
    let (left, top, row_height) = (pixels(LEFT), pixels(TOP), pixels(ROW));
    let edge = |column: i32| left + room * column / columns;
    let gap = if columns <= 40 { 3 } else { 1 };
    let style = ("sans-serif", TEXT).into_font().color(&Ink::Tick.color());
    let beside = style.pos(Pos::new(HPos::Right, VPos::Center));
    for (row, y) in chart.rows.iter().zip((0..).map(|row| top + row * row_height)) {
        root.draw(&Text::new(short(&row.label, LETTERS), (left - 16, y + row_height / 2), beside.clone()))?;
        for (column, value) in (0..).zip(&row.values) {
            let Some(value) = value else { continue };
            let corners = [(edge(column), y), (edge(column + 1) - gap, y + row_height - 3)];
            root.draw(&Rectangle::new(corners, level(*value, highest).color().filled()))?;
            if chart.columns.get(usize::try_from(column).unwrap_or_default()).is_some_and(|each| each.partial.is_some())
            {
                for line in 1..4 {
                    let across = y + line * row_height / 4;
                    let piece = [(edge(column), across), (edge(column + 1) - gap, across)];
                    root.draw(&PathElement::new(piece, Ink::Stripe.color().stroke_width(4)))?;
                }
            }
        }
    }
    let below = ("sans-serif", TEXT).into_font().color(&Ink::Tick.color()).pos(Pos::new(HPos::Center, VPos::Top));
    let every = frame::every(&chart.columns, 8);
    let y = pixels(height(chart) - BOTTOM) + 14;
    for (column, label) in (0..).zip(&chart.columns).step_by(every) {
        let middle = (edge(column) + edge(column + 1)) / 2;
        root.draw(&Text::new(label.short.clone(), (middle, y), below.clone()))?;
    }
    Ok(())
}

fn pixels(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

fn sentence(chart: &HeatChart) -> String {
    let cells = chart.rows.iter().flat_map(|row| {
        row.values.iter().zip(&chart.columns).filter_map(move |(value, column)| Some((row, column, (*value)?)))
    });
    let most = cells.fold(None, |best: Option<(_, _, f64)>, each| match best {
        Some(best) if best.2 >= each.2 => Some(best),
        _ => Some(each),
    });
    let Some((row, column, value)) = most else {
        return "No data in this period.".to_owned();
    };
    let most = figure::text(&Shown::exact(value, chart.unit));
    let whole = match &chart.total {
        Shown::Ready(_) => format!("{} {}; highest", figure::text(&chart.total), trend::altogether(chart.unit)),
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => "Highest".to_owned(),
    };
    let text = format!("{whole}: {}, {} ({most}).", row.label, column.long);
    let striped = told::striped(reasons(chart), |count| format!("{count} of {}", chart.columns.len()));
    format!("{text}{striped} {}", chart.remark).trim_end().to_owned()
}

/// Columns beyond which the table stands on its side, so that it fits paper.
const MOST_COLUMNS: usize = 12;

fn twin(chart: &HeatChart) -> AnyView {
    let is_wide = chart.columns.len() > MOST_COLUMNS.max(chart.rows.len());
    let (head, rows) = if is_wide { on_its_side(chart) } else { upright(chart) };
    table::table(chart.title.clone(), head, rows, None)
}

fn upright(chart: &HeatChart) -> (AnyView, AnyView) {
    let heads = chart
        .columns
        .iter()
        .map(|column| {
            let note = column.partial.map(|partial| view! { <span class="under">{partial.words()}</span> });
            view! { <th scope="col" class="number">{column.short.clone()} {note}</th> }
        })
        .collect_view();
    let head = view! { <tr><th scope="col">{chart.row_head.clone()}</th>{heads}</tr> };
    let rows = chart
        .rows
        .iter()
        .map(|row| {
            let cells = row.values.iter().map(|value| cell(*value, chart)).collect_view();
            view! { <tr><th scope="row">{row.label.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    (head.into_any(), rows.into_any())
}

fn on_its_side(chart: &HeatChart) -> (AnyView, AnyView) {
    let heads =
        chart.rows.iter().map(|row| view! { <th scope="col" class="number">{row.label.clone()}</th> }).collect_view();
    let head = view! { <tr><th scope="col"><span class="visually-hidden">"From, to"</span></th>{heads}</tr> };
    let rows = chart
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let note = column.partial.map(|partial| view! { <span class="under">{partial.words()}</span> });
            let cells =
                chart.rows.iter().map(|row| cell(row.values.get(place).copied().flatten(), chart)).collect_view();
            view! { <tr><th scope="row">{frame::when(column)} {note}</th>{cells}</tr> }
        })
        .collect_view();
    (head.into_any(), rows.into_any())
}

fn cell(value: Option<f64>, chart: &HeatChart) -> AnyView {
    view! { <td class="number">{figure::value(&daily::cell(value, chart.unit))}</td> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Unit;

    #[test]
    fn the_darker_the_more_and_nothing_is_not_little() {
        for (value, expected) in [(0.0, 0), (0.001, 1), (1.0, 1), (1.01, 2), (5.9, 6), (6.0, 6)] {
            assert_eq!(level(value, 6.0), Ink::Heat(expected), "{value}");
        }
        assert_eq!(level(0.0, 0.0), Ink::Heat(0));
    }

    #[test]
    fn a_cell_without_data_is_not_drawn() {
        let chart = HeatChart {
            id: "h".to_owned(),
            title: "Energy".to_owned(),
            unit: Unit::KilowattHours,
            row_head: "Team".to_owned(),
            rows: vec![HeatRow { label: "a team of long name".to_owned(), values: vec![Some(2.0), None, Some(0.0)] }],
            columns: vec![BucketLabel::default(); 3],
            total: Shown::exact(2.0, Unit::KilowattHours),
            remark: String::new(),
        };
        let svg = finish(&plotted(&chart).unwrap(), "h", "t", "d");
        assert_eq!((svg.matches("fill-heat-").count(), svg.matches("a team of lon…").count()), (2, 1), "{svg}");
        assert!(file(&chart, "source").unwrap().contains("#084a37"));
    }
}
