//! Periods by name: what they are, depends on the day that asks.

use chrono::{Datelike as _, Days, NaiveDate};

use super::query::LONGEST_DAYS;
use crate::store::selection::Period;

/// A period that is named by what day it is; the address of a page then says its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// So many days until yesterday.
    Days(u64),
    /// The last week from Monday to Sunday that is over.
    Week,
    /// The last month that is over.
    Month,
    /// Since the first of yesterday's month.
    MonthToDate,
    /// Since the first of yesterday's quarter.
    QuarterToDate,
    /// Since the first of yesterday's year.
    YearToDate,
}

impl Range {
    /// The range of a word in an address: `7d`, `week`, `month`, `mtd`, `qtd` or `ytd`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "mtd" => Some(Self::MonthToDate),
            "qtd" => Some(Self::QuarterToDate),
            "ytd" => Some(Self::YearToDate),
            _ => word.strip_suffix('d')?.parse().ok().filter(|days| (1..=LONGEST_DAYS).contains(days)).map(Self::Days),
        }
    }

    /// Its days; none of them goes on.
    #[must_use]
    pub fn of(self, today: NaiveDate) -> Period {
        let yesterday = today - Days::new(1);
        let month = yesterday.with_day(1).unwrap_or(yesterday);
        let since = |from: Option<NaiveDate>| Period { from: from.unwrap_or(month), to: yesterday };
        match self {
            Self::Days(days) => Period { from: today - Days::new(days), to: yesterday },
            Self::Week => {
                let to = today - Days::new(u64::from(today.weekday().num_days_from_monday()) + 1);
                Period { from: to - Days::new(6), to }
            }
            Self::Month => {
                let to = today.with_day(1).unwrap_or(today) - Days::new(1);
                Period { from: to.with_day(1).unwrap_or(to), to }
            }
            Self::MonthToDate => since(None),
            Self::QuarterToDate => since(month.with_month(month.month0() / 3 * 3 + 1)),
            Self::YearToDate => since(month.with_month(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_the_days_that_it_names_on_the_day_it_is_asked_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, range, from, to) in [
            ("2026-11-18", "week", "2026-11-09", "2026-11-15"),
            ("2026-11-16", "week", "2026-11-09", "2026-11-15"),
            ("2026-11-15", "week", "2026-11-02", "2026-11-08"),
            ("2026-11-18", "28d", "2026-10-21", "2026-11-17"),
            ("2026-11-18", "mtd", "2026-11-01", "2026-11-17"),
            ("2026-12-01", "mtd", "2026-11-01", "2026-11-30"),
            ("2026-12-01", "month", "2026-11-01", "2026-11-30"),
            ("2026-11-30", "month", "2026-10-01", "2026-10-31"),
            ("2026-11-18", "qtd", "2026-10-01", "2026-11-17"),
            ("2026-10-01", "qtd", "2026-07-01", "2026-09-30"),
            ("2026-11-18", "ytd", "2026-01-01", "2026-11-17"),
            ("2027-01-01", "ytd", "2026-01-01", "2026-12-31"),
        ] {
            let days = Range::parse(range).unwrap().of(day(today));
            assert_eq!(days, Period { from: day(from), to: day(to) }, "{range} on {today}");
        }
        assert!(["0d", "-1d", "1831d", "d", "decade"].iter().all(|word| Range::parse(word).is_none()));
    }
}
