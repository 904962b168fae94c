//! Whether a figure of some days is all of them, and what it is where it is not known.

use app::view::{Completeness, Partial, Shown};

use super::figures::Sums;
use crate::store::day_note::Read;
use crate::store::selection::Period;

/// Below this share of instance-hours with a measured load, what rests on load is mostly assumed.
const MEASURED: f64 = 0.5;

/// The days that a figure stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    /// Those that the period holds.
    pub(super) period: Period,
    /// Whether the period cuts them.
    pub(super) is_cut: bool,
    /// Whether the last of them is not over.
    pub(super) is_open: bool,
}

/// Why the figure of some days is not all of them. What nothing ran on is not cut into parts: `sums` is nothing then.
pub(super) fn partial(days: Days, read: &Read, sums: &Sums, shown: &Shown, rests_on_load: bool) -> Option<Partial> {
    if days.is_cut {
        return Some(Partial::Cut);
    }
    if days.is_open {
        return Some(Partial::Open);
    }
    if read.lacks(days.period) {
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
    use crate::http::load::figures;
    use app::view::{Figure, Unit};
    use chrono::NaiveDate;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn the_first_reason_that_holds_is_told() {
        let period = Period { from: day(9), to: day(10) };
        let whole = Days { period, is_cut: false, is_open: false };
        let all = Read::new([day(9), day(10)], false);
        let exact = Figure::exact(1.0, Unit::KilowattHours);
        let of = |seconds: f64, metric_seconds: f64| {
            let mut sums = figures::sum_closed(&footprint::FactorSet::builtin().unwrap(), []);
            (sums.seconds, sums.metric_seconds) = (Some(seconds), metric_seconds);
            sums
        };
        let check = |days: Days, read: &Read, sums: &Sums, figure: Figure, expected: Option<Partial>| {
            assert_eq!(partial(days, read, sums, &figure.into(), true), expected, "{days:?} {figure:?}");
        };
        let measured = of(100.0, 50.0);
        check(whole, &all, &measured, exact, None);
        check(Days { is_cut: true, is_open: true, ..whole }, &all, &measured, exact, Some(Partial::Cut));
        check(Days { is_open: true, ..whole }, &all, &measured, exact, Some(Partial::Open));
        check(whole, &Read::new([day(10)], false), &measured, exact.lower_bound(), Some(Partial::Unread));
        check(whole, &Read::new([], true), &measured, exact, None);
        check(whole, &all, &measured, exact.lower_bound(), Some(Partial::LowerBound));
        check(whole, &all, &of(100.0, 49.0), exact, Some(Partial::Assumed));
        assert_eq!(partial(whole, &all, &of(100.0, 0.0), &exact.into(), false), None, "a price rests on no load");
        let untimed = Sums { is_untimed: true, ..of(100.0, 100.0) };
        check(whole, &all, &untimed, exact, Some(Partial::LowerBound));
    }
}
