//! The query string: read once, written in one order. It is the filter's only home, so every state of a page has a link.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use app::view::{Crumb, Mass};
use axum::extract::Query as Sent;
use chrono::{Datelike, Days, NaiveDate};
use http::Uri;

use super::against::Against;
use super::problem::Problem;
use super::range::Range;
use crate::store::selection::{Attribute, Basis, CostBasis, Electricity, Hardware, Measure, Period};

/// Longest period, in days: five years.
pub(super) const LONGEST_DAYS: u64 = 5 * 366;
/// Rows of a page, unless the address says otherwise.
pub(super) const PER_PAGE: u64 = 50;
const MOST_PER_PAGE: u64 = 1_000;
/// The value of a facet that stands for resources without one.
pub const NO_TEAM: &str = "(none)";
/// The value of a tag that stands for having nothing in it.
pub const EMPTY_TAG: &str = "(empty)";
/// Stands before the key of a tag: `tag.cost-centre=4100`.
const TAG: &str = "tag.";
/// Tags that an address narrows, at most; each is a part of every statement.
const MOST_TAGS: usize = 8;

/// Values of a facet as they stand in the address: `team=a` and `team=!b`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Wanted, ascending.
    pub any_of: Vec<String>,
    /// Unwanted, ascending.
    pub none_of: Vec<String>,
}

const NOTHING: &Words = &Words { any_of: Vec::new(), none_of: Vec::new() };

/// Keys and values in the order of an address.
type Pairs = Vec<(Cow<'static, str>, String)>;

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
    /// By key; none of them is empty.
    pub(super) tags: BTreeMap<String, Words>,
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
    /// What cost and emissions count.
    pub basis: Basis,
    /// The size in which emissions are written.
    pub mass: Mass,
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
        let Ok(Sent(pairs)) = Sent::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(bad(uri, "The part of the address behind the question mark cannot be read.".to_owned()));
        };
        let mut query = Self { path: uri.path().to_owned(), page: 1, per: PER_PAGE, ..Self::default() };
        for (key, value) in pairs {
            // A tag may begin or end with a space.
            let value = if key.starts_with(TAG) { value.as_str() } else { value.trim() };
            if value.contains('\0') || key.contains('\0') {
                return Err(bad(uri, format!("`{}` holds a character that no name holds.", shortened(&key))));
            }
            if !value.trim().is_empty() {
                query.take(uri, &key, value, allowed)?;
            }
        }
        let facets = std::iter::once(&mut query.account).chain(query.attributes.values_mut());
        for words in facets.chain(query.tags.values_mut()) {
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
        self.filter_pairs(period).into_iter().map(|(key, value)| (key.into_owned(), value)).collect()
    }

    /// The same with what only this page understands; still without `sort`, `page` and `per`.
    #[must_use]
    pub fn own_string(&self, period: Period) -> String {
        joined(&self.own_pairs(period))
    }

    /// The fields that a form of this page must carry along, without those it has itself.
    #[must_use]
    pub fn carried_without(&self, period: Period, own: &[&str]) -> Vec<(String, String)> {
        let pairs = self.own_pairs(period).into_iter().filter(|(key, _)| !own.contains(&key.as_ref()));
        pairs.map(|(key, value)| (key.into_owned(), value)).collect()
    }

    /// The attributes that are narrowed, in the order of the address.
    pub fn attributes(&self) -> impl Iterator<Item = (Attribute, &Words)> {
        self.attributes.iter().map(|(attribute, words)| (*attribute, words))
    }

    /// What an attribute is narrowed to.
    #[must_use]
    pub fn words(&self, attribute: Attribute) -> &Words {
        self.attributes.get(&attribute).unwrap_or(NOTHING)
    }

    /// Narrows an attribute to these words, or by nothing where there are none.
    pub fn put(&mut self, attribute: Attribute, words: Words) {
        if words == Words::default() {
            self.attributes.remove(&attribute);
        } else {
            self.attributes.insert(attribute, words);
        }
    }

    /// The tags that are narrowed, by key.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &Words)> {
        self.tags.iter().map(|(key, words)| (key.as_str(), words))
    }

    /// What a tag is narrowed to.
    #[must_use]
    pub fn tag(&self, key: &str) -> &Words {
        self.tags.get(key).unwrap_or(NOTHING)
    }

    /// Narrows a tag to these words, or by nothing where there are none.
    pub fn put_tag(&mut self, key: &str, words: Words) {
        if words == Words::default() {
            self.tags.remove(key);
        } else {
            self.tags.insert(key.to_owned(), words);
        }
    }

    /// Whatever is narrowed with its key, in the order of the address.
    pub fn facets(&self) -> impl Iterator<Item = (Cow<'static, str>, &Words)> {
        let attributes = self.attributes().map(|(attribute, words)| (Cow::from(attribute.as_str()), words));
        let tags = self.tags().map(|(key, words)| (Cow::from(tag_key(key)), words));
        std::iter::once((Cow::from("account"), &self.account)).chain(attributes).chain(tags)
    }

    fn filter_pairs(&self, period: Period) -> Pairs {
        let mut pairs = self.facet_pairs(period);
        pairs.extend(self.against_pair());
        pairs
    }

    fn against_pair(&self) -> Option<(Cow<'static, str>, String)> {
        (self.against != Against::default()).then(|| ("cmp".into(), self.against.to_string()))
    }

    fn facet_pairs(&self, period: Period) -> Pairs {
        let mut pairs: Pairs = vec![("from".into(), period.from.to_string()), ("to".into(), period.to.to_string())];
        for (key, words) in self.facets() {
            pairs.extend(words.any_of.iter().map(|value| (key.clone(), value.clone())));
            pairs.extend(words.none_of.iter().map(|value| (key.clone(), format!("!{value}"))));
        }
        if self.metric != Measure::default() {
            pairs.push(("metric".into(), self.metric.as_str().to_owned()));
        }
        pairs.extend(self.counted_pairs().map(|(key, word)| (key.into(), word.to_owned())));
        pairs.extend(self.estimate.map(|estimate| ("estimate".into(), estimate.to_string())));
        pairs
    }

    fn own_pairs(&self, period: Period) -> Pairs {
        let mut pairs = self.facet_pairs(period);
        pairs.extend(self.own.iter().map(|(key, value)| (Cow::from(*key), value.clone())));
        pairs.extend(self.against_pair());
        pairs.extend(self.q.clone().map(|text| ("q".into(), text)));
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
            "cost" | "method" | "emb" | "unit" if !allowed.own.contains(&key) => {
                if self.take_counted(key, value).is_none() {
                    self.ignored.push(format!("{key}={}", shortened(value)));
                }
            }
            "cmp" if Against::parse(value).is_some() => self.against = Against::parse(value).unwrap_or_default(),
            "estimate" if value.parse::<i32>().is_ok() => self.estimate = value.parse().ok(),
            "sort" if allowed.sorts.contains(&value.trim_start_matches('-')) => self.sort = Some(value.to_owned()),
            "page" if !allowed.sorts.is_empty() && whole(value).is_some() => self.page = whole(value).unwrap_or(1),
            "per" if !allowed.sorts.is_empty() && whole(value).is_some() => {
                self.per = whole(value).unwrap_or(PER_PAGE).min(MOST_PER_PAGE);
            }
            "q" if allowed.search => self.q = Some(value.to_owned()),
            // What somebody types: key and value in one.
            "tag" if !allowed.own.contains(&"tag") => {
                match value.split_once('=').map(|(tag, value)| (tag.trim_end(), value.trim_start())) {
                    Some((tag, value)) if self.takes(tag) => self.take_tag(tag, value),
                    _ => self.ignored.push(format!("tag={}", shortened(value))),
                }
            }
            _ if key.strip_prefix(TAG).is_some_and(|tag| self.takes(tag)) => {
                self.take_tag(key.strip_prefix(TAG).unwrap_or_default(), value);
            }
            other => match (allowed.own.iter().find(|own| **own == other), Attribute::parse(other)) {
                (Some(own), _) => self.own.push((own, value.to_owned())),
                (None, Some(_)) if matches!(value, "!") => {}
                (None, Some(attribute)) => self.attributes.entry(attribute).or_default().add(value),
                (None, None) => self.ignored.push(format!("{key}={}", shortened(value))),
            },
        }
        Ok(())
    }

    fn take_counted(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "cost" => self.basis.cost = CostBasis::ALL.into_iter().find(|each| each.as_str() == value)?,
            "method" => self.basis.electricity = Electricity::ALL.into_iter().find(|each| each.as_str() == value)?,
            "unit" => self.mass = Mass::ALL.into_iter().find(|each| each.as_str() == value)?,
            _ => self.basis.hardware = Hardware::ALL.into_iter().find(|each| each.as_str() == value)?,
        }
        Some(())
    }

    /// What counts, or is written, otherwise than usual, in the order of an address.
    pub(super) fn counted_pairs(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let (Basis { cost, electricity, hardware }, usual) = (self.basis, Basis::default());
        let each = [
            ("cost", cost.as_str(), usual.cost.as_str()),
            ("method", electricity.as_str(), usual.electricity.as_str()),
            ("emb", hardware.as_str(), usual.hardware.as_str()),
            ("unit", self.mass.as_str(), Mass::default().as_str()),
        ];
        each.into_iter().filter(|(_, word, usual)| word != usual).map(|(key, word, _)| (key, word))
    }

    /// Whether one more tag can be narrowed, or this one further.
    fn takes(&self, tag: &str) -> bool {
        !tag.trim().is_empty() && (self.tags.len() < MOST_TAGS || self.tags.contains_key(tag))
    }

    fn take_tag(&mut self, key: &str, value: &str) {
        if !matches!(value, "" | "!") {
            self.tags.entry(key.to_owned()).or_default().add(value);
        }
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

/// The key of a tag in an address.
#[must_use]
pub fn tag_key(key: &str) -> String {
    format!("{TAG}{key}")
}

/// Parameters as a query string.
fn joined(pairs: &[(Cow<'static, str>, String)]) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        push(&mut text, key, value);
    }
    text.split_off(1.min(text.len()))
}

/// Adds a parameter, with everything escaped that is not plain.
pub(super) fn push(text: &mut String, key: &str, value: &str) {
    text.push('&');
    escape_into(text, key);
    text.push('=');
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
mod tests;
