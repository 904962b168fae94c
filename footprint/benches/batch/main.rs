//! How fast a batch of usage hours is estimated, beside what this machine reads from memory in the same minute.
//!
//! Prints one JSON document. `cargo xtask bench` runs it and adds what it cannot know.
#![forbid(unsafe_code)]

mod ceiling;
mod fleet;
mod report;
mod timing;

use fleet::{Fleet, Layout};
use footprint::FactorSet;
use footprint::batch::{FactorTable, HourColumns, estimate_hours};
use report::{Measured, Report};
use std::error::Error;

const ROWS: [usize; 3] = [10_000, 1_000_000, 20_000_000];

fn main() -> Result<(), Box<dyn Error>> {
    let factors = FactorSet::builtin()?;
    let table = FactorTable::new(&factors);
    let mut measured = Vec::new();
    let mut ceilings = Vec::new();
    for layout in Layout::ALL {
        for rows in ROWS {
            let fleet = Fleet::new(&table, layout, rows)?;
            let columns = fleet.columns()?;
            // The ceiling is taken right before what it is compared with: others use this machine too.
            let read = timing::median(|| ceiling::read(&fleet))?;
            ceilings.push(Measured::of("columns read", layout, rows, read));
            measured.push(Measured::of("sums", layout, rows, timing::median(|| estimate_hours(&table, &columns))?));
            if layout == Layout::Everything {
                continue;
            }
            let took = timing::median(|| with_intervals(&factors, &table, &columns))?;
            measured.push(Measured::of("sums and intervals", layout, rows, took));
        }
    }
    let single = single_hours(&factors)?;
    println!("{}", serde_json::to_string(&Report::new(measured, ceilings, single))?);
    Ok(())
}

fn with_intervals(factors: &FactorSet, table: &FactorTable, columns: &HourColumns<'_>) -> footprint::Totals {
    footprint::totals(factors, &estimate_hours(table, columns).groups)
}

/// Hours a second when each is estimated by itself, by name: what the batch replaces.
fn single_hours(factors: &FactorSet) -> Result<f64, Box<dyn Error>> {
    const HOURS: u32 = 200_000;
    let hour = |step: u32| {
        footprint::estimate_hour(
            factors,
            &footprint::HourInput {
                instance_type: if step.is_multiple_of(2) { "ml.g5.xlarge" } else { "ml.m5.xlarge" },
                region: "eu-west-1",
                kind: footprint::WorkloadKind::Endpoint,
                instance_seconds: 3_600.0,
                cpu: footprint::units::Fraction::new(f64::from(step % 100) / 100.0),
                gpu: footprint::units::Fraction::new(f64::from(step % 100) / 100.0),
                measured: footprint::Measured::default(),
                storage_gb: None,
                network_gb: None,
            },
        )
    };
    hour(0)?;
    let took = timing::median(|| {
        (0..HOURS).filter_map(|step| hour(step).ok()).map(|p| p.facility).sum::<footprint::units::MicroWattHours>()
    })?;
    Ok(f64::from(HOURS) / took.processor)
}
