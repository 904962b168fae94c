//! What others published, beside what this engine says of the same inputs.
//!
//! The cases are data (`data/validation.csv`): published tables go through the chain of [`crate::it_energy`],
//! [`crate::facility_energy`] and [`crate::operational_emissions`]; measured runs through the default of a training job
//! without a series; nodes and other tools' answers through [`crate::estimate_workload`]. Nothing here feeds an estimate.

mod engine;
mod published;
mod row;

use crate::factors::FactorSet;
use serde::{Deserialize, Serialize};

pub use published::{Published, PublishedUnit};

/// What a case tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A published table: hours, watts, overhead, intensity.
    Arithmetic,
    /// Energy of accelerators that somebody metered.
    Measured,
    /// Power or energy of whole machines.
    Node,
    /// Another tool's answer for the same machine.
    OtherTool,
    /// A worked example of the method.
    Unit,
}

/// How the published value should lie to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// Within one percent of it, or within its own rounding where that is wider.
    #[serde(rename = "within_1_percent")]
    WithinOnePercent,
    /// Between our low and high, but for its own rounding.
    InsideInterval,
    /// Below our low or central value, for a known reason.
    Lower,
    /// Above our central value, for a known reason.
    Higher,
    /// The source's own inputs do not give the source's result.
    ContradictsItself,
}

/// Our value with its interval, in the unit of the published one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ours {
    /// Lower end; the central value where the case draws no coefficient.
    pub low: f64,
    /// The engine's result.
    pub central: f64,
    /// Upper end; the central value where the case draws no coefficient.
    pub high: f64,
}

/// Whether the published value lies as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As expected.
    Met,
    /// Not as expected.
    Missed,
    /// The engine gave no value; the reason in one sentence.
    NotComputed(String),
}

/// One case with both values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidationResult {
    /// Short identifier, such as `A1.3`.
    pub id: String,
    /// What it tries.
    pub group: Group,
    /// What was run or computed, in words.
    pub case: String,
    /// The inputs, `name=value` with `; ` between.
    pub inputs: String,
    /// What was published.
    pub published: Published,
    /// What this engine says; `None` where it says nothing.
    pub ours: Option<Ours>,
    /// Ours over published, less one; `None` where either is missing or the published value is zero.
    pub deviation: Option<f64>,
    /// How the two should lie to each other.
    pub expectation: Expectation,
    /// Whether they do.
    pub verdict: Verdict,
    /// Who published it and where.
    pub source: String,
    /// The terms of the quoted figure, or `not stated`.
    pub licence: String,
    /// What the reader should know before trusting the comparison.
    pub note: String,
}

/// Every case, in the order of the file, computed with these factors.
///
/// Total: a case the engine refuses keeps its place and says why.
#[must_use]
pub fn cases(factors: &FactorSet) -> Vec<ValidationResult> {
    row::all().into_iter().map(|row| result(factors, row)).collect()
}

fn result(factors: &FactorSet, row: row::Row) -> ValidationResult {
    let published = Published::new(row.published, row.unit);
    let computed = engine::compute(factors, &row.through, &row.inputs, row.unit);
    let ours = computed.as_ref().ok().copied();
    ValidationResult {
        deviation: ours.zip(published.value()).and_then(|(ours, published)| {
            (published != 0.0).then_some(ours.central / published - 1.0).filter(|share| share.is_finite())
        }),
        verdict: computed.map_or_else(Verdict::NotComputed, |ours| published.judge(ours, row.expectation)),
        id: row.id,
        group: row.group,
        case: row.case,
        inputs: row.inputs,
        published,
        ours,
        expectation: row.expectation,
        source: row.source,
        licence: row.licence,
        note: row.note,
    }
}

#[cfg(test)]
mod tests;
