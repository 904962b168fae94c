//! The project's own commands: `cargo xtask <command>`.

#![forbid(unsafe_code)]

mod bench;
mod factors;
mod installed;
mod layering;
mod lighthouse;
mod packages;
mod phases;
mod places;
mod postgres;
mod prepare;
mod process;
mod progress;
mod run;
mod screenshots;
mod soak;
mod test_tools;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use phases::Phase;
use postgres::Cluster;
use run::Source;

/// Runs Wattledger and proves it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything, start a private database and show the product with a demo account.
    Run {
        /// Read the account your AWS credentials open, instead of the demo.
        #[arg(long, conflicts_with = "no_demo")]
        aws: bool,
        /// Start no demo and read nothing new: show what the database holds.
        #[arg(long)]
        no_demo: bool,
        /// Where the pages are served on this machine.
        #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
    },
    /// Prove everything, as continuous integration does: all phases, or those named.
    Test {
        /// The phases to run, in the order of this list whatever the order given.
        #[arg(value_enum)]
        phases: Vec<Phase>,
        /// After `--`, filters and options for the test runner.
        #[arg(last = true)]
        runner: Vec<String>,
    },
    /// The quick part of the proof: formatting, layering, lints.
    Check,
    /// Time the estimates beside a ceiling of this machine and beside other estimators; rewrites bench.json and the README.
    Bench,
    /// Take a picture of every page of the demo: light, dark, on a phone and on paper, into tests/screenshots.
    Screenshots,
    /// Let Lighthouse look at the pages of the demo, as released.
    Lighthouse,
    /// Kill readers, crash the database and let AWS answer badly for a while; then compare every stored point with the truth.
    Soak {
        /// For how long, seconds.
        #[arg(long, default_value_t = 1_800, value_parser = clap::value_parser!(u64).range(10..))]
        seconds: u64,
        /// Chooses what goes wrong, and when.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write .sqlx anew: what the database says about the server's queries, so that the server compiles without one.
    Prepare {
        /// Change nothing, and fail when .sqlx is not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Compute the host power curves anew from footprint/data/inputs, and print how others' tables lie to them.
    Factors {
        /// A line for every instance type.
        #[arg(long)]
        all: bool,
    },
    /// Build the islands into target/site/pkg, where the server embeds them.
    Wasm,
    /// The private database that `run` uses, for a look by hand or for `psql`.
    #[command(subcommand)]
    Postgres(Database),
}

#[derive(Subcommand)]
enum Database {
    /// Start it and leave it running.
    Start,
    /// Stop it, whoever is using it.
    Stop,
    /// Print its address, password included.
    Url,
}

fn main() -> ExitCode {
    progress::start();
    match process::listen_for_interrupts().and_then(|()| carry_out(Arguments::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if process::interrupted() => {
            progress::say("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> Result<()> {
    match task {
        Task::Run { aws, no_demo, port } => run::run(source(aws, no_demo), port),
        Task::Test { phases, runner } => phases::run(if phases.is_empty() { phases::ALL } else { &phases }, &runner),
        Task::Check => phases::run(phases::CHECK, &[]),
        Task::Bench => bench::run(),
        Task::Lighthouse => lighthouse::judge(),
        Task::Screenshots => screenshots::take(),
        Task::Soak { seconds, seed } => soak::run(seconds, seed),
        Task::Prepare { check: false } => prepare::write(),
        Task::Prepare { check: true } => prepare::check(prepare::Scope::Server),
        Task::Factors { all } => factors::print(all),
        Task::Wasm => wasm::build(),
        Task::Postgres(Database::Start) => {
            println!("{}", Cluster::start_for_developer()?);
            Ok(())
        }
        Task::Postgres(Database::Stop) => Cluster::stop_kept(),
        Task::Postgres(Database::Url) => {
            println!("{}", Cluster::kept_url()?);
            Ok(())
        }
    }
}

fn source(aws: bool, no_demo: bool) -> Source {
    match (aws, no_demo) {
        (true, _) => Source::Aws,
        (false, true) => Source::Nothing,
        (false, false) => Source::Demo,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_manual_is_consistent() {
        Arguments::command().debug_assert();
    }
}
