//! What a period is compared with: a word of the address, and the days that it means.

use std::fmt;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use crate::review::ReviewId;
use crate::store::selection::Period;

const REVIEW: &str = "review:";

/// What the period of a page is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Against {
    /// The period of equal length just before.
    #[default]
    Previous,
    /// The same ISO weeks, or else the same dates, a year before.
    YearBefore,
    /// A review: its week, and its frozen figures.
    Review(ReviewId),
    /// Nothing.
    Nothing,
}

impl Against {
    /// Reads what [`fmt::Display`] writes and nothing else.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "prev" => Some(Self::Previous),
            "yoy" => Some(Self::YearBefore),
            "none" => Some(Self::Nothing),
            word => word.strip_prefix(REVIEW).and_then(ReviewId::parse).map(Self::Review),
        }
    }

    /// The days that a period is compared with; `None` where nothing is, or where no calendar reaches.
    #[must_use]
    pub fn of(self, period: Period) -> Option<Period> {
        match self {
            Self::Previous => Some(period.previous()),
            Self::YearBefore => year_before(period),
            Self::Review(id) => Some(Period { from: id.week.monday(), to: id.week.monday() + Days::new(6) }),
            Self::Nothing => None,
        }
    }
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Previous => f.write_str("prev"),
            Self::YearBefore => f.write_str("yoy"),
            Self::Review(id) => write!(f, "{REVIEW}{id}"),
            Self::Nothing => f.write_str("none"),
        }
    }
}

/// Whether a period is made of whole ISO weeks.
#[must_use]
pub fn is_of_weeks(period: Period) -> bool {
    period.from.weekday() == Weekday::Mon && period.days().is_multiple_of(7)
}

fn year_before(period: Period) -> Option<Period> {
    if !is_of_weeks(period) {
        let back = |day: NaiveDate| day.checked_sub_months(Months::new(12));
        return Some(Period { from: back(period.from)?, to: back(period.to)? });
    }
    let week = period.from.iso_week();
    let of_year = |number| NaiveDate::from_isoywd_opt(week.year() - 1, number, Weekday::Mon);
    // A year after one of 53 weeks has 52, so week 53 is told beside the last one there was.
    let from = of_year(week.week()).or_else(|| of_year(52))?;
    Some(Period { from, to: from + Days::new(period.days() - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn a_word_has_one_spelling() {
        for word in ["prev", "yoy", "none", "review:2026-W46", "review:2026-W46-r2"] {
            assert_eq!(Against::parse(word).unwrap().to_string(), word);
        }
        for word in ["", "previous", "PREV", "review", "review:", "review:2026-W54", "review:2026-W46-r1", "yoy "] {
            assert_eq!(Against::parse(word), None, "{word}");
        }
        assert_eq!(Against::default(), Against::Previous);
    }

    #[test]
    fn a_period_is_compared_with_days_of_its_kind() {
        let check = |word: &str, from: &str, to: &str, expected: Option<(&str, &str)>| {
            let found = Against::parse(word).unwrap().of(period(from, to));
            assert_eq!(found, expected.map(|(from, to)| period(from, to)), "{word} of {from} to {to}");
        };
        check("prev", "2026-11-16", "2026-11-22", Some(("2026-11-09", "2026-11-15")));
        check("prev", "2026-11-20", "2026-11-20", Some(("2026-11-19", "2026-11-19")));
        check("none", "2026-11-16", "2026-11-22", None);
        check("review:2026-W46", "2026-11-16", "2026-11-22", Some(("2026-11-09", "2026-11-15")));
        // Whole weeks: week 47 of 2026 and of 2025.
        check("yoy", "2026-11-16", "2026-11-22", Some(("2025-11-17", "2025-11-23")));
        check("yoy", "2026-11-02", "2026-11-29", Some(("2025-11-03", "2025-11-30")));
        // 2026 has a week 53, 2025 has none; its last week is the 52nd.
        check("yoy", "2026-12-28", "2027-01-03", Some(("2025-12-22", "2025-12-28")));
        check("yoy", "2021-01-04", "2021-01-10", Some(("2019-12-30", "2020-01-05")));
        // Other days: the same dates; the 29th of February falls onto the 28th.
        check("yoy", "2026-11-01", "2026-11-30", Some(("2025-11-01", "2025-11-30")));
        check("yoy", "2028-02-29", "2028-03-02", Some(("2027-02-28", "2027-03-02")));
        check("yoy", "2026-11-17", "2026-11-23", Some(("2025-11-17", "2025-11-23")));
    }
}
