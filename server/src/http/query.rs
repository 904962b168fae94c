//! The query string: read once, written in one order. It is the filter's only home, so every state of a page has a link.

use std::collections::BTreeMap;
use std::fmt::Write;

use app::view::Crumb;
use axum::extract::Query as Pairs;
use chrono::{Datelike, Days, NaiveDate};
use http::Uri;

use super::against::Against;
use super::problem::Problem;
use super::range::Range;
use crate::store::selection::{Attribute, Measure, Period};

/// Longest period, in days: five years.
pub(super) const LONGEST_DAYS: u64 = 5 * 366;
/// Rows of a page, unless the address says otherwise.
pub(super) const PER_PAGE: u64 = 50;
const MOST_PER_PAGE: u64 = 1_000;
/// The value of a facet that stands for resources without one.
pub const NO_TEAM: &str = "(none)";

/// Values of a facet as they stand in the address: `team=a` and `team=!b`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Wanted, ascending.
    pub any_of: Vec<String>,
    /// Unwanted, ascending.
    pub none_of: Vec<String>,
}

/// What a query string says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The page it belongs to.
    pub path: String,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day, included.
    pub to: Option<NaiveDate>,
    /// The days by a name, where the address says none.
    pub range: Option<Range>,
    /// AWS account ids.
    pub account: Words,
    /// None of them is empty.
    pub(super) attributes: BTreeMap<Attribute, Words>,
    /// The page's own parameters, such as `state`, in the order they are allowed in.
    pub own: Vec<(&'static str, String)>,
    /// Sort key, with `-` in front if descending.
    pub sort: Option<String>,
    /// From 1.
    pub page: u64,
    /// Rows of a page.
    pub per: u64,
    /// Text looked for.
    pub q: Option<String>,
    /// The figure that is shown first.
    pub metric: Measure,
    /// What the period is compared with.
    pub against: Against,
    /// The estimate whose numbers are asked for; `None` is the one in force.
    pub estimate: Option<i32>,
    /// What was there and means nothing here.
    pub ignored: Vec<String>,
}

/// What a page understands besides the period and the facets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// Sort keys; empty where nothing is sorted, and then neither are there pages.
    pub sorts: &'static [&'static str],
    /// Whether the page searches (`q`).
    pub search: bool,
    /// Parameters of its own.
    pub own: &'static [&'static str],
}

impl Query {
    /// Reads the query string of a page.
    ///
    /// # Errors
    /// A date that is none, or a period that is none. Everything else that means nothing is ignored and listed.
    pub fn read(uri: &Uri, allowed: Allowed) -> Result<Self, Problem> {
        let Ok(Pairs(pairs)) = Pairs::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(bad(uri, "The part of the address behind the question mark cannot be read.".to_owned()));
        };
        let mut query = Self { path: uri.path().to_owned(), page: 1, per: PER_PAGE, ..Self::default() };
        for (key, value) in pairs {
            let value = value.trim();
            if value.contains('\0') {
                return Err(bad(uri, format!("`{key}` holds a character that no name holds.")));
            }
            if !value.is_empty() {
                query.take(uri, &key, value, allowed)?;
            }
        }
        for words in std::iter::once(&mut query.account).chain(query.attributes.values_mut()) {
            words.settle();
        }
        query.own.sort_by_key(|(key, _)| allowed.own.iter().position(|own| own == key));
        query.check_period(uri)?;
        Ok(query)
    }

    /// Keeps a parameter of the page's own only where its value is one of these; another is ignored and listed.
    pub fn allow(&mut self, key: &str, values: &[&str]) {
        let is_known = |(own, value): &(&'static str, String)| *own != key || values.contains(&value.as_str());
        let strange: Vec<_> = self.own.extract_if(.., |pair| !is_known(pair)).collect();
        self.ignored.extend(strange.into_iter().map(|(own, value)| format!("{own}={}", shortened(&value))));
    }

    /// The days asked for: by default the last seven complete ones.
    #[must_use]
    pub fn period(&self, today: NaiveDate) -> Period {
        let yesterday = today - Days::new(1);
        if let (None, None, Some(range)) = (self.from, self.to, self.range) {
            return range.of(today);
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) => Period { from, to },
            (Some(from), None) => Period { from, to: yesterday.max(from) },
            (None, to) => {
                let to = to.unwrap_or(yesterday);
                Period { from: to - Days::new(6), to }
            }
        }
    }

    /// The canonical query string of the period and the facets: what every page understands.
    #[must_use]
    pub fn filter_string(&self, period: Period) -> String {
        joined(&self.filter_pairs(period))
    }

    /// The same as fields of a form.
    #[must_use]
    pub fn filter_fields(&self, period: Period) -> Vec<(String, String)> {
        self.filter_pairs(period).into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// The same with what only this page understands; still without `sort`, `page` and `per`.
    #[must_use]
    pub fn own_string(&self, period: Period) -> String {
        joined(&self.own_pairs(period))
    }

    /// The fields that a form of this page must carry along, without those it has itself.
    #[must_use]
    pub fn carried_without(&self, period: Period, own: &[&str]) -> Vec<(String, String)> {
        let pairs = self.own_pairs(period).into_iter().filter(|(key, _)| !own.contains(key));
        pairs.map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// The attributes that are narrowed, in the order of the address.
    pub fn attributes(&self) -> impl Iterator<Item = (Attribute, &Words)> {
        self.attributes.iter().map(|(attribute, words)| (*attribute, words))
    }

    /// What an attribute is narrowed to.
    #[must_use]
    pub fn words(&self, attribute: Attribute) -> &Words {
        const NONE: &Words = &Words { any_of: Vec::new(), none_of: Vec::new() };
        self.attributes.get(&attribute).unwrap_or(NONE)
    }

    /// Narrows an attribute to these words, or by nothing where there are none.
    pub fn put(&mut self, attribute: Attribute, words: Words) {
        if words == Words::default() {
            self.attributes.remove(&attribute);
        } else {
            self.attributes.insert(attribute, words);
        }
    }

    /// Whatever is narrowed with its key, in the order of the address.
    pub fn facets(&self) -> impl Iterator<Item = (&'static str, &Words)> {
        let attributes = self.attributes().map(|(attribute, words)| (attribute.as_str(), words));
        std::iter::once(("account", &self.account)).chain(attributes)
    }

    fn filter_pairs(&self, period: Period) -> Vec<(&'static str, String)> {
        let mut pairs = self.facet_pairs(period);
        pairs.extend(self.against_pair());
        pairs
    }

    fn against_pair(&self) -> Option<(&'static str, String)> {
        (self.against != Against::default()).then(|| ("cmp", self.against.to_string()))
    }

    fn facet_pairs(&self, period: Period) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("from", period.from.to_string()), ("to", period.to.to_string())];
        for (key, words) in self.facets() {
            pairs.extend(words.any_of.iter().map(|value| (key, value.clone())));
            pairs.extend(words.none_of.iter().map(|value| (key, format!("!{value}"))));
        }
        if self.metric != Measure::default() {
            pairs.push(("metric", self.metric.as_str().to_owned()));
        }
        pairs.extend(self.estimate.map(|estimate| ("estimate", estimate.to_string())));
        pairs
    }

    fn own_pairs(&self, period: Period) -> Vec<(&'static str, String)> {
        let mut pairs = self.facet_pairs(period);
        pairs.extend(self.own.iter().cloned());
        pairs.extend(self.against_pair());
        pairs.extend(self.q.clone().map(|text| ("q", text)));
        pairs
    }

    /// Path and filter, for a page's own links: `/jobs?from=...`.
    #[must_use]
    pub fn base(&self, period: Period) -> String {
        let mut text = format!("{}?{}", self.path, self.own_string(period));
        if self.per != PER_PAGE {
            push(&mut text, "per", &self.per.to_string());
        }
        text
    }

    /// The whole address in canonical order.
    #[must_use]
    pub fn permalink(&self, period: Period) -> String {
        let mut text = format!("{}?{}", self.path, self.own_string(period));
        if let Some(sort) = &self.sort {
            push(&mut text, "sort", sort);
        }
        for (key, value, usual) in [("page", self.page, 1), ("per", self.per, PER_PAGE)] {
            if value != usual {
                push(&mut text, key, &value.to_string());
            }
        }
        text
    }

    /// The same page and period with nothing narrowed.
    #[must_use]
    pub fn cleared(&self, period: Period) -> String {
        let nothing = Self {
            path: self.path.clone(),
            metric: self.metric,
            against: self.against,
            estimate: self.estimate,
            own: self.own.clone(),
            sort: self.sort.clone(),
            page: 1,
            per: self.per,
            ..Self::default()
        };
        nothing.permalink(period)
    }

    fn take(&mut self, uri: &Uri, key: &str, value: &str, allowed: Allowed) -> Result<(), Problem> {
        match key {
            "from" => self.from = Some(date(uri, "from", value)?),
            "to" => self.to = Some(date(uri, "to", value)?),
            "range" if Range::parse(value).is_some() => self.range = Range::parse(value),
            "account" => self.account.add(value),
            // Trends follow more than is shown first elsewhere, by the same words.
            "metric" if !allowed.own.contains(&"metric") && Measure::parse(value).is_some() => {
                self.metric = Measure::parse(value).unwrap_or_default();
            }
            "cmp" if Against::parse(value).is_some() => self.against = Against::parse(value).unwrap_or_default(),
            "estimate" if value.parse::<i32>().is_ok() => self.estimate = value.parse().ok(),
            "sort" if allowed.sorts.contains(&value.trim_start_matches('-')) => self.sort = Some(value.to_owned()),
            "page" if !allowed.sorts.is_empty() && whole(value).is_some() => self.page = whole(value).unwrap_or(1),
            "per" if !allowed.sorts.is_empty() && whole(value).is_some() => {
                self.per = whole(value).unwrap_or(PER_PAGE).min(MOST_PER_PAGE);
            }
            "q" if allowed.search => self.q = Some(value.to_owned()),
            other => match (allowed.own.iter().find(|own| **own == other), Attribute::parse(other)) {
                (Some(own), _) => self.own.push((own, value.to_owned())),
                (None, Some(_)) if matches!(value, "!") => {}
                (None, Some(attribute)) => self.attributes.entry(attribute).or_default().add(value),
                (None, None) => self.ignored.push(format!("{key}={}", shortened(value))),
            },
        }
        Ok(())
    }

    fn check_period(&self, uri: &Uri) -> Result<(), Problem> {
        let (Some(from), Some(to)) = (self.from, self.to) else { return Ok(()) };
        if from > to {
            return Err(bad(uri, format!("The period begins on {from}, after it ends on {to}.")));
        }
        if (Period { from, to }).days() > LONGEST_DAYS {
            return Err(bad(uri, "The period is longer than five years.".to_owned()));
        }
        Ok(())
    }
}

impl Words {
    fn add(&mut self, value: &str) {
        match value.strip_prefix('!') {
            Some("") => {}
            Some(unwanted) => self.none_of.push(unwanted.to_owned()),
            None => self.any_of.push(value.to_owned()),
        }
    }

    fn settle(&mut self) {
        for list in [&mut self.any_of, &mut self.none_of] {
            list.sort_unstable();
            list.dedup();
        }
    }

    /// The same without one value.
    #[must_use]
    pub fn without(&self, value: &str) -> Self {
        let kept = |list: &[String]| list.iter().filter(|each| each.as_str() != value).cloned().collect();
        Self { any_of: kept(&self.any_of), none_of: kept(&self.none_of) }
    }
}

/// Parameters as a query string.
fn joined(pairs: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        push(&mut text, key, value);
    }
    text.split_off(1.min(text.len()))
}

/// Adds a parameter, with everything escaped that is not plain.
pub(super) fn push(text: &mut String, key: &str, value: &str) {
    let _ = write!(text, "&{key}=");
    escape_into(text, value);
}

/// A path segment or a parameter's value with everything escaped that is not plain.
#[must_use]
pub fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    escape_into(&mut text, value);
    text
}

fn escape_into(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

fn whole(value: &str) -> Option<u64> {
    value.parse().ok().filter(|number| (1..=1_000_000_000).contains(number))
}

/// Only `2026-11-09`; other spellings would make two addresses of one page.
fn date(uri: &Uri, key: &str, value: &str) -> Result<NaiveDate, Problem> {
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().filter(|day| day.to_string() == value);
    day.filter(|day| (2000..2200).contains(&day.year()))
        .ok_or_else(|| bad(uri, format!("`{key}={}` is not a date. Write it as 2026-11-09.", shortened(value))))
}

fn shortened(value: &str) -> String {
    let clean: String = value.chars().filter(|character| !character.is_control()).take(41).collect();
    match clean.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean,
    }
}

fn bad(uri: &Uri, sentence: String) -> Problem {
    let next = Crumb { label: "This page with its usual period".to_owned(), href: uri.path().to_owned() };
    Problem::BadQuery { sentence, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed { sorts: &["cost", "name"], search: true, own: &["state"] };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn read(query: &str) -> Result<Query, Problem> {
        Query::read(&format!("/jobs?{query}").parse().unwrap(), ALLOWED)
    }

    #[test]
    fn one_page_has_one_address() {
        let today = day("2026-11-16");
        for (sent, canonical) in [
            ("", "/jobs?from=2026-11-09&to=2026-11-15"),
            ("team=b&to=2026-11-15&team=a&team=a", "/jobs?from=2026-11-09&to=2026-11-15&team=a&team=b"),
            ("from=2026-11-14", "/jobs?from=2026-11-14&to=2026-11-15"),
            ("from=2026-11-20", "/jobs?from=2026-11-20&to=2026-11-20"),
            ("team=!b&region=eu-west-1", "/jobs?from=2026-11-09&to=2026-11-15&region=eu-west-1&team=%21b"),
            ("team=(none)&q=a%26b+c", "/jobs?from=2026-11-09&to=2026-11-15&team=%28none%29&q=a%26b%20c"),
            (
                "page=3&sort=-cost&per=10&state=open",
                "/jobs?from=2026-11-09&to=2026-11-15&state=open&sort=-cost&page=3&per=10",
            ),
            (
                "framework=XGBoost&framework=!Spark&team=a&team=!",
                "/jobs?from=2026-11-09&to=2026-11-15&team=a&framework=XGBoost&framework=%21Spark",
            ),
            (
                "family=p4d&kind=training&phase=train&environment=!prod&project=(none)",
                "/jobs?from=2026-11-09&to=2026-11-15&project=%28none%29&environment=%21prod&phase=train&kind=training&family=p4d",
            ),
            ("team=&account=+&q=&kind=!", "/jobs?from=2026-11-09&to=2026-11-15"),
            ("metric=co2e&team=a", "/jobs?from=2026-11-09&to=2026-11-15&team=a&metric=co2e"),
            ("metric=cost", "/jobs?from=2026-11-09&to=2026-11-15"),
            (
                "cmp=yoy&metric=co2e&state=open&q=x&team=a",
                "/jobs?from=2026-11-09&to=2026-11-15&team=a&metric=co2e&state=open&cmp=yoy&q=x",
            ),
            ("cmp=prev", "/jobs?from=2026-11-09&to=2026-11-15"),
            ("cmp=none", "/jobs?from=2026-11-09&to=2026-11-15&cmp=none"),
            ("cmp=review:2026-W45-r2", "/jobs?from=2026-11-09&to=2026-11-15&cmp=review%3A2026-W45-r2"),
            ("team=M%C3%BCnchen", "/jobs?from=2026-11-09&to=2026-11-15&team=M%C3%BCnchen"),
        ] {
            let query = read(sent).unwrap();
            let link = query.permalink(query.period(today));
            assert_eq!(link, canonical, "{sent}");
            let again = Query::read(&link.parse().unwrap(), ALLOWED).unwrap();
            assert_eq!(again.permalink(again.period(today)), canonical, "the canonical address is its own");
            assert!(query.ignored.is_empty(), "{sent}: {:?}", query.ignored);
        }
    }

    #[test]
    fn what_means_nothing_is_ignored_and_listed() {
        for (sent, ignored) in [
            ("colour=red", "colour=red"),
            ("sort=colour", "sort=colour"),
            ("metric=trees", "metric=trees"),
            ("range=0d", "range=0d"),
            ("range=decade", "range=decade"),
            ("cmp=tomorrow", "cmp=tomorrow"),
            ("cmp=review:2026-W99", "cmp=review:2026-W99"),
            ("page=0", "page=0"),
            ("page=-1", "page=-1"),
            ("per=many", "per=many"),
        ] {
            assert_eq!(read(sent).unwrap().ignored, [ignored], "{sent}");
        }
        assert_eq!(read("per=5000").unwrap().per, 1_000);
    }

    #[test]
    fn the_address_says_the_days_of_a_range_and_days_that_are_said_go_before_it() {
        let link = |sent: &str| read(sent).map(|query| query.permalink(query.period(day("2026-11-18")))).unwrap();
        assert_eq!(link("range=week&team=a"), "/jobs?from=2026-11-09&to=2026-11-15&team=a");
        assert_eq!(link("range=28d&to=2026-11-10"), "/jobs?from=2026-11-04&to=2026-11-10");
    }

    #[test]
    fn a_value_that_a_page_does_not_know_is_ignored_and_listed() {
        let mut query = read("state=open&team=a").unwrap();
        query.allow("state", &["open", "closed"]);
        assert!(query.own.len() == 1 && query.ignored.is_empty());
        query.allow("state", &["closed"]);
        assert_eq!((query.own.len(), query.ignored.as_slice()), (0, ["state=open".to_owned()].as_slice()));
    }

    #[test]
    fn a_period_that_is_none_is_refused_with_a_next_step() {
        for sent in [
            "from=yesterday",
            "from=2026-02-30",
            "from=2026-2-3",
            "to=0001-01-01",
            "to=99999-01-01",
            "from=2026-11-16&to=2026-11-15",
            "from=2010-01-01&to=2026-01-01",
            "q=a%00b",
        ] {
            let problem = read(sent).unwrap_err();
            assert_eq!(problem.status(), 400, "{sent}");
            assert_eq!(problem.view().links[0].href, "/jobs", "{sent}");
        }
    }

    #[test]
    fn periods_follow_each_other() {
        let period = Period { from: day("2026-11-09"), to: day("2026-11-15") };
        assert_eq!(period.days(), 7);
        assert_eq!(period.previous(), Period { from: day("2026-11-02"), to: day("2026-11-08") });
        assert_eq!(period.each_day().count(), 7);
        assert!(period.holds(period.from) && period.holds(period.to) && !period.holds(period.previous().to));
    }
}
