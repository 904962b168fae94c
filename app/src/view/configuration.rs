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
    /// What became of alarms, where they are shown; newest first.
    pub alarm_changes: Vec<AlarmChangeRow>,
    /// How those that are shown were used in the last seven days.
    pub observed: Vec<ObservedRow>,
}

/// A metric of CloudWatch's that tells how something was used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObservedRow {
    /// Whose, for example `variant main`.
    pub of: String,
    /// Which, in words.
    pub metric: String,
    /// Over the whole time, with its unit.
    pub value: String,
    /// The most of an hour, with its unit.
    pub most: String,
    /// Hours of which CloudWatch holds something.
    pub hours: u64,
}

/// An alarm that went from one state into another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlarmChangeRow {
    /// When.
    pub at: Option<DateTime<Utc>>,
    pub alarm: String,
    pub region: String,
    /// In words, for example `too little data`.
    pub from: String,
    /// The same.
    pub to: String,
    /// CloudWatch's own sentence.
    pub reason: String,
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
    /// Its own page, where it has one.
    pub href: Option<String>,
    pub region: String,
    /// Since when.
    pub from: Option<DateTime<Utc>>,
    /// Until when; `None` while it is so.
    pub until: Option<DateTime<Utc>>,
    /// What it says, in a line.
    pub says: String,
}
