//! Two selections under the same draws: what they share moves both, so it does not blur their difference.

use super::sums::{GroupKey, PartSums};
use super::{DrawnSelection, percentile, selection};
use crate::factors::FactorSet;
use crate::tier::{Completeness, Tier};
use crate::units::{Grams, KilowattHours, Litres};
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
    let DrawnSelection { exact: before, quality: quality_before, drawn: drawn_before } =
        selection(factors_before, before_groups);
    let DrawnSelection { exact: after, quality: quality_after, drawn: drawn_after } =
        selection(factors_after, after_groups);
    let kilowatt_hours = |before: KilowattHours, after, drawn_before: &[f64], drawn_after: &[f64]| {
        change(before, after, drawn_before, drawn_after, 1e9, KilowattHours::new)
    };
    let grams = |before: Grams, after, drawn_before: &[f64], drawn_after: &[f64]| {
        change(before, after, drawn_before, drawn_after, 1e6, Grams::new)
    };
    let emissions = |sums: &PartSums| (sums.operational + sums.embodied()).into();
    Comparison {
        energy_it: kilowatt_hours(
            before.it().into(),
            after.it().into(),
            &drawn_before.energy_it,
            &drawn_after.energy_it,
        ),
        energy: kilowatt_hours(
            before.facility.into(),
            after.facility.into(),
            &drawn_before.energy,
            &drawn_after.energy,
        ),
        operational: grams(
            before.operational.into(),
            after.operational.into(),
            &drawn_before.operational,
            &drawn_after.operational,
        ),
        embodied: grams(
            before.embodied().into(),
            after.embodied().into(),
            &drawn_before.embodied,
            &drawn_after.embodied,
        ),
        emissions: grams(emissions(&before), emissions(&after), &drawn_before.emissions, &drawn_after.emissions),
        water: change(
            before.water.into(),
            after.water.into(),
            &drawn_before.water,
            &drawn_after.water,
            1e6,
            Litres::new,
        ),
        worst_tier: quality_before.worst_tier.max(quality_after.worst_tier),
        completeness: quality_before.completeness.max(quality_after.completeness),
        water_completeness: quality_before.water_completeness.max(quality_after.water_completeness),
    }
}

fn change<U: Copy + PartialOrd + Sub<Output = U>>(
    before: U,
    after: U,
    drawn_before: &[f64],
    drawn_after: &[f64],
    scale: f64,
    unit: impl Fn(f64) -> U,
) -> Change<U> {
    let mut differences: Vec<f64> =
        drawn_after.iter().zip(drawn_before).map(|(after, before)| after - before).collect();
    let mut at = |share: f64| unit(percentile(&mut differences, share) / scale);
    let (central, p5, p95) = (after - before, at(0.05), at(0.95));
    let low = if p5 < central { p5 } else { central };
    let high = if p95 > central { p95 } else { central };
    Change { central, low, high, is_significant: low > unit(0.0) || high < unit(0.0) }
}

#[cfg(test)]
mod tests;
