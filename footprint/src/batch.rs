//! Many usage hours at once: columns in, sums per group out, exact up to floating rounding.
//!
//! Every part of [`crate::estimate_hour`] is proportional to instance-seconds, and depends on load only through a host
//! curve of three straight pieces and an accelerator line. The sum of such parts over the rows on one piece is therefore
//! a fixed combination of three sums over the rows themselves, and a row adds no more than these to its group:
//!
//! ```text
//! host(c) = a + b c                                   W, on one piece of the curve, load c
//! sum of s host(c) = a sum s + b sum s c              Ws, instance-seconds s
//! sum of s accelerators(g) = d sum s + e sum s g      Ws, load g
//! ```
//!
//! The coefficients are applied once per group. The pieces end at 10, 50 and 100 %; rows without a series are a piece of
//! their own, with the default load of the method.
//!
//! # How far it may be from one row at a time
//! [`crate::estimate_hour`] rounds every part of every row to a whole micro-unit, this rounds once per group. For a group
//! of `n` rows the difference is at most `(n + 1) / 2 + (n + 16) 2^-49 S` micro-units ([`most_apart`]), where `S` is the
//! sum of the part or, for a part of the energy, of all energy: half a unit for every rounding, and the worst case of
//! adding `n` numbers in floating point, eightfold because pieces of a curve partly cancel.
//!
//! Storage and data transfer are not part of a row: their parts are zero in every sum.
//!
//! # Speed
//! `cargo xtask bench` measures it. Groups lie in one flat array, found by shifting indices together; nothing is looked up
//! by name or hashed while rows are added, and room is made only when a type, region and kind first occur. Overrides that put an accelerator's idle power above what some load
//! draws ([`FactorTable::bends`]) make all rows of a batch take the careful way, which is several times slower.

mod block;
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
    (rows as f64 + 1.0) / 2.0 + (rows as f64 + 16.0) * 8.0 * f64::EPSILON * micro_units.unsigned_abs() as f64
}

#[cfg(test)]
mod tests;
