//! Sustainability: monthly emissions of the caller's account, by region and service.
//!
//! The truth is rough on purpose and knows nothing of anybody's estimate: instance-hours of the month times 4 W a core and
//! 150 W a GPU, times a grid of the region's own. `Other` holds SageMaker and a fifth more of what nobody else lists.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::caller::Site;
use crate::fleet::{Account, Hardware, Region};
use crate::noise;
use crate::wire::{AwsError, json as wire};

/// A month appears on this day of the next one.
const PUBLISHED_ON: u32 = 21;
/// Results of a page.
const PAGE: usize = 4;
/// The model the figures were made with.
pub const MODEL_VERSION: &str = "v3.0.0";

pub(crate) const PATH: &str = "/v1/estimated-carbon-emissions";
pub(crate) const OPERATION: &str = "GetEstimatedCarbonEmissions";

/// Emissions of one account in one month and region under one service name, t of CO2e.
#[derive(Clone, Debug, PartialEq)]
pub struct Monthly {
    /// First day.
    pub month: NaiveDate,
    /// Region.
    pub region: String,
    /// Service.
    pub service: &'static str,
    /// Scope 1.
    pub scope_1: f64,
    /// Scope 2, location-based.
    pub scope_2_location: f64,
    /// Scope 2, market-based.
    pub scope_2_market: f64,
    /// Scope 3, the same for both methods.
    pub scope_3: f64,
}

/// What has been published of an account's months in `[from, to)` by `now`.
#[must_use]
pub fn monthly(account: &Account, from: NaiveDate, to: NaiveDate, now: DateTime<Utc>) -> Vec<Monthly> {
    let mut rows = Vec::new();
    let mut month = first(from);
    if month < from {
        month = month + Months::new(1);
    }
    while month < to {
        let published = (month + Months::new(1)).with_day(PUBLISHED_ON).unwrap_or(month);
        if published <= now.date_naive() {
            for region in &account.regions {
                rows.extend(services(region, month, now));
            }
        }
        month = month + Months::new(1);
    }
    rows
}

fn services(region: &Region, month: NaiveDate, now: DateTime<Utc>) -> Vec<Monthly> {
    let kwh = region_kwh(region, month, now);
    let key = noise::key(7, &[&region.name, "grid"]);
    let grid = grid(&region.name, key) / 1e6;
    // Contracts leave a twentieth to a quarter of it.
    let market = grid * (0.05 + 0.2 * noise::unit(key, i64::from(month.month())));
    let row = |service, share: f64| Monthly {
        month,
        region: region.name.clone(),
        service,
        scope_1: rounded(kwh * share * 2e-6),
        scope_2_location: rounded(kwh * share * grid),
        scope_2_market: rounded(kwh * share * market),
        scope_3: rounded(kwh * share * 60e-6),
    };
    if kwh > 0.0 { vec![row("Other", 1.2), row("AmazonEC2", 2.5)] } else { Vec::new() }
}

/// Round figures of the order of the grid there, g/kWh; anything between 30 and 430 elsewhere.
fn grid(region: &str, key: u64) -> f64 {
    match region {
        "us-east-1" => 400.0,
        "us-west-2" => 150.0,
        "eu-west-1" => 300.0,
        "eu-north-1" => 30.0,
        _ => 30.0 + 400.0 * noise::unit(key, 0),
    }
}

/// Micrograms of a tonne: more digits than AWS gives mean nothing.
fn rounded(tonnes: f64) -> f64 {
    (tonnes * 1e9).round() / 1e9
}

fn region_kwh(region: &Region, month: NaiveDate, now: DateTime<Utc>) -> f64 {
    let from = month.and_time(chrono::NaiveTime::MIN).and_utc();
    let to = (month + Months::new(1)).and_time(chrono::NaiveTime::MIN).and_utc().min(now);
    let hours = |began: DateTime<Utc>, ended: Option<DateTime<Utc>>| {
        (ended.unwrap_or(now).min(to) - began.max(from)).max(TimeDelta::zero()).num_seconds() as f64 / 3_600.0
    };
    let jobs = region.jobs.iter().filter_map(|job| {
        Some(hours(job.started?, job.ended) * f64::from(job.instance_count) * kilowatts(&job.instance_type))
    });
    let endpoints = region.endpoints.iter().flat_map(|endpoint| {
        let alive = hours(endpoint.in_service(), endpoint.deleted);
        let config = endpoint.configs.first();
        config
            .into_iter()
            .flat_map(|config| &config.variants)
            .map(move |variant| alive * f64::from(variant.initial_count) * kilowatts(&variant.instance_type))
    });
    jobs.chain(endpoints).sum()
}

fn kilowatts(instance_type: &str) -> f64 {
    let hardware = Hardware::of(instance_type);
    (4.0 * f64::from(hardware.vcpus) + 150.0 * f64::from(hardware.gpus)) / 1_000.0
}

fn first(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Answers [`OPERATION`].
pub(crate) fn answer(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let period = body.get("TimePeriod").ok_or_else(|| AwsError::validation("TimePeriod must not be null"))?;
    let day = |name: &str| {
        let text = wire::required(period, name)?;
        DateTime::parse_from_rfc3339(text)
            .map(|at| at.to_utc().date_naive())
            .map_err(|_| AwsError::validation(format!("{name} is not a timestamp")))
    };
    let offset: usize = match wire::text(body, "NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| AwsError::validation("NextToken is invalid"))?,
    };
    let all = monthly(site.account, day("Start")?, day("End")?, site.fleet.now);
    let page: Vec<Value> = all.iter().skip(offset).take(PAGE).map(|row| result(row, &site.account.id)).collect();
    let next = (offset + PAGE < all.len()).then(|| (offset + PAGE).to_string());
    Ok(wire::without_nulls(json!({ "Results": page, "NextToken": next })))
}

fn result(row: &Monthly, account: &str) -> Value {
    let tonnes = |value: f64| json!({ "Value": value, "Unit": "MTCO2e" });
    let at = |day: NaiveDate| format!("{day}T00:00:00Z");
    json!({
        "TimePeriod": { "Start": at(row.month), "End": at(row.month + Months::new(1)) },
        "DimensionsValues": { "USAGE_ACCOUNT_ID": account, "REGION": row.region, "SERVICE": row.service },
        "ModelVersion": MODEL_VERSION,
        "EmissionsValues": {
            "TOTAL_LBM_CARBON_EMISSIONS": tonnes(row.scope_1 + row.scope_2_location + row.scope_3),
            "TOTAL_MBM_CARBON_EMISSIONS": tonnes(row.scope_1 + row.scope_2_market + row.scope_3),
            "TOTAL_SCOPE_1_CARBON_EMISSIONS": tonnes(row.scope_1),
            "TOTAL_SCOPE_2_LBM_CARBON_EMISSIONS": tonnes(row.scope_2_location),
            "TOTAL_SCOPE_2_MBM_CARBON_EMISSIONS": tonnes(row.scope_2_market),
            "TOTAL_SCOPE_3_LBM_CARBON_EMISSIONS": tonnes(row.scope_3),
            "TOTAL_SCOPE_3_MBM_CARBON_EMISSIONS": tonnes(row.scope_3),
        },
    })
}
