//! The energy of a selection at another intensity of each grid than the location-based one.

use super::estimate;
use super::spread::Spread;
use super::sums::{GroupKey, PartSums};
use crate::factors::{Factor, FactorSet, Region};
use crate::tier::Estimate;
use crate::units::Grams;

/// Facility energy times an intensity, 1e-9 gCO2e: the central value and the draws.
pub(super) struct Weighed {
    pub(super) central: f64,
    pub(super) drawn: Vec<f64>,
}

/// Micro-watt-hours times grams a kilowatt-hour, in a gram.
pub(super) const SCALE: f64 = 1e9;

/// What the grids would emit less, gCO2e, if none of this energy were drawn from them: facility energy times the marginal
/// intensity of its region, both drawn.
///
/// It is for decisions, such as to stop, delay or move work: it answers what a change changes. An inventory shares out what
/// was emitted and uses the average intensity, as [`totals`](super::totals) does; the two must not be added or compared
/// as if one were the truth of the other. `None` where a group is not known to these factors or its region has no marginal
/// figure: a part would look like the whole.
#[must_use]
pub fn marginal(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Option<Estimate<Grams>> {
    let mut spread = Spread::default();
    for (key, sums) in groups {
        spread.add(factors, key, sums);
    }
    let Weighed { central, drawn } = spread.weighed(factors, marginal_intensity)?;
    Some(estimate(Grams::new(central / SCALE), drawn, SCALE, spread.quality.worst_tier, Grams::new))
}

pub(super) const fn marginal_intensity(region: &Region) -> Option<&Factor> {
    region.marginal_intensity.as_ref()
}

pub(super) const fn market_intensity(region: &Region) -> Option<&Factor> {
    region.market_intensity.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::totals;
    use crate::{HourInput, Measured, Override, Tier, WorkloadKind, estimate_hour};

    fn group(factors: &FactorSet, instance_type: &str, region: &str) -> (GroupKey, PartSums) {
        let input = HourInput {
            instance_type,
            region,
            kind: WorkloadKind::Endpoint,
            instance_seconds: 3_600.0,
            cpu: None,
            gpu: None,
            measured: Measured::default(),
            storage_gb: None,
            network_gb: None,
        };
        let parts = estimate_hour(factors, &input).unwrap();
        let key = GroupKey {
            instance_type: instance_type.to_owned(),
            region: region.to_owned(),
            kind: input.kind,
            tier: parts.tier,
        };
        (key, PartSums::of(&parts, 3_600.0))
    }

    #[test]
    fn it_is_energy_times_the_marginal_intensity_of_each_region() {
        let factors = FactorSet::builtin().unwrap();
        let groups = [group(&factors, "ml.g5.xlarge", "us-east-1"), group(&factors, "ml.m5.xlarge", "eu-north-1")];
        let got = marginal(&factors, &groups).unwrap();
        let by_hand: f64 = groups
            .iter()
            .map(|(key, sums)| {
                let region = factors.region(&key.region).unwrap();
                sums.facility.0 as f64 / 1e9 * region.marginal_intensity.as_ref().unwrap().value()
            })
            .sum();
        assert!((got.central.get() / by_hand - 1.0).abs() < 1e-9, "{got:?} {by_hand}");
        assert!(got.low < got.central && got.central < got.high);
        assert_eq!(got.tier, Tier::T3);
        let average = totals(&factors, &groups[1..]).operational;
        let at_the_margin = marginal(&factors, &groups[1..]).unwrap();
        assert!(at_the_margin.low > average.high, "Sweden's average is hydro and nuclear, its margin is not");
    }

    #[test]
    fn a_part_is_not_shown_for_the_whole() {
        let factors = FactorSet::builtin().unwrap();
        let known = group(&factors, "ml.g5.xlarge", "us-east-1");
        let no_figure = group(&factors, "ml.g5.xlarge", "ap-east-2");
        let mut stranger = known.clone();
        stranger.0.region = "mars-1".to_owned();
        assert!(marginal(&factors, &[known.clone(), no_figure.clone()]).is_none());
        assert!(marginal(&factors, &[known.clone(), stranger]).is_none());
        assert_eq!(marginal(&factors, &[]).map(|none| none.central.get()), Some(0.0));
        let own = Override {
            factor_id: "marginal_intensity:ap-east-2".to_owned(),
            value: 500.0,
            low: 400.0,
            high: 600.0,
            author: "Lin".to_owned(),
            reason: "read from the utility".to_owned(),
        };
        let revised = factors.with_overrides("own", &[own]).unwrap();
        let before = totals(&factors, std::slice::from_ref(&no_figure));
        assert!(marginal(&revised, std::slice::from_ref(&no_figure)).is_some());
        assert_eq!(totals(&revised, &[no_figure]), before, "an inventory never uses it");
    }
}
