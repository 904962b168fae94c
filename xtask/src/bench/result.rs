//! The figures of a run, as they are kept and as they are shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::comparators::Rate;
use super::intake::Intake;
use super::machine::Circumstances;
use super::pages::Pages;

/// One figure of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// `columns read` is the ceiling of the other two.
    pub what: String,
    /// How the rows lie: a fleet by entity or by hour, or any type in any region.
    pub layout: String,
    pub rows: u64,
    /// On the processor; median of 5 after a warm-up.
    pub seconds: f64,
    /// On the wall, waiting for others included.
    pub wall_seconds: f64,
    pub rows_per_second: f64,
    pub gigabytes_per_second: f64,
}

/// What the bench prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    pub bytes_per_row: u64,
    pub batch: Vec<Timing>,
    pub ceiling: Vec<Timing>,
    pub single_hours_per_second: f64,
}

/// How the time of one kind of work grows from one size to the next: seconds ~ rows ^ exponent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub what: String,
    pub layout: String,
    pub from_rows: u64,
    pub to_rows: u64,
    pub exponent: f64,
}

/// Everything that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    #[serde(flatten)]
    pub circumstances: Circumstances,
    #[serde(flatten)]
    pub timings: Timings,
    /// Of `batch`, in its order: rows a second over those of the ceiling of the same rows.
    pub ratios: Vec<f64>,
    pub exponents: Vec<Growth>,
    /// From AWS to rows, and from rows to footprints.
    pub intake: Intake,
    /// From rows to pages.
    pub pages: Pages,
    pub comparators: Vec<Rate>,
}

impl Bench {
    pub fn new(
        timings: Timings,
        intake: Intake,
        pages: Pages,
        comparators: Vec<Rate>,
        circumstances: Circumstances,
    ) -> Bench {
        let ratios = timings.batch.iter().map(|timing| ratio(timing, &timings.ceiling)).collect();
        let exponents = timings.batch.iter().filter_map(|timing| growth(timing, &timings.batch)).collect();
        Bench { circumstances, timings, ratios, exponents, intake, pages, comparators }
    }

    /// Sums with intervals over the most rows of a fleet, in the order that is slower.
    pub fn headline(&self) -> Option<(&Timing, f64)> {
        let fleets =
            self.timings.batch.iter().zip(&self.ratios).filter(|(timing, _)| timing.what == "sums and intervals");
        let most = fleets.clone().map(|(timing, _)| timing.rows).max()?;
        let slower = |a: &(&Timing, &f64), b: &(&Timing, &f64)| a.0.seconds.total_cmp(&b.0.seconds);
        fleets.filter(|(timing, _)| timing.rows == most).max_by(slower).map(|(timing, ratio)| (timing, *ratio))
    }

    /// The growth up to this many rows of the same work.
    pub fn growth_to(&self, timing: &Timing) -> Option<&Growth> {
        self.exponents.iter().find(|growth| {
            growth.what == timing.what && growth.layout == timing.layout && growth.to_rows == timing.rows
        })
    }
}

fn ratio(timing: &Timing, ceilings: &[Timing]) -> f64 {
    let ceiling = ceilings.iter().find(|ceiling| ceiling.layout == timing.layout && ceiling.rows == timing.rows);
    ceiling.map_or(f64::NAN, |ceiling| timing.rows_per_second / ceiling.rows_per_second)
}

/// From the next smaller size of the same work; `None` for the smallest.
fn growth(timing: &Timing, all: &[Timing]) -> Option<Growth> {
    let same = |other: &&Timing| other.what == timing.what && other.layout == timing.layout && other.rows < timing.rows;
    let smaller = all.iter().filter(same).max_by_key(|other| other.rows)?;
    Some(Growth {
        what: timing.what.clone(),
        layout: timing.layout.clone(),
        from_rows: smaller.rows,
        to_rows: timing.rows,
        exponent: (timing.seconds / smaller.seconds).ln() / (timing.rows as f64 / smaller.rows as f64).ln(),
    })
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<19} {:<11} {:>9} {:>10} {:>9} {:>7} {:>8} {:>8}",
            "what", "layout", "rows", "ms", "M rows/s", "GB/s", "ceiling", "exponent"
        )?;
        for (timing, ratio) in self.timings.batch.iter().zip(&self.ratios) {
            let exponent = self.growth_to(timing).map_or("-".to_owned(), |growth| format!("{:.2}", growth.exponent));
            line(f, timing, &format!("{:.1} %", ratio * 100.0), &exponent)?;
        }
        for timing in &self.timings.ceiling {
            line(f, timing, "100 %", "-")?;
        }
        writeln!(f, "one hour at a time, by name: {:.0} hours/s", self.timings.single_hours_per_second)?;
        for rate in &self.comparators {
            writeln!(f, "{} {}: {:.0} hours/s ({})", rate.package, rate.version, rate.hours_per_second, rate.covers)?;
        }
        write!(f, "{}{}", self.intake, self.pages)?;
        let machine = &self.circumstances.machine;
        writeln!(f, "{}, {} cores, load {:?}", machine.processor, machine.cores, machine.load_average)
    }
}

fn line(f: &mut fmt::Formatter<'_>, timing: &Timing, ceiling: &str, exponent: &str) -> fmt::Result {
    writeln!(
        f,
        "{:<19} {:<11} {:>9} {:>10.3} {:>9.1} {:>7.2} {:>8} {:>8}",
        timing.what,
        timing.layout,
        timing.rows,
        timing.seconds * 1e3,
        timing.rows_per_second / 1e6,
        timing.gigabytes_per_second,
        ceiling,
        exponent
    )
}
