//! Intervals of any selection, from grouped exact sums: one draw per coefficient, shared by all that uses it.

mod closed;
mod compare;
pub(crate) mod draws;
mod expansion;
mod machine;
pub(crate) mod nodes;
mod quality;
mod selection;
mod shares;
mod spread;
mod sums;

use crate::factors::FactorSet;
use crate::tier::{Completeness, Estimate, Tier};
use crate::units::{Grams, KilowattHours, Litres};
use quality::Quality;
use serde::{Deserialize, Serialize};
use spread::{Drawn, Spread};

pub use closed::totals_closed;
pub use compare::{Change, Comparison, compare};
pub use draws::DRAWS;
pub use shares::{Share, Shares, is_power_coefficient, narrowed, shares};
pub use sums::{GroupKey, PartSums};

/// The figures of a selection. Central values are the exact sums; low and high are never sums.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Energy of the machines.
    pub energy_it: Estimate<KilowattHours>,
    /// Energy of the facility.
    pub energy: Estimate<KilowattHours>,
    /// Location-based emissions of running.
    pub operational: Estimate<Grams>,
    /// Embodied emissions.
    pub embodied: Estimate<Grams>,
    /// Operational and embodied together.
    pub emissions: Estimate<Grams>,
    /// Water on and off site.
    pub water: Estimate<Litres>,
    /// The worst tier of any group; `T0` for an empty selection.
    pub worst_tier: Tier,
    /// Whether any group lacks a part of its energy or embodied emissions.
    pub completeness: Completeness,
    /// Whether any group lacks the water of its power plants.
    pub water_completeness: Completeness,
}

/// The figures of a selection given as sums of parts per instance type, region, kind and tier.
///
/// Total: a group whose type or region these factors do not know keeps its exact sums, gets no spread of its own and
/// marks the result as tier T4 and a lower bound.
#[must_use]
pub fn totals(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Totals {
    let (exact, quality, drawn) = draw(factors, groups);
    let tier = quality.worst_tier;
    let emissions = exact.embodied() + exact.operational;
    Totals {
        energy_it: estimate(exact.it().into(), drawn.energy_it, 1e9, tier, KilowattHours::new),
        energy: estimate(exact.facility.into(), drawn.energy, 1e9, tier, KilowattHours::new),
        operational: estimate(exact.operational.into(), drawn.operational, 1e6, tier, Grams::new),
        embodied: estimate(exact.embodied().into(), drawn.embodied, 1e6, tier, Grams::new),
        emissions: estimate(emissions.into(), drawn.emissions, 1e6, tier, Grams::new),
        water: estimate(exact.water.into(), drawn.water, 1e6, tier, Litres::new),
        worst_tier: tier,
        completeness: quality.completeness,
        water_completeness: quality.water_completeness,
    }
}

/// Exact sums, quality and draws of a selection.
fn draw(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> (PartSums, Quality, Drawn) {
    let mut exact = PartSums::default();
    let mut spread = Spread::default();
    for (key, sums) in groups {
        exact += *sums;
        spread.add(factors, key, sums);
    }
    (exact, spread.quality, spread.finish(factors))
}

/// The value below which this share of the values lies (nearest rank); zero for none. Reorders the values.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    let rank = nearest_rank(values.len(), share);
    if rank >= values.len() {
        return 0.0;
    }
    let (_, value, _) = values.select_nth_unstable_by(rank, f64::total_cmp);
    *value
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is a small whole number of at least zero"
)]
fn nearest_rank(len: usize, share: f64) -> usize {
    (share * len.saturating_sub(1) as f64).round_ties_even() as usize
}

fn estimate<U: Copy + PartialOrd>(
    central: U,
    mut micro: Vec<f64>,
    scale: f64,
    tier: Tier,
    unit: impl Fn(f64) -> U,
) -> Estimate<U> {
    let mut at = |share: f64| unit(percentile(&mut micro, share) / scale);
    let (p5, p95) = (at(0.05), at(0.95));
    Estimate {
        central,
        low: if p5 < central { p5 } else { central },
        high: if p95 > central { p95 } else { central },
        tier,
    }
}

#[cfg(test)]
mod tests;
