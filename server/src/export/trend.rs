//! The ledger over time as CSV: one row a bucket and group, all of them, exact to the last digit.

use app::view::Shown;
use chrono::TimeDelta;
use footprint::FactorSet;
use rust_decimal::Decimal;

use super::listing::{text, time};
use crate::estimate::METHOD_VERSION;
use crate::store::Origin;
use crate::store::selection::Dimension;
use crate::store::step::Bucket;
use crate::trend::{Amount, Metric};

/// Column names. A ratio tells both of its sums, since ratios do not add. Days begin and end with their dates, the last one
/// included; an hour begins and ends with moments in UTC.
pub const COLUMNS: [&str; 17] = [
    "bucket_start",
    "bucket_end",
    "is_partial",
    "group_by_1",
    "group_1",
    "group_by_2",
    "group_2",
    "metric",
    "unit",
    "value",
    "low",
    "high",
    "numerator",
    "denominator",
    "methodology_version",
    "factor_set_version",
    "origin",
];

/// A group in a bucket.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// When.
    pub bucket: &'a Bucket,
    /// What it was grouped by, and the group, twice.
    pub groups: [(Option<Dimension>, &'a str); 2],
    /// What is followed.
    pub metric: Metric,
    /// How much, exactly.
    pub amount: Amount,
    /// The same with its interval.
    pub shown: &'a Shown,
    /// What the rows were read from: a demo is none of anybody's.
    pub origin: Origin,
}

/// The cells of a row; an unknown figure is an empty cell.
#[must_use]
pub fn row(factors: &FactorSet, row: &Row<'_>) -> Vec<String> {
    let Row { bucket, groups, metric, amount, shown, origin } = row;
    let exact = |value: Option<Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
    let interval = shown.figure().filter(|figure| figure.has_interval());
    let end =
        |value: fn(&app::view::Figure) -> f64| interval.map(|figure| value(figure).to_string()).unwrap_or_default();
    let [(by_1, group_1), (by_2, group_2)] = groups;
    let by = |dimension: &Option<Dimension>| dimension.map(Dimension::as_str).unwrap_or_default().to_owned();
    let (start, end_of_it) = match bucket.is_hour {
        true => (time(Some(bucket.start)), time(Some(bucket.start + TimeDelta::hours(1)))),
        false => (bucket.days.from.to_string(), bucket.days.to.to_string()),
    };
    let ratio = |value: Option<Decimal>| if metric.is_ratio() { exact(value) } else { String::new() };
    vec![
        start,
        end_of_it,
        bucket.is_partial().to_string(),
        by(by_1),
        text(group_1),
        by(by_2),
        text(group_2),
        metric.as_str().to_owned(),
        metric.unit_word().to_owned(),
        exact(amount.value(*metric)),
        end(|figure| figure.low),
        end(|figure| figure.high),
        ratio(amount.top),
        ratio(amount.bottom),
        METHOD_VERSION.to_owned(),
        format!("{} ({})", factors.label(), &factors.sha256_hex()[..12]),
        origin.as_str().to_owned(),
    ]
}
