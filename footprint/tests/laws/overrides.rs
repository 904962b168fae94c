//! Any override is refused, or leaves a set of factors that answers soundly.

use crate::anything::{holds, is_sound, number, text};
use footprint::factors::FactorError;
use footprint::units::{Fraction, Grams, KilowattHours, Litres, Watts};
use footprint::{FactorSet, Measured, Override, Workload, WorkloadKind, estimate_workload};
use proptest::prelude::*;

/// Factors on which the workload below rests, and any other.
fn factor_id(factors: &FactorSet) -> impl Strategy<Value = String> + use<> {
    let all: Vec<String> = factors.all_factors().into_iter().map(|factor| factor.id).collect();
    let used: Vec<String> = all
        .iter()
        .filter(|id| !id.contains(':') || id.ends_with(":ml.p4d.24xlarge") || id.ends_with(":us-east-1"))
        .cloned()
        .collect();
    prop_oneof![4 => proptest::sample::select(used), 1 => proptest::sample::select(all), 1 => text()]
}

/// Three numbers, in order or not.
fn bounds() -> impl Strategy<Value = [f64; 3]> {
    let ordered = [1e-320..2e-3_f64, 0.0..2.0_f64, 0.0..1e9_f64].map(|range| {
        proptest::array::uniform3(range).prop_map(|mut numbers| {
            numbers.sort_by(f64::total_cmp);
            numbers
        })
    });
    let [tiny, small, large] = ordered;
    prop_oneof![tiny, small, large, proptest::array::uniform3(number())]
}

#[test]
fn any_override_is_refused_or_answers_soundly() {
    let factors = FactorSet::builtin().unwrap();
    let words = prop_oneof![3 => Just("somebody".to_owned()), 1 => text()];
    let anything = (factor_id(&factors), bounds(), words, text(), any::<bool>());
    let branches = ["accepted", "refused", "unknown factor"];
    holds(700, &anything, &branches, |seen, (factor_id, [low, value, high], author, label, has_load)| {
        let own = Override { factor_id, value, low, high, author, reason: "any number".to_owned() };
        let set = match factors.with_overrides(&label, std::slice::from_ref(&own)) {
            Ok(set) => set,
            Err(FactorError::UnknownFactor { .. }) => {
                seen.note("unknown factor");
                return Ok(());
            }
            Err(error) => {
                seen.note("refused");
                prop_assert!(error.to_string().contains(&own.factor_id));
                return Ok(());
            }
        };
        seen.note("accepted");
        prop_assert!(set.label() == label && set.sha256_hex() != factors.sha256_hex());
        let load = has_load.then_some(Fraction::clamped(0.6));
        let workload = Workload {
            instance_type: "ml.p4d.24xlarge".to_owned(),
            count: 2,
            hours: 100.0,
            region: "us-east-1".to_owned(),
            kind: if value > 0.5 { WorkloadKind::Training } else { WorkloadKind::Endpoint },
            cpu: load,
            gpu: load,
            measured: Measured::default(),
        };
        let estimate =
            estimate_workload(&set, &workload).map_err(|refused| TestCaseError::fail(refused.to_string()))?;
        is_sound(estimate.power_w, Watts::get)?;
        is_sound(estimate.energy, KilowattHours::get)?;
        is_sound(estimate.emissions, Grams::get)?;
        is_sound(estimate.embodied, Grams::get)?;
        is_sound(estimate.water, Litres::get)
    });
}
