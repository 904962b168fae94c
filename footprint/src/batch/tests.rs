//! A batch is the sum of its hours, whatever the rows.

use super::*;
use crate::estimate::{HourInput, estimate_hour};
use crate::factors::{FactorSet, Override};
use crate::interval::{GroupKey, PartSums};
use crate::power::Measured;
use crate::refused::Refused;
use crate::tier::WorkloadKind;
use crate::units::{Fraction, Grams, KilowattHours, Litres};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// One row as it lies in the columns.
#[derive(Clone, Copy, Debug)]
struct Row {
    instance: u16,
    region: u16,
    kind: u8,
    seconds: f32,
    cpu: f32,
    gpu: f32,
}

fn batch_of(table: &FactorTable, rows: &[Row]) -> BatchSums {
    let [instance, region] = [|row: &Row| row.instance, |row: &Row| row.region].map(|of| rows.iter().map(of).collect());
    let (instance, region): (Vec<u16>, Vec<u16>) = (instance, region);
    let kind: Vec<u8> = rows.iter().map(|row| row.kind).collect();
    let column = |of: fn(&Row) -> f32| rows.iter().map(of).collect::<Vec<f32>>();
    let (seconds, cpu, gpu) = (column(|row| row.seconds), column(|row| row.cpu), column(|row| row.gpu));
    estimate_hours(table, &HourColumns::new(&instance, &region, &kind, &seconds, &cpu, &gpu).unwrap())
}

/// The same rows, one at a time.
#[derive(Default)]
struct OneByOne {
    groups: BTreeMap<GroupKey, (u64, PartSums)>,
    refusals: BTreeMap<&'static str, u64>,
}

impl OneByOne {
    fn of(factors: &FactorSet, table: &FactorTable, rows: &[Row]) -> Self {
        let mut sums = Self::default();
        for row in rows {
            match estimate(factors, table, row) {
                Ok((key, parts)) => {
                    let (rows, sum) = sums.groups.entry(key).or_default();
                    *rows += 1;
                    *sum += parts;
                }
                Err(reason) => *sums.refusals.entry(reason).or_default() += 1,
            }
        }
        sums
    }
}

fn estimate(factors: &FactorSet, table: &FactorTable, row: &Row) -> Result<(GroupKey, PartSums), &'static str> {
    let share =
        |load: f32| if load.is_nan() { Ok(None) } else { Fraction::new(f64::from(load)).map(Some).ok_or("share") };
    let (cpu, gpu) = (share(row.cpu), share(row.gpu));
    let kind = [WorkloadKind::Training, WorkloadKind::Endpoint].get(usize::from(row.kind)).copied();
    // What cannot be said of a single hour is a number out of its range.
    let sayable = kind.is_some() && cpu.is_ok() && gpu.is_ok();
    let instance_type = table.names.get(usize::from(row.instance)).cloned().unwrap_or_default();
    let region = table.regions.get(usize::from(row.region)).map(|place| place.name.clone()).unwrap_or_default();
    let kind = kind.unwrap_or(WorkloadKind::Training);
    let input = HourInput {
        instance_type: &instance_type,
        region: &region,
        kind,
        instance_seconds: if sayable { f64::from(row.seconds) } else { f64::NAN },
        cpu: cpu.ok().flatten(),
        gpu: gpu.ok().flatten(),
        measured: Measured::default(),
        storage_gb: None,
        network_gb: None,
    };
    match estimate_hour(factors, &input) {
        Ok(parts) => {
            let key = GroupKey { instance_type: instance_type.clone(), region: region.clone(), kind, tier: parts.tier };
            Ok((key, PartSums::of(&parts, input.instance_seconds)))
        }
        Err(Refused::UnknownInstance { .. }) => Err("unknown type"),
        Err(Refused::UnknownRegion { .. }) => Err("unknown region"),
        Err(Refused::NoPower { .. }) => Err("no power"),
        Err(Refused::NoRegionFigure { .. }) => Err("no region figure"),
        Err(Refused::InvalidInput { .. }) => Err("invalid"),
    }
}

/// Every part, in micro-units.
fn parts(sums: &PartSums) -> [(&'static str, i64); 11] {
    [
        ("host idle", sums.host_idle.0),
        ("host dynamic", sums.host_dynamic.0),
        ("accelerator idle", sums.accelerator_idle.0),
        ("accelerator dynamic", sums.accelerator_dynamic.0),
        ("storage", sums.storage.0),
        ("network", sums.network.0),
        ("facility", sums.facility.0),
        ("operational", sums.operational.0),
        ("embodied host", sums.embodied_host.0),
        ("embodied accelerator", sums.embodied_accelerator.0),
        ("water", sums.water.0),
    ]
}

/// The parts of the energy.
const ENERGY: [&str; 4] = ["host idle", "host dynamic", "accelerator idle", "accelerator dynamic"];

fn compare(factors: &FactorSet, table: &FactorTable, rows: &[Row]) -> Result<OneByOne, TestCaseError> {
    let batch = batch_of(table, rows);
    let single = OneByOne::of(factors, table, rows);
    prop_assert_eq!(
        batch.groups.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        single.groups.keys().collect::<Vec<_>>()
    );
    for ((key, sums), (rows, expected)) in batch.groups.iter().zip(single.groups.values()) {
        for ((part, got), (_, wanted)) in parts(sums).into_iter().zip(parts(expected)) {
            let apart = got.abs_diff(wanted) as f64;
            let all = if ENERGY.contains(&part) { expected.it().0 } else { wanted };
            prop_assert!(apart <= most_apart(*rows, all), "{part} of {rows} rows of {key:?}: {got}, not {wanted}");
        }
        let seconds = expected.instance_seconds;
        prop_assert!((sums.instance_seconds - seconds).abs() <= seconds * 1e-12, "{key:?}");
    }
    let refusals = &batch.refusals;
    let no_power: u64 = refusals.no_power.iter().map(|(_, rows)| rows).sum();
    for (reason, counted) in [
        ("unknown type", refusals.unknown_instance),
        ("unknown region", refusals.unknown_region),
        ("no region figure", refusals.no_region_figure),
        ("invalid", refusals.invalid_input),
        ("no power", no_power),
    ] {
        prop_assert_eq!(counted, single.refusals.get(reason).copied().unwrap_or(0), "{}", reason);
    }
    prop_assert_eq!(batch.estimated + refusals.total(), rows.len() as u64);
    Ok(single)
}

/// Any type and region, every kind of load, and now and then what must be refused.
fn any_row(table: &FactorTable, few: bool) -> impl Strategy<Value = Row> + use<> {
    let (instances, regions) = table.shape();
    let special = [
        "ml.p4d.24xlarge",
        "ml.p3.2xlarge",
        "ml.trn1.2xlarge",
        "ml.m5.xlarge",
        "ml.eia2.large",
        "ml.p6e-gb200.36xlarge",
    ]
    .map(|name| table.instance_index(name).unwrap());
    let place = table.region_index("eu-west-1").unwrap();
    let index = |all: usize, usual: Vec<u16>| {
        let all = u16::try_from(all).unwrap();
        // Few types and places make groups of many rows.
        let spread = if few { 1 } else { 40 };
        prop_oneof![40 => proptest::sample::select(usual), spread => 0..all, 1 => all..=u16::MAX]
    };
    let load = || {
        let edge = proptest::sample::select(vec![0.0_f32, 0.1, 0.5, 1.0]);
        prop_oneof![20 => 0.0..=1.0_f32, 4 => edge, 12 => Just(f32::NAN), 1 => proptest::num::f32::ANY]
    };
    let kind = prop_oneof![20 => Just(0_u8), 20 => Just(1_u8), 1 => 2..=u8::MAX];
    let seconds =
        prop_oneof![30 => 0.0..1e7_f32, 10 => Just(3_600.0_f32), 1 => 0.0..1e12_f32, 1 => proptest::num::f32::ANY];
    let row = (index(instances, special.to_vec()), index(regions, vec![place]), kind, seconds, load(), load());
    row.prop_map(|(instance, region, kind, seconds, cpu, gpu)| Row { instance, region, kind, seconds, cpu, gpu })
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

#[test]
fn a_batch_is_the_sum_of_its_hours() {
    let factors = FactorSet::builtin().unwrap();
    let table = FactorTable::new(&factors);
    let seen = RefCell::new(BTreeMap::<String, u64>::new());
    let law = |rows: Vec<Row>| {
        // Repeated, so that most rows find the room for their group already made.
        let single = compare(&factors, &table, &rows.repeat(8))?;
        let mut seen = seen.borrow_mut();
        for (key, (rows, _)) in &single.groups {
            *seen.entry(key.tier.to_string()).or_default() += rows;
            *seen.entry(key.kind.to_string()).or_default() += rows;
            if *rows > 10 {
                *seen.entry("groups of many rows".to_owned()).or_default() += 1;
            }
        }
        for (reason, rows) in &single.refusals {
            *seen.entry((*reason).to_owned()).or_default() += rows;
        }
        Ok(())
    };
    runner(60).run(&proptest::collection::vec(any_row(&table, false), 0..60), law).unwrap();
    runner(15).run(&proptest::collection::vec(any_row(&table, true), 100..200), law).unwrap();
    let seen = seen.into_inner();
    println!("rows tried: {seen:?}");
    let refused = ["unknown type", "unknown region", "no power", "no region figure", "invalid"];
    for branch in ["T1", "T2", "T3", "T4", "training", "endpoint", "groups of many rows"].iter().chain(&refused) {
        assert!(seen.get(*branch).is_some_and(|count| *count >= 20), "{branch} was hardly tried: {seen:?}");
    }
}

/// Overrides may put an idle power above what some load draws; then the line bends where it crosses.
#[test]
fn a_line_that_crosses_idle_bends_there() {
    let builtin = FactorSet::builtin().unwrap();
    let own = |id: &str, value: f64| Override {
        factor_id: id.to_owned(),
        value,
        low: value,
        high: value,
        author: "test".to_owned(),
        reason: "a line that crosses".to_owned(),
    };
    let full = {
        let part = builtin.accelerator("A100-40").unwrap().power.as_ref().unwrap();
        builtin.method().kappa(part.kappa).value() * part.cap_w
    };
    for (cold, loaded) in [
        (full * 0.7, full * 0.2),
        (full * 1.3, full * 1.6),
        (full * 1.6, full * 1.3),
        (full, full),
        (full * 2.0, full),
        (full, full * 2.0),
    ] {
        let changes = [own("accelerator_idle_cold:A100-40", cold), own("accelerator_idle_loaded:A100-40", loaded)];
        let factors = builtin.with_overrides("crossing", &changes).unwrap();
        let table = FactorTable::new(&factors);
        let instance = table.instance_index("ml.p4d.24xlarge").unwrap();
        let region = table.region_index("eu-west-1").unwrap();
        for kind in [0, 1] {
            let rows: Vec<Row> = (0..=40_u8)
                .map(|step| Row { instance, region, kind, seconds: 3_600.0, cpu: 0.3, gpu: f32::from(step) / 40.0 })
                .collect();
            let single = compare(&factors, &table, &rows).unwrap();
            assert_eq!(single.groups.values().map(|(rows, _)| rows).sum::<u64>(), 41);
        }
    }
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let columns = HourColumns::new(&[0, 0], &[0, 0], &[0, 0], &[1.0], &[0.5, 0.5], &[0.5, 0.5]);
    assert_eq!(columns.unwrap_err().to_string(), "the columns of a batch must be of one length");
}

#[test]
fn a_batch_has_the_intervals_of_its_hours() {
    let factors = FactorSet::builtin().unwrap();
    let table = FactorTable::new(&factors);
    let rows = [("ml.p4d.24xlarge", 0, 0.8), ("ml.g5.xlarge", 1, f32::NAN), ("ml.m5.xlarge", 1, 0.2)].map(
        |(name, kind, gpu)| Row {
            instance: table.instance_index(name).unwrap(),
            region: table.region_index("us-east-1").unwrap(),
            kind,
            seconds: 3_600.0,
            cpu: 0.4,
            gpu,
        },
    );
    let rows = rows.repeat(100);
    let groups: Vec<_> =
        OneByOne::of(&factors, &table, &rows).groups.into_iter().map(|(key, (_, sums))| (key, sums)).collect();
    let wanted = crate::totals(&factors, &groups);
    let got = crate::totals(&factors, &batch_of(&table, &rows).groups);
    let figures = |totals: &crate::Totals| {
        let (energy, grams) = (totals.energy, totals.emissions);
        [energy.low, energy.central, energy.high]
            .map(KilowattHours::get)
            .into_iter()
            .chain([grams.low, grams.central, grams.high].map(Grams::get))
            .chain([totals.water.low, totals.water.central, totals.water.high].map(Litres::get))
            .collect::<Vec<_>>()
    };
    for (got, wanted) in figures(&got).into_iter().zip(figures(&wanted)) {
        // Each hour was rounded to a microlitre, of which one of these hours has some hundred thousand.
        assert!((got / wanted - 1.0).abs() < 1e-6, "{got}, not {wanted}");
    }
    assert!(got.energy.low < got.energy.central && got.energy.central < got.energy.high);
    assert_eq!((got.worst_tier, got.completeness), (wanted.worst_tier, wanted.completeness));
}
