//! `factors`: the host curves computed anew from their inputs, and how other tools' tables lie to them.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use footprint::FactorSet;
use footprint::rebuild::{self, Rebuilt, Reproduction};

/// Prints what could be reproduced and how far others are; `all` adds a line for every instance type.
///
/// Fails when a committed curve no longer follows from its inputs.
pub fn print(all: bool) -> Result<()> {
    let factors = FactorSet::builtin().context("reading the factor tables")?;
    let curves = rebuild::host_curves(&factors).context("reading the inputs of the host curves")?;
    if all {
        println!("{}", every_curve(&curves));
    }
    println!("{}", reproduced(&curves));
    println!("{}", others(&curves));
    let drifted: Vec<&str> = curves.iter().filter(|row| has_drifted(row)).map(|row| row.name.as_str()).collect();
    ensure!(drifted.is_empty(), "these curves no longer follow from footprint/data/inputs: {}", drifted.join(", "));
    Ok(())
}

fn has_drifted(row: &Rebuilt) -> bool {
    matches!(row.reproduction, Reproduction::WithinFivePercent | Reproduction::Differs)
}

/// How many curves came out how well, and what is missing for the others.
fn reproduced(curves: &[Rebuilt]) -> String {
    let count = |wanted: &dyn Fn(&Reproduction) -> bool| curves.iter().filter(|row| wanted(&row.reproduction)).count();
    let mut text = format!("Host power curves: {} instance types\n", curves.len());
    for (label, number) in [
        ("equal to the printed digits", count(&|verdict| *verdict == Reproduction::Exact)),
        ("within 5 %", count(&|verdict| *verdict == Reproduction::WithinFivePercent)),
        ("further off", count(&|verdict| *verdict == Reproduction::Differs)),
    ] {
        line(&mut text, &format!("  {label:<68} {number:>4}"));
    }
    for (why, names) in missing(curves) {
        line(&mut text, &format!("  {why:<68} {:>4}  {}", names.len(), names.join(" ")));
    }
    text
}

/// The types whose curve lacks an input, by the sentence that names it.
fn missing(curves: &[Rebuilt]) -> Vec<(String, Vec<&str>)> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for row in curves {
        let why = match &row.reproduction {
            Reproduction::ExactButFor(why) => format!("equal, but for one point: {why}"),
            Reproduction::NotReproducible(why) => format!("no curve, not reproducible: {why}"),
            Reproduction::Exact | Reproduction::WithinFivePercent | Reproduction::Differs => continue,
        };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(&row.name),
            None => reasons.push((why, vec![&row.name])),
        }
    }
    reasons
}

/// Ours over another table's watts, at each load: the least, the middle and the greatest ratio.
fn others(curves: &[Rebuilt]) -> String {
    let mut text = "Ours over the tables of others (least, median, greatest)\n".to_owned();
    line(&mut text, &format!("  {:<58} {:>5} {:>6}  {:>18}", "table", "types", "load", "ratio"));
    type Points = fn(&Rebuilt) -> Option<rebuild::Curve>;
    let tables: [(&str, Points); 3] = [
        ("Boavizta's model, computed from the inputs", |row| row.boavizta.map(|curve| curve.map(Some))),
        ("Teads 2021, machines without accelerators", |row| row.teads),
        ("Cloud Carbon Footprint, vCPU only", |row| {
            row.cloud_carbon_footprint.map(|[idle, _, half, full]| [Some(idle), None, Some(half), Some(full)])
        }),
    ];
    for (label, of) in tables {
        for (point, load) in rebuild::LOADS.into_iter().enumerate() {
            let ratios = curves.iter().filter_map(|row| ratio(row.committed?, of(row)?, point)).collect();
            if let Some((number, [least, median, greatest])) = spread(ratios) {
                let load = format!("{:.0} %", load * 100.0);
                line(
                    &mut text,
                    &format!("  {label:<58} {number:>5} {load:>6}  {least:.2}  {median:.2}  {greatest:.2}"),
                );
            }
        }
    }
    text
}

fn ratio(committed: [f64; 4], other: rebuild::Curve, point: usize) -> Option<f64> {
    Some(committed.get(point)? / other.get(point).copied().flatten()?)
}

/// How many numbers there are, and the least, the middle and the greatest of them.
fn spread(mut numbers: Vec<f64>) -> Option<(usize, [f64; 3])> {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.get(numbers.len() / 2)?;
    Some((numbers.len(), [*numbers.first()?, *middle, *numbers.last()?]))
}

fn every_curve(curves: &[Rebuilt]) -> String {
    let mut text = format!(
        "{:<26} {:<24} {:>34} {:>34} {:>8}\n",
        "instance type", "basis", "committed, W", "computed, W", "off, %"
    );
    for row in curves {
        let basis = row.basis.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        let committed = row.committed.map_or([None; 4], |curve| curve.map(Some));
        let off = row.greatest_difference().map_or_else(String::new, |share| format!("{:.2}", share * 100.0));
        let [committed, computed] = [committed, row.rebuilt].map(watts);
        line(&mut text, &format!("{:<26} {basis:<24} {committed:>34} {computed:>34} {off:>8}", row.name));
    }
    text
}

fn watts(curve: rebuild::Curve) -> String {
    curve.map(|point| point.map_or_else(|| "-".to_owned(), |watts| format!("{watts:.2}"))).join(" ")
}

fn line(text: &mut String, line: &str) {
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Vec<Rebuilt> {
        rebuild::host_curves(&FactorSet::builtin().unwrap()).unwrap()
    }

    #[test]
    fn every_type_is_accounted_for() {
        let curves = curves();
        let equal = curves.iter().filter(|row| row.reproduction == Reproduction::Exact).count();
        let without: usize = missing(&curves).iter().map(|(_, names)| names.len()).sum();
        assert_eq!(equal + without, curves.len());
        assert!(!curves.iter().any(has_drifted));
        assert!(
            reproduced(&curves).contains("not reproducible")
                && every_curve(&curves).lines().count() == curves.len() + 1
        );
    }

    #[test]
    fn others_are_compared_where_they_have_a_point() {
        let text = others(&curves());
        let lines = |table: &str| text.lines().filter(|line| line.contains(table)).count();
        assert_eq!([lines("Boavizta"), lines("Teads"), lines("Cloud Carbon")], [4, 4, 3], "{text}");
        assert_eq!(spread(vec![3.0, 1.0, 2.0]), Some((3, [1.0, 2.0, 3.0])));
        assert_eq!(spread(Vec::new()), None);
    }
}
