//! `bench`: how fast usage hours are estimated, taken in and shown, beside ceilings measured in the same run and beside other
//! estimators.

mod comparators;
mod intake;
mod machine;
mod pages;
mod readme;
mod result;
mod served;

use std::fs;

use anyhow::{Context, Result};

use crate::{places, process, progress};
use result::{Bench, Timings};

/// What is committed.
const FILE: &str = "bench.json";

/// Measures, prints a table, and writes `bench.json` and the lines of the README that quote it.
pub fn run() -> Result<()> {
    // What can be missing is found out before anything is measured.
    let comparators = comparators::install()?;
    let nginx = served::nginx()?;
    progress::say("building and timing the estimates (two minutes)");
    let mut cargo = process::cargo()?;
    let timings = process::capture_output(cargo.args(["bench", "--package", "footprint", "--bench", "batch"]))?;
    let timings: Timings = serde_json::from_str(&timings).context("reading what the bench printed")?;
    let (intake, pages) = served::time(&nginx)?;
    let comparators = comparators.iter().map(comparators::Comparator::time).collect::<Result<_>>()?;
    let bench = Bench::new(timings, intake, pages, comparators, machine::Circumstances::now()?);
    print!("{bench}");
    let root = places::root()?;
    fs::write(root.join(FILE), serde_json::to_string_pretty(&bench)? + "\n").context("writing bench.json")?;
    let path = root.join("README.md");
    let text = fs::read_to_string(&path).context("reading README.md")?;
    fs::write(&path, readme::with_figures(&text, &bench)?).context("writing README.md")?;
    progress::say("bench.json and README.md hold these figures");
    Ok(())
}

#[cfg(test)]
mod tests;
