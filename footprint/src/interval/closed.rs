//! The interval without draws, for pages that list many selections.

use super::Totals;
use super::expansion::{Expansion, Sources};
use super::nodes;
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

/// 5th and 95th percentile by the expansion of Cornish and Fisher. Each coefficient's own error of that expansion is
/// known, so it is put right where the coefficient dominates; it fades as the higher cumulants of a sum do.
fn interval(figure: &Expansion, sources: &Sources<'_>) -> (f64, f64) {
    let cumulants = figure.cumulants(sources);
    let [variance, ..] = cumulants;
    let (mut low, mut high) = cornish_fisher(cumulants);
    if variance > 0.0 {
        for values in figure.alone() {
            let own = nodes::cumulants(values);
            let ((expanded_low, expanded_high), (own_low, own_high)) = (cornish_fisher(own), nodes::tails(values));
            let [own_variance, ..] = own;
            let weight = (own_variance / variance) * (own_variance / variance);
            low += weight * (own_low - expanded_low);
            high += weight * (own_high - expanded_high);
        }
    }
    (figure.mean + low, figure.mean + high)
}

/// Distance of the 5th and the 95th percentile from the mean, from variance, third and fourth cumulant.
fn cornish_fisher([variance, third, fourth]: [f64; 3]) -> (f64, f64) {
    let deviation = variance.sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return (0.0, 0.0);
    }
    let skewness = (third / (variance * deviation)).clamp(-2.0, 2.0);
    let kurtosis = (fourth / (variance * variance)).clamp(-2.0, 6.0);
    let at = |z: f64| {
        let cube = z * z * z;
        z + (z * z - 1.0) * skewness / 6.0 + (cube - 3.0 * z) * kurtosis / 24.0
            - (2.0 * cube - 5.0 * z) * skewness * skewness / 36.0
    };
    (deviation * at(-Z95), deviation * at(Z95))
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
