#![forbid(unsafe_code)]
//! Runs the simulated AWS by itself, for a look at it with any AWS client.

use anyhow::Context as _;
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Utc};
use clap::{Parser, ValueEnum};

/// A small AWS on loopback: SageMaker, CloudWatch and STS.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Which fleet to simulate.
    #[arg(long, value_enum, default_value_t = FleetName::Demo)]
    fleet: FleetName,
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The simulated present in RFC 3339; without it the present follows the clock.
    #[arg(long)]
    now: Option<DateTime<Utc>>,
    /// Seed of names, durations and metric values.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FleetName {
    Demo,
    Small,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let now = options.now.unwrap_or_else(Utc::now);
    let mut fleet = match options.fleet {
        FleetName::Demo => Fleet::demo(now, options.seed),
        FleetName::Small => Fleet::small(now, options.seed),
    };
    fleet.ticking = options.now.is_none();
    let keys: Vec<String> =
        fleet.accounts.iter().map(|account| format!("{} ({})", account.access_key_id(), account.name)).collect();
    let handle = Simulator::start(fleet, options.port).await?;
    println!("{}", handle.endpoint_url());
    eprintln!("access keys: {}", keys.join(", "));
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.context("waiting for Ctrl-C"),
        ended = handle.wait() => ended,
    }
}
