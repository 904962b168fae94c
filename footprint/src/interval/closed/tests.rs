//! Agreement of the closed form with the draws.

use super::*;
use crate::interval::tests::group;
use crate::interval::totals;
use crate::tier::WorkloadKind;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

const FIGURES: [&str; 6] = ["IT energy", "energy", "operational", "embodied", "emissions", "water"];
const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1"];
const FAMILIES: [&str; 7] = ["ml.g5.", "ml.g4dn.", "ml.p3.", "ml.p4d.", "ml.m5.", "ml.c5.", "ml.trn1."];

/// Low, central and high of every figure.
fn figures(totals: &Totals) -> [[f64; 3]; 6] {
    [
        totals.energy_it.map(KilowattHours::get),
        totals.energy.map(KilowattHours::get),
        totals.operational.map(Grams::get),
        totals.embodied.map(Grams::get),
        totals.emissions.map(Grams::get),
        totals.water.map(Litres::get),
    ]
    .map(|estimate| [estimate.low, estimate.central, estimate.high])
}

/// The larger distance of the two bounds, over the drawn width; `None` where nothing is uncertain.
fn disagreement(drawn: [f64; 3], closed: [f64; 3]) -> Option<f64> {
    let width = drawn[2] - drawn[0];
    (width > 1e-9).then(|| ((drawn[0] - closed[0]).abs()).max((drawn[2] - closed[2]).abs()) / width)
}

type AnyRun = (String, &'static str, bool, Option<f64>, f64);

fn any_run(factors: &FactorSet) -> impl Strategy<Value = AnyRun> + use<> {
    let names: Vec<String> = factors
        .instances()
        .map(|instance| instance.name.clone())
        .filter(|name| FAMILIES.iter().any(|family| name.starts_with(family)))
        .collect();
    let load = prop_oneof![1 => Just(None), 2 => (0.0..1.0).prop_map(Some)];
    let hours = (-1.0..4.0_f64).prop_map(|exponent| libm::pow(10.0, exponent));
    (proptest::sample::select(names), proptest::sample::select(&REGIONS[..]), any::<bool>(), load, hours)
}

#[test]
fn the_closed_form_agrees_with_the_draws() {
    let factors = FactorSet::builtin().unwrap();
    let seen = RefCell::new(BTreeMap::<String, u32>::new());
    let errors = RefCell::new([const { Vec::new() }; 6]);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let law = |runs: Vec<AnyRun>| {
        let groups: Vec<_> = runs
            .iter()
            .map(|(name, region, endpoint, load, hours)| {
                let kind = if *endpoint { WorkloadKind::Endpoint } else { WorkloadKind::Training };
                group(&factors, name, region, kind, *load, *hours)
            })
            .collect();
        let (drawn, closed) = (totals(&factors, &groups), totals_closed(&factors, &groups));
        for ((drawn, closed), errors) in
            figures(&drawn).into_iter().zip(figures(&closed)).zip(errors.borrow_mut().iter_mut())
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
            let family = FAMILIES.iter().find(|family| key.instance_type.starts_with(**family)).unwrap();
            *seen.entry((*family).to_owned()).or_default() += 1;
        }
        *seen.entry(format!("{} groups", if groups.len() == 1 { "1" } else { "more" })).or_default() += 1;
        Ok(())
    };
    runner.run(&proptest::collection::vec(any_run(&factors), 1..12), law).unwrap();
    let seen = seen.into_inner();
    println!("tried: {seen:?}");
    let expected = ["T1", "T2", "T3", "T4", "training", "endpoint", "1 groups", "more groups"];
    for branch in expected.iter().chain(&REGIONS).chain(&FAMILIES) {
        assert!(seen.get(*branch).is_some_and(|count| *count >= 30), "{branch} was hardly tried: {seen:?}");
    }
    for (figure, mut errors) in FIGURES.into_iter().zip(errors.into_inner()) {
        errors.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (median, worst) = (errors[errors.len() / 2].0, errors[errors.len() - 1]);
        println!("{figure}: median {median:.4}, 95% {:.4}, worst {worst:?}", errors[errors.len() * 95 / 100].0);
        assert!(median < 0.03 && worst.0 < 0.10, "{figure}: {median} {worst:?}");
    }
}
