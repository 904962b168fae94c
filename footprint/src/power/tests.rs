//! Node-level cases and the choice of tier.

use super::*;
use crate::factors::{Override, PowerStatus};

mod measured;

fn share(value: f64) -> Option<Fraction> {
    Fraction::new(value)
}

fn drawn(factors: &FactorSet, name: &str, load: Load) -> PowerParts {
    power(factors, factors.instance(name).unwrap(), load).unwrap()
}

fn accelerators(parts: &PowerParts) -> f64 {
    (parts.accelerator_idle + parts.accelerator_dynamic).get()
}

#[test]
fn the_tier_says_what_was_known() {
    let factors = FactorSet::builtin().unwrap();
    for (name, kind, cpu, gpu, expected) in [
        ("ml.p4d.24xlarge", WorkloadKind::Training, share(0.8), share(0.8), Tier::T1),
        ("ml.p4d.24xlarge", WorkloadKind::Training, None, share(0.8), Tier::T1),
        ("ml.p4d.24xlarge", WorkloadKind::Training, share(0.8), None, Tier::T3),
        ("ml.p3.2xlarge", WorkloadKind::Training, share(0.8), share(0.8), Tier::T2),
        ("ml.p5e.48xlarge", WorkloadKind::Training, share(0.8), share(0.8), Tier::T2),
        ("ml.p6-b200.48xlarge", WorkloadKind::Training, share(0.8), share(0.8), Tier::T2),
        ("ml.g5.xlarge", WorkloadKind::Endpoint, share(0.1), share(0.0), Tier::T1),
        ("ml.m5.xlarge", WorkloadKind::Endpoint, share(0.1), None, Tier::T2),
        ("ml.m5.xlarge", WorkloadKind::Endpoint, None, share(0.5), Tier::T3),
        ("ml.trn1.32xlarge", WorkloadKind::Training, share(0.8), None, Tier::T4),
        ("ml.p6e-gb200.36xlarge", WorkloadKind::Training, share(0.8), share(0.8), Tier::T4),
    ] {
        let got = drawn(&factors, name, Load { kind, cpu, gpu, measured: Measured::default() });
        assert_eq!(got.tier, expected, "{name} {kind} {cpu:?} {gpu:?}");
        assert_eq!(got.completeness == Completeness::LowerBound, expected == Tier::T4, "{name}");
        assert_eq!(got.cpu_defaulted, cpu.is_none(), "{name}");
    }
}

#[test]
fn an_idle_endpoint_keeps_its_model_resident() {
    let factors = FactorSet::builtin().unwrap();
    let load = |kind| Load { kind, cpu: share(0.0), gpu: share(0.0), measured: Measured::default() };
    let endpoint = drawn(&factors, "ml.g5.xlarge", load(WorkloadKind::Endpoint));
    assert!((endpoint.accelerator_idle.get() / 1.2 - 56.0).abs() < 1e-9, "{endpoint:?}");
    assert_eq!(endpoint.accelerator_dynamic.get(), 0.0);
    let training = drawn(&factors, "ml.g5.xlarge", load(WorkloadKind::Training));
    assert!((training.accelerator_idle.get() / 1.2 - 9.5).abs() < 1e-9, "{training:?}");
    assert!((accelerators(&training) - accelerators(&endpoint)).abs() < 1e-9, "a running job holds its model too");
}

#[test]
fn defaults_stand_in_where_no_series_exists() {
    let factors = FactorSet::builtin().unwrap();
    let load = |kind| Load { kind, cpu: None, gpu: None, measured: Measured::default() };
    let training = drawn(&factors, "ml.p3.8xlarge", load(WorkloadKind::Training));
    assert!((accelerators(&training) - 4.0 * 1.3 * 0.57 * 300.0).abs() < 1e-6, "{training:?}");
    let endpoint = drawn(&factors, "ml.g5.xlarge", load(WorkloadKind::Endpoint));
    assert!((accelerators(&endpoint) - 1.2 * (56.0 + (195.0 - 56.0) * 0.1)).abs() < 1e-6, "{endpoint:?}");
}

/// Dodge et al. 2022, energy of the accelerators alone: the rows the default was made from stay inside its bounds.
#[test]
fn measured_training_runs_lie_inside_the_default() {
    let factors = FactorSet::builtin().unwrap();
    let default = &factors.method().default_training_accelerator_share;
    for (name, accelerator, devices, hours, kwh) in [
        ("B1 BERT fine-tune", "V100-16", 4.0, 6.0, 3.1),
        ("B2 6B transformer", "A100-40", 256.0, 192.0, 13_812.4),
        ("B3 ViT Huge", "V100-32", 4.0, 216.0, 237.6),
    ] {
        let cap = factors.accelerator(accelerator).unwrap().power.as_ref().unwrap().cap_w;
        let energy = |share: f64| (Watts::new(share * cap) * crate::units::Hours::new(devices * hours)).get();
        assert!(energy(default.low()) <= kwh && kwh <= energy(default.high()), "{name}");
    }
}

/// C1 is a check of consistency only: the node overhead was derived from this node.
#[test]
fn the_measured_h100_node_is_met_at_its_cap() {
    let factors = FactorSet::builtin().unwrap();
    let full = Load {
        kind: WorkloadKind::Training,
        cpu: Some(Fraction::ONE),
        gpu: Some(Fraction::ONE),
        measured: Measured::default(),
    };
    let at_cap = Override {
        factor_id: "accelerator_kappa_hbm".to_owned(),
        value: 1.0,
        low: 1.0,
        high: 1.0,
        author: "test".to_owned(),
        reason: "a measured maximum is at the cap".to_owned(),
    };
    let capped = factors.with_overrides("capped", &[at_cap]).unwrap();
    let watts = drawn(&capped, "ml.p5.48xlarge", full).total().get();
    assert!((watts / 8_400.0 - 1.0).abs() < 0.01, "{watts}");
    assert!(drawn(&factors, "ml.p5.48xlarge", full).total().get() < 8_400.0);
}

/// C2: Patterson et al. 2021 print a mean of 330 W for an accelerator with its share of the node.
#[test]
fn the_published_v100_node_lies_inside_the_default() {
    let factors = FactorSet::builtin().unwrap();
    let workload = crate::Workload {
        instance_type: "ml.p3.16xlarge".to_owned(),
        count: 1,
        hours: 1.0,
        region: "us-east-1".to_owned(),
        kind: WorkloadKind::Training,
        cpu: None,
        gpu: None,
        measured: Measured::default(),
    };
    let power = crate::estimate_workload(&factors, &workload).unwrap().power_w;
    assert!((power.low.get()..=power.high.get()).contains(&2_640.0), "{power:?}");
}

#[test]
fn power_never_falls_as_load_grows() {
    let factors = FactorSet::builtin().unwrap();
    let mut checked = 0;
    for instance in factors.instances().filter(|instance| instance.power_status != PowerStatus::Unknown) {
        for kind in [WorkloadKind::Training, WorkloadKind::Endpoint] {
            let watts: Vec<f64> = (0..=20)
                .map(|step| {
                    let load = Fraction::new(f64::from(step) / 20.0);
                    power(&factors, instance, Load { kind, cpu: load, gpu: load, measured: Measured::default() })
                        .unwrap()
                        .total()
                        .get()
                })
                .collect();
            assert!(watts.is_sorted() && watts.iter().all(|w| *w > 0.0), "{} {kind}: {watts:?}", instance.name);
            checked += 1;
        }
    }
    assert_eq!(checked, 2 * 441);
}

#[test]
fn a_type_without_any_figure_is_refused_by_name() {
    let factors = FactorSet::builtin().unwrap();
    let load = Load { kind: WorkloadKind::Training, cpu: None, gpu: None, measured: Measured::default() };
    let refused: Vec<String> = factors
        .instances()
        .filter_map(|instance| power(&factors, instance, load).err())
        .map(|refused| match refused {
            Refused::NoPower { name } => name,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(refused.len(), 7, "{refused:?}");
    assert!(refused.contains(&"ml.geospatial.interactive".to_owned()));
}
