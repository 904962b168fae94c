//! What is served: pages at a steady rate, as many as come, and over years.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Answers at a steady rate, from the moment that each was due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paced {
    pub what: String,
    pub asked: u32,
    pub errors: u32,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub longest_ms: f64,
}

/// As many pages as come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rush {
    pub connections: u32,
    pub pages_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// How long a page takes to be made, by the days of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub page: String,
    pub made_ms: Vec<(i64, f64)>,
    pub exponent: f64,
}

/// Everything of the pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pages {
    pub endpoints: u64,
    pub days: u64,
    pub ledger_rows: u64,
    pub database_mb: f64,
    pub rate: u64,
    pub paced: Vec<Paced>,
    pub made: Rush,
    pub kept: Rush,
    pub growth: Vec<Growth>,
    /// Median and longest.
    pub start_ms: [f64; 2],
    /// The overview, the stylesheet and the islands, packed.
    pub weight: [u64; 3],
    pub peak_mb: f64,
}

impl Pages {
    /// The steady answers of a page or a floor whose name begins so.
    pub fn paced(&self, begins: &str) -> Option<&Paced> {
        self.paced.iter().find(|paced| paced.what.starts_with(begins))
    }
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "pages of {} endpoints over {} days: {} rows of the ledger, {:.0} MB",
            self.endpoints, self.days, self.ledger_rows, self.database_mb
        )?;
        for paced in &self.paced {
            writeln!(
                f,
                "{:<30} {} a second: p50 {:.2} ms, p90 {:.2}, p99 {:.2}, p99.9 {:.2}, longest {:.1}, {} failed",
                paced.what,
                self.rate,
                paced.p50_ms,
                paced.p90_ms,
                paced.p99_ms,
                paced.p999_ms,
                paced.longest_ms,
                paced.errors
            )?;
        }
        for (what, rush) in [("made", &self.made), ("kept", &self.kept)] {
            writeln!(
                f,
                "as many as come, {what}: {:.0} pages a second over {} connections, p50 {:.2} ms, p99 {:.2} ms",
                rush.pages_per_second, rush.connections, rush.p50_ms, rush.p99_ms
            )?;
        }
        for growth in &self.growth {
            write!(f, "{:<12}", growth.page)?;
            for (days, ms) in &growth.made_ms {
                write!(f, " {days} days {ms:.1} ms,")?;
            }
            writeln!(f, " exponent {:.2}", growth.exponent)?;
        }
        let [page, sheet, islands] = self.weight;
        writeln!(
            f,
            "started in {:.0} ms (longest {:.0}); first view {page} + {sheet} + {islands} bytes; at most {:.0} MB",
            self.start_ms[0], self.start_ms[1], self.peak_mb
        )
    }
}
