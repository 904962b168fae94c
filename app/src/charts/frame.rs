//! What every chart has around it, and the plane it is drawn on.

use super::ink::{Ink, Nth};
use crate::islands::chart_cursor::{ChartCursor, CursorPoint};
use crate::view::BucketLabel;
use chrono::SecondsFormat;
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
pub(super) const TEXT: u32 = 30;

/// What can go wrong while drawing into a string.
pub(super) type DrawingError = DrawingAreaErrorKind<std::io::Error>;

/// A plane with a horizontal grid and labels on the left.
pub(super) type Plane<'a> = ChartContext<
    'a,
    SVGBackend<'a>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// One entry of a legend: how it looks in the drawing, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) ink: Ink,
    pub(super) swatch: Swatch,
    pub(super) label: String,
}

/// The shape of a legend's sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swatch {
    /// An area of one colour.
    Area,
    /// The same in a stack, where order tells as colour does.
    Layer,
    /// A line of its own dash, with the mark of its points.
    Line(Nth),
    /// Stripes across a bar, or behind a stretch.
    Stripes,
    /// A broken line.
    Dashes,
    /// A short line over a bar.
    Tick,
    /// A faint area around a line.
    Faint,
    /// The reach of an interval.
    Reach,
    /// A number over a broken line.
    Number,
}

impl Key {
    pub(super) fn area(ink: Ink, label: impl Into<String>) -> Self {
        Self { ink, swatch: Swatch::Area, label: label.into() }
    }

    pub(super) fn of(swatch: Swatch, ink: Ink, label: impl Into<String>) -> Self {
        Self { ink, swatch, label: label.into() }
    }
}

impl Swatch {
    /// The sample in a square of twelve: with `fill` and `stroke` as whole attributes, a class or a colour.
    pub(super) fn sample(self, fill: &str, stroke: &str) -> String {
        match self {
            Self::Area | Self::Layer => format!("<rect {fill} width=\"12\" height=\"12\" rx=\"2\"/>"),
            Self::Stripes => {
                let line = |y: u32| format!("<path {stroke} stroke-width=\"1.5\" d=\"M0 {}L12 {y}\"/>", y + 4);
                [0, 4, 8].map(line).concat()
            }
            Self::Dashes => format!("<path {stroke} stroke-width=\"2\" d=\"M0 6H5M7 6H12\"/>"),
            Self::Faint => format!("<g opacity=\"0.3\"><rect {fill} width=\"12\" height=\"12\" rx=\"2\"/></g>"),
            Self::Tick => format!("<path {stroke} stroke-width=\"2\" d=\"M0 6H12\"/>"),
            Self::Number => format!("<path {stroke} stroke-width=\"1.5\" stroke-dasharray=\"2 2\" d=\"M6 0V12\"/>"),
            Self::Reach => format!("<path {stroke} stroke-width=\"1.5\" d=\"M6 1V11M3 1H9M3 11H9\"/>"),
            Self::Line(nth) => {
                let mark = match nth {
                    Nth::First => "<circle cx=\"6\" cy=\"6\" r=\"3\"/>",
                    Nth::Second => "<path d=\"M3 3H9V9H3Z\"/>",
                    Nth::Third => "<path d=\"M6 2L10 9H2Z\"/>",
                    Nth::Fourth => "<path d=\"M6 1.5L10.5 6L6 10.5L1.5 6Z\"/>",
                };
                format!("<path {stroke} stroke-width=\"1.5\" d=\"M0 6H12\"/><g {fill}>{mark}</g>")
            }
        }
    }
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

/// Every how many buckets one is named under the axis, where so many names have room. Of hours, days are named where they begin.
pub(super) fn every(buckets: &[BucketLabel], room: usize) -> usize {
    let least = buckets.len().div_ceil(room.max(1)).max(1);
    if buckets.iter().all(|bucket| bucket.hour.is_none()) {
        return least;
    }
    [1, 2, 3, 4, 6, 8, 12].into_iter().find(|hours| *hours >= least).unwrap_or(24 * least.div_ceil(24))
}

/// What a bucket is called in a table; an hour by the moment it begins, too.
pub(super) fn when(label: &BucketLabel) -> AnyView {
    let long = linked(label.long.clone(), label.href.as_ref());
    match label.hour {
        Some(at) => {
            let moment = at.to_rfc3339_opts(SecondsFormat::Secs, true);
            view! { <time datetime=moment>{long}</time> }.into_any()
        }
        None => long,
    }
}

/// The left edge of a bar or bucket.
#[expect(clippy::cast_precision_loss, reason = "a chart has at most a few hundred bars")]
pub(super) const fn position(bar: usize) -> f64 {
    bar as f64
}

/// Where a position of the plane lies in the canvas, as a fraction of its width.
pub(super) fn fraction(position: f64, across: f64) -> f32 {
    let plot = f64::from(WIDTH - LEFT - RIGHT);
    narrow((f64::from(LEFT) + position / across.max(1.0) * plot) / f64::from(WIDTH))
}

/// A fraction of the width, as narrow as it travels.
pub(super) fn narrow(fraction: f64) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction between 0 and 1 loses nothing that a screen could show"
    )]
    let narrow = fraction as f32;
    narrow
}

/// The figure: title, sentence, legend, drawing and the same numbers as a table.
pub(super) fn figure(id: &str, title: &str, sentence: String, keys: Vec<Key>, plot: AnyView, twin: AnyView) -> AnyView {
    // Layers are told apart by their order where colours are not seen.
    let is_stack = keys.iter().filter(|key| key.swatch == Swatch::Layer).count() > 1;
    let legend = (!keys.is_empty()).then(|| {
        let keys = keys
            .into_iter()
            .map(|key| {
                let class = key.ink.class();
                let sample =
                    key.swatch.sample(&format!("class=\"fill-{class}\""), &format!("class=\"stroke-{class}\""));
                view! {
                    <li class=if key.swatch == Swatch::Layer { "layer" } else { "sign" }>
                        <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" inner_html=sample></svg>
                        {key.label}
                    </li>
                }
            })
            .collect_view();
        let class = if is_stack { "legend layers" } else { "legend" };
        view! { <ul class=class role="list">{keys}</ul> }
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

/// The name of a row, and where its days are told.
pub(super) fn linked(name: String, href: Option<&String>) -> AnyView {
    match href {
        Some(href) => view! { <a class="name" href=href.clone()>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

/// A drawing with a cursor over it.
pub(super) fn under_cursor(svg: Option<String>, name: String, points: Vec<CursorPoint>) -> AnyView {
    let Some(svg) = svg else { return undrawable() };
    view! {
        <div class="plot">
            <div class="plot-ink" inner_html=svg></div>
            <ChartCursor name=name points=points />
        </div>
    }
    .into_any()
}

/// A drawing that could not be made leaves its table; this stands in its place.
pub(super) fn undrawable() -> AnyView {
    view! { <p class="quiet">"This chart could not be drawn; its numbers are in the table below."</p> }.into_any()
}

/// Slanted lines behind a stretch from one position to another that is not all known.
pub(super) fn hatch(plane: &mut Plane<'_>, left: f64, right: f64, roof: f64) -> Result<(), DrawingError> {
    let piece = |step: i32| {
        let low = roof * f64::from(step) / 12.0;
        PathElement::new([(left, low), (right, low + roof / 12.0)], Ink::Hatch.color().stroke_width(1))
    };
    plane.draw_series((0..12).map(piece))?;
    Ok(())
}

/// A line in pieces: half of each way between two points is left out.
pub(super) fn dashes(plane: &mut Plane<'_>, points: &[(f64, f64)], color: RGBColor) -> Result<(), DrawingError> {
    for pair in points.windows(2) {
        let [(x, y), (to_x, to_y)] = pair else { continue };
        for quarter in [0.0, 0.25, 0.5, 0.75] {
            let at = |share: f64| (x + (to_x - x) * share, y + (to_y - y) * share);
            let piece = [at(quarter), at(quarter + 0.14)];
            plane.draw_series([PathElement::new(piece, color.stroke_width(3))])?;
        }
    }
    Ok(())
}

/// Stripes across a bar up to its height.
pub(super) fn stripes(
    plane: &mut Plane<'_>,
    (left, right): (f64, f64),
    height: f64,
    roof: f64,
) -> Result<(), DrawingError> {
    let step = roof / 32.0;
    let mut y = step;
    while y < height {
        plane.draw_series([PathElement::new([(left, y), (right, y)], Ink::Stripe.color().stroke_width(5))])?;
        y += step;
    }
    Ok(())
}

/// The layers of a bar on top of each other, each with its colour, in the unit of the plane. A thin seam parts two layers.
pub(super) fn layers(
    plane: &mut Plane<'_>,
    (left, right): (f64, f64),
    values: impl Iterator<Item = (Ink, f64)>,
) -> Result<(), DrawingError> {
    let mut base = 0.0;
    for (ink, value) in values.filter(|(_, value)| *value > 0.0) {
        plane.draw_series([Rectangle::new([(left, base + value), (right, base)], ink.color().filled())])?;
        if base > 0.0 {
            let seam = Ink::Stripe.color().stroke_width(2);
            plane.draw_series([PathElement::new([(left, base), (right, base)], seam)])?;
        }
        base += value;
    }
    Ok(())
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
        let x = position(*bucket) + 0.5;
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
