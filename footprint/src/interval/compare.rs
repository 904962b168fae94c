//! Two selections under the same draws: what they share moves both, so it does not blur their difference.

use super::marginal::{SCALE, marginal_intensity, market_intensity};
use super::spread::Drawn;
use super::sums::{GroupKey, PartSums};
use super::{DrawnSelection, percentile, selection};
use crate::factors::{Factor, FactorSet, Region};
use crate::tier::{Completeness, Tier};
use crate::units::{Grams, KilowattHours, Litres, MicroWattHours, Micrograms};
use serde::{Deserialize, Serialize};
use std::ops::Sub;

/// A difference, after less before, with its interval; `low <= central <= high` always.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change<U> {
    /// The difference of the central values.
    pub central: U,
    /// The lesser of the central value and the 5th percentile of the differences.
    pub low: U,
    /// The greater of the central value and the 95th percentile of the differences.
    pub high: U,
    /// Whether the interval leaves out zero: the figure rose, or fell, in at least 95 % of the draws.
    pub is_significant: bool,
}

/// What changed from one selection to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Energy of the machines.
    pub energy_it: Change<KilowattHours>,
    /// Energy of the facility.
    pub energy: Change<KilowattHours>,
    /// Location-based emissions of running.
    pub operational: Change<Grams>,
    /// Embodied emissions.
    pub embodied: Change<Grams>,
    /// Operational and embodied together.
    pub emissions: Change<Grams>,
    /// Water on and off site.
    pub water: Change<Litres>,
    /// Market-based emissions of running; `None` where a region on either side has no such figure.
    pub market: Option<Change<Grams>>,
    /// What the grids emit more, by their marginal intensities: what the change does to the climate while it runs. For
    /// decisions, not for an inventory; `None` where a region on either side has no such figure.
    pub marginal: Option<Change<Grams>>,
    /// The worst tier on either side.
    pub worst_tier: Tier,
    /// Whether either side lacks a part of its energy or embodied emissions.
    pub completeness: Completeness,
    /// Whether either side lacks the water of its power plants.
    pub water_completeness: Completeness,
}

/// The difference of two selections, each under its own factors and both under the same draws.
///
/// A coefficient has the same identifier on both sides, hence the same stream of draws, also where its value or bounds
/// differ. A region or a type that only one side uses is drawn for that side alone.
#[must_use]
pub fn compare(
    factors_before: &FactorSet,
    before_groups: &[(GroupKey, PartSums)],
    factors_after: &FactorSet,
    after_groups: &[(GroupKey, PartSums)],
) -> Comparison {
    let sides = Sides {
        before: (factors_before, selection(factors_before, before_groups)),
        after: (factors_after, selection(factors_after, after_groups)),
    };
    let kilowatt_hours = |exact: fn(&PartSums) -> MicroWattHours, drawn: fn(&Drawn) -> &[f64]| {
        sides.change(|sums| exact(sums).into(), drawn, 1e9, KilowattHours::new)
    };
    let grams = |exact: fn(&PartSums) -> Micrograms, drawn: fn(&Drawn) -> &[f64]| {
        sides.change(|sums| exact(sums).into(), drawn, 1e6, Grams::new)
    };
    let (before, after) = (&sides.before.1.spread.quality, &sides.after.1.spread.quality);
    Comparison {
        energy_it: kilowatt_hours(PartSums::it, |drawn| &drawn.energy_it),
        energy: kilowatt_hours(|sums| sums.facility, |drawn| &drawn.energy),
        operational: grams(|sums| sums.operational, |drawn| &drawn.operational),
        embodied: grams(PartSums::embodied, |drawn| &drawn.embodied),
        emissions: grams(|sums| sums.operational + sums.embodied(), |drawn| &drawn.emissions),
        water: sides.change(|sums| sums.water.into(), |drawn| &drawn.water, 1e6, Litres::new),
        market: sides.weighed(market_intensity),
        marginal: sides.weighed(marginal_intensity),
        worst_tier: before.worst_tier.max(after.worst_tier),
        completeness: before.completeness.max(after.completeness),
        water_completeness: before.water_completeness.max(after.water_completeness),
    }
}

/// Both selections with the factors of each.
struct Sides<'a> {
    before: (&'a FactorSet, DrawnSelection),
    after: (&'a FactorSet, DrawnSelection),
}

impl Sides<'_> {
    fn change<U: Copy + PartialOrd + Sub<Output = U>>(
        &self,
        exact: impl Fn(&PartSums) -> U,
        drawn: fn(&Drawn) -> &[f64],
        scale: f64,
        unit: impl Fn(f64) -> U,
    ) -> Change<U> {
        let ((_, before), (_, after)) = (&self.before, &self.after);
        let central = exact(&after.exact) - exact(&before.exact);
        change(central, drawn(&before.drawn), drawn(&after.drawn), scale, unit)
    }

    /// Both at another intensity of their grids.
    fn weighed(&self, intensity: fn(&Region) -> Option<&Factor>) -> Option<Change<Grams>> {
        let of = |(factors, side): &(&FactorSet, DrawnSelection)| side.spread.weighed(factors, intensity);
        let (before, after) = (of(&self.before)?, of(&self.after)?);
        let central = Grams::new((after.central - before.central) / SCALE);
        Some(change(central, &before.drawn, &after.drawn, SCALE, Grams::new))
    }
}

fn change<U: Copy + PartialOrd>(
    central: U,
    before: &[f64],
    after: &[f64],
    scale: f64,
    unit: impl Fn(f64) -> U,
) -> Change<U> {
    let mut differences: Vec<f64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
    let mut at = |share: f64| unit(percentile(&mut differences, share) / scale);
    let (p5, p95) = (at(0.05), at(0.95));
    let low = if p5 < central { p5 } else { central };
    let high = if p95 > central { p95 } else { central };
    Change { central, low, high, is_significant: low > unit(0.0) || high < unit(0.0) }
}

#[cfg(test)]
mod tests;
