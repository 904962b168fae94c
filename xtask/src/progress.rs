//! What the terminal shows: a line per step with the time since the start, and a table of phases at the end.

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Remembers when the command began; the first call counts.
pub fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// Prints one step with the seconds since the start.
pub fn say(step: impl fmt::Display) {
    eprintln!("[{:>6.1} s] {step}", start().elapsed().as_secs_f64());
}

/// How a phase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    NotRun,
}

/// The phases of a command, in order, with their times.
#[derive(Debug, Default)]
pub struct TimeTable {
    rows: Vec<(String, Outcome, Duration)>,
}

impl TimeTable {
    pub fn add(&mut self, phase: &str, outcome: Outcome, took: Duration) {
        self.rows.push((phase.to_owned(), outcome, took));
    }
}

impl fmt::Display for TimeTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|(phase, ..)| phase.len()).max().unwrap_or(0).max("total".len());
        let mut total = Duration::ZERO;
        for (phase, outcome, took) in &self.rows {
            total += *took;
            let word = match outcome {
                Outcome::Passed => "ok",
                Outcome::Failed => "FAILED",
                Outcome::NotRun => "not run",
            };
            writeln!(f, "  {phase:<width$}  {:>8.1} s  {word}", took.as_secs_f64())?;
        }
        write!(f, "  {:<width$}  {:>8.1} s", "total", total.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_table_aligns_phases_and_adds_them_up() {
        let mut table = TimeTable::default();
        table.add("fmt", Outcome::Passed, Duration::from_millis(1_250));
        table.add("layering", Outcome::Failed, Duration::from_millis(500));
        table.add("test", Outcome::NotRun, Duration::ZERO);
        assert_eq!(
            table.to_string(),
            "  fmt            1.2 s  ok\n  \
               layering       0.5 s  FAILED\n  \
               test           0.0 s  not run\n  \
               total          1.8 s"
        );
    }
}
