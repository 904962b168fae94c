use super::{Choice, FormState, Shown};
use chrono::NaiveDate;

/// Whose workloads are: the rules, and the way to another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TeamsView {
    pub rules: Vec<RuleRow>,
    pub form: FormState,
    pub dimensions: Vec<Choice>,
    /// Tags that anything carries, to choose from.
    pub tag_keys: Vec<String>,
    /// What the typed rule would change; nothing is kept yet.
    pub preview: Option<RulePreview>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleRow {
    /// For example `team`.
    pub dimension: String,
    pub tag_key: String,
    /// `None` where the value is the name.
    pub tag_value: Option<String>,
    pub name: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// Tells rules of one tag and day apart.
    pub rank: i32,
}

/// Cost by name, before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulePreview {
    /// For example `28 Oct to 24 Nov 2026`.
    pub period: String,
    pub rows: Vec<PreviewRow>,
    /// Share of the cost that has a name, percent.
    pub attributed_before: Shown,
    pub attributed_after: Shown,
}

/// One name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreviewRow {
    /// Empty for nobody.
    pub name: String,
    pub resources: u64,
    pub before: Shown,
    pub after: Shown,
}
