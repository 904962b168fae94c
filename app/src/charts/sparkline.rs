//! The shape of a period in a corner of a card. Decoration: the numbers stand in the chart of the same page.

use leptos::prelude::*;
use std::fmt::Write;

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 24.0;

/// A line from the first to the last day on a zero baseline; gaps stay gaps. Nothing for fewer than two points.
#[must_use]
pub fn draw(points: &[Option<f64>]) -> Option<AnyView> {
    let path = path(points)?;
    Some(
        view! {
            <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
                <path d=path></path>
            </svg>
        }
        .into_any(),
    )
}

fn path(points: &[Option<f64>]) -> Option<String> {
    if points.iter().flatten().count() < 2 {
        return None;
    }
    let highest = points.iter().flatten().copied().fold(0.0, f64::max);
    let mut path = String::new();
    let mut pen_down = false;
    for (index, point) in points.iter().enumerate() {
        let Some(value) = point else {
            pen_down = false;
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "a sparkline has as many points as a period has days")]
        let x = index as f64 / (points.len() - 1) as f64 * WIDTH;
        let y = if highest > 0.0 { HEIGHT - 1.0 - value / highest * (HEIGHT - 2.0) } else { HEIGHT - 1.0 };
        // Writing to a string cannot fail.
        let _infallible = write!(path, "{}{x:.1} {y:.1}", if pen_down { "L" } else { "M" });
        pen_down = true;
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_start_at_zero_and_keep_their_gaps() {
        assert_eq!(path(&[Some(0.0), Some(2.0), Some(1.0)]).unwrap(), "M0.0 23.0L50.0 1.0L100.0 12.0");
        assert_eq!(path(&[Some(1.0), None, Some(1.0)]).unwrap(), "M0.0 1.0M100.0 1.0");
        assert_eq!(path(&[Some(1.0), None]), None);
        assert_eq!(path(&[]), None);
    }
}
