//! Which coefficients make an interval wide, and how narrow it would be if some of them were known.

use super::Totals;
use super::closed::closed;
use super::figure::Figure;
use super::selection::Selection;
use super::sources::Sources;
use super::sums::{GroupKey, PartSums};
use crate::factors::FactorSet;
use serde::{Deserialize, Serialize};

/// The part of a figure's variance that one coefficient brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The identifier, such as `intensity:us-east-1`.
    pub factor_id: String,
    /// What it is, in words.
    pub name: String,
    /// The part of the variance, above 0 and at most 1.
    pub share: f64,
}

/// Shares of variance of each figure, largest first; they sum to 1, or are empty where nothing is uncertain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Of the energy of the facility.
    pub energy: Vec<Share>,
    /// Of the location-based emissions of running.
    pub operational: Vec<Share>,
    /// Of the embodied emissions.
    pub embodied: Vec<Share>,
    /// Of operational and embodied emissions together.
    pub emissions: Vec<Share>,
    /// Of the water on and off site.
    pub water: Vec<Share>,
}

/// The share of every coefficient in the variance of a selection.
///
/// A coefficient brings the variance that it makes alone, all others at their mean, and half of what it makes together
/// with each other one. What three make together is left out.
#[must_use]
pub fn shares(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Shares {
    let (selection, sources) = Selection::new(factors, groups, &|_| false);
    let of = |figure: &Figure| listed(figure, &sources);
    Shares {
        energy: of(&selection.energy),
        operational: of(&selection.operational),
        embodied: of(&selection.embodied),
        emissions: of(&selection.emissions),
        water: of(&selection.water),
    }
}

/// The figures if the coefficients that `known` names were exactly their central values.
///
/// The intervals are those of [`totals_closed`](super::totals_closed), and are to be compared with those. Central values
/// stay. What other coefficients bring can widen a little, where a known one would on average have lain below its
/// central value.
#[must_use]
pub fn narrowed(factors: &FactorSet, groups: &[(GroupKey, PartSums)], known: impl Fn(&str) -> bool) -> Totals {
    closed(factors, groups, &known)
}

/// Whether a coefficient belongs to the power model, so that watts measured on the machine would take its place.
#[must_use]
pub fn is_power_coefficient(factor_id: &str) -> bool {
    let group = factor_id.split_once(':').map_or(factor_id, |(group, _)| group);
    group == "host_power"
        || ["accelerator_idle_", "accelerator_kappa_", "accelerator_overhead_", "default_"]
            .iter()
            .any(|prefix| group.starts_with(prefix))
}

fn listed(figure: &Figure, sources: &Sources<'_>) -> Vec<Share> {
    let all: f64 = figure.variances().sum();
    let mut shares: Vec<_> = sources
        .iter()
        .zip(figure.variances())
        .filter(|(_, variance)| *variance > 0.0)
        .map(|(listed, variance)| {
            let shown = listed.factor.shown();
            Share { factor_id: shown.id.clone(), name: shown.name.clone(), share: variance / all }
        })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.factor_id.cmp(&b.factor_id)));
    shares
}

#[cfg(test)]
mod tests;
