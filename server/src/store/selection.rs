//! What a page shows: days, facets, order and part of a list. No SQL; `filter` turns it into statements.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc, Weekday};

use crate::kind::Section;

mod attribute;
mod basis;

pub use attribute::{Attribute, family_of};
pub use basis::{Basis, CostBasis, Electricity, Hardware};

/// Whole UTC days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Period {
    /// How many days.
    #[must_use]
    pub fn days(self) -> u64 {
        u64::try_from((self.to - self.from).num_days() + 1).unwrap_or_default()
    }

    /// The period of equal length before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { from: self.from - Days::new(self.days()), to: self.from - Days::new(1) }
    }

    /// Every day, oldest first.
    pub fn each_day(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |day| *day <= self.to)
    }

    /// Its weeks from Monday on, oldest first; the first and the last are cut to the period.
    pub fn weeks(self) -> impl Iterator<Item = Self> {
        let ends = move |day: &NaiveDate| *day == self.to || day.weekday() == Weekday::Sun;
        let monday = |to: NaiveDate| to - Days::new(u64::from(to.weekday().num_days_from_monday()));
        self.each_day().filter(ends).map(move |to| Self { from: monday(to).max(self.from), to })
    }

    /// Whether the day is one of them.
    #[must_use]
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

/// The figure that is shown first, and that lists of the costliest go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Measure {
    /// List cost.
    #[default]
    Cost,
    /// Energy of the facility.
    Energy,
    /// Operational and embodied emissions.
    Emissions,
    /// Emissions of a unit of work; lists, which have no unit in common, go by emissions.
    Intensity,
}

impl Measure {
    /// Every measure, in the order it is offered.
    pub const ALL: [Self; 4] = [Self::Cost, Self::Energy, Self::Emissions, Self::Intensity];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Energy => "kwh",
            Self::Emissions => "co2e",
            Self::Intensity => "intensity",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cost => "$",
            Self::Energy => "kWh",
            Self::Emissions => "CO\u{2082}e",
            Self::Intensity => "Intensity",
        }
    }

    /// The sum that lists go by.
    #[must_use]
    pub const fn of_lists(self) -> Self {
        match self {
            Self::Intensity => Self::Emissions,
            sum => sum,
        }
    }

    /// The measure of a word in an address.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == word)
    }
}

/// Values of one dimension: any of the first, none of the second; an empty list narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet<T> {
    /// The value must be one of these.
    pub any_of: Vec<T>,
    /// The value must be none of these.
    pub none_of: Vec<T>,
}

impl<T> Default for Facet<T> {
    fn default() -> Self {
        Self { any_of: Vec::new(), none_of: Vec::new() }
    }
}

impl<T> Facet<T> {
    /// Whether it lets everything pass.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.any_of.is_empty() && self.none_of.is_empty()
    }
}

impl<T> Facet<T> {
    /// Whether it lets this value pass.
    #[must_use]
    pub fn admits<V>(&self, value: &V) -> bool
    where
        T: PartialEq<V>,
        V: ?Sized,
    {
        let holds = |list: &[T]| list.iter().any(|each| each == value);
        (self.any_of.is_empty() || holds(&self.any_of)) && !holds(&self.none_of)
    }
}

/// Values of a tag; `None` stands for not carrying it.
pub type TagFacet = Facet<Option<String>>;

/// What cards, charts, tables and exports of a page have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The days.
    pub period: Period,
    /// Account numbers of this installation; 0 stands for an account that is not in scope.
    pub accounts: Facet<i32>,
    /// None of them is empty.
    pub(crate) facets: BTreeMap<Attribute, Facet<String>>,
    /// By key; none of them is empty.
    pub(crate) tags: BTreeMap<String, TagFacet>,
    /// Text that the name of the resource holds, in any case.
    pub search: Option<String>,
    /// What cost and emissions count, where an order goes by them.
    pub basis: Basis,
}

impl Filter {
    /// These days with nothing else narrowed.
    #[must_use]
    pub const fn of(period: Period) -> Self {
        Self {
            period,
            accounts: Facet { any_of: Vec::new(), none_of: Vec::new() },
            facets: BTreeMap::new(),
            tags: BTreeMap::new(),
            search: None,
            basis: Basis { cost: CostBasis::List, electricity: Electricity::Location, hardware: Hardware::Counted },
        }
    }

    /// The same days with nothing else narrowed.
    #[must_use]
    pub const fn only_period(&self) -> Self {
        Self::of(self.period)
    }

    /// The same with an attribute narrowed to this, or to nothing by an empty facet.
    #[must_use]
    pub fn with(mut self, attribute: Attribute, facet: Facet<String>) -> Self {
        if facet.is_empty() {
            self.facets.remove(&attribute);
        } else {
            self.facets.insert(attribute, facet);
        }
        self
    }

    /// The same with a tag narrowed to this.
    #[must_use]
    pub fn with_tag(mut self, key: &str, facet: TagFacet) -> Self {
        if facet.is_empty() {
            self.tags.remove(key);
        } else {
            self.tags.insert(key.to_owned(), facet);
        }
        self
    }

    /// The tags that are narrowed, by key.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &TagFacet)> {
        self.tags.iter().map(|(key, facet)| (key.as_str(), facet))
    }

    /// The attributes that are narrowed, in the order of an address.
    pub fn facets(&self) -> impl Iterator<Item = (Attribute, &Facet<String>)> {
        self.facets.iter().map(|(attribute, facet)| (*attribute, facet))
    }

    /// What an attribute is narrowed to.
    #[must_use]
    pub fn facet(&self, attribute: Attribute) -> Option<&Facet<String>> {
        self.facets.get(&attribute)
    }

    /// Whether it lets this account and region pass, whatever else it asks for.
    #[must_use]
    pub fn admits_place(&self, account_id: i32, region: &str) -> bool {
        let admits = |facet: &Facet<String>| facet.admits(region);
        self.accounts.admits(&account_id) && self.facet(Attribute::Region).is_none_or(admits)
    }

    /// Whether it asks for more than account and region, which is all that some things tell of themselves.
    #[must_use]
    pub fn asks_for_more_than_place(&self) -> bool {
        !self.tags.is_empty() || self.facets.keys().any(|attribute| *attribute != Attribute::Region)
    }

    /// Whether anything but the period narrows.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.search.is_some() || !self.accounts.is_empty() || !self.facets.is_empty() || !self.tags.is_empty()
    }
}

/// What the ledger is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Whose it is.
    Team,
    /// What it is for.
    Project,
    /// Production, test and the like.
    Environment,
    /// Part of a model's life.
    Phase,
    /// What it is.
    Kind,
    /// Region.
    Region,
    /// Account.
    Account,
    /// Instance type.
    InstanceType,
    /// How an endpoint is hosted.
    HostingOption,
}

impl Dimension {
    /// Every dimension, in the order it is offered.
    pub const ALL: [Self; 9] = [
        Self::Team,
        Self::Project,
        Self::Environment,
        Self::Phase,
        Self::Kind,
        Self::Region,
        Self::Account,
        Self::InstanceType,
        Self::HostingOption,
    ];

    /// The word in an address and in the head of a file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Phase => "phase",
            Self::Kind => "kind",
            Self::Region => "region",
            Self::Account => "account",
            Self::InstanceType => "instance",
            Self::HostingOption => "hosting",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Team => "Team",
            Self::Project => "Project",
            Self::Environment => "Environment",
            Self::Phase => "Phase",
            Self::Kind => "Kind",
            Self::Region => "Region",
            Self::Account => "Account",
            Self::InstanceType => "Instance type",
            Self::HostingOption => "Hosting option",
        }
    }

    /// The attribute that a filter narrows it by, if there is one.
    #[must_use]
    pub const fn attribute(self) -> Option<Attribute> {
        match self {
            Self::Team => Some(Attribute::Team),
            Self::Project => Some(Attribute::Project),
            Self::Environment => Some(Attribute::Environment),
            Self::Phase => Some(Attribute::Phase),
            Self::Kind => Some(Attribute::Kind),
            Self::Region => Some(Attribute::Region),
            Self::InstanceType => Some(Attribute::InstanceType),
            Self::Account | Self::HostingOption => None,
        }
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// Name.
    Name,
    /// Begin of the work.
    Started,
    /// From start to end.
    Duration,
    /// Seconds billed of each instance.
    Billable,
    /// 95th percentile of accelerator utilisation.
    Gpu,
    /// 95th percentile of processor utilisation.
    Cpu,
    /// Energy.
    Energy,
    /// Operational and embodied emissions.
    Emissions,
    /// List cost.
    Cost,
    /// Requests served.
    Requests,
    /// Instance-hours.
    Hours,
    /// Share of idle instance-hours.
    Idle,
}

impl SortKey {
    /// Every key.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Started,
        Self::Duration,
        Self::Billable,
        Self::Gpu,
        Self::Cpu,
        Self::Energy,
        Self::Emissions,
        Self::Cost,
        Self::Requests,
        Self::Hours,
        Self::Idle,
    ];
}

/// A key with its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The key.
    pub key: SortKey,
    /// Largest first.
    pub descending: bool,
}

/// Part of a list; `None` is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Rows before it.
    pub skip: i64,
    /// Rows of a page.
    pub per: i64,
}

/// Cores and accelerators of every type, to bring a sum over cores to percent.
#[derive(Debug, Clone, Default)]
pub struct Sizes {
    /// Instance types.
    pub instance_types: Vec<String>,
    /// Virtual cores of each.
    pub vcpus: Vec<f64>,
    /// Accelerators of each.
    pub accelerators: Vec<f64>,
}

/// What is listed and how.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// The estimate.
    pub estimate_id: i32,
    /// The filter.
    pub filter: &'a Filter,
    /// Which list.
    pub section: Section,
    /// The order.
    pub sort: Sort,
    /// The page, or everything.
    pub slice: Option<Slice>,
    /// What counts as now, for work that goes on.
    pub now: DateTime<Utc>,
    /// Cores and accelerators per type.
    pub sizes: &'a Sizes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_that_is_narrowed_to_nothing_narrows_nothing() {
        let day = "2026-11-09".parse().unwrap();
        let whole = Filter::of(Period { from: day, to: day });
        let only = |value: &str| Facet { any_of: vec![value.to_owned()], none_of: Vec::new() };
        let regional = whole.clone().with(Attribute::Region, only("eu-west-1"));
        assert!(regional.narrows() && !regional.asks_for_more_than_place());
        assert!(regional.admits_place(1, "eu-west-1") && !regional.admits_place(1, "us-east-1"));
        assert!(regional.clone().with(Attribute::Kind, only("training")).asks_for_more_than_place());
        assert_eq!(regional.with(Attribute::Region, Facet::default()), whole);
        let tagged = whole.clone().with_tag("acme:cost", Facet { any_of: vec![None], none_of: Vec::new() });
        assert!(tagged.narrows() && tagged.asks_for_more_than_place() && tagged.only_period() == whole);
        assert_eq!(tagged.with_tag("acme:cost", Facet::default()), whole);
        for attribute in Attribute::ALL {
            assert_eq!(Attribute::parse(attribute.as_str()), Some(attribute));
        }
        assert_eq!(["ml.g5.xlarge", "ml.p4d.24xlarge", "serverless", ""].map(family_of), ["g5", "p4d", "", ""]);
    }

    #[test]
    fn weeks_cover_every_day_once_and_begin_on_mondays() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let weeks = |from, to| -> Vec<Period> { Period { from: day(from), to: day(to) }.weeks().collect() };
        // From a Wednesday to a Tuesday.
        let cut = weeks("2026-11-04", "2026-11-17");
        let shape: Vec<(u32, u64)> = cut.iter().map(|week| (week.from.day(), week.days())).collect();
        assert_eq!(shape, [(4, 5), (9, 7), (16, 2)]);
        assert_eq!(weeks("2026-11-09", "2026-11-15").len(), 1);
        assert_eq!(weeks("2026-11-15", "2026-11-15"), [Period { from: day("2026-11-15"), to: day("2026-11-15") }]);
        let year = weeks("2026-01-01", "2026-12-31");
        assert_eq!(year.iter().map(|week| week.days()).sum::<u64>(), 365);
        assert!(year.iter().skip(1).all(|week| week.from.weekday() == Weekday::Mon));
    }
}
