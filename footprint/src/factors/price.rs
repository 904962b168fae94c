//! Public list prices, indicative and dated.

/// The public price of an instance type in a region.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPrice {
    /// The region.
    pub region: String,
    /// The instance type.
    pub instance_type: String,
    /// US dollars per instance-hour.
    pub usd_per_hour: f64,
    /// The same, digit for digit as published.
    pub usd_per_hour_text: String,
    /// When the source was current.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
    /// The terms of that source.
    pub licence: String,
}
