//! The committed curves are what the inputs give, and a drift is seen.

use super::*;
use std::collections::BTreeMap;

fn curves() -> Vec<Rebuilt> {
    host_curves(&FactorSet::builtin().unwrap()).unwrap()
}

#[test]
fn every_committed_curve_follows_from_the_inputs() {
    let curves = curves();
    let off: Vec<String> = curves
        .iter()
        .filter(|row| matches!(row.reproduction, Reproduction::WithinFivePercent | Reproduction::Differs))
        .map(|row| format!("{}: {:?} beside {:?}", row.name, row.committed, row.rebuilt))
        .collect();
    assert_eq!(off, Vec::<String>::new());
    let count = |wanted: fn(&Reproduction) -> bool| curves.iter().filter(|row| wanted(&row.reproduction)).count();
    let counts = [
        count(|verdict| *verdict == Reproduction::Exact),
        count(|verdict| matches!(verdict, Reproduction::ExactButFor(_))),
        count(|verdict| matches!(verdict, Reproduction::NotReproducible(_))),
    ];
    assert_eq!(counts, [423, 11, 8]);
}

#[test]
fn what_cannot_be_rebuilt_has_no_curve_either() {
    for row in curves() {
        if let Reproduction::NotReproducible(why) = &row.reproduction {
            assert!(row.committed.is_none() && row.rebuilt == [None; 4] && !why.is_empty(), "{row:?}");
        }
    }
}

#[test]
fn a_drift_is_seen() {
    let factors = FactorSet::builtin().unwrap();
    let drifted = |by: f64| {
        let watts = factors.instance("ml.m5.xlarge").unwrap().host.as_ref().unwrap().factor.value() * by;
        let own = crate::Override {
            factor_id: "host_power:ml.m5.xlarge".to_owned(),
            value: watts,
            low: watts,
            high: watts,
            author: "test".to_owned(),
            reason: "a drift".to_owned(),
        };
        let factors = factors.with_overrides("drifted", &[own]).unwrap();
        host_curves(&factors).unwrap().into_iter().find(|row| row.name == "ml.m5.xlarge").unwrap()
    };
    assert_eq!(drifted(1.0).reproduction, Reproduction::Exact);
    assert_eq!(drifted(1.01).reproduction, Reproduction::WithinFivePercent);
    assert_eq!(drifted(1.10).reproduction, Reproduction::Differs);
    assert!((drifted(1.10).greatest_difference().unwrap() - 0.1).abs() < 0.01);
}

#[test]
fn every_input_names_its_source_and_licence() {
    let mut rows = 0;
    for (table, text) in inputs::TABLES {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let (source, licence) = (column("source"), column("licence"));
        for record in reader.records().map(Result::unwrap) {
            assert!(!record[source].trim().is_empty() && !record[licence].trim().is_empty(), "{table}: {record:?}");
            rows += 1;
        }
    }
    assert!(rows > 500, "{rows}");
}

/// The inputs speak of the same machines as the table of instances.
#[test]
fn the_shapes_are_those_of_the_instance_table() {
    let factors = FactorSet::builtin().unwrap();
    let inputs = Inputs::read().unwrap();
    let mut checked = 0;
    for instance in factors.instances() {
        let Some(host) = inputs.host(&instance.name).filter(|host| host.stands_in.is_none()) else { continue };
        assert_eq!(Some(host.vcpu), instance.vcpu.map(f64::from), "{}", instance.name);
        assert_eq!(Some(host.memory_gib), instance.memory_gib, "{}", instance.name);
        checked += 1;
    }
    assert_eq!(checked, 427);
}

/// Teads lies above the model and Cloud Carbon Footprint apart from both: the spread of the host interval has its reason.
#[test]
fn other_tables_differ_as_known() {
    let ratios = |of: fn(&Rebuilt) -> Option<f64>| {
        let mut ratios: Vec<f64> = curves().iter().filter_map(of).collect();
        ratios.sort_by(f64::total_cmp);
        (ratios.len(), ratios[ratios.len() / 2])
    };
    let (rows, teads) = ratios(|row| Some(row.boavizta?[0] / row.teads?[0]?));
    assert!(rows == 139 && teads < 0.8, "{rows} {teads}");
    let (rows, ccf) = ratios(|row| Some(row.committed?[3] / row.cloud_carbon_footprint?[3]));
    assert!(rows == 434 && ccf > 1.0, "{rows} {ccf}");
}

#[test]
fn bases_are_told_apart() {
    let mut seen = BTreeMap::new();
    for row in curves() {
        let basis = match row.basis {
            Some(Basis::Model) => "model",
            Some(Basis::MeanWithTeads) => "mean",
            Some(Basis::StandIn(_)) => "stand-in",
            None => "none",
        };
        *seen.entry(basis).or_insert(0) += 1;
    }
    assert_eq!(seen, BTreeMap::from([("mean", 79), ("model", 348), ("none", 8), ("stand-in", 7)]));
}
