//! How far the sources reach into a period: what is not read yet is told apart from what never ran.

use app::parts::number;
use app::view::{Banner, BannerKind, Crumb, PageState, Section};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::store::selection::Period;
use crate::store::standing::Standing;

/// What is known of the days of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) standing: &'a Standing,
    pub(super) period: Period,
    pub(super) now: DateTime<Utc>,
}

impl Known<'_> {
    fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Why a page without rows may be without them for want of reading; nothing where for certain nothing ran.
    pub(super) fn doubt(&self) -> Option<PageState> {
        let imports = |label: &str, href: &str| Some(Crumb { label: label.to_owned(), href: href.to_owned() });
        if self.period.from > self.today() {
            let why = format!("These days are still to come: today is {}.", number::date(self.today()));
            return Some(PageState::NotKnown { why, link: None });
        }
        if self.standing.uploaded_at.is_none() {
            let Some(listed) = self.standing.inventory_read_at else {
                let why = "SageMaker's jobs and endpoints have not been listed in every region yet.".to_owned();
                return Some(PageState::NotKnown { why, link: imports("See what was read", "/imports") });
            };
            if listed < end_of(self.period.to.min(self.today() - Days::new(1))) {
                let why = format!(
                    "SageMaker was listed {} for the last time; what began since is not known.",
                    moment(listed)
                );
                return Some(PageState::NotKnown { why, link: imports("Read now", "/imports") });
            }
        }
        match self.standing.facets.first_day {
            Some(first) if first <= self.period.to => None,
            Some(first) => {
                let why = format!("The ledger begins on {}. What ran before it was never read.", number::date(first));
                Some(PageState::NotKnown { why, link: imports("Read further back", "/imports/backfill") })
            }
            None => {
                let why = "Nothing has been estimated yet.".to_owned();
                Some(PageState::NotKnown { why, link: imports("See what was read", "/imports") })
            }
        }
    }

    /// That a page shows less than it was asked for, since metrics do not reach its end; nothing where they do.
    pub(super) fn shortfall(&self, section: Section) -> Option<Banner> {
        let is_of_metrics = matches!(
            section,
            Section::Overview
                | Section::Workloads
                | Section::Jobs
                | Section::Endpoints
                | Section::Notebooks
                | Section::Pipelines
                | Section::Trends
        );
        let through = self.standing.metrics_through.filter(|_| is_of_metrics && self.standing.uploaded_at.is_none())?;
        // Nobody expects the day that has not ended.
        let last = self.period.to.min(self.today() - Days::new(1));
        if last < self.period.from || through >= end_of(last) {
            return None;
        }
        let days = Period { from: self.period.from, to: last }.days();
        let read = (through.date_naive() - self.period.from).num_days().max(0);
        let age = match (self.today() - through.date_naive()).num_days() {
            0 => String::new(),
            1 => ", a day ago".to_owned(),
            days => format!(", {days} days ago"),
        };
        Some(Banner {
            kind: BannerKind::Warning,
            text: format!(
                "Shows {read} of {days} days whole: CloudWatch was read through {}{age}. Later figures rest on what was \
                 listed, without metrics.",
                moment(through)
            ),
            link: Some(Crumb { label: "Read now".to_owned(), href: "/imports".to_owned() }),
        })
    }
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    // Lists and metrics of a day are whole when they reach its end; a feed that reads by the hour ends on it.
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1)
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %b %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    fn at(number: u32, hour: u32) -> DateTime<Utc> {
        day(number).and_hms_opt(hour, 0, 0).unwrap().and_utc()
    }

    fn standing(listed: Option<DateTime<Utc>>, through: Option<DateTime<Utc>>, first: Option<u32>) -> Standing {
        let mut standing = Standing { inventory_read_at: listed, metrics_through: through, ..Standing::default() };
        standing.facets.first_day = first.map(day);
        standing
    }

    fn doubt(standing: &Standing, from: u32, to: u32) -> Option<String> {
        let known = Known { standing, period: Period { from: day(from), to: day(to) }, now: at(23, 8) };
        known.doubt().map(|state| match state {
            PageState::NotKnown { why, .. } => why,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn nothing_is_zero_only_where_all_was_read() {
        let whole = standing(Some(at(23, 1)), Some(at(23, 0)), Some(1));
        assert_eq!(doubt(&whole, 16, 22), None);
        assert_eq!(doubt(&whole, 16, 29), None, "what is to come of a period is no reason to doubt the rest");
        for (standing, from, to, word) in [
            (&whole, 24, 29, "still to come"),
            (&standing(None, None, None), 16, 22, "not been listed"),
            (&standing(Some(at(20, 3)), Some(at(20, 2)), Some(1)), 16, 22, "20 Nov 03:00 UTC"),
            (&standing(Some(at(23, 1)), Some(at(23, 0)), Some(18)), 9, 15, "begins on 18 Nov 2026"),
            (&standing(Some(at(23, 1)), None, None), 9, 15, "Nothing has been estimated"),
        ] {
            let said = doubt(standing, from, to).unwrap_or_default();
            assert!(said.contains(word), "{word}: {said}");
        }
        let old = standing(Some(at(20, 3)), Some(at(20, 2)), Some(1));
        assert_eq!(doubt(&old, 12, 19), None, "days that were read before the reading stopped");
        let sent = Standing { uploaded_at: Some(at(3, 0)), ..standing(None, None, Some(1)) };
        assert_eq!(doubt(&sent, 9, 15), None, "files tell all they tell");
    }

    #[test]
    fn a_page_says_how_many_of_its_days_are_read() {
        let said = |through: DateTime<Utc>, from, to, section| {
            let standing = standing(Some(through), Some(through), Some(1));
            let known = Known { standing: &standing, period: Period { from: day(from), to: day(to) }, now: at(23, 8) };
            known.shortfall(section).map(|banner| banner.text)
        };
        assert_eq!(said(at(23, 0), 16, 22, Section::Overview), None);
        assert_eq!(said(at(23, 0), 16, 30, Section::Overview), None);
        assert_eq!(said(at(20, 9), 12, 19, Section::Jobs), None);
        assert_eq!(said(at(20, 9), 16, 22, Section::Storage), None, "nothing there rests on metrics of a period");
        let text = said(at(21, 9), 16, 22, Section::Overview).unwrap();
        assert!(
            text.starts_with("Shows 5 of 7 days whole: CloudWatch was read through 21 Nov 09:00 UTC, 2 days ago."),
            "{text}"
        );
        let text = said(at(10, 9), 16, 22, Section::Trends).unwrap();
        assert!(text.starts_with("Shows 0 of 7 days whole"), "{text}");
    }
}
