//! Laws of one bucket: additive, monotone, honest about what is missing.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

fn input<'a>(instance_type: &'a str, region: &'a str) -> HourInput<'a> {
    HourInput {
        instance_type,
        region,
        kind: WorkloadKind::Training,
        instance_seconds: 3_600.0,
        cpu: Fraction::new(0.5),
        gpu: Fraction::new(0.5),
        measured: Measured::default(),
        storage_gb: None,
        network_gb: None,
    }
}

fn it(parts: &HourParts) -> i64 {
    crate::PartSums::of(parts, 0.0).it().0
}

#[test]
fn the_billed_name_does_not_change_the_energy() {
    let factors = FactorSet::builtin().unwrap();
    let energy = |usage_type: &str| {
        let name = crate::factors::instance_of_usage_type(usage_type).unwrap();
        estimate_hour(&factors, &input(&name, "us-east-1")).unwrap()
    };
    assert_eq!(energy("Train:ml.p3.2xlarge"), energy("BoxUsage:p3.2xlarge"));
}

#[test]
fn what_is_unknown_is_refused_by_name() {
    let factors = FactorSet::builtin().unwrap();
    for (case, expected) in [
        (input("ml.p99.large", "us-east-1"), "the instance type `ml.p99.large` is not in the factor tables"),
        (input("ml.m5.xlarge", "mars-1"), "the region `mars-1` is not in the factor tables"),
        (input("ml.eia1.large", "us-east-1"), "no power figure is published for any part of `ml.eia1.large`"),
        (
            input("ml.m5.xlarge", "us-iso-east-1"),
            "no power usage effectiveness is published for the region `us-iso-east-1`",
        ),
        (
            HourInput { instance_seconds: f64::NAN, ..input("ml.m5.xlarge", "us-east-1") },
            "instance seconds must be a number of at least zero and of a plausible size",
        ),
        (
            HourInput { storage_gb: Some(-1.0), ..input("ml.m5.xlarge", "us-east-1") },
            "storage must be a number of at least zero and of a plausible size",
        ),
        (
            HourInput { network_gb: Some(f64::INFINITY), ..input("ml.m5.xlarge", "us-east-1") },
            "network must be a number of at least zero and of a plausible size",
        ),
    ] {
        assert_eq!(estimate_hour(&factors, &case).unwrap_err().to_string(), expected);
    }
}

#[test]
fn unpublished_accelerators_give_a_marked_lower_bound() {
    let factors = FactorSet::builtin().unwrap();
    for name in ["ml.trn1.32xlarge", "ml.inf2.xlarge", "ml.dl1.24xlarge", "ml.g7.12xlarge", "ml.p6e-gb200.36xlarge"] {
        let parts = estimate_hour(&factors, &input(name, "us-east-1")).unwrap();
        assert_eq!((parts.tier, parts.completeness), (Tier::T4, Completeness::LowerBound), "{name}");
        assert!(it(&parts) > 0, "{name}");
    }
}

#[test]
fn a_region_without_plant_water_counts_the_site_and_says_so() {
    let factors = FactorSet::builtin().unwrap();
    let parts = estimate_hour(&factors, &input("ml.m5.xlarge", "af-south-1")).unwrap();
    assert_eq!(parts.water_completeness, Completeness::LowerBound);
    assert!(parts.water.0 > 0 && parts.completeness == Completeness::Complete);
}

#[test]
fn storage_and_network_are_their_own_parts() {
    let factors = FactorSet::builtin().unwrap();
    let bare = estimate_hour(&factors, &input("ml.m5.xlarge", "us-east-1")).unwrap();
    let both = HourInput { storage_gb: Some(1_000.0), network_gb: Some(1.0), ..input("ml.m5.xlarge", "us-east-1") };
    let parts = estimate_hour(&factors, &both).unwrap();
    assert_eq!((bare.storage.0, bare.network.0), (0, 0));
    // 1 TB x 1 h x 1.2 Wh x 2 copies; 1 GB x 0.001 kWh.
    assert_eq!((parts.storage.0, parts.network.0), (2_400_000, 1_000_000));
    assert!(parts.facility > bare.facility && parts.host_dynamic == bare.host_dynamic);
}

/// Embodied emissions and energy have no coefficient in common.
#[test]
fn embodied_never_changes_energy() {
    let factors = FactorSet::builtin().unwrap();
    let off = |id: &str| crate::Override {
        factor_id: id.to_owned(),
        value: 0.0,
        low: 0.0,
        high: 0.0,
        author: "test".to_owned(),
        reason: "embodied off".to_owned(),
    };
    let without = factors
        .with_overrides("off", &[off("embodied_host:ml.p4d.24xlarge"), off("embodied_accelerator:A100-40")])
        .unwrap();
    let with = estimate_hour(&factors, &input("ml.p4d.24xlarge", "us-east-1")).unwrap();
    let without = estimate_hour(&without, &input("ml.p4d.24xlarge", "us-east-1")).unwrap();
    assert!(with.embodied_host.0 > 0 && with.embodied_accelerator.0 > 0);
    let zero = Micrograms(0);
    assert_eq!(HourParts { embodied_host: zero, embodied_accelerator: zero, ..with }, without);
}

/// Any type, any region, any load, odd numbers included.
fn any_input(
    factors: &FactorSet,
) -> impl Strategy<Value = (String, String, WorkloadKind, f64, Option<f64>, Option<f64>)> {
    // Half of the cases take a type on which something special hangs.
    let special = [
        "ml.p4d.24xlarge",
        "ml.p3.2xlarge",
        "ml.trn1.2xlarge",
        "ml.g5.xlarge",
        "ml.eia2.large",
        "ml.p6e-gb200.36xlarge",
    ];
    let names: Vec<String> = factors.instances().map(|instance| instance.name.clone()).collect();
    let regions: Vec<String> = factors.regions().map(|region| region.name.clone()).collect();
    let name = prop_oneof![
        proptest::sample::select(names),
        proptest::sample::select(special.map(str::to_owned).to_vec()),
        "ml\\.[a-z0-9.]{1,8}",
    ];
    let kind = prop_oneof![Just(WorkloadKind::Training), Just(WorkloadKind::Endpoint)];
    let seconds = prop_oneof![4 => 0.0..1e7_f64, 1 => proptest::num::f64::ANY];
    let load = || proptest::option::of(0.0..=1.0_f64);
    (name, proptest::sample::select(regions), kind, seconds, load(), load())
}

#[test]
fn every_input_gets_parts_or_a_reason() {
    let factors = FactorSet::builtin().unwrap();
    let seen = RefCell::new(BTreeMap::<String, u32>::new());
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 2_000, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let law =
        |(name, region, kind, seconds, cpu, gpu): (String, String, WorkloadKind, f64, Option<f64>, Option<f64>)| {
            let case = HourInput {
                kind,
                instance_seconds: seconds,
                cpu: cpu.and_then(Fraction::new),
                gpu: gpu.and_then(Fraction::new),
                ..input(&name, &region)
            };
            let branch = match estimate_hour(&factors, &case) {
                Ok(parts) => {
                    check(&factors, &case, &parts)?;
                    parts.tier.to_string()
                }
                Err(Refused::UnknownInstance { .. }) => "unknown type".to_owned(),
                Err(Refused::UnknownRegion { .. }) => "unknown region".to_owned(),
                Err(Refused::NoPower { .. }) => "no power".to_owned(),
                Err(Refused::NoRegionFigure { .. }) => "no region figure".to_owned(),
                Err(Refused::InvalidInput { .. }) => "invalid".to_owned(),
            };
            *seen.borrow_mut().entry(branch).or_default() += 1;
            Ok(())
        };
    runner.run(&any_input(&factors), law).unwrap();
    let seen = seen.into_inner();
    for branch in ["T1", "T2", "T3", "T4", "unknown type", "no power", "no region figure", "invalid"] {
        assert!(seen.get(branch).is_some_and(|count| *count >= 20), "{branch} was hardly tried: {seen:?}");
    }
}

/// What must hold of every answer.
fn check(factors: &FactorSet, case: &HourInput<'_>, parts: &HourParts) -> Result<(), TestCaseError> {
    let all = [parts.host_idle, parts.host_dynamic, parts.accelerator_idle, parts.accelerator_dynamic];
    prop_assert!(all.iter().all(|part| part.0 >= 0), "{parts:?}");
    let pue = factors.region(case.region).unwrap().pue.as_ref().unwrap().value();
    let facility = it(parts) as f64 * pue;
    prop_assert!((facility - parts.facility.0 as f64).abs() <= 10.0 + facility * 1e-12, "{parts:?}");

    let more = |case: HourInput<'_>| it(&estimate_hour(factors, &case).unwrap());
    let longer = estimate_hour(factors, &HourInput { instance_seconds: case.instance_seconds * 2.0, ..*case }).unwrap();
    prop_assert!((it(&longer) - 2 * it(parts)).abs() <= 12, "twice the time is twice the energy, but for rounding");
    prop_assert!(longer.operational >= parts.operational && longer.embodied_host >= parts.embodied_host);
    if let Some(cpu) = case.cpu {
        let busier = Fraction::clamped(cpu.get() + 0.1);
        let busy = more(HourInput { cpu: Some(busier), ..*case });
        prop_assert!(busy >= it(parts), "cpu: more load, less energy");
    }
    if let Some(gpu) = case.gpu {
        let busier = Fraction::clamped(gpu.get() + 0.1);
        let busy = more(HourInput { gpu: Some(busier), ..*case });
        prop_assert!(busy >= it(parts), "gpu: more load, less energy");
    }
    Ok(())
}

#[test]
fn a_dirtier_grid_emits_more_and_uses_no_more() {
    let factors = FactorSet::builtin().unwrap();
    let grid = |grams: f64| {
        let own = crate::Override {
            factor_id: "intensity:eu-west-1".to_owned(),
            value: grams,
            low: grams,
            high: grams,
            author: "test".to_owned(),
            reason: "another grid".to_owned(),
        };
        estimate_hour(&factors.with_overrides("grid", &[own]).unwrap(), &input("ml.g5.xlarge", "eu-west-1")).unwrap()
    };
    let hours = [10.0, 100.0, 101.0, 900.0].map(grid);
    assert!(hours.is_sorted_by(|a, b| a.operational < b.operational));
    assert!(hours.iter().all(|parts| parts.facility == hours[0].facility && parts.water == hours[0].water));
}
