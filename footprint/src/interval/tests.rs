//! Laws of intervals.

mod widening;

use super::*;
use crate::estimate::{HourInput, estimate_hour};
use crate::factors::Override;
use crate::power::Measured;
use crate::tier::WorkloadKind;
use crate::units::{Fraction, MicroWattHours, Micrograms, Microlitres};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub(super) fn group(
    factors: &FactorSet,
    name: &str,
    region: &str,
    kind: WorkloadKind,
    load: Option<f64>,
    hours: f64,
) -> (GroupKey, PartSums) {
    metered(factors, name, region, kind, load, hours, Measured::default())
}

pub(super) fn metered(
    factors: &FactorSet,
    name: &str,
    region: &str,
    kind: WorkloadKind,
    load: Option<f64>,
    hours: f64,
    measured: Measured,
) -> (GroupKey, PartSums) {
    let load = load.map(Fraction::clamped);
    let input = HourInput {
        instance_type: name,
        region,
        kind,
        instance_seconds: hours * 3_600.0,
        cpu: load,
        gpu: load,
        measured,
        storage_gb: Some(100.0),
        network_gb: Some(0.5),
    };
    let parts = estimate_hour(factors, &input).unwrap();
    let key = GroupKey { instance_type: name.to_owned(), region: region.to_owned(), kind, tier: parts.tier };
    (key, PartSums::of(&parts, input.instance_seconds))
}

pub(super) fn fleet(factors: &FactorSet) -> Vec<(GroupKey, PartSums)> {
    vec![
        group(factors, "ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8), 24.0),
        group(factors, "ml.m5.xlarge", "eu-west-1", WorkloadKind::Endpoint, Some(0.2), 500.0),
        group(factors, "ml.g5.xlarge", "us-east-1", WorkloadKind::Endpoint, None, 300.0),
        group(factors, "ml.p3.8xlarge", "eu-west-1", WorkloadKind::Training, None, 30.0),
        group(factors, "ml.c5.2xlarge", "ap-southeast-3", WorkloadKind::Training, Some(0.6), 30.0),
    ]
}

pub(super) fn widened(factors: &FactorSet, id: &str) -> FactorSet {
    let old = factors.all_factors().into_iter().find(|factor| factor.id == id).unwrap();
    let (floor, ceiling) = match id.split(':').next().unwrap() {
        "pue" => (1.0, 10.0),
        group if group.starts_with("default_") => (0.0, 1.0),
        _ => (old.low * 0.4 + 1e-6, f64::MAX),
    };
    let own = Override {
        factor_id: id.to_owned(),
        value: old.value,
        low: (old.low * 0.5).max(floor).min(old.value),
        high: (old.high * 2.0).min(ceiling),
        author: "test".to_owned(),
        reason: "widened".to_owned(),
    };
    factors.with_overrides("wide", &[own]).unwrap()
}

pub(super) fn width<U: Copy + Into<f64>>(estimate: Estimate<U>) -> f64 {
    estimate.high.into() - estimate.low.into()
}

/// Widths of IT energy, energy, operational, embodied and water.
fn widths(totals: &Totals) -> [f64; 5] {
    [
        width(totals.energy_it.map(KilowattHours::get)),
        width(totals.energy.map(KilowattHours::get)),
        width(totals.operational.map(Grams::get)),
        width(totals.embodied.map(Grams::get)),
        width(totals.water.map(Litres::get)),
    ]
}

#[test]
fn central_values_are_the_exact_sums() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    let totals = totals(&factors, &groups);
    let sum: i64 = groups.iter().map(|(_, sums)| sums.facility.0).sum();
    assert_eq!(totals.energy.central, KilowattHours::from(MicroWattHours(sum)));
    let grams: i64 = groups.iter().map(|(_, sums)| (sums.operational + sums.embodied()).0).sum();
    assert_eq!(totals.emissions.central, Grams::from(Micrograms(grams)));
    assert_eq!((totals.worst_tier, totals.completeness), (Tier::T3, Completeness::Complete));
}

#[test]
fn order_and_grouping_change_nothing() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    let split: Vec<_> = groups
        .iter()
        .rev()
        .flat_map(|(key, _)| {
            let (_, sums) = groups.iter().find(|(other, _)| other == key).unwrap();
            let half = |n: i64| (n / 2, n - n / 2);
            let (a, b) = half(sums.facility.0);
            let first = PartSums { facility: MicroWattHours(a), ..PartSums::default() };
            let second = PartSums { facility: MicroWattHours(b), ..*sums };
            [(key.clone(), first), (key.clone(), second)]
        })
        .collect();
    let (one, other) = (totals(&factors, &groups), totals(&factors, &split));
    assert_eq!(one.energy.central, other.energy.central);
    assert_eq!(one.operational.central, other.operational.central);
    let reversed: Vec<_> = groups.into_iter().rev().collect();
    let turned = totals(&factors, &reversed);
    assert!((turned.energy.high.get() - one.energy.high.get()).abs() < 1e-9);
}

#[test]
fn one_group_drawn_twice_is_as_uncertain_as_the_sum() {
    let factors = FactorSet::builtin().unwrap();
    let single = group(&factors, "ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8), 24.0);
    let one = totals(&factors, std::slice::from_ref(&single));
    let many = totals(&factors, &vec![single; 50]);
    assert!(
        (width(many.energy.map(KilowattHours::get)) / width(one.energy.map(KilowattHours::get)) - 50.0).abs() < 1e-6
    );
}

#[test]
fn widening_a_coefficient_widens_what_uses_it_and_nothing_else() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    // The fleet as a whole, and each group alone: a small share of a sum need not show in its percentiles.
    let selections: Vec<&[_]> = std::iter::once(&groups[..]).chain(groups.chunks(1)).collect();
    let all =
        |factors: &FactorSet| selections.iter().map(|groups| widths(&totals(factors, groups))).collect::<Vec<_>>();
    let before = all(&factors);
    // IT energy, energy, operational, embodied, water.
    for (id, touched) in [
        ("pue:us-east-1", [false, true, true, false, true]),
        ("intensity:us-east-1", [false, false, true, false, false]),
        ("wue:ap-southeast-3", [false, false, false, false, true]),
        ("offsite_water:us-east-1", [false, false, false, false, true]),
        ("embodied_host:ml.p4d.24xlarge", [false, false, false, true, false]),
        ("embodied_accelerator:A100-40", [false, false, false, true, false]),
        ("hardware_lifetime_years", [false, false, false, true, false]),
        ("host_power:ml.p4d.24xlarge", [true, true, true, false, true]),
        ("accelerator_kappa_hbm", [true, true, true, false, true]),
        ("accelerator_idle_loaded:A100-40", [true, true, true, false, true]),
        ("accelerator_overhead_sxm", [true, true, true, false, true]),
        ("default_training_accelerator_share", [true, true, true, false, true]),
        ("accelerator_idle_cold:A100-40", [false; 5]),
        ("accelerator_kappa_small_card", [false; 5]),
        ("host_power:ml.c5.xlarge", [false; 5]),
        ("pue:eu-central-1", [false; 5]),
        ("intensity:ap-south-1", [false; 5]),
    ] {
        let after = all(&widened(&factors, id));
        for (index, touched) in touched.into_iter().enumerate() {
            let pairs: Vec<_> =
                before.iter().zip(&after).map(|(before, after)| (before[index], after[index])).collect();
            if touched {
                assert!(
                    pairs.iter().any(|(before, after)| *after > before * 1.01),
                    "{id} should widen {index}: {pairs:?}"
                );
            } else {
                let same = pairs.iter().all(|(before, after)| before.to_bits() == after.to_bits());
                assert!(same, "{id} must not touch figure {index}: {pairs:?}");
            }
        }
    }
}

#[test]
fn an_unknown_type_keeps_its_sums_and_marks_the_result() {
    let factors = FactorSet::builtin().unwrap();
    let mut groups = fleet(&factors);
    let (mut key, sums) = groups[0].clone();
    key.instance_type = "ml.p99.large".to_owned();
    let alone = totals(&factors, &[(key.clone(), sums)]);
    assert_eq!((alone.energy.low, alone.energy.high), (alone.energy.central, alone.energy.central));
    let before = totals(&factors, &groups);
    groups.push((key, sums));
    let after = totals(&factors, &groups);
    assert_eq!((after.worst_tier, after.completeness), (Tier::T4, Completeness::LowerBound));
    assert!(after.energy.central.get() > before.energy.central.get());
    let [was, is] = [before, after].map(|totals| width(totals.energy.map(KilowattHours::get)));
    assert!((was - is).abs() < 1e-6, "a constant adds no width");
}

#[test]
fn nothing_is_zero_and_says_so() {
    let factors = FactorSet::builtin().unwrap();
    let empty = totals(&factors, &[]);
    assert_eq!((empty.energy.low.get(), empty.energy.central.get(), empty.energy.high.get()), (0.0, 0.0, 0.0));
    assert_eq!(empty.worst_tier, Tier::T0);
}

#[test]
fn a_percentile_is_the_nearest_rank() {
    let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
    for (share, expected) in [(0.0, 0.0), (0.05, 5.0), (0.5, 50.0), (0.95, 95.0), (1.0, 100.0)] {
        assert_eq!(percentile(&mut values, share), expected);
    }
    assert_eq!(percentile(&mut [], 0.5), 0.0);
}

type AnyGroup = (String, String, bool, usize, [i64; 11], f64);

fn any_group(factors: &FactorSet) -> impl Strategy<Value = AnyGroup> {
    let names: Vec<String> = factors.instances().map(|instance| instance.name.clone()).collect();
    let regions: Vec<String> = factors.regions().map(|region| region.name.clone()).collect();
    let name = prop_oneof![4 => proptest::sample::select(names), 1 => "[a-z.]{0,6}"];
    let region = prop_oneof![4 => proptest::sample::select(regions), 1 => "[a-z]{0,6}"];
    let number = prop_oneof![6 => 0..10_000_000_000_i64, 1 => Just(0_i64), 1 => any::<i64>()];
    let seconds = prop_oneof![4 => 0.0..1e7_f64, 1 => proptest::num::f64::ANY];
    (name, region, any::<bool>(), 0..5_usize, proptest::array::uniform11(number), seconds)
}

fn built((instance_type, region, endpoint, tier, n, instance_seconds): AnyGroup) -> (GroupKey, PartSums) {
    let kind = if endpoint { WorkloadKind::Endpoint } else { WorkloadKind::Training };
    let [host_idle, host_dynamic, accelerator_idle, accelerator_dynamic, storage, network, facility] =
        [n[0], n[1], n[2], n[3], n[4], n[5], n[6]].map(MicroWattHours);
    let sums = PartSums {
        host_idle,
        host_dynamic,
        accelerator_idle,
        accelerator_dynamic,
        storage,
        network,
        facility,
        operational: Micrograms(n[7]),
        embodied_host: Micrograms(n[8]),
        embodied_accelerator: Micrograms(n[9]),
        water: Microlitres(n[10]),
        instance_seconds,
    };
    (GroupKey { instance_type, region, kind, tier: Tier::ALL[tier] }, sums)
}

/// Low, central and high of every figure.
pub(super) fn bounds(totals: &Totals) -> [[f64; 3]; 6] {
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

#[test]
fn totals_are_total() {
    let factors = FactorSet::builtin().unwrap();
    let seen = RefCell::new(BTreeMap::<&str, u32>::new());
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 300, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let law = |groups: Vec<AnyGroup>| {
        let groups: Vec<_> = groups.into_iter().map(built).collect();
        let totals = totals(&factors, &groups);
        let closed = totals_closed(&factors, &groups);
        for [low, central, high] in bounds(&totals).into_iter().chain(bounds(&closed)) {
            prop_assert!(low <= central && central <= high, "{low} {central} {high}");
        }
        prop_assert_eq!(bounds(&totals).map(|[_, central, _]| central), bounds(&closed).map(|[_, central, _]| central));
        let marks = |totals: &Totals| (totals.worst_tier, totals.completeness, totals.water_completeness);
        prop_assert_eq!(marks(&totals), marks(&closed));
        let mut seen = seen.borrow_mut();
        for (key, sums) in &groups {
            let known = factors.instance(&key.instance_type).is_ok();
            let branch = match (known, sums.it().0 > 0, sums.instance_seconds > 0.0) {
                (false, ..) => "unknown type",
                (true, true, true) => "known, running",
                (true, true, false) => "known, energy without time",
                (true, false, _) => "known, no energy",
            };
            *seen.entry(branch).or_default() += 1;
            *seen.entry(key.tier.as_str()).or_default() += 1;
        }
        *seen
            .entry(if totals.completeness == Completeness::Complete { "complete" } else { "lower bound" })
            .or_default() += 1;
        Ok(())
    };
    runner.run(&proptest::collection::vec(any_group(&factors), 0..4), law).unwrap();
    let seen = seen.into_inner();
    for branch in [
        "unknown type",
        "known, running",
        "known, energy without time",
        "known, no energy",
        "complete",
        "lower bound",
        "T0",
        "T1",
        "T2",
        "T3",
        "T4",
    ] {
        assert!(seen.get(branch).is_some_and(|count| *count >= 10), "{branch} was hardly tried: {seen:?}");
    }
}
