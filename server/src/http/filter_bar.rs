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
mod tests {
    use super::*;
    use crate::http::query::Allowed;
    use crate::store::Origin;

    fn view(query: &str) -> FilterView {
        view_of(&format!("/jobs?{query}"))
    }

    fn view_of(address: &str) -> FilterView {
        let allowed = Allowed { sorts: &["cost"], search: true, own: &[] };
        let query = Query::read(&address.parse().unwrap(), allowed).unwrap();
        let today: NaiveDate = "2026-03-16".parse().unwrap();
        let accounts = [Account {
            account_id: 1,
            aws_account_id: Some("111122223333".to_owned()),
            origin: Origin::Demo,
            name: "research".to_owned(),
            read_as: None,
        }];
        let facets = Facets {
            values: [
                (Attribute::Region, vec!["eu-west-1".to_owned()]),
                (Attribute::Team, vec![String::new(), "vision".to_owned()]),
                (Attribute::Kind, vec!["training".to_owned()]),
            ]
            .into(),
            tags: vec![("slo".to_owned(), vec!["gold".to_owned(), String::new()])],
            reviews: vec!["2026-W10-r2".to_owned(), "2026-W09".to_owned()],
            first_day: None,
        };
        let period = query.period(today);
        Bar { query: &query, period, today, accounts: &accounts, facets: &facets, searches: true }.view()
    }

    #[test]
    fn presets_keep_the_facets_and_mark_the_current_period() {
        let view = view("team=vision");
        let marked: Vec<_> =
            view.presets.iter().filter(|preset| preset.current).map(|preset| preset.label.as_str()).collect();
        assert_eq!(marked, ["Last week"], "on a Monday the last seven days are the last week");
        assert_eq!(view.presets[3].href, "/jobs?from=2026-02-01&to=2026-02-28&team=vision");
    }

    #[test]
    fn the_figure_shown_first_is_chosen_where_there_is_an_order_and_goes_along_everywhere() {
        let view = view_of("/?team=vision&metric=co2e");
        let metrics: Vec<_> = view.metrics.iter().map(|each| (each.label.as_str(), each.current)).collect();
        assert_eq!(metrics, [("$", false), ("kWh", false), ("CO\u{2082}e", true), ("Intensity", false)]);
        assert_eq!(view.metrics[0].href, "/?from=2026-03-09&to=2026-03-15&team=vision");
        assert_eq!(view.metrics[1].href, "/?from=2026-03-09&to=2026-03-15&team=vision&metric=kwh");
        assert_eq!(view.carried, [("metric".to_owned(), "co2e".to_owned())]);
        assert!(view.clear_href.ends_with("metric=co2e"), "{}", view.clear_href);
        let elsewhere = view_of("/recommendations?metric=co2e");
        assert!(elsewhere.metrics.is_empty() && elsewhere.query_string.ends_with("&metric=co2e"));
        let list = view_of("/jobs?metric=co2e&sort=cost");
        let metrics: Vec<_> = list.metrics.iter().map(|each| (each.label.as_str(), each.current)).collect();
        assert_eq!(metrics, [("$", false), ("kWh", false), ("CO\u{2082}e", true)], "a list goes by sums");
        assert!(list.metrics.iter().all(|metric| !metric.href.contains("sort=")), "the figure is the order");
    }

    #[test]
    fn what_counts_is_chosen_where_it_changes_the_page_and_goes_along_everywhere() {
        let jobs = view_of("/jobs?cost=billed&emb=0");
        let chips: Vec<_> = jobs.chips.iter().map(|chip| (chip.label.as_str(), chip.href.as_str())).collect();
        let rest = "/jobs?from=2026-03-09&to=2026-03-15";
        assert_eq!(
            chips,
            [
                ("Cost: as billed", format!("{rest}&emb=0").as_str()),
                ("Hardware: without making it", format!("{rest}&cost=billed").as_str()),
            ]
        );
        assert_eq!(jobs.clear_href, rest);
        assert!(jobs.carried.is_empty(), "the form has a field for each: {:?}", jobs.carried);
        let selected = |facet: &FacetView| {
            let value = facet.choices.iter().find(|choice| choice.selected).map(|choice| choice.value.clone());
            format!("{}={}", facet.name, value.unwrap())
        };
        assert_eq!(
            jobs.counted.iter().map(selected).collect::<Vec<_>>(),
            ["cost=billed", "method=lb", "emb=0", "unit=auto"]
        );
        let advice = view_of("/recommendations?cost=billed&emb=0");
        assert!(advice.counted.is_empty() && advice.chips.is_empty(), "advice says what it counts");
        assert!(advice.query_string.ends_with("&cost=billed&emb=0"), "{}", advice.query_string);
        assert_eq!(advice.carried, [("cost".to_owned(), "billed".to_owned()), ("emb".to_owned(), "0".to_owned())]);
        for (path, offers) in [("/", true), ("/endpoints/a.0", true), ("/jobs/a.0/why", false), ("/why", false)] {
            assert_eq!(counts(path), offers, "{path}");
        }
    }

    #[test]
    fn what_is_compared_is_chosen_where_differences_are_shown_and_goes_along_everywhere() {
        let overview = view_of("/?cmp=review:2026-W09&team=vision");
        let offered: Vec<_> =
            overview.against.iter().map(|each| (each.value.as_str(), each.label.as_str(), each.selected)).collect();
        assert_eq!(
            offered,
            [
                ("prev", "Period before", false),
                ("yoy", "Weeks a year ago", false),
                ("review:2026-W10-r2", "Review 2026-W10-r2", false),
                ("review:2026-W09", "Review 2026-W09", true),
                ("none", "Nothing", false),
            ]
        );
        assert_eq!(overview.compared_with.as_deref(), Some("review 2026-W09 (23 Feb – 1 Mar 2026)"));
        assert!(overview.carried.is_empty(), "the form has a field for it: {:?}", overview.carried);
        assert!(overview.query_string.ends_with("&team=vision&cmp=review%3A2026-W09"), "{}", overview.query_string);
        assert!(overview.presets.iter().all(|preset| preset.href.ends_with("cmp=review%3A2026-W09")));
        assert!(overview.clear_href.ends_with("to=2026-03-15&cmp=review%3A2026-W09"), "{}", overview.clear_href);
        let gone = view_of("/trends?cmp=review:2025-W01");
        assert!(gone.against.iter().any(|each| each.value == "review:2025-W01" && each.selected));
        let jobs = view_of("/jobs?cmp=yoy");
        assert!(jobs.against.iter().any(|each| each.value == "yoy" && each.selected) && jobs.compared_with.is_some());
        let advice = view_of("/recommendations?cmp=yoy");
        assert!(advice.against.is_empty() && advice.compared_with.is_none());
        assert_eq!(advice.carried, [("cmp".to_owned(), "yoy".to_owned())]);
        assert_eq!(view_of("/?cmp=none").compared_with, None);
        assert_eq!(view_of("/").compared_with.as_deref(), Some("2–8 Mar 2026"));
    }

    #[test]
    fn a_period_is_moved_by_its_own_length_and_not_into_the_future() {
        let view = view_of("/jobs?from=2026-03-02&to=2026-03-08&team=vision");
        let href = |preset: &Option<Preset>| preset.as_ref().map(|preset| preset.href.clone()).unwrap_or_default();
        assert_eq!(href(&view.earlier), "/jobs?from=2026-02-23&to=2026-03-01&team=vision");
        assert_eq!(href(&view.later), "/jobs?from=2026-03-09&to=2026-03-15&team=vision");
        let last = view_of("/jobs?from=2026-03-09&to=2026-03-15");
        assert!(last.later.is_none() && last.earlier.is_some_and(|earlier| earlier.label == "2–8 Mar 2026"));
    }

    #[test]
    fn every_chip_removes_itself_alone() {
        let view = view("team=vision&team=!x&account=111122223333&q=bert&page=4");
        let chips: Vec<_> = view.chips.iter().map(|chip| (chip.label.as_str(), chip.href.as_str())).collect();
        let rest = "/jobs?from=2026-03-09&to=2026-03-15";
        assert_eq!(chips[0], ("Account: research", format!("{rest}&team=vision&team=%21x&q=bert").as_str()));
        assert_eq!(chips[1].0, "Team: vision");
        assert_eq!(chips[2], ("Team: not x", format!("{rest}&account=111122223333&team=vision&q=bert").as_str()));
        assert_eq!(chips[3].1, format!("{rest}&account=111122223333&team=vision&team=%21x"));
        assert_eq!(view.clear_href, rest);
        assert_eq!(view.carried, [("team".to_owned(), "!x".to_owned())]);
    }

    #[test]
    fn tags_stand_behind_the_others_with_their_absence_first() {
        let view = view("team=vision&tag.slo=silver&tag.slo=!(none)&tag.acme:x=(empty)&tag.gone=!a");
        let chips: Vec<_> = view.chips.iter().map(|chip| chip.label.as_str()).collect();
        assert_eq!(
            chips,
            ["Team: vision", "Tag acme:x: empty", "Tag gone: not a", "Tag slo: silver", "Tag slo: not none"]
        );
        let rest = "/jobs?from=2026-03-09&to=2026-03-15&team=vision&tag.acme%3Ax=%28empty%29&tag.gone=%21a";
        assert_eq!(view.chips[3].href, format!("{rest}&tag.slo=%21%28none%29"));
        assert_eq!(
            view.carried,
            [("tag.gone".to_owned(), "!a".to_owned()), ("tag.slo".to_owned(), "!(none)".to_owned())],
            "the form has boxes for all else"
        );
        let tags: Vec<_> = view.facets.iter().filter(|facet| facet.name.starts_with("tag.")).collect();
        let said = |facet: &&FacetView| {
            let ticked = |each: &Choice| format!(" {}{}", each.value, if each.selected { "*" } else { "" });
            let choices: String = facet.choices.iter().map(ticked).collect();
            format!("{} called {}:{choices}", facet.name, facet.label)
        };
        assert_eq!(
            tags.iter().map(said).collect::<Vec<_>>(),
            [
                "tag.slo called Tag slo: (none) gold (empty) silver*",
                "tag.acme:x called Tag acme:x: (none) (empty)*",
                "tag.gone called Tag gone: (none)",
            ]
        );
        assert!(view.takes_tags && tags.iter().all(|facet| facet.is_folded));
    }

    #[test]
    fn a_value_that_is_asked_for_can_be_unticked_even_if_nothing_has_it() {
        let view = view("team=gone&team=(none)");
        let of = |view: &FilterView, name: &str| -> Vec<(String, String, bool)> {
            let facet = view.facets.iter().find(|facet| facet.name == name).unwrap();
            facet.choices.iter().map(|each| (each.value.clone(), each.label.clone(), each.selected)).collect()
        };
        let choice = |value: &str, label: &str, selected| (value.to_owned(), label.to_owned(), selected);
        assert_eq!(
            of(&view, "team"),
            [choice("(none)", "none", true), choice("vision", "vision", false), choice("gone", "gone", true)]
        );
        let kinds = view_of("/jobs?kind=endpoint&kind=!app");
        assert_eq!(of(&kinds, "kind"), [choice("training", "Training", false), choice("endpoint", "Endpoint", true)]);
        let chips: Vec<_> = kinds.chips.iter().map(|chip| chip.label.as_str()).collect();
        assert_eq!(chips, ["Kind: Endpoint", "Kind: not Studio app"]);
    }
}
