//! Every published case, and what a comparison must be able to find.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

fn all() -> Vec<ValidationResult> {
    cases(&FactorSet::builtin().unwrap())
}

fn of(id: &str) -> ValidationResult {
    all().into_iter().find(|case| case.id == id).unwrap_or_else(|| panic!("no case is called {id}"))
}

#[test]
fn every_case_is_as_expected() {
    let cases = all();
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| case.verdict != Verdict::Met)
        .map(|case| format!("{} {:?}: {:?} beside {:?}", case.id, case.verdict, case.ours, case.published))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    let count = |group| cases.iter().filter(|case| case.group == group).count();
    assert_eq!(
        [Group::Arithmetic, Group::Measured, Group::Node, Group::OtherTool, Group::Unit].map(count),
        [45, 8, 4, 9, 13]
    );
}

#[test]
fn no_row_is_lost_and_each_names_its_source() {
    let mut reader = csv::Reader::from_reader(row::TEXT.as_bytes());
    let rows: Vec<row::Row> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), all().len());
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "an id stands twice");
    for row in &rows {
        assert!(!row.case.is_empty() && !row.source.is_empty() && !row.licence.is_empty(), "{}", row.id);
    }
}

/// Every input is one that its calculation reads: a misspelt name must not pass as a default.
#[test]
fn every_input_is_read() {
    let known: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("energy", &["device_hours", "watts", "kwh", "pue"][..]),
        ("emissions", &["device_hours", "watts", "kwh", "pue", "g_per_kwh", "idle_kwh", "embodied_kg"][..]),
        ("default_power", &["accelerator", "devices", "hours"][..]),
        ("node", &["instance_type", "kind", "utilisation", "kappa"][..]),
        ("workload", &["instance_type", "kind", "count", "hours", "utilisation", "figure"][..]),
        ("normalise", &["percent", "of"][..]),
        ("idle_accelerator", &["instance_type"][..]),
        ("water", &["it_kwh", "pue", "wue", "off_site"][..]),
    ]);
    for row in row::all() {
        for pair in row.inputs.split("; ") {
            let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("{}: {pair}", row.id));
            assert!(known[row.through.as_str()].contains(&name) && !value.is_empty(), "{}: {pair}", row.id);
        }
    }
}

#[test]
fn rounding_is_half_of_the_last_digit() {
    for (text, expected) in [("1.7", 0.05), ("26", 0.5), ("0.022", 0.0005), ("11390", 0.5)] {
        let published = Published::new(text.to_owned(), PublishedUnit::KilowattHours);
        assert!((published.rounding() - expected).abs() < 1e-15, "{text}");
    }
}

#[test]
fn a_verdict_can_fail_in_every_way() {
    let ours = Ours { low: 90.0, central: 100.0, high: 120.0 };
    for (text, expectation, expected) in [
        ("100.9", Expectation::WithinOnePercent, Verdict::Met),
        ("102.0", Expectation::WithinOnePercent, Verdict::Missed),
        ("90", Expectation::InsideInterval, Verdict::Met),
        ("89.4", Expectation::InsideInterval, Verdict::Missed),
        ("121.0", Expectation::InsideInterval, Verdict::Missed),
        ("60", Expectation::Lower, Verdict::Met),
        ("100", Expectation::Lower, Verdict::Missed),
        ("140", Expectation::Higher, Verdict::Met),
        ("99", Expectation::Higher, Verdict::Missed),
        ("2", Expectation::ContradictsItself, Verdict::Met),
        ("100", Expectation::ContradictsItself, Verdict::Missed),
        ("nan", Expectation::Lower, Verdict::NotComputed("`nan` is not a number".to_owned())),
    ] {
        let published = Published::new(text.to_owned(), PublishedUnit::Watts);
        assert_eq!(published.judge(ours, expectation), expected, "{text} {expectation:?}");
    }
}

#[test]
fn what_cannot_be_computed_says_why() {
    let factors = FactorSet::builtin().unwrap();
    for (through, inputs, unit, expected) in [
        ("guess", "a=1", PublishedUnit::Watts, "no calculation is called `guess`"),
        ("energy", "watts=1", PublishedUnit::KilowattHours, "the case does not say `device_hours`"),
        ("energy", "kwh=x; pue=1", PublishedUnit::KilowattHours, "`kwh` is not a number: x"),
        ("energy", "kwh=1; pue=1", PublishedUnit::Tonnes, "the result is not measured in t"),
        (
            "workload",
            "instance_type=ml.p99.large; kind=training",
            PublishedUnit::Watts,
            "the instance type `ml.p99.large` is not in the factor tables",
        ),
    ] {
        assert_eq!(engine::compute(&factors, through, inputs, unit).unwrap_err(), expected);
    }
}

/// The engine's factors are what the cases are tried with: another factor, another answer.
#[test]
fn the_cases_follow_the_factors() {
    let own = crate::Override {
        factor_id: "default_training_accelerator_share".to_owned(),
        value: 0.95,
        low: 0.95,
        high: 1.0,
        author: "test".to_owned(),
        reason: "a default no run has met".to_owned(),
    };
    let factors = FactorSet::builtin().unwrap().with_overrides("wrong", &[own]).unwrap();
    let missed = cases(&factors).into_iter().filter(|case| case.verdict == Verdict::Missed);
    assert!(missed.map(|case| case.group).filter(|group| *group == Group::Measured).count() == 8);
}

#[test]
fn idle_and_embodied_stand_apart_in_the_published_whole() {
    let tonnes = |id: &str| of(id).ours.unwrap().central;
    assert!((tonnes("A9.4") - tonnes("A9.2") - tonnes("A9.3") - 11.2).abs() < 1e-9);
    assert_eq!(of("A3.5").deviation, None, "a published zero has no relative deviation");
}
