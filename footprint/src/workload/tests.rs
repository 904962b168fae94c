//! The worked cases of the method, through the public function.

use super::*;
use crate::tier::Tier;

fn workload(instance_type: &str, region: &str, kind: WorkloadKind, load: Option<f64>) -> Workload {
    let share = load.map(Fraction::clamped);
    Workload {
        instance_type: instance_type.to_owned(),
        count: 1,
        hours: 24.0,
        region: region.to_owned(),
        kind,
        cpu: share,
        gpu: share,
        measured: Measured::default(),
    }
}

fn near(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{got} is not {expected} +- {tolerance}");
}

#[test]
fn a_day_of_p4d_at_80_percent_is_the_worked_example() {
    let factors = FactorSet::builtin().unwrap();
    let got = estimate_workload(&factors, &workload("ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8)))
        .unwrap();
    near(got.power_w.central.get(), 3_834.7, 1.0);
    near(got.energy_it.central.get(), 92.0, 0.1);
    near(got.energy.central.get(), 105.8, 0.1);
    near(got.operational.central.get(), 44_240.0, 50.0);
    near(got.embodied.central.get(), 2_190.0, 2.0);
    assert!(got.embodied.low.get() > 1_310.0 && got.embodied.high.get() < 7_750.0, "{:?}", got.embodied);
    near(got.water.central.get(), 255.8, 0.3);
    assert_eq!(got.market.map(|market| market.central.get()), Some(0.0));
    near(got.cost.as_ref().unwrap().usd.get(), 904.51, 0.005);
    assert_eq!((got.energy.tier, got.completeness), (Tier::T1, Completeness::Complete));
    assert!(got.warnings.is_empty(), "{:?}", got.warnings);
}

#[test]
fn a_day_of_m5_at_80_percent_is_the_worked_example() {
    let factors = FactorSet::builtin().unwrap();
    let got =
        estimate_workload(&factors, &workload("ml.m5.xlarge", "us-east-1", WorkloadKind::Training, Some(0.8))).unwrap();
    near(got.energy_it.central.get(), 0.75, 0.005);
    near(got.energy.central.get(), 0.86, 0.005);
    near(got.operational.central.get(), 360.0, 5.0);
    near(got.embodied.central.get(), 22.0, 0.5);
    assert!(got.embodied.low.get() > 13.0 && got.embodied.high.get() < 73.0, "{:?}", got.embodied);
    assert_eq!(got.energy.tier, Tier::T2);
}

/// What others print for the same day of a p4d: the method is not one of them, and stays above the host alone.
#[test]
fn other_tools_differ_and_in_the_known_direction() {
    let factors = FactorSet::builtin().unwrap();
    for (name, lower, higher) in
        [("ml.p4d.24xlarge", [6.09, 20.90, 66.73, 76.8], 111.8), ("ml.m5.xlarge", [0.26, 0.43, 0.43, 0.66], 0.85)]
    {
        let got = estimate_workload(&factors, &workload(name, "us-east-1", WorkloadKind::Training, Some(0.8))).unwrap();
        let it = got.energy_it.central.get();
        assert!(lower.iter().all(|kwh| *kwh < it) && it < higher, "{name}: {it}");
    }
}

#[test]
fn every_estimate_explains_itself() {
    let factors = FactorSet::builtin().unwrap();
    let got = estimate_workload(&factors, &workload("ml.p4d.24xlarge", "us-east-1", WorkloadKind::Training, Some(0.8)))
        .unwrap();
    let symbols: Vec<&str> = got.equations.iter().map(|line| line.symbol.as_str()).collect();
    assert_eq!(symbols, ["P_host", "P_acc", "P_IT", "E_IT", "E_fac", "O_loc", "O_mkt", "W_on", "W_off", "M", "cost"]);
    for line in &got.equations {
        let formula = crate::FORMULAS.iter().find(|formula| formula.symbol == line.symbol).unwrap();
        assert_eq!(formula.unit, line.unit, "{}", line.symbol);
    }
    let value = |symbol: &str| got.equations.iter().find(|line| line.symbol == symbol).unwrap().value;
    near(value("P_acc"), 286.0, 1e-6);
    near(value("P_IT"), got.power_w.central.get(), 1e-3);
    near(value("E_fac"), got.energy.central.get(), 1e-6);
    near(value("O_loc"), got.operational.central.get(), 1e-3);
    near(value("M"), got.embodied.central.get(), 1e-3);
    near(value("W_on") + value("W_off"), got.water.central.get(), 1e-3);
    near(value("cost"), 904.512, 1e-9);
    for id in [
        "host_power:ml.p4d.24xlarge",
        "accelerator_kappa_hbm",
        "pue:us-east-1",
        "intensity:us-east-1",
        "embodied_accelerator:A100-40",
    ] {
        assert!(got.factors.iter().any(|factor| factor.id == id), "{id}");
    }
    assert!(got.factors.iter().all(|factor| !factor.source.is_empty() && !factor.licence.is_empty()));
}

#[test]
fn the_reader_is_warned() {
    let factors = FactorSet::builtin().unwrap();
    for (name, region, load, expected) in [
        ("ml.trn1.32xlarge", "us-east-1", Some(0.5), "lower bound"),
        ("ml.p4d.24xlarge", "us-east-1", None, "no utilisation series"),
        ("ml.m5.xlarge", "af-south-1", Some(0.5), "water of the power plants"),
        ("ml.m5.xlarge", "eu-central-1", Some(0.5), "No list price"),
        ("ml.m5.xlarge", "ap-southeast-1", Some(0.5), "No market-based figure"),
    ] {
        let got = estimate_workload(&factors, &workload(name, region, WorkloadKind::Training, load)).unwrap();
        assert!(
            got.warnings.iter().any(|warning| warning.contains(expected)),
            "{name} in {region}: {:?}",
            got.warnings
        );
    }
    let got =
        estimate_workload(&factors, &workload("ml.m5.xlarge", "eu-central-1", WorkloadKind::Training, None)).unwrap();
    assert_eq!(got.cost, None, "a price is never invented");
}

#[test]
fn the_interval_holds_the_central_value_for_every_type() {
    let factors = FactorSet::builtin().unwrap();
    let mut estimated = 0;
    for (index, instance) in factors.instances().enumerate() {
        let kind = if index % 2 == 0 { WorkloadKind::Training } else { WorkloadKind::Endpoint };
        let load = if index % 3 == 0 { None } else { Some(0.6) };
        let Ok(got) = estimate_workload(&factors, &workload(&instance.name, "eu-west-1", kind, load)) else { continue };
        for [low, central, high] in [got.energy_it, got.energy]
            .map(|energy| [energy.low.get(), energy.central.get(), energy.high.get()])
            .into_iter()
            .chain(
                [got.operational, got.embodied, got.emissions]
                    .map(|mass| [mass.low.get(), mass.central.get(), mass.high.get()]),
            )
        {
            assert!(low <= central && central <= high, "{}: {low} {central} {high}", instance.name);
        }
        let energy = got.energy_it;
        assert!(energy.low < energy.central && energy.central < energy.high, "{}: {energy:?}", instance.name);
        estimated += 1;
    }
    assert_eq!(estimated, 441);
}

#[test]
fn a_workload_survives_json() {
    let factors = FactorSet::builtin().unwrap();
    let asked = workload("ml.g5.xlarge", "eu-west-1", WorkloadKind::Endpoint, Some(0.1));
    let read: Workload = serde_json::from_str(&serde_json::to_string(&asked).unwrap()).unwrap();
    assert_eq!(read, asked);
    let got = estimate_workload(&factors, &read).unwrap();
    let text = serde_json::to_value(&got).unwrap();
    assert_eq!(text["energy"]["tier"], "T1");
    assert!(text["energy"]["low"].as_f64().unwrap() < text["energy"]["high"].as_f64().unwrap());
    assert!(serde_json::from_str::<Workload>(r#"{"instance_type":"ml.m5.large","count":1,"hours":1,"region":"us-east-1","kind":"training","cpu":1.5,"gpu":null}"#).is_err());
}

#[test]
fn no_time_is_no_energy_and_still_a_power() {
    let factors = FactorSet::builtin().unwrap();
    let none = Workload { count: 0, ..workload("ml.m5.xlarge", "us-east-1", WorkloadKind::Training, Some(0.8)) };
    let got = estimate_workload(&factors, &none).unwrap();
    assert_eq!((got.energy.central.get(), got.energy.high.get()), (0.0, 0.0));
    near(got.power_w.central.get(), 31.2, 0.1);
    let endless = Workload { hours: f64::INFINITY, ..none };
    assert!(matches!(estimate_workload(&factors, &endless), Err(Refused::InvalidInput { .. })));
}
