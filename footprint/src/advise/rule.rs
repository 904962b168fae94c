//! What a rule is, apart from its arithmetic.

use serde::Serialize;

/// A rule of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// Short name, such as `E01`.
    pub id: &'static str,
    /// Changes whenever the same facts could give another verdict.
    pub version: &'static str,
    /// What it looks for.
    pub title: &'static str,
    /// The Well-Architected pillar it serves first.
    pub pillar: &'static str,
    /// The other pillars it touches.
    pub pillars_affected: &'static [&'static str],
    /// Where the practice is described.
    pub references: &'static [Reference],
    /// The numbers it compares with.
    pub thresholds: &'static [Threshold],
    /// What to do.
    pub remediation: Remediation,
    /// What the remedy costs.
    pub tradeoffs: &'static [Tradeoff],
    /// What it did not look at.
    pub not_checked: &'static [&'static str],
}

impl Rule {
    /// The value of a threshold by key.
    #[must_use]
    pub fn threshold(&self, key: &str) -> Option<f64> {
        self.thresholds.iter().find(|threshold| threshold.key == key).map(|threshold| threshold.value)
    }
}

/// A practice in a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The framework.
    pub framework: &'static str,
    /// Its edition: identifiers move between editions.
    pub edition: &'static str,
    /// The identifier in that edition.
    pub id: &'static str,
    /// The document.
    pub url: &'static str,
}

/// Where a threshold comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// A text of AWS.
    Aws,
    /// Another tool.
    Tool,
    /// Ours, without an outside source: shown as such.
    Ours,
}

/// A number a rule compares with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// Its name.
    pub key: &'static str,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Who stands behind it.
    pub provenance: Provenance,
    /// The source in words.
    pub source: &'static str,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Remediation {
    /// in_place, config, code ...
    pub kind: &'static str,
    /// very_low to very_high.
    pub effort: &'static str,
    /// Whether something has to restart.
    pub restart: bool,
    /// Whether it can be undone.
    pub rollback: bool,
    /// The steps, each executable as written.
    pub steps: &'static [&'static str],
}

/// What another pillar pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tradeoff {
    /// The pillar.
    pub pillar: &'static str,
    /// What it pays.
    pub text: &'static str,
    /// How to pay less.
    pub mitigation: &'static str,
}
