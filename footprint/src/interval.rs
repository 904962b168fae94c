//! Intervals of any selection, from grouped exact sums: one draw per coefficient, shared by all that uses it.
//!
//! # What is uncertain
//!
//! Every figure is a sum of products. IT energy is instance-hours times watts; facility energy is IT energy times the
//! power usage effectiveness of its region; emissions of running are facility energy times the intensity of the grid;
//! embodied emissions are the hours' share of what making the hardware emitted; water is IT energy times what is
//! evaporated on site plus facility energy times what the power plants use. The hours come from the provider's records
//! and count as exact. The coefficients do not: each is a central value between two bounds.
//!
//! # How a coefficient is drawn
//!
//! A coefficient is a random variable of its own, independent of every other. Where its bounds lie at most four-fold
//! apart, or the lower one is zero, it is triangular: the central value is the most likely one and the bounds are never
//! passed. Where it is positive and the bounds lie further apart, it is log-normal on either side of the central value,
//! which is its median, and the bounds are its 5th and 95th percentile. It is drawn [`DRAWS`] times, by inverting its
//! distribution at the numbers of a generator that is seeded with the coefficient's identifier. Hence the same tables
//! give the same interval on any machine, and changing one coefficient moves the draws of no other. The points of a
//! host's power curve are one coefficient: they are drawn at one quantile, for a machine that idles high works high.
//!
//! # Why one draw is shared
//!
//! What is wrong with a coefficient is wrong in every row that uses it. If the cards of one class draw more at full load
//! than is believed, they do so in every job on them. Draw number `i` of a selection therefore takes draw number `i` of
//! each coefficient wherever it occurs, adds up the rows, and only then looks at the spread. A hundred equal rows are as
//! uncertain, relative to their sum, as one; had each row its own draw, the errors would average out by the square root
//! of their number and a large fleet would look precise for no reason. It also follows that bounds cannot be added: low
//! and high of a sum are not the sums of low and high, which is why a selection is drawn from its grouped sums
//! ([`PartSums`] by [`GroupKey`]) and no interval is ever stored to be summed.
//!
//! # What low and high mean
//!
//! The central value takes every coefficient at its central value. Low is the 5th percentile of the draws and high the
//! 95th: nine draws in ten lie between, if the bounds of the coefficients are to be believed. Skewed coefficients put the
//! middle of the draws beside the central value, at times so far that it would fall outside; low is then the central
//! value itself, or high is. The interval says nothing of what the method leaves out; completeness and tier do.
//!
//! # Equations in words
//!
//! In every draw, for every group, and then summed over groups and regions:
//!
//! - host energy x (curve drawn, at the mean load of the group) / (curve central, at that load); the load is drawn too
//!   where it is a default;
//! - accelerator energy x (1 + overhead drawn) / (1 + overhead central) x (power drawn) / (power central), where power is
//!   idle + (full-load share x cap - idle) x utilisation, or the default share of the cap in training;
//! - storage energy x (power drawn x copies drawn) / (power central x copies central), and network energy x (energy per
//!   gigabyte drawn) / (central); these four make IT energy;
//! - facility energy: IT energy of the region x effectiveness drawn;
//! - operational emissions: facility energy of the region x intensity drawn;
//! - water: IT energy of the region x (on site drawn + effectiveness drawn x off site drawn);
//! - embodied emissions: the host's and the accelerators' own, each x drawn / central, together x life central / life
//!   drawn;
//! - emissions: operational and embodied of the same draw.
//!
//! # Without draws, by coefficient, and between two selections
//!
//! [`totals_closed`] gives the same figures from moments, for pages that list many selections. [`shares`] says which
//! coefficients bring the variance and [`narrowed`] what the interval would be without some of them. [`compare`] draws
//! two selections together, so that what they share cancels in their difference. [`marginal`] weighs the same energy by
//! what one kilowatt-hour less takes off the grid: for a decision, never for an inventory.

mod closed;
mod compare;
pub(crate) mod draws;
mod figure;
mod gains;
mod machine;
mod marginal;
pub(crate) mod nodes;
mod quality;
mod selection;
pub(crate) mod shape;
mod shares;
mod sources;
mod spread;
mod sums;
mod term;

use crate::factors::FactorSet;
use crate::tier::{Completeness, Estimate, Tier};
use crate::units::{Grams, KilowattHours, Litres};
use serde::{Deserialize, Serialize};
use spread::{Drawn, Spread};

pub use closed::totals_closed;
pub use compare::{Change, Comparison, compare};
pub use draws::DRAWS;
pub use gains::{Evidence, Gain, gains};
pub use marginal::marginal;
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
    let DrawnSelection { exact, drawn, spread } = selection(factors, groups);
    let quality = spread.quality;
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

/// A selection with its draws.
struct DrawnSelection {
    exact: PartSums,
    drawn: Drawn,
    spread: Spread,
}

/// Exact sums, quality and draws of a selection.
fn selection(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> DrawnSelection {
    let mut exact = PartSums::default();
    let mut spread = Spread::default();
    for (key, sums) in groups {
        exact += *sums;
        spread.add(factors, key, sums);
    }
    DrawnSelection { exact, drawn: spread.finish(factors), spread }
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
