//! What is printed.

use crate::fleet::Layout;
use crate::timing::Took;
use footprint::batch::HourColumns;
use serde::Serialize;

/// One figure.
#[derive(Serialize)]
pub struct Measured {
    pub what: &'static str,
    pub layout: Layout,
    pub rows: usize,
    /// Seconds on the processor, and on the wall.
    pub seconds: f64,
    pub wall_seconds: f64,
    pub rows_per_second: f64,
    pub gigabytes_per_second: f64,
}

impl Measured {
    pub fn of(what: &'static str, layout: Layout, rows: usize, took: Took) -> Self {
        let seconds = took.processor;
        let rows_per_second = rows as f64 / seconds;
        let gigabytes_per_second = rows_per_second * HourColumns::BYTES_PER_ROW as f64 / 1e9;
        Self { what, layout, rows, seconds, wall_seconds: took.wall, rows_per_second, gigabytes_per_second }
    }
}

/// Everything.
#[derive(Serialize)]
pub struct Report {
    pub bytes_per_row: usize,
    pub batch: Vec<Measured>,
    pub ceiling: Vec<Measured>,
    pub single_hours_per_second: f64,
}

impl Report {
    pub fn new(batch: Vec<Measured>, ceiling: Vec<Measured>, single_hours_per_second: f64) -> Self {
        Self { bytes_per_row: HourColumns::BYTES_PER_ROW, batch, ceiling, single_hours_per_second }
    }
}
