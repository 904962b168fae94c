//! The hours of the week as CSV: one row an hour in which anything ran.

use footprint::FactorSet;

use super::listing::{amounts, number};
use crate::store::part::Part;

/// Column names; units are in them. Hours are UTC, 1 is Monday. Cost is that of the days, shared out by instance-hours.
pub const COLUMNS: [&str; 17] = [
    "weekday",
    "hour_utc",
    "is_working_hour",
    "instance_hours",
    "energy_kwh",
    "energy_kwh_low",
    "energy_kwh_high",
    "op_location_g",
    "op_market_g",
    "embodied_g",
    "cost_list",
    "currency",
    "cost_billed",
    "cost_effective",
    "evidence_tier",
    "methodology_version",
    "factor_set_version",
];

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
