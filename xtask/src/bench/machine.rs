//! Where and of what something was measured.

use std::fs;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{places, process};

/// What was measured, when and on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The commit, marked where the clone held anything else.
    pub commit: String,
    /// UTC, ISO 8601.
    pub date: String,
    pub rustc: String,
    pub machine: Machine,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub memory_gib: f64,
    pub kernel: String,
    /// Over one, five and fifteen minutes, at the end.
    pub load_average: [f64; 3],
}

impl Circumstances {
    pub fn now() -> Result<Circumstances> {
        Ok(Circumstances {
            commit: commit()?,
            date: said(&["date", "-u", "+%Y-%m-%dT%H:%M:%SZ"])?,
            rustc: said(&["rustc", "--version"])?,
            machine: Machine {
                processor: after(&read("/proc/cpuinfo")?, "model name").unwrap_or_else(|| "unknown".to_owned()),
                cores: thread::available_parallelism()?.get(),
                memory_gib: gibibytes(&read("/proc/meminfo")?)?,
                kernel: said(&["uname", "-sr"])?,
                load_average: load_average(&read("/proc/loadavg")?)?,
            },
        })
    }
}

fn commit() -> Result<String> {
    let head = said(&["git", "rev-parse", "HEAD"])?;
    // What this command itself writes is no change of what it measures.
    let changed = said(&["git", "status", "--porcelain", "--", ":!bench.json", ":!README.md"])?;
    Ok(if changed.is_empty() { head } else { format!("{head} with changes") })
}

fn said(words: &[&str]) -> Result<String> {
    let (program, arguments) = words.split_first().context("a command has a name")?;
    let output = process::capture(process::command(program).args(arguments).current_dir(places::root()?))?;
    Ok(output.trim().to_owned())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {path}"))
}

/// The value of the first line of this name, after its colon.
fn after(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn gibibytes(meminfo: &str) -> Result<f64> {
    let total = after(meminfo, "MemTotal").context("no MemTotal in /proc/meminfo")?;
    let kibibytes: f64 = total.trim_end_matches("kB").trim().parse().context("reading MemTotal")?;
    Ok((kibibytes / 1_048_576.0 * 10.0).round() / 10.0)
}

fn load_average(text: &str) -> Result<[f64; 3]> {
    let numbers: Vec<f64> = text.split_whitespace().take(3).map_while(|number| number.parse().ok()).collect();
    numbers.try_into().ok().context("reading /proc/loadavg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_tables_are_read() {
        assert_eq!(gibibytes("MemFree: 1 kB\nMemTotal:       24737216 kB\n").unwrap(), 23.6);
        assert!(gibibytes("MemFree: 1 kB\n").is_err() && load_average("1.32").is_err());
        assert_eq!(load_average("1.32 1.79 1.95 2/345 678\n").unwrap(), [1.32, 1.79, 1.95]);
        assert_eq!(after("model name\t: AMD EPYC\n", "model name").unwrap(), "AMD EPYC");
    }
}
