//! ISO 8601 weeks and the names of reviews.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A Monday-to-Sunday week of ISO 8601, UTC; written `2026-W47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    monday: NaiveDate,
}

impl IsoWeek {
    /// The week a day falls in.
    pub fn containing(day: NaiveDate) -> Self {
        Self { monday: days_before(day, u64::from(day.weekday().num_days_from_monday())) }
    }

    /// The latest week that was over before `today` began.
    pub fn last_complete(today: NaiveDate) -> Self {
        Self::containing(today).previous()
    }

    /// Reads `2026-W47`; anything else, such as week 53 of a short year, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-W")?;
        if year.len() != 4 || number.len() != 2 || !all_digits(year) || !all_digits(number) {
            return None;
        }
        let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, number.parse().ok()?, Weekday::Mon)?;
        Some(Self { monday })
    }

    /// Its first day.
    pub fn monday(self) -> NaiveDate {
        self.monday
    }

    /// The first day after it.
    pub fn end(self) -> NaiveDate {
        days_after(self.monday, 7)
    }

    /// The week before.
    pub fn previous(self) -> Self {
        Self { monday: days_before(self.monday, 7) }
    }

    /// Its days in words: `16–22 Nov 2026`, `28 Dec 2026 – 3 Jan 2027`.
    pub fn period(self) -> String {
        let (first, last) = (self.monday, days_after(self.monday, 6));
        if first.year() != last.year() {
            format!("{} – {}", first.format("%-d %b %Y"), last.format("%-d %b %Y"))
        } else if first.month() != last.month() {
            format!("{} – {}", first.format("%-d %b"), last.format("%-d %b %Y"))
        } else {
            format!("{}–{}", first.format("%-d"), last.format("%-d %b %Y"))
        }
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// One revision of a week's review; written `2026-W47` for the first and `2026-W47-r2` for the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId {
    /// The week it reviews.
    pub week: IsoWeek,
    /// Counted from 1.
    pub revision: i32,
}

impl ReviewId {
    /// Reads what [`fmt::Display`] writes and nothing else, so that a review has one address.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((week, revision)) = text.split_once("-r") else {
            return Some(Self { week: IsoWeek::parse(text)?, revision: 1 });
        };
        let known = Self { week: IsoWeek::parse(week)?, revision: revision.parse().ok()? };
        (known.revision > 1 && known.to_string() == text).then_some(known)
    }
}

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.revision == 1 { self.week.fmt(f) } else { write!(f, "{}-r{}", self.week, self.revision) }
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

// Saturates at the ends of the calendar, which no stored day comes near.
fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_belongs_to_its_iso_week() {
        let check = |date: &str, week: &str, period: &str| {
            let found = IsoWeek::containing(day(date));
            assert_eq!(found.to_string(), week, "{date}");
            assert_eq!(found.period(), period, "{date}");
            assert_eq!(IsoWeek::parse(week), Some(found), "{date}");
        };
        check("2026-11-16", "2026-W47", "16–22 Nov 2026");
        check("2026-11-22", "2026-W47", "16–22 Nov 2026");
        check("2026-11-23", "2026-W48", "23–29 Nov 2026");
        check("2026-01-01", "2026-W01", "29 Dec 2025 – 4 Jan 2026");
        check("2021-01-03", "2020-W53", "28 Dec 2020 – 3 Jan 2021");
        check("2026-04-01", "2026-W14", "30 Mar – 5 Apr 2026");
    }

    #[test]
    fn the_last_complete_week_ends_before_today() {
        let check = |today: &str, week: &str| {
            let found = IsoWeek::last_complete(day(today));
            assert_eq!(found.to_string(), week, "{today}");
            assert!(found.end() <= day(today), "{today}");
        };
        check("2026-11-23", "2026-W47");
        check("2026-11-29", "2026-W47");
        check("2026-11-30", "2026-W48");
        check("2026-01-04", "2025-W52");
    }

    #[test]
    fn only_canonical_names_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(ReviewId::parse(text).map(|id| id.to_string()).as_deref(), expected, "{text}");
        };
        check("2026-W47", Some("2026-W47"));
        check("2026-W47-r2", Some("2026-W47-r2"));
        check("2020-W53", Some("2020-W53"));
        for refused in [
            "",
            "2026",
            "2026-47",
            "2026-W7",
            "2026-W00",
            "2026-W54",
            "2021-W53",
            "2026-w47",
            "26-W47",
            "+026-W47",
            "2026-W+7",
            "2026-W47-r1",
            "2026-W47-r0",
            "2026-W47-r-2",
            "2026-W47-r02",
            "2026-W47-r",
            "2026-W47 ",
            "2026-W47-r99999999999",
        ] {
            check(refused, None);
        }
    }
}
