//! Measured watts: taken as they are, with what the node adds, and with no error but the meter's own.

use super::*;
use crate::{GroupKey, HourInput, HourParts, PartSums, Totals, estimate_hour, totals};

const GPU_WATTS: f64 = 2_000.0;

fn watts(accelerators: Option<f64>, host: Option<f64>) -> Measured {
    Measured { accelerators: accelerators.map(Watts::new), host: host.map(Watts::new) }
}

fn ten_hours(instance_type: &str, measured: Measured) -> HourInput<'_> {
    HourInput {
        instance_type,
        region: "us-east-1",
        kind: WorkloadKind::Training,
        instance_seconds: 36_000.0,
        cpu: share(0.5),
        gpu: share(0.5),
        measured,
        storage_gb: None,
        network_gb: None,
    }
}

fn figures(factors: &FactorSet, input: &HourInput<'_>) -> (HourParts, Totals) {
    let parts = estimate_hour(factors, input).unwrap();
    let key = GroupKey {
        instance_type: input.instance_type.to_owned(),
        region: input.region.to_owned(),
        kind: input.kind,
        tier: parts.tier,
    };
    (parts, totals(factors, &[(key, PartSums::of(&parts, input.instance_seconds))]))
}

fn relative_width(totals: &Totals) -> f64 {
    let energy = totals.energy_it;
    (energy.high - energy.low).get() / energy.central.get()
}

#[test]
fn energy_is_watts_times_hours_times_what_the_node_adds() {
    let factors = FactorSet::builtin().unwrap();
    // SXM node 0.3, card node 0.2, and a node of no known class as one of cards.
    for (name, phi) in [("ml.p4d.24xlarge", 0.3), ("ml.g5.12xlarge", 0.2), ("ml.trn1.32xlarge", 0.2)] {
        let (parts, _) = figures(&factors, &ten_hours(name, watts(Some(GPU_WATTS), Some(400.0))));
        let accelerators = parts.accelerator_idle.0 + parts.accelerator_dynamic.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole micro-watt-hours")]
        let expected = (GPU_WATTS * 10.0 * (1.0 + phi) * 1e6).round() as i64;
        assert!((accelerators - expected).abs() <= 1, "{name}: {accelerators} for {expected}");
        assert_eq!(parts.host_idle.0 + parts.host_dynamic.0, 4_000_000_000, "{name}");
    }
}

#[test]
fn the_tier_asks_for_watts_of_what_decides() {
    let factors = FactorSet::builtin().unwrap();
    for (name, accelerators, host, expected) in [
        ("ml.p4d.24xlarge", Some(GPU_WATTS), None, Tier::T0),
        ("ml.p4d.24xlarge", Some(GPU_WATTS), Some(400.0), Tier::T0),
        ("ml.p4d.24xlarge", None, Some(400.0), Tier::T1),
        ("ml.m5.xlarge", None, Some(40.0), Tier::T0),
        ("ml.m5.xlarge", Some(GPU_WATTS), None, Tier::T2),
        ("ml.trn1.32xlarge", Some(GPU_WATTS), None, Tier::T0),
        ("ml.trn1.32xlarge", None, Some(400.0), Tier::T4),
        ("ml.inf2.xlarge", Some(60.0), None, Tier::T0),
        // Neither host nor accelerators of this one have a figure.
        ("ml.eia2.large", Some(10.0), None, Tier::T4),
        ("ml.eia2.large", Some(10.0), Some(40.0), Tier::T0),
    ] {
        let load = Load {
            kind: WorkloadKind::Training,
            cpu: share(0.5),
            gpu: share(0.5),
            measured: watts(accelerators, host),
        };
        let got = drawn(&factors, name, load);
        assert_eq!(got.tier, expected, "{name} {accelerators:?} {host:?}");
        assert_eq!(got.completeness == Completeness::LowerBound, expected == Tier::T4, "{name}");
    }
}

#[test]
fn idle_is_the_least_of_model_and_meter() {
    let factors = FactorSet::builtin().unwrap();
    let modelled = drawn(&factors, "ml.p4d.24xlarge", ten_hours_load(Measured::default()));
    let busy = drawn(&factors, "ml.p4d.24xlarge", ten_hours_load(watts(Some(GPU_WATTS), None)));
    assert_eq!(busy.accelerator_idle, modelled.accelerator_idle);
    assert_eq!((busy.host_idle, busy.host_dynamic), (modelled.host_idle, modelled.host_dynamic));
    let asleep = drawn(&factors, "ml.p4d.24xlarge", ten_hours_load(watts(Some(1.0), Some(2.0))));
    assert_eq!((asleep.accelerator_idle.get(), asleep.accelerator_dynamic.get()), (1.3, 0.0));
    assert_eq!((asleep.host_idle.get(), asleep.host_dynamic.get()), (2.0, 0.0));
    assert!(
        !drawn(&factors, "ml.m5.xlarge", Load { cpu: None, ..ten_hours_load(watts(None, Some(9.0))) }).cpu_defaulted
    );
}

fn ten_hours_load(measured: Measured) -> Load {
    Load { kind: WorkloadKind::Training, cpu: share(0.5), gpu: share(0.5), measured }
}

#[test]
fn a_meter_narrows_the_interval() {
    let factors = FactorSet::builtin().unwrap();
    for (name, accelerators, host) in [
        ("ml.p4d.24xlarge", Some(GPU_WATTS), None),
        ("ml.m5.xlarge", None, Some(40.0)),
        ("ml.g5.xlarge", Some(120.0), None),
    ] {
        let (_, modelled) = figures(&factors, &ten_hours(name, Measured::default()));
        let (_, measured) = figures(&factors, &ten_hours(name, watts(accelerators, host)));
        let [before, after] = [&modelled, &measured].map(relative_width);
        assert!(after < before, "{name}: {after} is not narrower than {before}");
        assert!(after > 0.05, "{name}: a meter has an error of its own, {after}");
    }
    // A host alone has the meter's error and nothing else: the bounds are a tenth either way.
    let (_, host) = figures(&factors, &ten_hours("ml.m5.xlarge", watts(None, Some(40.0))));
    assert!(relative_width(&host) < 0.2, "{host:?}");
}

#[test]
fn the_error_of_the_meter_touches_measured_hours_alone() {
    let factors = FactorSet::builtin().unwrap();
    let wide = Override {
        factor_id: "measured_power_error".to_owned(),
        value: 1.0,
        low: 0.5,
        high: 2.0,
        author: "test".to_owned(),
        reason: "a bad meter".to_owned(),
    };
    let wide = factors.with_overrides("wide", &[wide]).unwrap();
    for (measured, touched) in [(watts(Some(GPU_WATTS), None), true), (Measured::default(), false)] {
        let input = ten_hours("ml.p4d.24xlarge", measured);
        let [(_, before), (_, after)] = [&factors, &wide].map(|factors| figures(factors, &input));
        assert_eq!(relative_width(&after) > relative_width(&before), touched, "{measured:?}");
        assert_eq!(after.energy_it.central, before.energy_it.central);
    }
}

#[test]
fn measured_accelerators_without_a_published_figure_are_whole_in_energy() {
    let factors = FactorSet::builtin().unwrap();
    let (parts, measured) = figures(&factors, &ten_hours("ml.trn1.32xlarge", watts(Some(GPU_WATTS), None)));
    assert_eq!(parts.tier, Tier::T0);
    let energy = measured.energy_it;
    assert!(energy.low < energy.central && energy.central < energy.high, "{energy:?}");
    // What making the chip cost is still unpublished.
    assert_eq!((parts.completeness, measured.completeness), (Completeness::LowerBound, Completeness::LowerBound));
    let (parts, measured) = figures(&factors, &ten_hours("ml.p4d.24xlarge", watts(Some(GPU_WATTS), None)));
    assert_eq!((parts.completeness, measured.completeness), (Completeness::Complete, Completeness::Complete));
}

#[test]
fn impossible_watts_are_refused_by_name() {
    let factors = FactorSet::builtin().unwrap();
    for bad in [-1.0, f64::NAN, f64::INFINITY, 100_001.0] {
        for (measured, what) in
            [(watts(Some(bad), None), "measured accelerator watts"), (watts(None, Some(bad)), "measured host watts")]
        {
            let refused = estimate_hour(&factors, &ten_hours("ml.p4d.24xlarge", measured)).unwrap_err();
            assert_eq!(refused, Refused::InvalidInput { what: what.to_owned() }, "{bad}");
        }
    }
}

#[test]
fn the_watts_of_a_measured_group_are_read_back() {
    let factors = FactorSet::builtin().unwrap();
    for (name, measured) in [
        ("ml.p4d.24xlarge", watts(Some(GPU_WATTS), None)),
        ("ml.trn1.32xlarge", watts(Some(3.0), None)),
        ("ml.m5.xlarge", watts(None, Some(40.0))),
        ("ml.m5.xlarge", Measured::default()),
    ] {
        let input = ten_hours(name, measured);
        let parts = estimate_hour(&factors, &input).unwrap();
        let key = GroupKey {
            instance_type: name.to_owned(),
            region: input.region.to_owned(),
            kind: input.kind,
            tier: parts.tier,
        };
        let back = measured_in(&factors, &key, &PartSums::of(&parts, input.instance_seconds));
        for (back, read) in [(back.accelerators, measured.accelerators), (back.host, measured.host)] {
            assert_eq!(back.is_some(), read.is_some(), "{name}");
            let [back, read] = [back, read].map(|watts| watts.unwrap_or_default().get());
            assert!((back - read).abs() < 1e-6, "{name}: {back} for {read}");
        }
    }
}

#[test]
fn a_measured_workload_is_explained_by_its_meter() {
    let factors = FactorSet::builtin().unwrap();
    let workload = crate::Workload {
        instance_type: "ml.trn1.32xlarge".to_owned(),
        count: 1,
        hours: 10.0,
        region: "us-east-1".to_owned(),
        kind: WorkloadKind::Training,
        cpu: share(0.5),
        gpu: None,
        measured: watts(Some(GPU_WATTS), Some(400.0)),
    };
    let got = crate::estimate_workload(&factors, &workload).unwrap();
    assert!((got.power_w.central.get() - (400.0 + GPU_WATTS * 1.2)).abs() < 1e-6, "{:?}", got.power_w);
    let ids: Vec<&str> = got.factors.iter().map(|factor| factor.id.as_str()).collect();
    assert_eq!(ids[..2], ["accelerator_overhead_card", "measured_power_error"]);
    assert!(!ids.iter().any(|id| id.starts_with("host_power") || id.starts_with("default_")), "{ids:?}");
    let lines: Vec<(&str, &str)> =
        got.equations.iter().take(3).map(|line| (line.symbol.as_str(), line.text.as_str())).collect();
    let expected = [
        ("P_host", "400.0 W read x 1"),
        ("P_acc", "2000.0 W read x 1, all 16 together"),
        ("P_IT", "P_host + P_acc x (1 + 0.2)"),
    ];
    assert_eq!(lines, expected);
    assert!((got.equations[2].value - got.power_w.central.get()).abs() < 1e-6);
}
