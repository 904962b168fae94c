//! Time in steps: whole days, ISO weeks and months, cut where the period begins and ends.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::selection::Period;

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A UTC day.
    Day,
    /// An ISO week: Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

/// A step, or what the period holds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// First day of the whole step, which may lie before the period.
    pub start: NaiveDate,
    /// The days of it that the period holds.
    pub days: Period,
    /// Whether the period cuts it.
    pub is_cut: bool,
    /// Whether its last day is not over.
    pub is_open: bool,
}

impl Bucket {
    /// Whether it is not all of its step.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.is_cut || self.is_open
    }
}

impl Step {
    /// Every step, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// First day of the step that holds this day.
    #[must_use]
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day - Days::new(u64::from(day.day0())),
        }
    }

    /// First day of the next step.
    fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => start + Days::new(1),
            Self::Week => start + Days::new(7),
            Self::Month => start + Months::new(1),
        }
    }

    /// The buckets of a period, oldest first. `today` is not over yet.
    #[must_use]
    pub fn buckets(self, period: Period, today: NaiveDate) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        let mut start = self.start(period.from);
        while start <= period.to {
            let next = self.next(start);
            let last = next - Days::new(1);
            let days = Period { from: start.max(period.from), to: last.min(period.to) };
            let is_cut = days.from > start || days.to < last;
            buckets.push(Bucket { start, days, is_cut, is_open: last >= today });
            start = next;
        }
        buckets
    }

    /// The shortest step in which a period has few enough buckets to be seen: at most `most`.
    #[must_use]
    pub fn fitting(period: Period, most: u64) -> Self {
        Self::ALL.into_iter().find(|step| period.days().div_ceil(step.days()) <= most).unwrap_or(Self::Month)
    }

    /// Days of a step, at least.
    const fn days(self) -> u64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 28,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: day(from), to: day(to) }
    }

    fn drawn(step: Step, from: &str, to: &str, today: &str) -> Vec<String> {
        let bucket = |each: &Bucket| {
            let mark = if each.is_partial() { " partial" } else { "" };
            format!("{} {}..{}{mark}", each.start, each.days.from, each.days.to)
        };
        step.buckets(period(from, to), day(today)).iter().map(bucket).collect()
    }

    #[test]
    fn weeks_are_iso_weeks_and_cut_ones_are_partial() {
        assert_eq!(
            drawn(Step::Week, "2026-12-30", "2027-01-12", "2027-02-01"),
            [
                "2026-12-28 2026-12-30..2027-01-03 partial",
                "2027-01-04 2027-01-04..2027-01-10",
                "2027-01-11 2027-01-11..2027-01-12 partial",
            ]
        );
    }

    #[test]
    fn months_keep_their_length() {
        assert_eq!(
            drawn(Step::Month, "2028-01-31", "2028-03-31", "2028-04-01"),
            [
                "2028-01-01 2028-01-31..2028-01-31 partial",
                "2028-02-01 2028-02-01..2028-02-29",
                "2028-03-01 2028-03-01..2028-03-31",
            ]
        );
    }

    #[test]
    fn what_is_not_over_is_partial() {
        let days = drawn(Step::Day, "2026-11-22", "2026-11-24", "2026-11-23");
        assert_eq!(
            days,
            [
                "2026-11-22 2026-11-22..2026-11-22",
                "2026-11-23 2026-11-23..2026-11-23 partial",
                "2026-11-24 2026-11-24..2026-11-24 partial",
            ]
        );
        assert_eq!(drawn(Step::Week, "2026-11-16", "2026-11-22", "2026-11-22").len(), 1);
        assert!(drawn(Step::Week, "2026-11-16", "2026-11-22", "2026-11-22")[0].ends_with("partial"));
    }

    #[test]
    fn buckets_hold_every_day_once() {
        for step in Step::ALL {
            for (from, to) in [("2024-02-27", "2028-03-02"), ("2026-11-23", "2026-11-23"), ("2026-12-31", "2027-01-01")]
            {
                let period = period(from, to);
                let days: Vec<NaiveDate> = step
                    .buckets(period, day("2030-01-01"))
                    .into_iter()
                    .flat_map(|bucket| {
                        assert!(bucket.days.each_day().all(|day| step.start(day) == bucket.start));
                        bucket.days.each_day().collect::<Vec<_>>()
                    })
                    .collect();
                assert_eq!(days, period.each_day().collect::<Vec<_>>(), "{step:?}");
            }
        }
    }

    #[test]
    fn long_periods_take_long_steps() {
        for (days, expected) in
            [(1, Step::Day), (62, Step::Day), (63, Step::Week), (430, Step::Week), (500, Step::Month)]
        {
            let to = day("2026-01-01") + Days::new(days - 1);
            assert_eq!(Step::fitting(Period { from: day("2026-01-01"), to }, 62), expected, "{days}");
        }
    }
}
