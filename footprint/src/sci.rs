//! Software Carbon Intensity (ISO/IEC 21031:2024): `SCI = (E x I + M) / R`.
//!
//! A rate, not a total: emissions of running and of making the hardware over what it did. The specification asks for
//! location-based emissions and leaves market-based instruments and offsets out; nothing here takes them. `E` holds
//! the energy of hardware that is reserved and idle; the same score without it shows what better use could reach.

use crate::factors::FactorSet;
use crate::interval::{GroupKey, PartSums, Totals, totals};
use crate::tier::Estimate;
use crate::units::{Grams, MicroWattHours};
use serde::{Deserialize, Serialize};

/// What one unit of `R` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionalUnit {
    /// One run of a job, counted in runs.
    Run,
    /// A thousand answers of a model, counted in answers.
    ThousandInferences,
    /// A thousand tokens read and written, counted in tokens.
    ThousandTokens,
    /// An hour for which a job ran, however many instances it had, counted in hours.
    JobHour,
    /// One sample of training data seen, counted in samples.
    Sample,
}

impl FunctionalUnit {
    /// Every unit.
    pub const ALL: [Self; 5] = [Self::Run, Self::ThousandInferences, Self::ThousandTokens, Self::JobHour, Self::Sample];

    /// How many of the things counted make one unit.
    #[must_use]
    pub const fn size(self) -> f64 {
        match self {
            Self::Run | Self::JobHour | Self::Sample => 1.0,
            Self::ThousandInferences | Self::ThousandTokens => 1_000.0,
        }
    }

    /// The unit for people, as in "g per run".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::ThousandInferences => "1,000 inferences",
            Self::ThousandTokens => "1,000 tokens",
            Self::JobHour => "job-hour",
            Self::Sample => "sample",
        }
    }
}

/// A score: location-based grams of CO2e for one functional unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SciScore {
    /// What one unit is.
    pub unit: FunctionalUnit,
    /// With the energy of reserved and idle hardware, as the specification asks.
    pub score: Estimate<Grams>,
    /// Without the energy that idle hosts and accelerators draw; making the hardware stays in it whole. Its interval is
    /// as wide as that of the score in proportion.
    pub without_idle: Estimate<Grams>,
}

/// The score of a selection that did `amount` of the things that `unit` counts.
///
/// `None` where nothing was done (or the amount is no number): a rate per nothing has no meaning.
#[must_use]
pub fn sci(
    factors: &FactorSet,
    groups: &[(GroupKey, PartSums)],
    unit: FunctionalUnit,
    amount: f64,
) -> Option<SciScore> {
    score(&totals(factors, groups), groups, unit, amount)
}

/// The same, of [`totals`] that were drawn over these groups already.
#[must_use]
pub fn score(totals: &Totals, groups: &[(GroupKey, PartSums)], unit: FunctionalUnit, amount: f64) -> Option<SciScore> {
    if !(amount.is_finite() && amount > 0.0) {
        return None;
    }
    let per_unit = unit.size() / amount;
    let whole = totals.emissions.central.get();
    let idle: f64 = groups.iter().map(|(_, sums)| idle_grams(sums)).sum();
    let kept = if whole > 0.0 { ((whole - idle) / whole).clamp(0.0, 1.0) } else { 1.0 };
    Some(SciScore {
        unit,
        score: totals.emissions.map(|grams| grams * per_unit),
        without_idle: totals.emissions.map(|grams| grams * (kept * per_unit)),
    })
}

/// Emissions of the energy that idle hosts and accelerators drew, g: their share of the group's energy.
fn idle_grams(sums: &PartSums) -> f64 {
    let micro = |energy: MicroWattHours| energy.0 as f64;
    let it = micro(sums.it());
    if it > 0.0 {
        Grams::from(sums.operational).get() * (micro(sums.host_idle) + micro(sums.accelerator_idle)) / it
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tier::{Tier, WorkloadKind};
    use crate::units::Micrograms;

    /// E = 100 kWh of machines, 40 of them idle, x I = 400 g/kWh, and M = 2,000 g.
    fn endpoint() -> (GroupKey, PartSums) {
        let key = GroupKey {
            instance_type: "ml.g5.xlarge".to_owned(),
            region: "us-east-1".to_owned(),
            kind: WorkloadKind::Endpoint,
            tier: Tier::T1,
        };
        let sums = PartSums {
            host_idle: MicroWattHours(15_000_000_000),
            host_dynamic: MicroWattHours(35_000_000_000),
            accelerator_idle: MicroWattHours(25_000_000_000),
            accelerator_dynamic: MicroWattHours(25_000_000_000),
            facility: MicroWattHours(100_000_000_000),
            operational: Micrograms(40_000_000_000),
            embodied_host: Micrograms(1_500_000_000),
            embodied_accelerator: Micrograms(500_000_000),
            instance_seconds: 3_600_000.0,
            ..PartSums::default()
        };
        (key, sums)
    }

    fn near(got: Grams, expected: f64) {
        assert!((got.get() - expected).abs() < 1e-6 * expected.max(1.0), "{got:?} is not {expected}");
    }

    #[test]
    fn the_rate_is_the_total_over_what_was_done() {
        let factors = FactorSet::builtin().unwrap();
        // 42,000 g with idle energy, 26,000 g without it.
        for (unit, amount, with, without) in [
            (FunctionalUnit::Run, 1.0, 42_000.0, 26_000.0),
            (FunctionalUnit::Run, 4.0, 10_500.0, 6_500.0),
            (FunctionalUnit::ThousandInferences, 500_000.0, 84.0, 52.0),
            (FunctionalUnit::ThousandTokens, 21_000_000.0, 2.0, 26.0 / 21.0),
            (FunctionalUnit::JobHour, 24.0, 1_750.0, 26_000.0 / 24.0),
            (FunctionalUnit::Sample, 84_000.0, 0.5, 26.0 / 84.0),
        ] {
            let got = sci(&factors, &[endpoint()], unit, amount).unwrap();
            assert_eq!(got.unit, unit);
            near(got.score.central, with);
            near(got.without_idle.central, without);
            for Estimate { low, central, high, tier } in [got.score, got.without_idle] {
                assert!(low < central && central < high && tier == Tier::T1, "{unit:?}");
            }
        }
    }

    #[test]
    fn nothing_done_has_no_rate() {
        let factors = FactorSet::builtin().unwrap();
        for amount in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(sci(&factors, &[endpoint()], FunctionalUnit::ThousandTokens, amount), None);
        }
        let nothing = sci(&factors, &[], FunctionalUnit::Run, 1.0).unwrap();
        assert_eq!((nothing.score.central.get(), nothing.without_idle.central.get()), (0.0, 0.0));
    }

    #[test]
    fn idle_energy_is_weighed_by_its_own_grid() {
        let factors = FactorSet::builtin().unwrap();
        let (mut key, _) = endpoint();
        let idle = PartSums {
            host_idle: MicroWattHours(10_000_000_000),
            facility: MicroWattHours(10_000_000_000),
            operational: Micrograms(1_000_000_000),
            ..PartSums::default()
        };
        key.region = "eu-north-1".to_owned();
        let got = sci(&factors, &[endpoint(), (key, idle)], FunctionalUnit::Run, 1.0).unwrap();
        near(got.score.central, 43_000.0);
        near(got.without_idle.central, 26_000.0);
    }

    #[test]
    fn units_are_told_apart() {
        let names: std::collections::BTreeSet<&str> = FunctionalUnit::ALL.iter().map(|unit| unit.describe()).collect();
        assert_eq!(names.len(), FunctionalUnit::ALL.len());
        assert!(FunctionalUnit::ALL.iter().all(|unit| unit.describe().contains("1,000") == (unit.size() > 1.0)));
    }
}
