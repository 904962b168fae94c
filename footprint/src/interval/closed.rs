//! The interval without draws, for pages that list many selections.
//!
//! A figure is taken apart by coefficient: its mean, what each coefficient adds alone, and what each two add together
//! (the decomposition of Hoeffding, *Annals of Mathematical Statistics* 19, 1948, to the second order). One coefficient
//! is one variable wherever it occurs, so the rows it moves are added before they are squared. Functions of a coefficient are
//! integrated over sixteen nodes of its distribution, which the coefficient keeps. From that follow variance, third and
//! fourth cumulant, and from these the percentiles by the expansion of Cornish and Fisher (*Revue de l'Institut
//! International de Statistique* 5, 1938), put right where one coefficient dominates.
//!
//! What it neglects: what three coefficients make together; the part of what two make together that is not proportional to
//! both; fourth cumulants of pairs beyond the terms that normal coefficients would have; cumulants above the fourth,
//! save those of a coefficient that dominates; and that a drawn full load below a drawn idle power counts as idle. On
//! random selections of a common fleet in regions with published figures each bound lies within a tenth of the drawn
//! width of the drawn bound. Where a coefficient is known only to orders of magnitude, as water on site in many regions,
//! and does not dominate alone, it may miss by up to a third. Tests hold it to both.

use super::Totals;
use super::figure::Figure;
use super::selection::Selection;
use super::sums::{GroupKey, PartSums};
use crate::factors::FactorSet;
use crate::tier::{Estimate, Tier};
use crate::units::{Grams, KilowattHours, Litres};

/// The figures of a selection, with intervals from moments instead of draws.
///
/// Central values, tier and completeness are those of [`totals`](super::totals), and so is the rule that one coefficient
/// moves all rows that use it. Total, as that is.
#[must_use]
pub fn totals_closed(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Totals {
    closed(factors, groups, &|_| false)
}

/// The same where some coefficients are exactly known.
pub(super) fn closed(factors: &FactorSet, groups: &[(GroupKey, PartSums)], known: &dyn Fn(&str) -> bool) -> Totals {
    let (selection, _) = Selection::new(factors, groups, known);
    let (exact, quality) = (&selection.exact, &selection.quality);
    let tier = quality.worst_tier;
    let kilowatt_hours =
        |central: KilowattHours, figure: &Figure| estimate(central, figure.interval(), 1e9, tier, KilowattHours::new);
    let grams = |central: Grams, figure: &Figure| estimate(central, figure.interval(), 1e6, tier, Grams::new);
    let emissions = exact.embodied() + exact.operational;
    Totals {
        energy_it: kilowatt_hours(exact.it().into(), &selection.energy_it),
        energy: kilowatt_hours(exact.facility.into(), &selection.energy),
        operational: grams(exact.operational.into(), &selection.operational),
        embodied: grams(exact.embodied().into(), &selection.embodied),
        emissions: grams(emissions.into(), &selection.emissions),
        water: estimate(exact.water.into(), selection.water.interval(), 1e6, tier, Litres::new),
        worst_tier: tier,
        completeness: quality.completeness,
        water_completeness: quality.water_completeness,
    }
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
