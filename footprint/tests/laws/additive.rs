//! A stretch of time, or a fleet, is the sum of its parts; only rounding to whole micro-units stands between.

use crate::anything::{holds, instance_type, kind};
use footprint::units::Fraction;
use footprint::{
    FactorSet, GroupKey, HourInput, HourParts, Measured, PartSums, Workload, WorkloadKind, estimate_hour,
    estimate_workload, totals,
};
use proptest::prelude::*;

fn hour(factors: &FactorSet, name: &str, kind: WorkloadKind, seconds: f64, load: f64) -> Option<HourParts> {
    let load = Some(Fraction::clamped(load));
    let input = HourInput {
        instance_type: name,
        region: "us-east-1",
        kind,
        instance_seconds: seconds,
        cpu: load,
        gpu: load,
        measured: Measured::default(),
        storage_gb: Some(250.0),
        network_gb: None,
    };
    estimate_hour(factors, &input).ok()
}

#[test]
fn time_split_anywhere_adds_up() {
    let factors = FactorSet::builtin().unwrap();
    let anything = (instance_type(&factors), kind(), 1.0..1e6_f64, 0.0..=1.0_f64, 0.0..=1.0_f64);
    holds(3_000, &anything, &["known", "refused"], |seen, (name, kind, seconds, cut, load)| {
        let Some(whole) = hour(&factors, &name, kind, seconds, load) else {
            seen.note("refused");
            return Ok(());
        };
        seen.note("known");
        let first = hour(&factors, &name, kind, seconds * cut, load).unwrap();
        let second = hour(&factors, &name, kind, seconds - seconds * cut, load).unwrap();
        for (part, first, second) in [
            (whole.host_idle.0, first.host_idle.0, second.host_idle.0),
            (whole.accelerator_dynamic.0, first.accelerator_dynamic.0, second.accelerator_dynamic.0),
            (whole.storage.0, first.storage.0, second.storage.0),
            (whole.facility.0, first.facility.0, second.facility.0),
            (whole.operational.0, first.operational.0, second.operational.0),
            (whole.embodied_host.0, first.embodied_host.0, second.embodied_host.0),
            (whole.water.0, first.water.0, second.water.0),
        ] {
            let off = (part - first - second).abs();
            prop_assert!(off as f64 <= 2.0 + part as f64 * 1e-12, "{part} is not {first} + {second}");
        }
        Ok(())
    });
}

#[test]
fn hosts_and_hours_are_interchangeable() {
    let factors = FactorSet::builtin().unwrap();
    let anything = (instance_type(&factors), kind(), 1..40_u32, 0.1..1_000.0_f64, 0.0..=1.0_f64);
    holds(300, &anything, &["known", "refused"], |seen, (instance_type, kind, count, hours, load)| {
        let load = Some(Fraction::clamped(load));
        let region = "us-east-1".to_owned();
        let fleet =
            Workload { instance_type, count, hours, region, kind, cpu: load, gpu: load, measured: Measured::default() };
        let one = Workload { count: 1, hours: hours * f64::from(count), ..fleet.clone() };
        let (Ok(fleet), Ok(one)) = (estimate_workload(&factors, &fleet), estimate_workload(&factors, &one)) else {
            seen.note("refused");
            return Ok(());
        };
        seen.note("known");
        for (fleet, one) in [
            (fleet.energy.central.get(), one.energy.central.get()),
            (fleet.energy.high.get(), one.energy.high.get()),
            (fleet.emissions.low.get(), one.emissions.low.get()),
            (fleet.water.central.get(), one.water.central.get()),
        ] {
            prop_assert!((fleet - one).abs() <= 1e-6 + one * 1e-9, "{fleet} is not {one}");
        }
        Ok(())
    });
}

/// Central values of a selection are sums of its groups; its interval is never wider than the sum of theirs.
#[test]
fn a_selection_is_the_sum_of_its_groups() {
    let factors = FactorSet::builtin().unwrap();
    let group = || (instance_type(&factors), kind(), 60.0..1e6_f64, 0.0..=1.0_f64);
    holds(200, &(group(), group()), &["known", "refused"], |seen, (one, other)| {
        let grouped = |(name, kind, seconds, load): (String, WorkloadKind, f64, f64)| {
            let parts = hour(&factors, &name, kind, seconds, load)?;
            let key = GroupKey { instance_type: name, region: "us-east-1".to_owned(), kind, tier: parts.tier };
            Some((key, PartSums::of(&parts, seconds)))
        };
        let (Some(one), Some(other)) = (grouped(one), grouped(other)) else {
            seen.note("refused");
            return Ok(());
        };
        seen.note("known");
        let [a, b] = [&one, &other].map(|group| totals(&factors, std::slice::from_ref(group)).energy);
        let both = totals(&factors, &[one, other]).energy;
        let close = |left: f64, right: f64| (left - right).abs() <= 1e-6 + right * 1e-9;
        prop_assert!(close(both.central.get(), a.central.get() + b.central.get()), "{both:?} {a:?} {b:?}");
        let widest = a.high.get() + b.high.get() - a.low.get() - b.low.get();
        prop_assert!(both.high.get() - both.low.get() <= widest * 1.1 + 1e-6, "{both:?} {a:?} {b:?}");
        Ok(())
    });
}
