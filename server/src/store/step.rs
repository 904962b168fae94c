//! Time in steps: hours, whole days, ISO weeks and months, cut where the period begins and ends.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::selection::Period;

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An hour of a UTC day.
    Hour,
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
    /// Begin of the whole step, which may lie before the period.
    pub start: DateTime<Utc>,
    /// The days of it that the period holds; of an hour, its day.
    pub days: Period,
    /// Whether it is an hour and not days.
    pub is_hour: bool,
    /// Whether the period cuts it.
    pub is_cut: bool,
    /// Whether its last day, or the hour, is not over.
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
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// First day of the step that holds this day.
    fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day - Days::new(u64::from(day.day0())),
        }
    }

    /// First day of the next step of days.
    fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Hour | Self::Day => start + Days::new(1),
            Self::Week => start + Days::new(7),
            Self::Month => start + Months::new(1),
        }
    }

    /// The buckets of a period, oldest first. What `now` lies in is not over yet.
    #[must_use]
    pub fn buckets(self, period: Period, now: DateTime<Utc>) -> Vec<Bucket> {
        if self == Self::Hour {
            return period.each_day().flat_map(|day| hours(day, now)).collect();
        }
        let mut buckets = Vec::new();
        let mut start = self.first_day(period.from);
        while start <= period.to {
            let next = self.next(start);
            let last = next - Days::new(1);
            let days = Period { from: start.max(period.from), to: last.min(period.to) };
            let is_cut = days.from > start || days.to < last;
            let is_open = last >= now.date_naive();
            buckets.push(Bucket { start: midnight(start), days, is_hour: false, is_cut, is_open });
            start = next;
        }
        buckets
    }

    /// Whether a period has at most so many buckets of it.
    #[must_use]
    pub fn fits(self, period: Period, most: u64) -> bool {
        match self {
            Self::Hour => period.days().saturating_mul(24) <= most,
            Self::Day => period.days() <= most,
            Self::Week => period.days().div_ceil(7) <= most,
            Self::Month => period.days().div_ceil(28) <= most,
        }
    }

    /// The shortest step of days in which a period has few enough buckets to be seen: at most `most`.
    #[must_use]
    pub fn fitting(period: Period, most: u64) -> Self {
        [Self::Day, Self::Week].into_iter().find(|step| step.fits(period, most)).unwrap_or(Self::Month)
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn hours(day: NaiveDate, now: DateTime<Utc>) -> impl Iterator<Item = Bucket> {
    let days = Period { from: day, to: day };
    (0..24).map(move |hour| {
        let start = midnight(day) + TimeDelta::hours(hour);
        Bucket { start, days, is_hour: true, is_cut: false, is_open: start + TimeDelta::hours(1) > now }
    })
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
            format!("{} {}..{}{mark}", each.start.date_naive(), each.days.from, each.days.to)
        };
        step.buckets(period(from, to), midnight(day(today))).iter().map(bucket).collect()
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
        for step in [Step::Day, Step::Week, Step::Month] {
            for (from, to) in [("2024-02-27", "2028-03-02"), ("2026-11-23", "2026-11-23"), ("2026-12-31", "2027-01-01")]
            {
                let period = period(from, to);
                let days: Vec<NaiveDate> = step
                    .buckets(period, midnight(day("2030-01-01")))
                    .into_iter()
                    .flat_map(|bucket| {
                        assert!(bucket.days.each_day().all(|day| midnight(step.first_day(day)) == bucket.start));
                        bucket.days.each_day().collect::<Vec<_>>()
                    })
                    .collect();
                assert_eq!(days, period.each_day().collect::<Vec<_>>(), "{step:?}");
            }
        }
    }

    #[test]
    fn hours_are_those_of_their_days_and_open_until_they_are_over() {
        let now = midnight(day("2026-11-23")) + TimeDelta::minutes(150);
        let hours = Step::Hour.buckets(period("2026-11-22", "2026-11-23"), now);
        assert_eq!(hours.len(), 48);
        assert!(hours.windows(2).all(|pair| pair[1].start - pair[0].start == TimeDelta::hours(1)));
        assert!(hours.iter().all(|hour| hour.days.holds(hour.start.date_naive()) && hour.days.days() == 1));
        let open: Vec<i64> =
            hours.iter().filter(|hour| hour.is_partial()).map(|hour| hour.start.timestamp() / 3600 % 24).collect();
        assert_eq!(open, (2..24).collect::<Vec<_>>(), "the hour from two to three is not over at half past");
        assert!(Step::Hour.fits(period("2026-11-01", "2026-11-15"), 370));
        assert!(!Step::Hour.fits(period("2026-11-01", "2026-11-16"), 370));
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
