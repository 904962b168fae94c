//! `soak`: conservation under faults, on a private database that is crashed under the readers as well.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::postgres::Cluster;
use crate::{places, process, progress};

/// How long the proof of every day goes on.
pub const EVERY_DAY: u64 = 60;

/// Lets everything go wrong for `seconds`, and compares what is stored with the truth.
pub fn run(seconds: u64, seed: u64) -> Result<()> {
    process::run(process::cargo()?.args(["build", "--bin", "wattledger", "--bin", "soak"]))?;
    let cluster = Cluster::throw_away()?;
    let target = places::root()?.join("target/debug");
    let mut soak = process::command(target.join("soak"));
    soak.args(["--seconds", &seconds.to_string(), "--seed", &seed.to_string(), "--program"])
        .arg(target.join("wattledger"));
    soak.env("DATABASE_URL", cluster.url()?).env("AWS_EC2_METADATA_DISABLED", "true");
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let crashes = scope.spawn(|| crash(&cluster, Duration::from_secs(seconds), &over));
        let outcome = process::run(&mut soak);
        over.store(true, Ordering::Relaxed);
        let crashes = crashes.join().map_err(|_| anyhow::anyhow!("the thread that crashes the database died"))??;
        progress::say(format_args!("the database was crashed {crashes} times"));
        outcome
    })
}

/// Crashes the server once in every eighth of the time but the last two, in which everything must settle.
fn crash(cluster: &Cluster, lasts: Duration, over: &AtomicBool) -> Result<u32> {
    // The first reading, in peace, comes before the time begins.
    const PEACE: Duration = Duration::from_secs(10);
    let began = Instant::now();
    let mut crashes = 0;
    for eighth in 1..=6 {
        let at = PEACE + lasts * eighth / 8;
        while began.elapsed() < at {
            if over.load(Ordering::Relaxed) || process::interrupted() {
                return Ok(crashes);
            }
            thread::sleep(Duration::from_millis(50));
        }
        cluster.crash().context("crashing the private database")?;
        crashes += 1;
    }
    Ok(crashes)
}
