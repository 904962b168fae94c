//! What every chart has around it, and the plane it is drawn on.

use super::ink::Ink;
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// The canvas; the page scales it, so the numbers only set proportions.
pub(super) const WIDTH: u32 = 1200;
pub(super) const HEIGHT: u32 = 460;
/// Room for the labels of the vertical axis.
pub(super) const LEFT: u32 = 140;
pub(super) const RIGHT: u32 = 20;
const TOP: u32 = 18;
const BOTTOM: u32 = 64;
const TEXT: u32 = 30;

/// What can go wrong while drawing into a string.
pub(super) type DrawingError = DrawingAreaErrorKind<std::io::Error>;

/// A plane with a horizontal grid and labels on the left.
pub(super) type Plane<'a> = ChartContext<
    'a,
    SVGBackend<'a>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// One entry of a legend: the class of its swatch and its name.
pub(super) struct Key {
    pub(super) class: String,
    pub(super) label: String,
}

/// Opens a plane from zero to `across` and from zero to a little above `highest`, with the grid drawn.
pub(super) fn plane<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    across: f64,
    highest: f64,
) -> Result<Plane<'a>, Box<dyn std::error::Error + 'a>> {
    let top = if highest > 0.0 { highest * 1.06 } else { 1.0 };
    plane_between(root, across, 0.0..top)
}

/// The same, but from one height to another: for points, whose height is no length.
pub(super) fn plane_between<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    across: f64,
    heights: Range<f64>,
) -> Result<Plane<'a>, Box<dyn std::error::Error + 'a>> {
    let mut plane = ChartBuilder::on(root)
        .margin_top(TOP)
        .margin_right(RIGHT)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, BOTTOM)
        .build_cartesian_2d(0.0..across, heights)?;
    plane
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_labels(5)
        .max_light_lines(0)
        .bold_line_style(Ink::Grid.color().stroke_width(2))
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(0)
        .y_label_style(("sans-serif", TEXT).into_font().color(&Ink::Tick.color()))
        .y_label_formatter(&|value| crate::parts::number::compact(*value))
        .draw()?;
    Ok(plane)
}

/// Writes labels under the horizontal axis at positions of the plane.
pub(super) fn labels_below<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    plane: &Plane<'a>,
    labels: &[(f64, String)],
) -> Result<(), DrawingError> {
    let style = ("sans-serif", TEXT).into_font().color(&Ink::Tick.color()).pos(Pos::new(HPos::Center, VPos::Top));
    for (position, label) in labels {
        let (x, y) = plane.backend_coord(&(*position, plane.y_range().start));
        root.draw(&Text::new(label.clone(), (x, y + 16), style.clone()))?;
    }
    Ok(())
}

/// Where a position of the plane lies in the canvas, as a fraction of its width.
pub(super) fn fraction(position: f64, across: f64) -> f32 {
    let plot = f64::from(WIDTH - LEFT - RIGHT);
    let x = (f64::from(LEFT) + position / across.max(1.0) * plot) / f64::from(WIDTH);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction between 0 and 1 loses nothing that a screen could show"
    )]
    let narrow = x as f32;
    narrow
}

/// The figure: title, sentence, legend, drawing and the same numbers as a table.
pub(super) fn figure(id: &str, title: &str, sentence: String, keys: Vec<Key>, plot: AnyView, twin: AnyView) -> AnyView {
    let legend = (!keys.is_empty()).then(|| {
        let keys = keys
            .into_iter()
            .map(|key| {
                view! {
                    <li>
                        <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
                            <rect class=key.class width="12" height="12" rx="2"></rect>
                        </svg>
                        {key.label}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="legend" role="list">{keys}</ul> }
    });
    view! {
        <figure class="chart-figure" id=id.to_owned()>
            <figcaption>
                <h3>{title.to_owned()}</h3>
                <p>{sentence}</p>
            </figcaption>
            {legend}
            {plot}
            <details class="twin">
                <summary>"Show as a table" <span class="visually-hidden">": " {title.to_owned()}</span></summary>
                {twin}
            </details>
        </figure>
    }
    .into_any()
}

/// A drawing that could not be made leaves its table; this stands in its place.
pub(super) fn undrawable() -> AnyView {
    view! { <p class="quiet">"This chart could not be drawn; its numbers are in the table below."</p> }.into_any()
}

/// Numbers of notes and events over the middle of their bars, each with a broken line down to the axis.
pub(super) fn marks(
    root: &DrawingArea<SVGBackend<'_>, Shift>,
    plane: &mut Plane<'_>,
    marks: &[(usize, String)],
    roof: f64,
) -> Result<(), DrawingError> {
    let style = ("sans-serif", 26).into_font().color(&Ink::Mark.color()).pos(Pos::new(HPos::Center, VPos::Top));
    for (bucket, number) in marks {
        #[expect(clippy::cast_precision_loss, reason = "a chart has at most a few hundred bars")]
        let x = *bucket as f64 + 0.5;
        let pieces = (0..28).step_by(2).map(|step| {
            let (low, high) = (f64::from(step) / 31.0 * roof, f64::from(step + 1) / 31.0 * roof);
            PathElement::new([(x, low), (x, high)], Ink::Mark.color().stroke_width(2))
        });
        plane.draw_series(pieces)?;
        let (across, down) = plane.backend_coord(&(x, roof));
        root.draw(&Text::new(number.clone(), (across, down), style.clone()))?;
    }
    Ok(())
}
