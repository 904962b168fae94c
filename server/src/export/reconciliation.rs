//! Months of the ledger beside what AWS reports, as CSV.

use chrono::NaiveDate;
use footprint::Totals;

use rust_decimal::Decimal;

use super::listing::text;
use crate::store::explored::CheckedDay;

/// One month of one account in one region.
#[derive(Debug, Clone)]
pub struct Line {
    /// First day.
    pub month: NaiveDate,
    /// Twelve digits.
    pub account: String,
    /// The name people use.
    pub account_name: String,
    /// AWS region.
    pub region: String,
    /// Days that were read whole.
    pub days_read: i64,
    /// Days of the month.
    pub days: i64,
    /// Names under which AWS files SageMaker.
    pub services: String,
    /// Version of AWS' model.
    pub model_version: String,
    /// The ledger; `None` where nothing of it could be estimated.
    pub totals: Option<Totals>,
    /// Market-based emissions of the ledger, g.
    pub market_g: Option<f64>,
    /// AWS' scope 2, location-based, g.
    pub scope_2_location_g: Option<f64>,
    /// AWS' scope 2, market-based, g.
    pub scope_2_market_g: Option<f64>,
    /// AWS' scope 3, location-based, g.
    pub scope_3_g: Option<f64>,
}

/// Column names; residuals are AWS' figure less ours.
pub const COLUMNS: [&str; 20] = [
    "month",
    "account_id",
    "region",
    "days_read",
    "days_in_month",
    "aws_services",
    "aws_model_version",
    "operational_g",
    "operational_g_low",
    "operational_g_high",
    "aws_scope_2_location_g",
    "residual_location_g",
    "market_g",
    "aws_scope_2_market_g",
    "residual_market_g",
    "embodied_g",
    "embodied_g_low",
    "embodied_g_high",
    "aws_scope_3_g",
    "residual_scope_3_g",
];

/// The cells of a line; what is not known is empty.
pub fn row(line: &Line) -> Vec<String> {
    let cell = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let residual = |ours: Option<f64>, theirs: Option<f64>| cell(ours.zip(theirs).map(|(ours, theirs)| theirs - ours));
    let totals = line.totals.as_ref();
    let operational = totals.map(|totals| totals.operational.map(|grams| grams.get()));
    let embodied = totals.map(|totals| totals.embodied.map(|grams| grams.get()));
    vec![
        line.month.format("%Y-%m").to_string(),
        text(&line.account),
        text(&line.region),
        line.days_read.to_string(),
        line.days.to_string(),
        text(&line.services),
        text(&line.model_version),
        cell(operational.map(|grams| grams.central)),
        cell(operational.map(|grams| grams.low)),
        cell(operational.map(|grams| grams.high)),
        cell(line.scope_2_location_g),
        residual(operational.map(|grams| grams.central), line.scope_2_location_g),
        cell(line.market_g),
        cell(line.scope_2_market_g),
        residual(line.market_g, line.scope_2_market_g),
        cell(embodied.map(|grams| grams.central)),
        cell(embodied.map(|grams| grams.low)),
        cell(embodied.map(|grams| grams.high)),
        cell(line.scope_3_g),
        residual(embodied.map(|grams| grams.central), line.scope_3_g),
    ]
}

/// Column names of the days of cost; differences are AWS' figure less ours, US dollars.
pub const COST_COLUMNS: [&str; 10] = [
    "day",
    "account_id",
    "cost_billed",
    "aws_unblended",
    "difference_billed",
    "cost_effective",
    "aws_amortised",
    "difference_effective",
    "cost_list",
    "aws_still_revises",
];

/// The cells of a day; what is not known is empty.
pub fn cost_row(account: &str, day: &CheckedDay) -> Vec<String> {
    let plain = |amount: Decimal| amount.normalize().to_string();
    let cell = |amount: Option<Decimal>| amount.map(plain).unwrap_or_default();
    vec![
        day.day.to_string(),
        text(account),
        cell(day.billed),
        plain(day.unblended),
        cell(day.billed.map(|ours| day.unblended - ours)),
        cell(day.effective),
        plain(day.amortised),
        cell(day.effective.map(|ours| day.amortised - ours)),
        cell(day.list),
        day.is_estimated.to_string(),
    ]
}
