//! The filter as people see it: choices, presets, chips, each of them a link or a field.

use app::parts::number;
use app::view::{Chip, Choice, FacetView, FilterView, Mass, Preset};
use chrono::{Datelike, Days, NaiveDate};

use super::against::{Against, is_of_weeks};
use super::load::trends;
use super::query::{self, EMPTY_TAG, NO_TEAM, Query, Words};
use super::range::Range;
use crate::kind::{Kind, Phase};
use crate::review::ReviewId;
use crate::store::account::Account;
use crate::store::selection::{Attribute, Basis, CostBasis, Electricity, Hardware, Measure, Period};
use crate::store::standing::Facets;

/// No ledger is older, and neither is an address.
const EARLIEST_YEAR: i32 = 2000;

/// The lists that compare their totals and go by a figure.
const LISTS: [&str; 4] = ["/workloads", "/jobs", "/endpoints", "/notebooks"];

/// What the bar is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar<'a> {
    pub(super) query: &'a Query,
    pub(super) period: Period,
    pub(super) today: NaiveDate,
    pub(super) accounts: &'a [Account],
    pub(super) facets: &'a Facets,
    pub(super) searches: bool,
}

/// How an account is written in the address: AWS' number, or its name while AWS has not told.
#[must_use]
pub fn account_word(account: &Account) -> &str {
    account.aws_account_id.as_deref().unwrap_or(&account.name)
}

impl Bar<'_> {
    pub(super) fn view(&self) -> FilterView {
        let query = self.query;
        FilterView {
            from: self.period.from,
            to: self.period.to,
            facets: self.offered(),
            counted: self.counted(),
            takes_tags: !self.facets.values.is_empty(),
            search: self.searches.then(|| query.q.clone().unwrap_or_default()),
            presets: self.presets(),
            earlier: self.moved(Some(self.period.previous())),
            later: self.moved(self.next()),
            against: self.against(),
            compared_with: self.compared_with(),
            metrics: self.metrics(),
            query_string: query.filter_string(self.period),
            chips: self.chips(),
            clear_href: query.cleared(self.period),
            ignored: query.ignored.clone(),
            carried: self.carried(),
        }
    }

    fn offered(&self) -> Vec<FacetView> {
        let accounts = self.accounts.iter().map(|each| (account_word(each).to_owned(), each.name.clone())).collect();
        let accounts = FacetView {
            name: "account".to_owned(),
            label: "Account".to_owned(),
            choices: choices(accounts, &self.query.account, str::to_owned),
            is_folded: true,
        };
        let one = |attribute: Attribute| {
            let value = |value: &String| {
                let word = if value.is_empty() { NO_TEAM } else { value };
                (word.to_owned(), called(attribute, word))
            };
            let known = self.facets.of(attribute).iter().map(value).collect();
            FacetView {
                name: attribute.as_str().to_owned(),
                label: attribute.label().to_owned(),
                choices: choices(known, self.query.words(attribute), |word| called(attribute, word)),
                is_folded: !OPEN.contains(&attribute),
            }
        };
        std::iter::once(accounts).chain(Attribute::ALL.into_iter().map(one)).chain(self.tags()).collect()
    }

    /// What cost and emissions count, where a page asks for it.
    fn counted(&self) -> Vec<FacetView> {
        if !counts(&self.query.path) {
            return Vec::new();
        }
        let Basis { cost, electricity, hardware } = self.query.basis;
        let one = |name: &str, label: &str, choices: Vec<(&str, &str, bool)>| FacetView {
            name: name.to_owned(),
            label: label.to_owned(),
            choices: choices
                .into_iter()
                .map(|(value, label, selected)| Choice { value: value.to_owned(), label: label.to_owned(), selected })
                .collect(),
            is_folded: true,
        };
        let costs = CostBasis::ALL.map(|each| (each.as_str(), each.label(), each == cost));
        let methods = Electricity::ALL.map(|each| (each.as_str(), each.label(), each == electricity));
        let hardware = Hardware::ALL.map(|each| (each.as_str(), each.label(), each == hardware));
        let masses = Mass::ALL.map(|each| (each.as_str(), each.label(), each == self.query.mass));
        vec![
            one("cost", "Cost", costs.into()),
            one("method", "Electricity", methods.into()),
            one("emb", "Hardware", hardware.into()),
            one("unit", "Emissions in", masses.into()),
        ]
    }

    /// The tags that are carried most, and those that are asked for.
    fn tags(&self) -> Vec<FacetView> {
        let offered = &self.facets.tags;
        let is_offered = |key: &str| offered.iter().any(|(own, _)| own == key);
        let strangers = self.query.tags().filter(|(key, _)| !is_offered(key)).map(|(key, _)| (key, [].as_slice()));
        let known = offered.iter().map(|(key, values)| (key.as_str(), values.as_slice()));
        let word = |value: &String| if value.is_empty() { EMPTY_TAG.to_owned() } else { value.clone() };
        let view = |(key, values): (&str, &[String])| {
            let words = std::iter::once(NO_TEAM.to_owned()).chain(values.iter().map(word));
            let known = words.map(|word| (word.clone(), tag_value(&word).to_owned())).collect();
            FacetView {
                name: query::tag_key(key),
                label: format!("Tag {key}"),
                choices: choices(known, self.query.tag(key), |word| tag_value(word).to_owned()),
                is_folded: true,
            }
        };
        known.chain(strangers).map(view).collect()
    }

    fn presets(&self) -> Vec<Preset> {
        let preset = |(label, range): (&str, Range)| {
            let period = range.of(self.today);
            Preset {
                label: label.to_owned(),
                href: self.href(&Query { page: 1, ..self.query.clone() }, period),
                current: period == self.period,
            }
        };
        let week = ("Last week", Range::Week);
        let days = [("Last 7 days", Range::Days(7)), ("Last 28 days", Range::Days(28))];
        // On Mondays the two are one.
        let days = days.into_iter().filter(|(_, range)| range.of(self.today) != Range::Week.of(self.today));
        let months = [("This month", Range::MonthToDate), ("Last month", Range::Month)];
        let is_new_month = Range::MonthToDate.of(self.today) == Range::Month.of(self.today);
        let months = months.into_iter().filter(|(_, range)| !is_new_month || *range == Range::Month);
        std::iter::once(week).chain(days).chain(months).map(preset).collect()
    }

    /// As many days just after, if they are over.
    fn next(&self) -> Option<Period> {
        let (from, days) = (self.period.to + Days::new(1), Days::new(self.period.days()));
        let next = Period { from, to: self.period.to + days };
        (next.to < self.today).then_some(next)
    }

    fn moved(&self, period: Option<Period>) -> Option<Preset> {
        let period = period.filter(|period| period.from.year() >= EARLIEST_YEAR)?;
        Some(Preset {
            label: number::period(period.from, period.to),
            href: self.href(&Query { page: 1, ..self.query.clone() }, period),
            current: false,
        })
    }

    /// Whether the page shows differences.
    fn compares(&self) -> bool {
        self.query.path == "/" || self.query.path == trends::PATH || LISTS.contains(&self.query.path.as_str())
    }

    fn against(&self) -> Vec<Choice> {
        if !self.compares() {
            return Vec::new();
        }
        let chosen = self.query.against;
        let year = if is_of_weeks(self.period) { "Weeks a year ago" } else { "Dates a year ago" };
        let mut offered = vec![(Against::Previous, "Period before".to_owned()), (Against::YearBefore, year.to_owned())];
        let reviews = self.facets.reviews.iter().filter_map(|id| ReviewId::parse(id)).map(Against::Review);
        // One that is not offered any more stays chosen.
        let own = matches!(chosen, Against::Review(_)).then_some(chosen);
        let own = own.filter(|own| !reviews.clone().any(|each| each == *own));
        offered.extend(reviews.chain(own).map(|each| match each {
            Against::Review(id) => (each, format!("Review {id}")),
            _ => (each, each.to_string()),
        }));
        offered.push((Against::Nothing, "Nothing".to_owned()));
        let choice =
            |(each, label): (Against, String)| Choice { value: each.to_string(), label, selected: each == chosen };
        offered.into_iter().map(choice).collect()
    }

    fn compared_with(&self) -> Option<String> {
        let days = self.query.against.of(self.period).filter(|_| self.compares())?;
        let spoken = number::period(days.from, days.to);
        Some(match self.query.against {
            Against::Review(id) => format!("review {id} ({spoken})"),
            _ => spoken,
        })
    }

    /// The figures to show first, where the page has an order of them.
    fn metrics(&self) -> Vec<Preset> {
        let is_list = LISTS.contains(&self.query.path.as_str());
        if self.query.path != "/" && !is_list {
            return Vec::new();
        }
        // A list goes by what is to be seen first, so an order that was asked for before gives way.
        let bare = Query { sort: None, page: 1, ..self.query.clone() };
        let choice = |metric: Measure| Preset {
            label: metric.label().to_owned(),
            href: self.href(&Query { metric, ..bare.clone() }, self.period),
            current: metric == self.query.metric,
        };
        Measure::ALL.into_iter().filter(|metric| !is_list || *metric != Measure::Intensity).map(choice).collect()
    }

    fn chips(&self) -> Vec<Chip> {
        let query = self.query;
        let mut chips = Vec::new();
        let mut facet = |narrowed: Narrowed<'_>, words: &Words| {
            let each =
                words.any_of.iter().map(|word| (word, "")).chain(words.none_of.iter().map(|word| (word, "not ")));
            for (word, not) in each {
                let mut rest = Query { page: 1, ..query.clone() };
                let others = words.without(word);
                let (label, name) = match narrowed {
                    Narrowed::Account => {
                        rest.account = others;
                        ("Account".to_owned(), self.account_name(word))
                    }
                    Narrowed::Attribute(attribute) => {
                        rest.put(attribute, others);
                        (attribute.label().to_owned(), called(attribute, word))
                    }
                    Narrowed::Tag(key) => {
                        rest.put_tag(key, others);
                        (format!("Tag {key}"), tag_value(word).to_owned())
                    }
                };
                chips.push(Chip { label: format!("{label}: {not}{name}"), href: self.href(&rest, self.period) });
            }
        };
        facet(Narrowed::Account, &query.account);
        for (attribute, words) in query.attributes() {
            facet(Narrowed::Attribute(attribute), words);
        }
        for (key, words) in query.tags() {
            facet(Narrowed::Tag(key), words);
        }
        chips.extend(self.counted_otherwise());
        if let Some(q) = query.q.as_ref().filter(|_| self.searches) {
            let rest = Query { q: None, page: 1, ..query.clone() };
            chips.push(Chip { label: format!("Name holds “{q}”"), href: self.href(&rest, self.period) });
        }
        chips
    }

    /// What counts otherwise than usual, each with the address where it does not.
    fn counted_otherwise(&self) -> Vec<Chip> {
        let (basis, mass) = (self.query.basis, self.query.mass);
        let usual = Basis::default();
        let each = [
            ("Cost", basis.cost.label(), Basis { cost: usual.cost, ..basis }, mass),
            ("Electricity", basis.electricity.label(), Basis { electricity: usual.electricity, ..basis }, mass),
            ("Hardware", basis.hardware.label(), Basis { hardware: usual.hardware, ..basis }, mass),
            ("Emissions in", mass.label(), basis, Mass::default()),
        ];
        let is_offered = counts(&self.query.path);
        let chip = |(what, label, basis, mass): (&str, &str, Basis, Mass)| Chip {
            label: if what == "Emissions in" {
                format!("{what} {}", lowered(label))
            } else {
                format!("{what}: {}", lowered(label))
            },
            href: self.href(&Query { page: 1, basis, mass, ..self.query.clone() }, self.period),
        };
        let is_otherwise = |each: &(&str, &str, Basis, Mass)| is_offered && (each.2, each.3) != (basis, mass);
        each.into_iter().filter(is_otherwise).map(chip).collect()
    }

    fn account_name(&self, word: &str) -> String {
        let account = self.accounts.iter().find(|account| account_word(account) == word);
        account.map_or_else(|| word.to_owned(), |account| account.name.clone())
    }

    /// What the form has no field for: order, page size, the page's own parameters and values that are excluded.
    fn carried(&self) -> Vec<(String, String)> {
        let query = self.query;
        let own = query.own.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        let excluded = query
            .facets()
            .flat_map(|(key, words)| words.none_of.iter().map(move |word| (key.to_string(), format!("!{word}"))));
        let sort = query.sort.iter().map(|sort| ("sort".to_owned(), sort.clone()));
        let per = (query.per != query::PER_PAGE).then(|| ("per".to_owned(), query.per.to_string()));
        let estimate = query.estimate.map(|estimate| ("estimate".to_owned(), estimate.to_string()));
        // A page that shows what was found has its field in the header.
        let text = query.q.iter().filter(|_| !self.searches).map(|text| ("q".to_owned(), text.clone()));
        let metric =
            (query.metric != Measure::default()).then(|| ("metric".to_owned(), query.metric.as_str().to_owned()));
        let is_carried = !counts(&query.path);
        let counted = query.counted_pairs().filter(|_| is_carried);
        let counted = counted.map(|(key, word)| (key.to_owned(), word.to_owned()));
        let against = (query.against != Against::default() && !self.compares())
            .then(|| ("cmp".to_owned(), query.against.to_string()));
        own.chain(excluded)
            .chain(sort)
            .chain(per)
            .chain(metric)
            .chain(counted)
            .chain(against)
            .chain(estimate)
            .chain(text)
            .collect()
    }

    fn href(&self, query: &Query, period: Period) -> String {
        query.permalink(period)
    }
}

/// Whether what cost and emissions count can be chosen on a page: it cannot where a page accounts for itself in full, and not
/// for what advice and reviews say.
#[must_use]
pub(super) fn counts(path: &str) -> bool {
    const PAGES: [&str; 7] = ["/workloads", "/jobs", "/endpoints", "/notebooks", "/pipelines", "/trends", "/search"];
    path == "/" || PAGES.iter().any(|page| path.starts_with(page)) && !path.contains("/why")
}

/// A label inside a sentence.
fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What a chip takes away.
#[derive(Debug, Clone, Copy)]
enum Narrowed<'a> {
    Account,
    Attribute(Attribute),
    Tag(&'a str),
}

/// What a review is narrowed by most; all else stands together behind "More", so that the bar of a list is one line.
const OPEN: [Attribute; 2] = [Attribute::Team, Attribute::Kind];

/// What the word of a tag's value is called.
fn tag_value(word: &str) -> &str {
    match word {
        NO_TEAM => "none",
        EMPTY_TAG => "empty",
        value => value,
    }
}

/// What the word of a value is called.
fn called(attribute: Attribute, word: &str) -> String {
    let label = match attribute {
        Attribute::Kind => Kind::parse(word).map(Kind::label),
        Attribute::Phase => Phase::parse(word).map(Phase::label),
        Attribute::Framework if word == NO_TEAM => Some("own or none"),
        Attribute::InstanceFamily | Attribute::InstanceType if word == NO_TEAM => Some("no instance"),
        _ if word == NO_TEAM => Some("none"),
        _ => None,
    };
    label.unwrap_or(word).to_owned()
}

/// Every value there is, and every value that was asked for even if there is none of it.
fn choices(known: Vec<(String, String)>, words: &Words, called: impl Fn(&str) -> String) -> Vec<Choice> {
    let strangers: Vec<(String, String)> = words
        .any_of
        .iter()
        .filter(|word| !known.iter().any(|(value, _)| value == *word))
        .map(|word| (word.clone(), called(word)))
        .collect();
    known
        .into_iter()
        .chain(strangers)
        .map(|(value, label)| Choice { selected: words.any_of.contains(&value), value, label })
        .collect()
}

#[cfg(test)]
mod tests;
