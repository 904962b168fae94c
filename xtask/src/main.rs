//! The project's own commands: `cargo xtask <command>`.

#![forbid(unsafe_code)]

mod packages;
mod places;
mod postgres;
mod prepare;
mod process;
mod progress;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use postgres::Cluster;

/// Runs Wattledger and proves it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write .sqlx anew: what the database says about the server's queries, so that the server compiles without one.
    Prepare {
        /// Change nothing, and fail when .sqlx is not up to date.
        #[arg(long)]
        check: bool,
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
        Task::Prepare { check: false } => prepare::write(),
        Task::Prepare { check: true } => prepare::check(),
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
