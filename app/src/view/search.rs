use super::{Crumb, Shown};

/// What a text was found in, or what comes near it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchView {
    /// What was looked for; empty before anybody asked.
    pub text: String,
    /// The period of the figures, in words.
    pub period: String,
    pub groups: Vec<SearchGroup>,
    /// The nearest names, where nothing holds the text.
    pub nearest: Vec<Crumb>,
}

/// What was found of one sort.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchGroup {
    /// A valid HTML id.
    pub id: String,
    /// For example `Jobs`.
    pub title: String,
    /// How many there are; the rows are the closest of them.
    pub found: u64,
    /// Where all of them are listed, if anywhere.
    pub all_href: Option<String>,
    pub rows: Vec<SearchRow>,
}

/// Something that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchRow {
    pub name: String,
    pub href: String,
    /// Kind, account and region, as far as they tell something.
    pub detail: String,
    /// Whether it ran in the period; else there are no figures of it.
    pub ran: bool,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}
