//! Every question gets a sound answer or a refusal that says why.

use crate::anything::{holds, instance_type, is_sound, kind, number, plausible, region};
use footprint::units::{Fraction, Grams, KilowattHours, Litres, Watts};
use footprint::{
    FactorSet, HourInput, HourParts, Measured, Refused, Workload, WorkloadEstimate, estimate_hour, estimate_workload,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

fn refusal(refused: &Refused) -> &'static str {
    match refused {
        Refused::UnknownInstance { .. } => "unknown type",
        Refused::UnknownRegion { .. } => "unknown region",
        Refused::NoPower { .. } => "no power",
        Refused::NoRegionFigure { .. } => "no region figure",
        Refused::InvalidInput { .. } => "invalid",
    }
}

const REFUSALS: [&str; 5] = ["unknown type", "unknown region", "no power", "no region figure", "invalid"];

/// Readings of meters: mostly none, some that a machine can draw, some that are no number.
fn measured() -> impl Strategy<Value = Measured> {
    let watts = || {
        prop_oneof![3 => Just(None), 2 => (0.0..20_000.0_f64).prop_map(Some), 1 => number().prop_map(Some)]
            .prop_map(|watts| watts.map(Watts::new))
    };
    (watts(), watts()).prop_map(|(accelerators, host)| Measured { accelerators, host })
}

#[test]
fn an_hour_of_anything_has_parts_or_a_refusal() {
    let factors = FactorSet::builtin().unwrap();
    let loads = (proptest::option::of(number()), proptest::option::of(number()));
    let volumes = (proptest::option::of(plausible()), proptest::option::of(plausible()));
    let anything = (instance_type(&factors), region(&factors), kind(), plausible(), loads, measured(), volumes);
    let branches: Vec<&str> =
        REFUSALS.into_iter().chain(["T0", "T1", "T2", "T3", "T4", "storage", "network"]).collect();
    holds(
        4_000,
        &anything,
        &branches,
        |seen, (instance_type, region, kind, seconds, (cpu, gpu), measured, (storage, network))| {
            let input = HourInput {
                instance_type: &instance_type,
                region: &region,
                kind,
                instance_seconds: seconds,
                cpu: cpu.map(Fraction::clamped),
                gpu: gpu.map(Fraction::clamped),
                measured,
                storage_gb: storage,
                network_gb: network,
            };
            match estimate_hour(&factors, &input) {
                Ok(parts) => {
                    seen.note(parts.tier.as_str());
                    for (part, name) in [(parts.storage, "storage"), (parts.network, "network")] {
                        if part.0 > 0 {
                            seen.note(name);
                        }
                    }
                    prop_assert!((0.0..=1e12).contains(&seconds), "{seconds} seconds were accepted");
                    parts_are_sound(&parts)
                }
                Err(refused) => {
                    seen.note(refusal(&refused));
                    prop_assert!(!refused.to_string().is_empty());
                    Ok(())
                }
            }
        },
    );
}

fn parts_are_sound(parts: &HourParts) -> TestCaseResult {
    let energy = [
        parts.host_idle,
        parts.host_dynamic,
        parts.accelerator_idle,
        parts.accelerator_dynamic,
        parts.storage,
        parts.network,
        parts.facility,
    ];
    prop_assert!(energy.iter().all(|part| part.0 >= 0), "{parts:?}");
    prop_assert!(
        parts.facility >= energy.into_iter().take(6).sum(),
        "the facility uses less than its machines: {parts:?}"
    );
    prop_assert!(parts.operational.0 >= 0 && parts.embodied_host.0 >= 0 && parts.embodied_accelerator.0 >= 0);
    prop_assert!(parts.water.0 >= 0 && parts.market.is_none_or(|market| market.0 >= 0));
    Ok(())
}

#[test]
fn a_workload_of_anything_is_sound_or_refused() {
    let factors = FactorSet::builtin().unwrap();
    let loads = (proptest::option::of(number()), proptest::option::of(number()));
    let count = prop_oneof![0..20_u32, any::<u32>()];
    let anything = (instance_type(&factors), region(&factors), kind(), count, plausible(), loads, measured());
    let branches: Vec<&str> =
        REFUSALS.into_iter().chain(["T0", "T1", "T2", "T3", "T4", "priced", "no price"]).collect();
    holds(1_500, &anything, &branches, |seen, (instance_type, region, kind, count, hours, (cpu, gpu), measured)| {
        let workload = Workload {
            instance_type,
            count,
            hours,
            region,
            kind,
            cpu: cpu.map(Fraction::clamped),
            gpu: gpu.map(Fraction::clamped),
            measured,
        };
        match estimate_workload(&factors, &workload) {
            Ok(estimate) => {
                seen.note(estimate.parts.tier.as_str());
                seen.note(if estimate.cost.is_some() { "priced" } else { "no price" });
                estimate_is_sound(&estimate)
            }
            Err(refused) => {
                seen.note(refusal(&refused));
                prop_assert!(!refused.to_string().is_empty());
                Ok(())
            }
        }
    });
}

fn estimate_is_sound(estimate: &WorkloadEstimate) -> TestCaseResult {
    is_sound(estimate.power_w, Watts::get)?;
    is_sound(estimate.energy_it, KilowattHours::get)?;
    is_sound(estimate.energy, KilowattHours::get)?;
    is_sound(estimate.operational, Grams::get)?;
    is_sound(estimate.embodied, Grams::get)?;
    is_sound(estimate.emissions, Grams::get)?;
    is_sound(estimate.water, Litres::get)?;
    if let Some(market) = estimate.market {
        is_sound(market, Grams::get)?;
    }
    prop_assert!(estimate.cost.as_ref().is_none_or(|cost| cost.usd.get().is_finite() && cost.usd.get() >= 0.0));
    prop_assert!(
        estimate.equations.iter().all(|line| line.value.is_finite() && line.value >= 0.0),
        "{:?}",
        estimate.equations
    );
    for factor in &estimate.factors {
        prop_assert!(factor.low <= factor.value && factor.value <= factor.high, "{factor:?}");
    }
    Ok(())
}
