//! Agreement of the closed form with the draws.

use super::*;
use crate::interval::tests::{bounds, metered};
use crate::interval::totals;
use crate::power::{Load, Measured, power};
use crate::tier::WorkloadKind;
use crate::units::Watts;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

const FIGURES: [&str; 6] = ["IT energy", "energy", "operational", "embodied", "emissions", "water"];
const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1"];
const FAMILIES: [&str; 7] = ["ml.g5.", "ml.g4dn.", "ml.p3.", "ml.p4d.", "ml.m5.", "ml.c5.", "ml.trn1."];

/// The larger distance of the two bounds, over the drawn width; `None` where nothing is uncertain.
fn disagreement(drawn: [f64; 3], closed: [f64; 3]) -> Option<f64> {
    let width = drawn[2] - drawn[0];
    (width > 1e-9).then(|| ((drawn[0] - closed[0]).abs()).max((drawn[2] - closed[2]).abs()) / width)
}

type AnyRun = (String, String, bool, Option<f64>, f64, Measured);

fn any_run(names: Vec<String>, regions: Vec<String>) -> impl Strategy<Value = AnyRun> {
    let load = prop_oneof![1 => Just(None), 2 => (0.0..1.0).prop_map(Some)];
    let hours = (-1.0..4.0_f64).prop_map(|exponent| libm::pow(10.0, exponent));
    let watts = || prop_oneof![3 => Just(None), 1 => (10.0..2_000.0).prop_map(|watts| Some(Watts::new(watts)))];
    let measured = (watts(), watts()).prop_map(|(accelerators, host)| Measured { accelerators, host });
    (proptest::sample::select(names), proptest::sample::select(regions), any::<bool>(), load, hours, measured)
}

#[test]
fn on_a_common_fleet_the_closed_form_lies_within_a_tenth_of_the_drawn_width() {
    let factors = FactorSet::builtin().unwrap();
    let names = factors.instances().map(|instance| instance.name.clone());
    let names = names.filter(|name| FAMILIES.iter().any(|family| name.starts_with(family))).collect();
    let seen = agrees(&factors, names, REGIONS.map(str::to_owned).into(), 0.10);
    for branch in ["T0", "T1", "T2", "T3", "T4"].iter().chain(&REGIONS).chain(&FAMILIES) {
        assert!(seen.get(*branch).is_some_and(|count| *count >= 30), "{branch} was hardly tried: {seen:?}");
    }
}

#[test]
fn anywhere_the_closed_form_lies_within_a_third_of_the_drawn_width() {
    let factors = FactorSet::builtin().unwrap();
    let idle = Load { kind: WorkloadKind::Training, cpu: None, gpu: None, measured: Measured::default() };
    let names = factors.instances().filter(|instance| power(&factors, instance, idle).is_ok());
    let names = names.map(|instance| instance.name.clone()).collect();
    let regions = factors.regions().filter(|region| region.site().is_ok()).map(|region| region.name.clone()).collect();
    let seen = agrees(&factors, names, regions, 0.33);
    assert!(factors.regions().filter(|region| seen.contains_key(&region.name)).count() > 30, "{seen:?}");
}

/// Compares both forms on random selections, asserts the worst and the median distance of a bound, and tells what was
/// tried.
fn agrees(factors: &FactorSet, names: Vec<String>, regions: Vec<String>, most: f64) -> BTreeMap<String, u32> {
    let seen = RefCell::new(BTreeMap::<String, u32>::new());
    let errors = RefCell::new([const { Vec::new() }; 6]);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let law = |runs: Vec<AnyRun>| {
        let groups: Vec<_> = runs
            .iter()
            .map(|(name, region, endpoint, load, hours, measured)| {
                let kind = if *endpoint { WorkloadKind::Endpoint } else { WorkloadKind::Training };
                metered(factors, name, region, kind, *load, *hours, *measured)
            })
            .collect();
        let (drawn, closed) = (totals(factors, &groups), totals_closed(factors, &groups));
        for ((drawn, closed), errors) in
            bounds(&drawn).into_iter().zip(bounds(&closed)).zip(errors.borrow_mut().iter_mut())
        {
            prop_assert!(closed[0] <= closed[1] && closed[1] <= closed[2], "{closed:?}");
            prop_assert_eq!(drawn[1], closed[1]);
            errors.extend(disagreement(drawn, closed).map(|error| (error, groups.len(), drawn, closed)));
        }
        prop_assert_eq!((drawn.worst_tier, drawn.completeness), (closed.worst_tier, closed.completeness));
        let mut seen = seen.borrow_mut();
        for (key, _) in &groups {
            for name in [key.tier.as_str(), &key.region, key.kind.as_str()] {
                *seen.entry(name.to_owned()).or_default() += 1;
            }
            if let Some(family) = FAMILIES.iter().find(|family| key.instance_type.starts_with(**family)) {
                *seen.entry((*family).to_owned()).or_default() += 1;
            }
        }
        *seen.entry(format!("{} groups", if groups.len() == 1 { "1" } else { "more" })).or_default() += 1;
        Ok(())
    };
    runner.run(&proptest::collection::vec(any_run(names, regions), 1..12), law).unwrap();
    let seen = seen.into_inner();
    println!("tried: {seen:?}");
    for branch in ["training", "endpoint", "1 groups", "more groups"] {
        assert!(seen.get(branch).is_some_and(|count| *count >= 20), "{branch} was hardly tried: {seen:?}");
    }
    for (figure, mut errors) in FIGURES.into_iter().zip(errors.into_inner()) {
        errors.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (median, worst) = (errors[errors.len() / 2].0, errors[errors.len() - 1]);
        println!("{figure}: median {median:.4}, 95% {:.4}, worst {worst:?}", errors[errors.len() * 95 / 100].0);
        assert!(median < 0.03 && worst.0 < most, "{figure}: {median} {worst:?}");
    }
    seen
}
