//! What somebody could learn about a selection, and how much narrower that would make it.

use super::closed::closed;
use super::sums::{GroupKey, PartSums};
use crate::factors::FactorSet;
use crate::tier::{Estimate, Tier};
use crate::units::{Grams, KilowattHours};
use serde::{Deserialize, Serialize};

/// Evidence that the operator of a workload can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Watts read on the machines, with the error of the meter: tier T0.
    MeasuredPower,
    /// The power usage effectiveness of the buildings.
    PowerUsageEffectiveness,
    /// The intensity of the grids, such as an operator's own hourly series.
    GridIntensity,
    /// The emissions of making the machines, and the life over which they are spread.
    EmbodiedEmissions,
}

impl Evidence {
    /// Every kind of evidence.
    pub const ALL: [Self; 4] =
        [Self::MeasuredPower, Self::PowerUsageEffectiveness, Self::GridIntensity, Self::EmbodiedEmissions];

    fn settles(self, factor_id: &str) -> bool {
        let group = factor_id.split_once(':').map_or(factor_id, |(group, _)| group);
        match self {
            Self::MeasuredPower => false,
            Self::PowerUsageEffectiveness => group == "pue",
            Self::GridIntensity => group == "intensity",
            Self::EmbodiedEmissions => group.contains("embodied") || group == "hardware_lifetime_years",
        }
    }
}

/// How much narrower the intervals would be, as shares of their present width; 0 where nothing is gained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// What would have to be known.
    pub evidence: Evidence,
    /// Of the energy of the facility, 0 to 1.
    pub energy: f64,
    /// Of operational and embodied emissions together, 0 to 1.
    pub emissions: f64,
}

/// What each kind of evidence would take off the intervals of a selection, largest gain of emissions first.
///
/// Measured watts leave the error of their meter and the overhead of the node in doubt; where a machine has accelerators,
/// it is these that are taken as measured, and the host keeps its curve. The other kinds are taken as exactly known. What
/// nobody has a figure for (tier T4) is not in the interval, so no evidence narrows it. Intervals are those of
/// [`totals_closed`](super::totals_closed). Evidence that gains less than one part in a thousand is left out.
#[must_use]
pub fn gains(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Vec<Gain> {
    let (energy_now, emissions_now) = widths(factors, groups, &|_| false);
    let measured: Vec<(GroupKey, PartSums)> = groups
        .iter()
        .map(|(key, sums)| {
            let tier = if key.tier < Tier::T4 { Tier::T0 } else { key.tier };
            (GroupKey { tier, ..key.clone() }, *sums)
        })
        .collect();
    let mut gains: Vec<Gain> = Evidence::ALL
        .into_iter()
        .map(|evidence| {
            let with = match evidence {
                Evidence::MeasuredPower => widths(factors, &measured, &|_| false),
                _ => widths(factors, groups, &|id| evidence.settles(id)),
            };
            let (energy, emissions) = with;
            Gain { evidence, energy: cut(energy_now, energy), emissions: cut(emissions_now, emissions) }
        })
        .filter(|gain| gain.energy.max(gain.emissions) >= 1e-3)
        .collect();
    gains.sort_by(|a, b| b.emissions.total_cmp(&a.emissions).then(b.energy.total_cmp(&a.energy)));
    gains
}

/// Widths of energy in kWh and of emissions in g.
fn widths(factors: &FactorSet, groups: &[(GroupKey, PartSums)], known: &dyn Fn(&str) -> bool) -> (f64, f64) {
    let totals = closed(factors, groups, known);
    let width = |Estimate { low, high, .. }: Estimate<f64>| high - low;
    (width(totals.energy.map(KilowattHours::get)), width(totals.emissions.map(Grams::get)))
}

fn cut(now: f64, with: f64) -> f64 {
    if now > 0.0 { (1.0 - with / now).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::{fleet, group};
    use crate::interval::{narrowed, totals, totals_closed};
    use crate::tier::WorkloadKind;
    use crate::{HourInput, Measured, estimate_hour, is_power_coefficient, measured_in};

    fn gain(gains: &[Gain], evidence: Evidence) -> Gain {
        let none = Gain { evidence, energy: 0.0, emissions: 0.0 };
        gains.iter().copied().find(|gain| gain.evidence == evidence).unwrap_or(none)
    }

    #[test]
    fn gains_fall_and_are_parts_of_the_width() {
        let factors = FactorSet::builtin().unwrap();
        let groups = fleet(&factors);
        for selection in std::iter::once(&groups[..]).chain(groups.chunks(1)) {
            let gains = gains(&factors, selection);
            assert!(gains.is_sorted_by(|a, b| a.emissions >= b.emissions), "{gains:?}");
            assert!(gains.iter().all(|gain| (0.0..1.0).contains(&gain.energy) && (0.0..1.0).contains(&gain.emissions)));
            assert!(gain(&gains, Evidence::MeasuredPower).energy > 0.05, "{gains:?}");
            assert_eq!(gain(&gains, Evidence::EmbodiedEmissions).energy.to_bits(), 0, "making it draws no power");
            assert_eq!(gain(&gains, Evidence::GridIntensity).energy.to_bits(), 0, "the grid does not change energy");
        }
        assert_eq!(gains(&factors, &[]), []);
    }

    #[test]
    fn measuring_keeps_what_was_promised() {
        let factors = FactorSet::builtin().unwrap();
        let load = crate::units::Fraction::new(0.8);
        let hour = |measured| {
            let input = HourInput {
                instance_type: "ml.p4d.24xlarge",
                region: "us-east-1",
                kind: WorkloadKind::Training,
                instance_seconds: 36_000.0,
                cpu: load,
                gpu: load,
                measured,
                storage_gb: None,
                network_gb: None,
            };
            let parts = estimate_hour(&factors, &input).unwrap();
            let key = GroupKey {
                instance_type: input.instance_type.to_owned(),
                region: input.region.to_owned(),
                kind: input.kind,
                tier: parts.tier,
            };
            (key, PartSums::of(&parts, input.instance_seconds))
        };
        let modelled = hour(Measured::default());
        let as_read = measured_in(&factors, &GroupKey { tier: Tier::T0, ..modelled.0.clone() }, &modelled.1);
        let measured = hour(as_read);
        assert_eq!(measured.0.tier, Tier::T0);
        let width = |group: &(GroupKey, PartSums)| {
            let energy = totals(&factors, std::slice::from_ref(group)).energy;
            energy.high.get() - energy.low.get()
        };
        let came = 1.0 - width(&measured) / width(&modelled);
        let promised = gain(&gains(&factors, &[modelled]), Evidence::MeasuredPower).energy;
        assert!((came - promised).abs() < 0.05, "{promised} was promised and {came} came");
    }

    #[test]
    fn a_meter_gains_less_than_knowing() {
        let factors = FactorSet::builtin().unwrap();
        let groups = [group(&factors, "ml.g5.xlarge", "us-east-1", WorkloadKind::Endpoint, None, 300.0)];
        let known = narrowed(&factors, &groups, is_power_coefficient).energy;
        let now = totals_closed(&factors, &groups).energy;
        let ideal = cut(now.high.get() - now.low.get(), known.high.get() - known.low.get());
        let metered = gain(&gains(&factors, &groups), Evidence::MeasuredPower).energy;
        assert!(metered > 0.0 && metered < ideal, "{metered} of {ideal}");
        let again = gains(&factors, &[(GroupKey { tier: Tier::T0, ..groups[0].0.clone() }, groups[0].1)]);
        assert_eq!(gain(&again, Evidence::MeasuredPower).energy.to_bits(), 0, "what is measured gains nothing more");
    }
}
