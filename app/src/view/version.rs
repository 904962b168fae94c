use super::{Choice, ExecutionStatus};
use chrono::{DateTime, Utc};

/// The versions of a pipeline's definition, and what differs between two of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionsView {
    /// Newest first.
    pub rows: Vec<VersionRow>,
    /// The two versions beside each other; `None` where there is only one.
    pub difference: Option<Difference>,
    /// What the form of choices carries along: the period.
    pub carried: Vec<(String, String)>,
    /// The newest version's steps.
    pub graph: StepGraph,
}

/// One version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionRow {
    /// From 1, the oldest that was seen.
    pub number: usize,
    pub from: Option<DateTime<Utc>>,
    /// `None` while it is so.
    pub until: Option<DateTime<Utc>>,
    pub steps: usize,
    /// What it changed of the version before, in words; nothing of the first.
    pub changes: Option<String>,
}

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    pub earlier: Vec<Choice>,
    pub later: Vec<Choice>,
    pub rows: Vec<StepChange>,
}

/// One step that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepChange {
    pub step: String,
    pub kind: ChangeKind,
    /// What it is, or what changed of it; one phrase each.
    pub words: Vec<String>,
}

/// How a step differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// Steps and what each waits for. The list beside it holds the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepGraph {
    /// In the order of the definition.
    pub nodes: Vec<StepNode>,
}

/// One step of a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepNode {
    pub name: String,
    /// In words, for example `Training`.
    pub kind: String,
    /// What it runs on and whether the cache may answer, in words.
    pub detail: String,
    /// Places of the steps that it waits for.
    pub after: Vec<usize>,
    /// The outcome of its condition that leads to it: `if` or `else`.
    pub branch: Option<String>,
    /// How it ended in the execution that is shown.
    pub status: Option<ExecutionStatus>,
}
