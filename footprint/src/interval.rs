//! Intervals of any selection, from grouped exact sums: one draw per coefficient, shared by all that uses it.

pub(crate) mod draws;
mod spread;
mod sums;

use crate::factors::FactorSet;
use crate::tier::{Completeness, Estimate, Tier};
use crate::units::{Grams, KilowattHours, Litres};
use crate::workload::Difference;
use serde::{Deserialize, Serialize};
use spread::{Drawn, Spread};

pub use draws::DRAWS;
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
    let Selection { exact, drawn, spread } = selection(factors, groups);
    let tier = spread.worst_tier;
    let emissions = exact.embodied() + exact.operational;
    Totals {
        energy_it: estimate(exact.it().into(), drawn.energy_it, 1e9, tier, KilowattHours::new),
        energy: estimate(exact.facility.into(), drawn.energy, 1e9, tier, KilowattHours::new),
        operational: estimate(exact.operational.into(), drawn.operational, 1e6, tier, Grams::new),
        embodied: estimate(exact.embodied().into(), drawn.embodied, 1e6, tier, Grams::new),
        emissions: estimate(emissions.into(), drawn.emissions, 1e6, tier, Grams::new),
        water: estimate(exact.water.into(), drawn.water, 1e6, tier, Litres::new),
        worst_tier: tier,
        completeness: spread.completeness,
        water_completeness: spread.water_completeness,
    }
}

/// A selection with its draws.
pub(crate) struct Selection {
    exact: PartSums,
    drawn: Drawn,
    spread: Spread,
}

pub(crate) fn selection(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Selection {
    let mut exact = PartSums::default();
    let mut spread = Spread::default();
    for (key, sums) in groups {
        exact += *sums;
        spread.add(factors, key, sums);
    }
    Selection { exact, drawn: spread.finish(factors), spread }
}

/// The figures of `to` less those of `from`, draw by draw; `market` holds the intensities of the two, g/kWh.
pub(crate) fn difference(from: &Selection, to: &Selection, market: Option<(f64, f64)>) -> Difference {
    let tier = from.spread.worst_tier.max(to.spread.worst_tier);
    let less = |of: fn(&Drawn) -> &[f64]| -> Vec<f64> {
        of(&to.drawn).iter().zip(of(&from.drawn)).map(|(to, from)| to - from).collect()
    };
    let grams = |of: fn(&PartSums) -> Grams, drawn: fn(&Drawn) -> &[f64]| {
        estimate(of(&to.exact) - of(&from.exact), less(drawn), 1e6, tier, Grams::new)
    };
    let energy = |of: &Selection| KilowattHours::from(of.exact.facility);
    let water = |of: &Selection| Litres::from(of.exact.water);
    Difference {
        energy: estimate(energy(to) - energy(from), less(|drawn| &drawn.energy), 1e9, tier, KilowattHours::new),
        operational: grams(|exact| exact.operational.into(), |drawn| &drawn.operational),
        market: market.map(|(before, after)| {
            let drawn = to.drawn.energy.iter().zip(&from.drawn.energy).map(|(to, from)| to * after - from * before);
            let central = Grams::new(energy(to).get() * after) - Grams::new(energy(from).get() * before);
            estimate(central, drawn.collect(), 1e9, tier, Grams::new)
        }),
        embodied: grams(|exact| exact.embodied().into(), |drawn| &drawn.embodied),
        emissions: grams(|exact| (exact.embodied() + exact.operational).into(), |drawn| &drawn.emissions),
        water: estimate(water(to) - water(from), less(|drawn| &drawn.water), 1e6, tier, Litres::new),
    }
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
