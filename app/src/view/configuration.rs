use super::PageState;
use chrono::{DateTime, Utc};

/// What was configured when, of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigurationView {
    pub state: PageState,
    pub kinds: Vec<ConfigurationKind>,
    /// The chosen kind in words, for example `models`.
    pub shown: String,
    pub rows: Vec<ConfigurationRow>,
    /// Whether there are more states than rows.
    pub is_cut: bool,
}

/// A kind of configuration, for choosing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigurationKind {
    pub href: String,
    /// In words, for example `models`.
    pub label: String,
    /// How many there are now.
    pub standing: u64,
    /// How many states are kept, past ones included.
    pub states: u64,
    pub is_shown: bool,
}

/// One state of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigurationRow {
    /// What it is, for example `scaling policy`.
    pub kind: String,
    pub name: String,
    pub region: String,
    /// Since when.
    pub from: Option<DateTime<Utc>>,
    /// Until when; `None` while it is so.
    pub until: Option<DateTime<Utc>>,
    /// What it says, in a line.
    pub says: String,
}
