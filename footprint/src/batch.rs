//! Many usage hours at once: columns in, sums per group out, exact up to floating rounding.
//!
//! Every part of [`crate::estimate_hour`] is proportional to instance-seconds, and depends on load only through a host
//! curve of three straight pieces and an accelerator line. The sum of such parts over any rows is therefore a fixed
//! combination of a few sums over the rows themselves: seconds `s`, and `s` times the stretch of each piece that the
//! load covers. A row adds its seven numbers to the sums of its group; the coefficients are applied once per group:
//!
//! ```text
//! host(u)  = p0 + k1 min(u, 0.1) + k2 clamp(u - 0.1, 0, 0.4) + k3 max(u - 0.5, 0)                  W
//! sum of s host(u) = p0 sum s + k1 sum s min(u, 0.1) + k2 sum s clamp(...) + k3 sum s max(...)     Ws
//! ```
//!
//! # How far it may be from one row at a time
//! [`crate::estimate_hour`] rounds every part of every row to a whole micro-unit, this rounds once per group. For a group
//! of `n` rows whose rounded parts add up to `S` micro-units the difference is at most
//! `(n + 1) / 2 + (n + 16) 2^-52 S` micro-units ([`most_apart`]): half a unit for every rounding, and the worst case of
//! adding `n` non-negative numbers in floating point.
//!
//! Storage and data transfer are not part of a row: their parts are zero in every sum.

mod columns;
mod finish;
mod sums;
mod table;

pub use columns::{HourColumns, UnequalColumns, kind_code};
pub use finish::{BatchSums, Refusals};
pub use sums::GroupedSums;
pub use table::FactorTable;

/// Sums these rows per instance type, region, kind and tier.
///
/// Rows that [`crate::estimate_hour`] would refuse add nothing and are counted apart.
#[must_use]
pub fn estimate_hours(table: &FactorTable, hours: &HourColumns<'_>) -> BatchSums {
    let mut sums = GroupedSums::new(table);
    sums.add(hours);
    sums.finish()
}

/// How far a sum of `rows` hours may lie from the sum of the hours estimated one at a time, micro-units.
#[must_use]
pub fn most_apart(rows: u64, micro_units: i64) -> f64 {
    (rows as f64 + 1.0) / 2.0 + (rows as f64 + 16.0) * f64::EPSILON * micro_units.unsigned_abs() as f64
}

#[cfg(test)]
mod tests;
