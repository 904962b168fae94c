//! The tables themselves: complete, sourced, in order.

use super::*;
use crate::units::Fraction;

fn change(factor_id: &str, value: f64, low: f64, high: f64) -> Override {
    let text = |text: &str| text.to_owned();
    Override { factor_id: text(factor_id), value, low, high, author: text("a person"), reason: text("a reason") }
}

#[test]
fn every_type_region_and_accelerator_is_there() {
    let factors = FactorSet::builtin().unwrap();
    assert_eq!(factors.instances().count(), 448);
    assert_eq!(factors.regions().count(), 48);
    assert_eq!(factors.accelerators().count(), 23);
    assert_eq!(factors.prices().count(), 42);
    let count = |status| factors.instances().filter(|instance| instance.power_status == status).count();
    assert_eq!([PowerStatus::Complete, PowerStatus::LowerBound, PowerStatus::Unknown].map(count), [414, 21, 7]);
    assert_eq!(factors.regions().filter(|region| region.site().is_err()).count(), 7);
    assert!(factors.instances().is_sorted_by_key(|instance| instance.name.clone()));
    assert_eq!(factors.label(), "2026.11");
}

#[test]
fn every_row_of_every_file_names_its_source_and_licence() {
    let mut rows = 0;
    for (table, text) in read::TABLES {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let (source, licence) = (column("source"), column("licence"));
        for record in reader.records().map(Result::unwrap) {
            assert!(!record[source].trim().is_empty() && !record[licence].trim().is_empty(), "{table}: {record:?}");
            rows += 1;
        }
    }
    assert!(rows > 1_400, "{rows}");
}

#[test]
fn every_coefficient_can_say_where_it_comes_from() {
    let all = FactorSet::builtin().unwrap().all_factors();
    let mut ids = std::collections::BTreeSet::new();
    for factor in &all {
        assert!(factor.low <= factor.value && factor.value <= factor.high, "{factor:?}");
        for text in
            [&factor.id, &factor.name, &factor.unit, &factor.year, &factor.source, &factor.licence, &factor.tier]
        {
            assert!(!text.is_empty(), "{factor:?}");
        }
        assert!(ids.insert(factor.id.clone()), "{} is listed twice", factor.id);
    }
    assert!(all.len() > 1_000, "{}", all.len());
}

#[test]
fn grid_figures_keep_the_terms_of_their_publisher() {
    for factor in FactorSet::builtin().unwrap().all_factors() {
        if factor.id.starts_with("intensity:") {
            assert!(factor.licence.starts_with("ODbL-1.0") && factor.source.contains("Electricity Maps"), "{factor:?}");
        }
        if factor.source.contains("boaviztapi") && factor.id.starts_with("host_power:") {
            assert!(factor.licence.starts_with("AGPL-3.0 repository"), "{factor:?}");
        }
    }
}

#[test]
fn an_unknown_name_is_refused_by_name() {
    let factors = FactorSet::builtin().unwrap();
    for name in ["ml.p99.24xlarge", "p3.2xlarge", "ML.P3.2XLARGE", "ml.p3.2xlarge ", ""] {
        assert_eq!(factors.instance(name).unwrap_err(), Refused::UnknownInstance { name: name.to_owned() });
    }
    assert_eq!(factors.region("mars-1").unwrap_err().to_string(), "the region `mars-1` is not in the factor tables");
}

#[test]
fn a_price_keeps_its_digits() {
    let factors = FactorSet::builtin().unwrap();
    let price = factors.list_price("us-east-1", "ml.p4d.24xlarge").unwrap();
    assert_eq!((price.usd_per_hour_text.as_str(), price.usd_per_hour), ("37.688", 37.688));
    assert_eq!(factors.list_price("us-east-1", "ml.t3.large").unwrap().usd_per_hour_text, "0.10");
    assert!(factors.list_price("eu-west-1", "ml.p4d.24xlarge").is_none());
}

#[test]
fn the_hash_follows_the_content() {
    let factors = FactorSet::builtin().unwrap();
    let hash = factors.sha256_hex();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(hash, FactorSet::builtin().unwrap().sha256_hex());
    assert_eq!(hash, factors.with_overrides("same", &[]).unwrap().sha256_hex());
    let one = factors.with_overrides("a", &[change("pue:us-east-1", 1.2, 1.1, 1.3)]).unwrap();
    let other = factors.with_overrides("a", &[change("pue:us-east-1", 1.2, 1.1, 1.4)]).unwrap();
    assert_ne!(one.sha256_hex(), hash);
    assert_ne!(one.sha256_hex(), other.sha256_hex());
}

#[test]
fn every_listed_coefficient_can_be_overridden() {
    let factors = FactorSet::builtin().unwrap();
    for factor in factors.all_factors().iter().filter(|factor| factor.id != "hours_per_year") {
        let value = if factor.id.starts_with("default_") { factor.value } else { factor.value * 1.01 + 0.001 };
        let set = factors.with_overrides("x", &[change(&factor.id, value, value, value)]).unwrap();
        let shown = set.all_factors().into_iter().find(|shown| shown.id == factor.id).unwrap();
        assert_eq!((shown.value, shown.tier.as_str(), shown.unit.as_str()), (value, "override", factor.unit.as_str()));
        assert_eq!(shown.source, "a person: a reason");
    }
}

#[test]
fn overriding_a_host_moves_its_whole_curve() {
    let factors = FactorSet::builtin().unwrap();
    let host = |set: &FactorSet| {
        let host = set.instance("ml.m5.xlarge").unwrap().host.clone().unwrap();
        [0.0, 0.1, 0.5, 1.0].map(|load| host.at(crate::units::Fraction::clamped(load)))
    };
    let before = host(&factors);
    let doubled = before[2] * 2.0;
    let set = factors.with_overrides("x", &[change("host_power:ml.m5.xlarge", doubled, doubled, doubled)]).unwrap();
    for (after, before) in host(&set).into_iter().zip(before) {
        assert!((after / before - 2.0).abs() < 1e-9);
    }
}

#[test]
fn an_operator_can_supply_what_nobody_published() {
    let factors = FactorSet::builtin().unwrap();
    let own = [("pue", 1.2), ("intensity", 400.0), ("wue", 0.1)];
    let changes =
        own.map(|(group, value)| change(&format!("{group}:us-iso-east-1"), value, value, value.max(value * 1.1)));
    let set = factors.with_overrides("own", &changes).unwrap();
    assert!(factors.region("us-iso-east-1").unwrap().site().is_err());
    assert_eq!(set.region("us-iso-east-1").unwrap().site().unwrap().intensity.value(), 400.0);
    assert_eq!(set.label(), "own");
}

#[test]
fn bad_overrides_are_refused() {
    let factors = FactorSet::builtin().unwrap();
    for (id, value, low, high) in [
        ("pue:us-east-1", 1.2, 1.3, 1.4),
        ("pue:us-east-1", 0.9, 0.9, 0.9),
        ("pue:us-east-1", f64::NAN, 1.0, 2.0),
        ("default_cpu_utilisation", 0.5, 0.1, 1.1),
        ("hardware_lifetime_years", 0.0, 0.0, 6.0),
        ("intensity:us-east-1", -1.0, -1.0, 1.0),
    ] {
        let error = factors.with_overrides("x", &[change(id, value, low, high)]).unwrap_err();
        assert!(matches!(error, FactorError::BadOverride { .. }), "{id}: {error}");
    }
    for id in ["pue:mars-1", "host_power:ml.p99.large", "accelerator_idle_cold:Trainium", "kappa", "price:us-east-1"] {
        let error = factors.with_overrides("x", &[change(id, 1.0, 1.0, 1.0)]).unwrap_err();
        assert!(matches!(error, FactorError::UnknownFactor { .. }), "{id}: {error}");
    }
    let nameless = Override { author: " ".to_owned(), ..change("pue:us-east-1", 1.2, 1.1, 1.3) };
    assert!(factors.with_overrides("x", &[nameless]).is_err());
}

#[test]
fn a_share_is_the_part_of_its_machine_that_holds_its_memory() {
    let factors = FactorSet::builtin().unwrap();
    let whole = factors.instance("ml.m5.large").unwrap();
    let shares: Vec<_> = factors.instances().filter(|instance| instance.is_share()).collect();
    assert_eq!(shares.len(), 6);
    for share in shares {
        let part = share.memory_gib.unwrap() / whole.memory_gib.unwrap();
        for step in 0..=10 {
            let load = Fraction::new(f64::from(step) / 10.0).unwrap();
            let (own, of) = (share.host.as_ref().unwrap().at(load), whole.host.as_ref().unwrap().at(load));
            assert!((own - part * of).abs() < 1e-3, "{} at {step}: {own} W of {of} W", share.name);
        }
        let (own, of) = (share.embodied.as_ref().unwrap().value(), whole.embodied.as_ref().unwrap().value());
        assert!((own - part * of).abs() < 1e-3 && share.source.contains("serverless"), "{}", share.name);
    }
}
