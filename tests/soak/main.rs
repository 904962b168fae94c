//! Conservation: while readers are killed and stopped, the database ends its sessions and AWS answers badly, nothing is
//! lost, nothing doubled and nothing invented.
//!
//! Three readers of one account work beside each other as separate processes. When the time is over, what they left is
//! read in peace, and every stored cell is compared with the truth, which is a function of series, minute and revision.

#![forbid(unsafe_code)]

mod chaos;
mod oracle;
mod readers;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use aws_simulator::{Faults, Fleet, Simulator};
use chrono::{DateTime, Utc};
use clap::Parser;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use chaos::Chaos;
use readers::{Readers, Setting};

/// Whether nothing is lost and nothing doubled while everything goes wrong.
#[derive(Parser)]
struct Arguments {
    /// How long things go wrong, seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Chooses what goes wrong, and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The built program.
    #[arg(long)]
    program: PathBuf,
    /// An empty database that nobody else uses.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

/// First hour that is read.
fn from() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_046_400, 0).unwrap_or_default() // 19 November 2026
}

#[tokio::main]
async fn main() -> ExitCode {
    match soak(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(arguments: Arguments) -> Result<()> {
    ensure!(arguments.program.exists(), "build the program first: cargo build --bin wattledger");
    let begin = from() + chrono::Duration::days(4) + chrono::Duration::hours(12);
    let fleet = Fleet::small(begin, arguments.seed);
    let setting = Setting {
        program: arguments.program,
        database_url: arguments.database_url,
        key: fleet.accounts.first().context("the fleet has an account")?.access_key_id(),
        region: "us-east-1".to_owned(),
        from: from(),
    };
    let simulator = Simulator::start(fleet, 0).await?;
    let mut readers = Readers::new(&setting, simulator.endpoint_url());
    // The schema, before anything goes wrong.
    readers.in_peace(begin, false).await.context("the first reading, in peace")?;
    let mut chaos = Chaos::new(&simulator, &setting, StdRng::seed_from_u64(arguments.seed));
    let clock = Instant::now();
    let lasts = Duration::from_secs(arguments.seconds);
    while clock.elapsed() < lasts {
        chaos.step(&mut readers, clock.elapsed().as_secs_f64() / lasts.as_secs_f64()).await?;
    }
    readers.end().await;
    simulator.set_faults(Faults::none());
    let now = simulator.fleet().now;
    let mut left = u64::MAX;
    for _ in 0..20 {
        left = readers.in_peace(now, false).await?;
        if left == 0 {
            break;
        }
    }
    ensure!(left == 0, "{left} windows are still unread in peace");
    // Values that AWS changed after their windows were closed.
    readers.in_peace(now, true).await?;
    println!("{}", chaos.told());
    let report = oracle::compare(&setting, &simulator.fleet()).await?;
    println!("{report}");
    ensure!(report.wrong.is_empty(), "what is stored is not the truth");
    Ok(())
}
