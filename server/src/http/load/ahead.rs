//! What a period that goes on will come to: the days that are over, and what is expected of the others.

use app::view::{Figure, Unit};
use chrono::{Datelike as _, Days, NaiveDate};
use footprint::forecast::{self, Day, Forecast};

use crate::store::day_note::Read;
use crate::store::selection::Period;

/// What days to come will hold, as of a day that is not over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    expected: Forecast,
    today: NaiveDate,
    /// What today holds already.
    so_far: f64,
    /// Whether days of the period that are over were not read.
    lacks: bool,
}

/// The days that a forecast for a period is made from, and today; nothing where the period is over or has not begun.
pub(super) fn history(period: Period, today: NaiveDate) -> Option<Period> {
    let from = today - Days::new(forecast::MOST_DAYS as u64);
    period.holds(today).then_some(Period { from, to: today })
}

impl Ahead {
    /// `held` is what a day of the history holds: `None` where nothing ran, and `Some(None)` where it is not known.
    pub(super) fn of(
        period: Period,
        today: NaiveDate,
        read: &Read,
        held: impl Fn(NaiveDate) -> Option<Option<f64>>,
    ) -> Option<Self> {
        let history = history(period, today)?;
        let over = Period { to: today - Days::new(1), ..history };
        let value = |day: NaiveDate| match held(day) {
            Some(value) => value.filter(|_| !read.lacks(Period { from: day, to: day })),
            None => read.is_whole(Period { from: day, to: day }).then_some(0.0),
        };
        let mut days: Vec<Day> =
            over.each_day().filter_map(|day| Some(Day { weekday: weekday(day), value: value(day)? })).collect();
        days.reverse();
        let so_far = held(today).flatten().unwrap_or(0.0);
        let lacks = period.from < today && read.lacks(Period { from: period.from, to: today - Days::new(1) });
        Some(Self { expected: Forecast::of(&days)?, today, so_far, lacks })
    }

    /// How many days it was made from.
    pub(super) const fn days(&self) -> u64 {
        self.expected.days as u64
    }

    /// What some days will come to that hold this much already; nothing where they are over.
    pub(super) fn figure(&self, days: Period, held: f64, unit: Unit) -> Option<Figure> {
        if days.to < self.today {
            return None;
        }
        let from = days.from.max(self.today);
        let rest = self.expected.of_days(Period { from, to: days.to }.each_day().map(weekday));
        // Today is among the days to come, and holds no less than it does already.
        let so_far = if days.holds(self.today) { self.so_far } else { 0.0 };
        let over = (held - so_far).max(0.0);
        let [low, central, high] = [rest.low, rest.central, rest.high].map(|end| over + end.max(so_far));
        let figure = Figure { low, high, ..Figure::exact(central, unit) };
        Some(if self.lacks { figure.lower_bound() } else { figure })
    }
}

fn weekday(day: NaiveDate) -> u8 {
    u8::try_from(day.weekday().num_days_from_monday()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::Completeness;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: day(from), to: day(to) }
    }

    #[test]
    fn a_forecast_adds_what_is_over_and_what_is_to_come() {
        let today = day("2026-11-16");
        let month = period("2026-11-01", "2026-11-30");
        let all = Read::new(period("2026-10-01", "2026-11-15").each_day(), false);
        // Ten on every day, and three today until now.
        let held = |each: NaiveDate| Some(Some(if each == today { 3.0 } else { 10.0 }));
        let ahead = Ahead::of(month, today, &all, held).unwrap();
        assert_eq!(ahead.days(), 28);
        let whole = ahead.figure(month, 153.0, Unit::Usd).unwrap();
        assert_eq!((whole.low, whole.central, whole.high), (300.0, 300.0, 300.0), "150 of 15 days and 150 of 15 more");
        assert_eq!(ahead.figure(period("2026-11-09", "2026-11-15"), 70.0, Unit::Usd), None, "that week is over");
        let week = ahead.figure(period("2026-11-16", "2026-11-22"), 3.0, Unit::Usd).unwrap();
        assert!((week.central - 70.0).abs() < 1e-9);
        // A day that holds more than any before it is not forecast to hold less.
        let busy = |each: NaiveDate| Some(Some(if each == today { 25.0 } else { 10.0 }));
        let ahead = Ahead::of(month, today, &all, busy).unwrap();
        let of_today = ahead.figure(period("2026-11-16", "2026-11-16"), 25.0, Unit::Usd).unwrap();
        assert!((of_today.low - 25.0).abs() < 1e-9);
    }

    #[test]
    fn days_that_were_not_read_are_no_days_of_nothing() {
        let today = day("2026-11-16");
        let month = period("2026-11-01", "2026-11-30");
        let read = |from: &str| Read::new(period(from, "2026-11-15").each_day(), false);
        let nothing = |_: NaiveDate| None;
        assert!(Ahead::of(month, today, &read("2026-11-03"), nothing).is_none(), "thirteen days are too few");
        let ahead = Ahead::of(month, today, &read("2026-11-02"), nothing).unwrap();
        let figure = ahead.figure(month, 0.0, Unit::Usd).unwrap();
        assert_eq!((figure.central, figure.completeness), (0.0, Completeness::LowerBound), "the first was not read");
        assert!(Ahead::of(month, today, &read("2026-10-01"), |_| Some(None)).is_none(), "nothing is known");
        // Where files tell what ran, the days that they name are the days there are.
        let told = Read::new([], true);
        assert!(Ahead::of(month, today, &told, |_| Some(Some(1.0))).is_some());
        assert!(Ahead::of(month, today, &told, nothing).is_none());
        for over in [period("2026-11-01", "2026-11-15"), period("2026-12-01", "2026-12-31")] {
            assert!(Ahead::of(over, today, &read("2026-10-01"), |_| Some(Some(1.0))).is_none(), "{over:?}");
        }
    }
}
