//! The worked cases of the method, through the public function.

use super::*;
use crate::tier::Tier;

fn workload(instance_type: &str, region: &str, kind: WorkloadKind, load: Option<f64>) -> Workload {
    let share = load.map(Fraction::clamped);
    Workload {
        instance_type: instance_type.to_owned(),
        count: 1,
        hours: 24.0,
        region: region.to_owned(),
        kind,
        cpu: share,
        gpu: share,
    }
}

fn near(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{got} is not {expected} +- {tolerance}");
}

#[test]
fn a_day_of_p4d_at_80_percent_is_the_worked_example() {
    let factors = FactorSet::builtin().unwrap();
    let got = estimate_workload(&factors, &workload("ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8)))
        .unwrap();
    near(got.power_w.central.get(), 3_834.7, 1.0);
    near(got.energy_it.central.get(), 92.0, 0.1);
    near(got.energy.central.get(), 105.8, 0.1);
    near(got.operational.central.get(), 44_240.0, 50.0);
    near(got.embodied.central.get(), 2_190.0, 2.0);
    assert!(got.embodied.low.get() > 1_310.0 && got.embodied.high.get() < 7_750.0, "{:?}", got.embodied);
    near(got.water.central.get(), 255.8, 0.3);
    assert_eq!(got.market.map(|market| market.central.get()), Some(0.0));
    near(got.cost.as_ref().unwrap().usd.get(), 904.51, 0.005);
    assert_eq!((got.energy.tier, got.completeness), (Tier::T1, Completeness::Complete));
    assert!(got.warnings.is_empty(), "{:?}", got.warnings);
}

#[test]
fn a_day_of_m5_at_80_percent_is_the_worked_example() {
    let factors = FactorSet::builtin().unwrap();
    let got =
        estimate_workload(&factors, &workload("ml.m5.xlarge", "us-east-1", WorkloadKind::Training, Some(0.8))).unwrap();
    near(got.energy_it.central.get(), 0.75, 0.005);
    near(got.energy.central.get(), 0.86, 0.005);
    near(got.operational.central.get(), 360.0, 5.0);
    near(got.embodied.central.get(), 22.0, 0.5);
    assert!(got.embodied.low.get() > 13.0 && got.embodied.high.get() < 73.0, "{:?}", got.embodied);
    assert_eq!(got.energy.tier, Tier::T2);
}
