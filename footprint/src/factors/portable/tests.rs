use super::*;
use crate::units::Fraction;
use crate::{Override, Workload, WorkloadKind, estimate_workload};

fn overridden() -> FactorSet {
    let change = |factor_id: &str| Override {
        factor_id: factor_id.to_owned(),
        value: 0.1 + 0.2,
        low: 0.1,
        high: 100.0 / 3.0,
        author: "a \"person\"\n".to_owned(),
        reason: "a\treason, ü".to_owned(),
    };
    let changes = [change("host_power:ml.g5.xlarge"), change("market_intensity:ap-southeast-1")];
    FactorSet::builtin().unwrap().with_overrides("ours", &changes).unwrap()
}

#[test]
fn a_set_that_travelled_estimates_the_same_bytes() {
    let set = overridden();
    let text = set.to_json().unwrap();
    let read = FactorSet::from_json(&text).unwrap();
    assert_eq!((read.label(), read.sha256_hex()), ("ours", set.sha256_hex()));
    assert_eq!(read.to_json().unwrap(), text);
    assert_eq!(format!("{:?}", read.regions), format!("{:?}", set.regions));
    for (index, instance) in set.instances().enumerate() {
        let workload = Workload {
            instance_type: instance.name.clone(),
            count: 3,
            hours: 7.7,
            region: if index % 3 == 0 { "us-east-1" } else { "ap-southeast-1" }.to_owned(),
            kind: if index % 2 == 0 { WorkloadKind::Training } else { WorkloadKind::Endpoint },
            cpu: Fraction::new(0.123),
            gpu: None,
            measured: crate::Measured::default(),
        };
        let json = |set: &FactorSet| estimate_workload(set, &workload).map(|estimate| estimate.to_json().unwrap());
        assert_eq!(json(&read), json(&set), "{}", instance.name);
    }
}

#[test]
fn what_is_no_set_is_refused() {
    let text = FactorSet::builtin().unwrap().to_json().unwrap();
    assert!(FactorSet::from_json(&text).is_ok());
    for (from, to) in [
        ("\"3feb333333333333\"", "\"bfeb333333333333\""),
        ("\"3feb333333333333\"", "\"x\""),
        ("[\"price\"", "[\"prize\""),
        ("[\"set\",\"2026.11\"", "[\"set\""),
        ("\"accelerator_kappa_hbm\"", "\"accelerator_kappa\""),
        ("\"hbm\"", "\"hbm2\""),
        ("[[", "["),
    ] {
        let wrong = text.replacen(from, to, 1);
        assert_ne!(wrong, text, "{from}");
        assert!(matches!(FactorSet::from_json(&wrong), Err(FactorError::Portable { .. })), "{from} as {to}");
    }
}
