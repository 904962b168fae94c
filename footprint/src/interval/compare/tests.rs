//! Laws of comparisons.

use super::*;
use crate::interval::tests::{fleet, group};
use crate::interval::{Totals, totals};
use crate::power::Measured;
use crate::tier::{Estimate, WorkloadKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;

/// Central, low, high and verdict of every figure.
fn figures(comparison: &Comparison) -> [(f64, f64, f64, bool); 6] {
    let kilowatt_hours = |change: Change<KilowattHours>| {
        (change.central.get(), change.low.get(), change.high.get(), change.is_significant)
    };
    let grams =
        |change: Change<Grams>| (change.central.get(), change.low.get(), change.high.get(), change.is_significant);
    let Change { central, low, high, is_significant } = comparison.water;
    [
        kilowatt_hours(comparison.energy_it),
        kilowatt_hours(comparison.energy),
        grams(comparison.operational),
        grams(comparison.embodied),
        grams(comparison.emissions),
        (central.get(), low.get(), high.get(), is_significant),
    ]
}

/// The fleet when every machine runs this many times as long.
fn running(factors: &FactorSet, times: f64) -> Vec<(GroupKey, PartSums)> {
    [
        ("ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8), 24.0),
        ("ml.m5.xlarge", "eu-west-1", WorkloadKind::Endpoint, Some(0.2), 500.0),
        ("ml.g5.xlarge", "us-east-1", WorkloadKind::Endpoint, None, 300.0),
    ]
    .map(|(name, region, kind, load, hours)| group(factors, name, region, kind, load, hours * times))
    .into()
}

fn overlap<U: PartialOrd + Copy>(one: Estimate<U>, other: Estimate<U>) -> bool {
    one.central < other.high && other.low < one.central && other.central < one.high && one.low < other.central
}

#[test]
fn a_selection_does_not_differ_from_itself() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    for (central, low, high, significant) in figures(&compare(&factors, &groups, &factors, &groups)) {
        assert_eq!((central, low, high, significant), (0.0, 0.0, 0.0, false));
    }
}

#[test]
fn a_tenth_more_is_significant_though_the_intervals_overlap() {
    let factors = FactorSet::builtin().unwrap();
    let (before, after) = (running(&factors, 1.0), running(&factors, 1.1));
    let [was, is]: [Totals; 2] = [&before, &after].map(|groups| totals(&factors, groups));
    assert!(overlap(was.energy, is.energy) && overlap(was.operational, is.operational));
    for (index, (central, low, high, significant)) in
        figures(&compare(&factors, &before, &factors, &after)).into_iter().enumerate()
    {
        assert!(
            significant && 0.0 < low && low <= central && central <= high,
            "figure {index}: {low} {central} {high}"
        );
    }
    let back = compare(&factors, &after, &factors, &before);
    assert!(back.energy.is_significant && back.energy.high.get() < 0.0);
}

#[test]
fn a_difference_within_what_is_not_known_is_not_significant() {
    let factors = FactorSet::builtin().unwrap();
    let here = [group(&factors, "ml.m5.xlarge", "us-east-1", WorkloadKind::Endpoint, Some(0.5), 100.0)];
    let there = [group(&factors, "ml.c5.xlarge", "us-east-1", WorkloadKind::Endpoint, Some(0.45), 100.0)];
    let comparison = compare(&factors, &here, &factors, &there);
    assert!(comparison.energy.central.get() != 0.0 && !comparison.energy.is_significant, "{comparison:?}");
}

#[test]
fn a_comparison_can_be_turned_round() {
    let factors = FactorSet::builtin().unwrap();
    let names: Vec<String> = factors
        .instances()
        .map(|instance| instance.name.clone())
        .filter(|name| {
            crate::power::power(
                &factors,
                factors.instance(name).unwrap(),
                crate::power::Load {
                    kind: WorkloadKind::Training,
                    cpu: None,
                    gpu: None,
                    measured: Measured::default(),
                },
            )
            .is_ok()
        })
        .collect();
    let run = (proptest::sample::select(names), any::<bool>(), proptest::option::of(0.0..1.0_f64), 0.1..100.0_f64);
    let runs = proptest::collection::vec(run, 0..4);
    let (significant, not) = (RefCell::new(0), RefCell::new(0));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 100, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    runner
        .run(&(runs.clone(), runs), |(before, after)| {
            let [before, after] = [before, after].map(|runs| -> Vec<_> {
                runs.into_iter()
                    .map(|(name, endpoint, load, hours)| {
                        let kind = if endpoint { WorkloadKind::Endpoint } else { WorkloadKind::Training };
                        group(&factors, &name, "eu-west-1", kind, load, hours)
                    })
                    .collect()
            });
            let there = figures(&compare(&factors, &before, &factors, &after));
            let back = figures(&compare(&factors, &after, &factors, &before));
            for ((central, low, high, verdict), (other, other_low, other_high, other_verdict)) in
                there.into_iter().zip(back)
            {
                prop_assert!(low <= central && central <= high, "{low} {central} {high}");
                prop_assert_eq!((central, low, high, verdict), (-other, -other_high, -other_low, other_verdict));
                *if verdict { &significant } else { &not }.borrow_mut() += 1;
            }
            Ok(())
        })
        .unwrap();
    println!("significant {}, not {}", significant.borrow(), not.borrow());
    assert!(*significant.borrow() > 50 && *not.borrow() > 50);
}
