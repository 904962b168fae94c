//! How one workload differs from another, under common draws.

use super::{Workload, group, hour, instance_hours};
use crate::factors::FactorSet;
use crate::interval::{Comparison, compare};
use crate::refused::Refused;

/// What `to` takes more than `from`; less is negative.
///
/// # Errors
/// As [`super::estimate_workload`], for either.
pub fn difference(factors: &FactorSet, from: &Workload, to: &Workload) -> Result<Comparison, Refused> {
    let group_of = |workload: &Workload| {
        let seconds = instance_hours(workload)? * 3_600.0;
        Ok(group(workload, &hour(factors, workload, seconds)?, seconds))
    };
    Ok(compare(factors, &[group_of(from)?], factors, &[group_of(to)?]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tier::{Tier, WorkloadKind};
    use crate::{Completeness, Measured, estimate_workload};

    fn day(instance_type: &str, region: &str, load: Option<f64>) -> Workload {
        let share = load.and_then(crate::units::Fraction::new);
        Workload {
            instance_type: instance_type.to_owned(),
            count: 1,
            hours: 24.0,
            region: region.to_owned(),
            kind: WorkloadKind::Training,
            cpu: share,
            gpu: share,
            measured: Measured::default(),
        }
    }

    #[test]
    fn nothing_differs_from_itself() {
        let factors = FactorSet::builtin().unwrap();
        let one = day("ml.g5.xlarge", "us-east-1", None);
        let got = difference(&factors, &one, &one).unwrap();
        assert_eq!((got.energy.low.get(), got.energy.central.get(), got.energy.high.get()), (0.0, 0.0, 0.0));
        assert_eq!((got.emissions.low.get(), got.emissions.high.get()), (0.0, 0.0));
    }

    #[test]
    fn central_values_subtract_and_twice_the_hours_is_once_more() {
        let factors = FactorSet::builtin().unwrap();
        let one = day("ml.g5.xlarge", "us-east-1", Some(0.5));
        let two = Workload { hours: 48.0, ..one.clone() };
        let (got, whole) = (difference(&factors, &one, &two).unwrap(), estimate_workload(&factors, &one).unwrap());
        let near = |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 1e-6, "{got} {expected}");
        assert_eq!(got.worst_tier, Tier::T1);
        for (got, whole) in [
            (got.operational, whole.operational),
            (got.embodied, whole.embodied),
            (got.emissions, whole.emissions),
            (got.market.unwrap(), whole.market.unwrap()),
        ] {
            if whole.central.get() > 0.0 {
                near(got.central.get(), whole.central.get());
                near(got.low.get(), whole.low.get());
                near(got.high.get(), whole.high.get());
            }
        }
        let back = difference(&factors, &two, &one).unwrap();
        near(back.energy.central.get(), -whole.energy.central.get());
        near(back.energy.low.get(), -whole.energy.high.get());
    }

    #[test]
    fn what_both_rest_on_cancels() {
        let factors = FactorSet::builtin().unwrap();
        let (light, heavy) = (day("ml.g5.xlarge", "us-east-1", Some(0.4)), day("ml.g5.xlarge", "us-east-1", Some(0.6)));
        let [one, other] = [&light, &heavy].map(|each| estimate_workload(&factors, each).unwrap());
        assert!(one.energy.high > other.energy.low, "by themselves the intervals overlap");
        let got = difference(&factors, &light, &heavy).unwrap();
        assert!(got.energy.low.get() > 0.0, "more load on the same machine is more energy in every draw: {got:?}");
    }

    #[test]
    fn either_may_be_refused_and_either_market_may_be_missing() {
        let factors = FactorSet::builtin().unwrap();
        let one = day("ml.m5.xlarge", "us-east-1", None);
        for (name, region) in [("ml.none.xlarge", "us-east-1"), ("ml.m5.xlarge", "mars-1")] {
            let other = day(name, region, None);
            assert!(difference(&factors, &one, &other).is_err() && difference(&factors, &other, &one).is_err());
        }
        let other = day("ml.m5.xlarge", "ap-southeast-1", None);
        assert_eq!(difference(&factors, &one, &other).unwrap().market, None);
        assert_eq!(estimate_workload(&factors, &one).unwrap().completeness, Completeness::Complete);
    }
}
