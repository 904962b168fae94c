//! The interval without draws, for pages that list many selections.

use super::Totals;
use super::expansion::{Expansion, Sources};
use super::selection::Selection;
use super::sums::{GroupKey, PartSums};
use crate::factors::FactorSet;
use crate::tier::{Estimate, Tier};
use crate::units::{Grams, KilowattHours, Litres};

/// The standard normal value below which 95 % lie.
const Z95: f64 = 1.644_853_626_951_472_2;

/// The figures of a selection, with intervals from moments instead of draws.
#[must_use]
pub fn totals_closed(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Totals {
    closed(&mut Sources::new(factors, &|_| false), groups)
}

pub(super) fn closed<'a>(sources: &mut Sources<'a>, groups: &'a [(GroupKey, PartSums)]) -> Totals {
    let selection = Selection::new(sources, groups);
    let (exact, quality) = (&selection.exact, &selection.quality);
    let tier = quality.worst_tier;
    let kilowatt_hours =
        |central: KilowattHours, figure| estimate(central, interval(figure, sources), 1e9, tier, KilowattHours::new);
    let grams = |central: Grams, figure| estimate(central, interval(figure, sources), 1e6, tier, Grams::new);
    let emissions = exact.embodied() + exact.operational;
    Totals {
        energy_it: kilowatt_hours(exact.it().into(), &selection.energy_it),
        energy: kilowatt_hours(exact.facility.into(), &selection.energy),
        operational: grams(exact.operational.into(), &selection.operational),
        embodied: grams(exact.embodied().into(), &selection.embodied),
        emissions: grams(emissions.into(), &selection.emissions),
        water: estimate(exact.water.into(), interval(&selection.water, sources), 1e6, tier, Litres::new),
        worst_tier: tier,
        completeness: quality.completeness,
        water_completeness: quality.water_completeness,
    }
}

/// 5th and 95th percentile by the expansion of Cornish and Fisher to the skewness.
fn interval(figure: &Expansion, sources: &Sources<'_>) -> (f64, f64) {
    let (variance, third) = figure.central_moments(sources);
    let deviation = variance.sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return (figure.mean, figure.mean);
    }
    let skewness = (third / (variance * deviation)).clamp(-2.0, 2.0);
    let at = |z: f64| z + (z * z - 1.0) * skewness / 6.0 - (2.0 * z * z * z - 5.0 * z) * skewness * skewness / 36.0;
    (figure.mean + deviation * at(-Z95), figure.mean + deviation * at(Z95))
}

fn estimate<U: Copy + PartialOrd>(
    central: U,
    (low, high): (f64, f64),
    scale: f64,
    tier: Tier,
    unit: impl Fn(f64) -> U,
) -> Estimate<U> {
    let (low, high) = (unit(low / scale), unit(high / scale));
    Estimate {
        central,
        low: if low < central { low } else { central },
        high: if high > central { high } else { central },
        tier,
    }
}

#[cfg(test)]
mod tests;
