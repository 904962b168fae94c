//! Generators of anything, and the proof that they reached what they were made for.

use footprint::{Estimate, FactorSet, WorkloadKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Any number a `f64` can hold, with those that matter often enough: not-a-number, infinities, zeros, subnormals, the ends.
pub fn number() -> impl Strategy<Value = f64> {
    let edges = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        f64::MIN_POSITIVE / 8.0,
        f64::MAX,
        f64::MIN,
        -1.0,
        1.0,
        100.0,
    ];
    prop_oneof![3 => proptest::num::f64::ANY, 2 => proptest::sample::select(edges.to_vec()), 3 => 0.0..1e4_f64]
}

/// The same, but mostly what a measurement could be.
pub fn plausible() -> impl Strategy<Value = f64> {
    prop_oneof![3 => 0.0..1e5_f64, 1 => number()]
}

/// Any text: printable, control characters, quotes, other alphabets, nothing at all.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![2 => "\\PC{0,40}", 1 => any::<String>(), 1 => "[a-zA-Z0-9:./ -]{0,40}"]
}

/// A name of the tables, or any text.
pub fn instance_type(factors: &FactorSet) -> impl Strategy<Value = String> + use<> {
    let names: Vec<String> = factors.instances().map(|instance| instance.name.clone()).collect();
    let special = ["ml.p4d.24xlarge", "ml.g5.xlarge", "ml.trn1.2xlarge", "ml.eia2.large", "ml.p3.2xlarge"];
    let special = special.map(str::to_owned).to_vec();
    prop_oneof![4 => proptest::sample::select(names), 3 => proptest::sample::select(special), 1 => text()]
}

/// A region of the tables, or any text.
pub fn region(factors: &FactorSet) -> impl Strategy<Value = String> + use<> {
    let names: Vec<String> = factors.regions().map(|region| region.name.clone()).collect();
    prop_oneof![4 => proptest::sample::select(names), 2 => Just("us-east-1".to_owned()), 1 => text()]
}

/// Training or endpoint.
pub fn kind() -> impl Strategy<Value = WorkloadKind> {
    prop_oneof![Just(WorkloadKind::Training), Just(WorkloadKind::Endpoint)]
}

/// What the cases of a law ran into, by name.
#[derive(Default)]
pub struct Seen(RefCell<BTreeMap<String, u32>>);

impl Seen {
    pub fn note(&self, branch: impl Into<String>) {
        *self.0.borrow_mut().entry(branch.into()).or_default() += 1;
    }
}

/// Tries a law on many cases, the same on every run, and insists that each branch was reached at least ten times.
pub fn holds<S: Strategy<Value: Debug>>(
    cases: u32,
    strategy: &S,
    branches: &[&str],
    law: impl Fn(&Seen, S::Value) -> TestCaseResult,
) {
    let seen = Seen::default();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(strategy, |value| law(&seen, value)).unwrap();
    let seen = seen.0.into_inner();
    for branch in branches {
        assert!(seen.get(*branch).is_some_and(|count| *count >= 10), "{branch} was hardly tried: {seen:?}");
    }
}

/// Finite, at least zero and in order.
pub fn is_sound<U: Copy>(estimate: Estimate<U>, bare: impl Fn(U) -> f64) -> TestCaseResult {
    let [low, central, high] = [estimate.low, estimate.central, estimate.high].map(bare);
    prop_assert!([low, central, high].iter().all(|value| value.is_finite()), "{low} {central} {high}");
    prop_assert!(0.0 <= low && low <= central && central <= high, "{low} {central} {high}");
    Ok(())
}
