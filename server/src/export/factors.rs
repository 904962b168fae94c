//! The factors of an estimate as CSV, each with its range and its source.

use footprint::FactorUse;

use super::listing::text;

/// Column names.
pub const COLUMNS: [&str; 11] =
    ["factor_id", "name", "value", "low", "high", "unit", "year", "source", "licence", "tier", "note"];

/// The cells of one factor.
pub fn row(factor: &FactorUse) -> Vec<String> {
    vec![
        text(&factor.id),
        text(&factor.name),
        factor.value.to_string(),
        factor.low.to_string(),
        factor.high.to_string(),
        text(&factor.unit),
        text(&factor.year),
        text(&factor.source),
        text(&factor.licence),
        text(&factor.tier),
        text(&factor.note),
    ]
}
