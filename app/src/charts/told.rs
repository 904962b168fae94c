//! What a chart says and shows of bars that are not whole: why they are striped, and what they will come to.

use super::frame::{self, DrawingError, Key, Plane, Swatch};
use super::ink::Ink;
use crate::parts::number;
use crate::view::{Completeness, Figure, Forecast, Partial};
use plotters::prelude::*;

/// How often each reason holds, in the order of the reasons.
fn counted(partial: impl Iterator<Item = Partial>) -> Vec<(Partial, usize)> {
    let mut reasons: Vec<Partial> = partial.collect();
    reasons.sort_unstable();
    let each = reasons.chunk_by(|a, b| a == b);
    each.filter_map(|same| Some((*same.first()?, same.len()))).collect()
}

/// The reasons to stripe some of so many bars; and the one that all of them share, where stripes would tell none from another.
pub(super) fn parted(reasons: Vec<Partial>, bars: usize) -> (Vec<Partial>, Option<Partial>) {
    let counted = counted(reasons.iter().copied());
    match counted.as_slice() {
        [(reason @ (Partial::LowerBound | Partial::Assumed), count)] if *count == bars && bars > 1 => {
            (Vec::new(), Some(*reason))
        }
        _ => (reasons, None),
    }
}

/// ` All alike: known in part.`; nothing where bars differ.
pub(super) fn alike(reason: Option<Partial>) -> String {
    reason.map_or_else(String::new, |reason| format!(" All alike: {}.", reason.words()))
}

/// ` Striped: 1 day not all read, 2 days known in part.`; nothing where every bar is whole.
pub(super) fn striped(partial: impl Iterator<Item = Partial>, count: impl Fn(usize) -> String) -> String {
    let reasons: Vec<String> =
        counted(partial).into_iter().map(|(reason, bars)| format!("{} {}", count(bars), reason.words())).collect();
    if reasons.is_empty() { String::new() } else { format!(" Striped: {}.", reasons.join(", ")) }
}

/// The legend's entry for stripes, where there are any.
pub(super) fn stripes_key(partial: impl Iterator<Item = Partial>) -> Option<Key> {
    let reasons: Vec<&str> = counted(partial).into_iter().map(|(reason, _)| reason.words()).collect();
    let label = |reasons: &[&str]| format!("Striped: {}", reasons.join(", "));
    (!reasons.is_empty()).then(|| Key::of(Swatch::Stripes, Ink::Hatch, label(&reasons)))
}

/// What the period will come to; nothing where it is over.
pub(super) fn expected(forecast: Option<&Forecast>) -> String {
    let Some(forecast) = forecast else { return String::new() };
    format!(
        " Forecast for the whole period: {}, from the same weekdays among the last {} complete days.",
        with_range(&forecast.total),
        forecast.days
    )
}

/// A figure with its range as plain text.
pub(super) fn with_range(figure: &Figure) -> String {
    let printed = number::print(figure);
    let least = if figure.completeness == Completeness::LowerBound { "at least " } else { "" };
    match printed.interval.clone() {
        Some((low, high)) => format!("{least}{} ({low}–{high})", printed.text()),
        None => format!("{least}{}", printed.text()),
    }
}

/// What a bar will come to, for its cursor.
pub(super) fn expected_of(forecast: Option<&Forecast>, bar: usize) -> Option<String> {
    let figure = forecast?.values.get(bar).copied().flatten()?;
    Some(format!("forecast {}", with_range(&figure)))
}

pub(super) fn forecast_key(forecast: Option<&Forecast>) -> Option<Key> {
    forecast.map(|_| Key::of(Swatch::Dashes, Ink::Forecast, "Forecast, with its range"))
}

/// A broken outline where each bar will end, with the range of it.
pub(super) fn draw_forecast(plane: &mut Plane<'_>, forecast: &Forecast, divisor: f64) -> Result<(), DrawingError> {
    let style = Ink::Forecast.color().stroke_width(4);
    for (bar, figure) in forecast.values.iter().enumerate() {
        let Some(figure) = figure else { continue };
        let (left, y) = (frame::position(bar) + 0.08, figure.central / divisor);
        let pieces = (0..4).map(|piece| {
            let from = left + 0.84 * f64::from(piece) / 4.0;
            PathElement::new([(from, y), (from + 0.13, y)], style)
        });
        plane.draw_series(pieces)?;
        if figure.has_interval() {
            let thin = Ink::Forecast.color().stroke_width(2);
            let x = frame::position(bar) + 0.5;
            plane.draw_series([PathElement::new([(x, figure.low / divisor), (x, figure.high / divisor)], thin)])?;
        }
    }
    Ok(())
}

/// How high a forecast reaches.
pub(super) fn highest(forecast: Option<&Forecast>) -> f64 {
    let figures = forecast.into_iter().flat_map(|forecast| forecast.values.iter().flatten());
    figures.map(|figure| figure.high).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_with_its_number() {
        let reasons = [Partial::LowerBound, Partial::Cut, Partial::LowerBound];
        let count = |bars| if bars == 1 { "1 day".to_owned() } else { format!("{bars} days") };
        assert_eq!(striped(reasons.into_iter(), count), " Striped: 1 day cut by the period, 2 days known in part.");
        assert_eq!(striped([].into_iter(), count), "");
        assert_eq!(stripes_key(reasons.into_iter()).unwrap().label, "Striped: cut by the period, known in part");
        assert!(stripes_key([].into_iter()).is_none());
    }

    #[test]
    fn stripes_that_tell_no_bar_from_another_are_words() {
        let bound = Partial::LowerBound;
        assert_eq!(parted(vec![bound; 3], 3), (Vec::new(), Some(bound)));
        assert_eq!(alike(Some(bound)), " All alike: known in part.");
        assert_eq!(parted(vec![bound; 3], 4), (vec![bound; 3], None), "one is whole");
        assert_eq!(parted(vec![bound, Partial::Unread], 2), (vec![bound, Partial::Unread], None));
        assert_eq!(parted(vec![Partial::Open], 1), (vec![Partial::Open], None), "a day that is not over is striped");
        assert_eq!((parted(Vec::new(), 0), alike(None)), ((Vec::new(), None), String::new()));
    }
}
