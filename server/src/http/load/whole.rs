//! Whether a figure of some time is all of it, and what it is where it is not known.

use app::view::{Completeness, Partial, Shown};

use super::figures::Sums;

/// Below this share of instance-hours with a measured load, what rests on load is mostly assumed.
const MEASURED: f64 = 0.5;

/// What is known of the time that a figure stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// Whether the period cuts it.
    pub(super) is_cut: bool,
    /// Whether it is not over.
    pub(super) is_open: bool,
    /// Whether some of it was to be read and is not.
    pub(super) is_unread: bool,
}

/// Why the figure of some time is not all of it. What nothing ran on is not cut into parts: `sums` is nothing then.
pub(super) fn partial(time: Time, sums: &Sums, shown: &Shown, rests_on_load: bool) -> Option<Partial> {
    if time.is_cut {
        return Some(Partial::Cut);
    }
    if time.is_open {
        return Some(Partial::Open);
    }
    if time.is_unread {
        return Some(Partial::Unread);
    }
    let figure = shown.figure()?;
    if figure.completeness == Completeness::LowerBound || sums.is_untimed {
        return Some(Partial::LowerBound);
    }
    let seconds = sums.seconds.filter(|seconds| rests_on_load && *seconds > 0.0)?;
    (sums.metric_seconds < MEASURED * seconds).then_some(Partial::Assumed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::lens::Lens;
    use crate::http::load::figures;
    use app::view::{Figure, Unit};

    #[test]
    fn the_first_reason_that_holds_is_told() {
        let whole = Time { is_cut: false, is_open: false, is_unread: false };
        let exact = Figure::exact(1.0, Unit::KilowattHours);
        let of = |seconds: f64, metric_seconds: f64| {
            let mut sums = figures::sum_closed(&Lens::builtin(), []);
            (sums.seconds, sums.metric_seconds) = (Some(seconds), metric_seconds);
            sums
        };
        let check = |time: Time, sums: &Sums, figure: Figure, expected: Option<Partial>| {
            assert_eq!(partial(time, sums, &figure.into(), true), expected, "{time:?} {figure:?}");
        };
        let measured = of(100.0, 50.0);
        check(whole, &measured, exact, None);
        check(Time { is_cut: true, is_open: true, is_unread: true }, &measured, exact, Some(Partial::Cut));
        check(Time { is_open: true, is_unread: true, ..whole }, &measured, exact, Some(Partial::Open));
        check(Time { is_unread: true, ..whole }, &measured, exact.lower_bound(), Some(Partial::Unread));
        check(whole, &measured, exact.lower_bound(), Some(Partial::LowerBound));
        check(whole, &of(100.0, 49.0), exact, Some(Partial::Assumed));
        assert_eq!(partial(whole, &of(100.0, 0.0), &exact.into(), false), None, "a price rests on no load");
        let untimed = Sums { is_untimed: true, ..of(100.0, 100.0) };
        check(whole, &untimed, exact, Some(Partial::LowerBound));
    }
}
