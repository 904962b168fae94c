//! What is kept of a verdict: the rule's own evaluation, and the sums its savings were drawn from.

use footprint::advise::{Confidence, Evaluation, Savings};
use footprint::units::{MicroWattHours, Micrograms, Microlitres};
use footprint::{GroupKey, PartSums};
use serde::{Deserialize, Serialize};

/// An evaluation with what a total over several findings needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredEvaluation {
    /// What the rule said.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// The parts a month would be rid of. A total draws its interval from these, since low and high never add.
    #[serde(default)]
    pub basis: Vec<BasisRow>,
    /// Findings of one group save the same thing; a total counts one of them.
    #[serde(default)]
    pub group: String,
}

/// The part of a stored evaluation that a list needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Headline {
    /// How far it has come, such as `delete proposed`.
    pub stage: Option<String>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// One sentence for people.
    pub reason: String,
    /// What could be saved a month.
    pub savings: Savings,
    /// As in [`StoredEvaluation`].
    #[serde(default)]
    pub basis: Vec<BasisRow>,
    /// As in [`StoredEvaluation`].
    #[serde(default)]
    pub group: String,
}

/// The monthly sums of one group that shares its draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasisRow {
    /// What is drawn together.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Its parts, a month.
    #[serde(flatten)]
    pub sums: PartSums,
}

/// The groups of a window, scaled to a month.
pub fn monthly(groups: &[(GroupKey, PartSums)], scale: f64) -> Vec<BasisRow> {
    groups.iter().map(|(key, sums)| BasisRow { key: key.clone(), sums: scaled(sums, scale) }).collect()
}

fn scaled(sums: &PartSums, scale: f64) -> PartSums {
    let energy = |parts: MicroWattHours| MicroWattHours(times(parts.0, scale));
    let mass = |parts: Micrograms| Micrograms(times(parts.0, scale));
    PartSums {
        host_idle: energy(sums.host_idle),
        host_dynamic: energy(sums.host_dynamic),
        accelerator_idle: energy(sums.accelerator_idle),
        accelerator_dynamic: energy(sums.accelerator_dynamic),
        storage: energy(sums.storage),
        network: energy(sums.network),
        facility: energy(sums.facility),
        operational: mass(sums.operational),
        embodied_host: mass(sums.embodied_host),
        embodied_accelerator: mass(sums.embodied_accelerator),
        water: Microlitres(times(sums.water.0, scale)),
        instance_seconds: sums.instance_seconds * scale,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a projection of a month, far inside the range; `as` saturates at its ends"
)]
fn times(count: i64, scale: f64) -> i64 {
    (count as f64 * scale).round_ties_even() as i64
}
