//! The hours of the week as CSV: one row an hour in which anything ran.

use footprint::FactorSet;

use super::listing::{AMOUNTS, amounts, number};
use crate::store::part::Part;

/// Columns before the amounts.
const OWN: [&str; 4] = ["weekday", "hour_utc", "is_working_hour", "instance_hours"];

/// Column names; units are in them. Hours are UTC, 1 is Monday. Cost is that of the days, shared out by instance-hours.
pub fn columns() -> Vec<String> {
    OWN.into_iter().chain(AMOUNTS).map(str::to_owned).collect()
}

/// The cells of one hour; an unknown figure is an empty cell.
pub fn row(factors: &FactorSet, (weekday, hour): (i32, i32), is_working: bool, parts: &[Part]) -> Vec<String> {
    let seconds = parts.iter().filter_map(|part| part.instance_seconds).reduce(|a, b| a + b);
    let mut cells = vec![
        weekday.to_string(),
        hour.to_string(),
        is_working.to_string(),
        number(seconds.map(|seconds| seconds / 3600.0)),
    ];
    cells.extend(amounts(factors, parts));
    cells
}
