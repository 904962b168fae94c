//! `test` and `check`: the phases that prove the project, and how long each took.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::progress::{Outcome, TimeTable};
use crate::test_tools::TestTools;
use crate::{layering, prepare, process, progress, soak, wasm};

/// One part of the proof. In the order in which they run: what is quick or what others need comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Phase {
    /// The formatting is rustfmt's.
    Fmt,
    /// The house's invariants hold.
    Layering,
    /// The islands compile and are embedded in what follows.
    Wasm,
    /// .sqlx is what the migrations and the queries make it.
    Sqlx,
    /// No lint complains, in any target.
    Clippy,
    /// The examples in the documentation of `footprint` hold.
    Doc,
    /// Unit tests and integration tests, with a database, moto and a browser.
    Test,
    /// A minute of faults loses nothing, doubles nothing and invents nothing.
    Soak,
}

/// Everything continuous integration runs.
pub const ALL: &[Phase] =
    &[Phase::Fmt, Phase::Layering, Phase::Wasm, Phase::Sqlx, Phase::Clippy, Phase::Doc, Phase::Test, Phase::Soak];

/// What needs neither a database nor a browser.
pub const CHECK: &[Phase] = &[Phase::Fmt, Phase::Layering, Phase::Clippy];

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Phase::Fmt => "fmt",
            Phase::Layering => "layering",
            Phase::Wasm => "wasm",
            Phase::Sqlx => "sqlx",
            Phase::Clippy => "clippy",
            Phase::Doc => "doc",
            Phase::Test => "test",
            Phase::Soak => "soak",
        }
    }

    fn run(self, filters: &[String]) -> Result<()> {
        // What compiles the server needs the folder it embeds, even without islands in it.
        wasm::site_folder()?;
        match self {
            Phase::Fmt => process::run(process::cargo()?.args(["fmt", "--all", "--check"])),
            Phase::Layering => layering::check(),
            Phase::Wasm => wasm::build(),
            Phase::Sqlx => prepare::check(prepare::Scope::EveryTarget),
            Phase::Clippy => clippy(),
            Phase::Doc => process::run(process::cargo()?.args(["test", "--doc", "--package", "footprint"])),
            Phase::Test => test(filters),
            Phase::Soak => soak::run(soak::EVERY_DAY, 1),
        }
    }
}

/// Runs `phases` in order, whatever becomes of each, so that one run shows everything that is wrong; prints the times.
///
/// `filters` go to the test runner.
pub fn run(phases: &[Phase], filters: &[String]) -> Result<()> {
    let mut phases = phases.to_vec();
    phases.sort();
    phases.dedup();
    let mut table = TimeTable::default();
    let mut failed = Vec::new();
    for phase in phases {
        if process::interrupted() {
            table.add(phase.name(), Outcome::NotRun, Duration::ZERO);
            continue;
        }
        progress::say(format_args!("== {}", phase.name()));
        let began = Instant::now();
        let outcome = phase.run(filters);
        let word = if outcome.is_ok() { Outcome::Passed } else { Outcome::Failed };
        table.add(phase.name(), word, began.elapsed());
        if let Err(error) = outcome {
            eprintln!("error: {}: {error:#}", phase.name());
            failed.push(phase.name());
        }
    }
    eprintln!("\n{table}\n");
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// The islands' crate is linted apart: its feature `hydrate` must not meet the server's `ssr` in one build.
fn clippy() -> Result<()> {
    process::run(process::cargo()?.args(["clippy", "--all-targets", "--", "-D", "warnings"]))?;
    process::run(process::cargo()?.args(["clippy", "--package", "app-wasm", "--", "-D", "warnings"]))
}

fn test(filters: &[String]) -> Result<()> {
    // The crash test starts and kills the program itself.
    process::run(process::cargo()?.args(["build", "--bin", "wattledger"]))?;
    let tools = TestTools::get()?;
    let mut runner = process::cargo()?;
    let nextest = process::capture(process::cargo()?.args(["nextest", "--version"])).is_ok();
    if nextest {
        runner.args(["nextest", "run"]).args(filters);
    } else {
        runner.arg("test").args(filters);
    }
    tools.give_to(&mut runner);
    process::run(&mut runner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_phases_are_run_by_default() {
        assert_eq!(ALL, Phase::value_variants());
    }
}
