use super::Crumb;
use chrono::NaiveDate;

/// The one filter that drives cards, charts, tables and exports alike; lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterView {
    /// First day of the period, UTC.
    pub from: NaiveDate,
    /// Last day of the period, UTC, included.
    pub to: NaiveDate,
    /// What can be narrowed, in the order it is offered.
    pub facets: Vec<FacetView>,
    /// What cost and emissions count, each one of its choices; empty where a page does not ask.
    pub counted: Vec<FacetView>,
    /// Whether any other tag can be named too.
    pub takes_tags: bool,
    /// Free text looked for in names; `None` where the page does not search.
    pub search: Option<String>,
    /// Ready-made periods, each a link that keeps the other filters.
    pub presets: Vec<Preset>,
    /// As many days just before; nothing where the period cannot be moved.
    pub earlier: Option<Preset>,
    /// As many days just after, once they are over.
    pub later: Option<Preset>,
    /// What the period can be compared with; empty where the page compares nothing.
    pub against: Vec<Choice>,
    /// The days compared with, for example `2–8 Nov 2026`; nothing where nothing is compared.
    pub compared_with: Option<String>,
    /// Which figure is shown first, each a link that keeps the filter; empty where the page has no order of figures.
    pub metrics: Vec<Preset>,
    /// Canonical query string of the filter without `?`, `sort` and `page`.
    pub query_string: String,
    /// Active filters, each removable.
    pub chips: Vec<Chip>,
    /// The page without any filter but the period.
    pub clear_href: String,
    /// Parameters in the URL that mean nothing here and were ignored.
    pub ignored: Vec<String>,
    /// Parameters that the form must carry along, such as `sort`.
    pub carried: Vec<(String, String)>,
}

/// A sentence that the reader must know, and what can be done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remark {
    pub text: String,
    pub link: Option<Crumb>,
}

/// One dimension that can be narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetView {
    /// The word in the address.
    pub name: String,
    /// As people say it.
    pub label: String,
    pub choices: Vec<Choice>,
    /// Whether it stands with others behind "More".
    pub is_folded: bool,
}

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

/// A ready-made period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preset {
    pub label: String,
    pub href: String,
    pub current: bool,
}

/// An active filter and the address of the page without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chip {
    /// For example `Team: vision`.
    pub label: String,
    pub href: String,
}
