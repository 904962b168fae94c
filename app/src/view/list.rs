use super::Shown;
use std::collections::BTreeMap;

/// Why a page has nothing to show, or that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PageState {
    #[default]
    Ready,
    /// No account is connected, nothing was ever imported.
    NoSource,
    /// The filters leave nothing; this many rows are there without them.
    FilteredAway {
        rows_without_filters: u64,
        /// The page with its period and no filter.
        clear_href: String,
    },
    /// Nothing is known, so nothing can be said to be zero.
    NotKnown {
        /// One sentence or two.
        why: String,
        /// What to do about it, where something can be done.
        link: Option<super::Crumb>,
    },
    /// Looked everywhere, and there is nothing: a true zero.
    TrulyZero,
}

/// How a table is sorted and paged. Links are built as `{base}&sort={key}` and `{base}&sort={sort}&page={n}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Path and canonical query string without `sort` and `page`; always holds a `?`.
    pub base: String,
    /// Key of the sorted column, with `-` in front if descending: `-co2e`.
    pub sort: String,
    pub paging: Paging,
}

/// Which part of the rows is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// Counted from 1.
    pub page: u64,
    pub pages: u64,
    pub per: u64,
    pub rows: u64,
}

/// The total of all rows the filter leaves, not only of the page shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub rows: u64,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// The same of the period compared with.
    pub before: Option<Box<TotalsBefore>>,
}

/// What the totals are compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TotalsBefore {
    /// The period in words.
    pub words: String,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// What a person typed into a form that could not be accepted, given back to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormState {
    pub values: BTreeMap<String, String>,
    /// What is wrong, in the order of the fields; one sentence each with a suggestion.
    pub errors: Vec<Field>,
}

/// One refused field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub message: String,
}

impl FormState {
    /// What was typed into a field, or nothing.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// The message for a field, if it was refused.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|field| field.name == name).map(|field| field.message.as_str())
    }
}
