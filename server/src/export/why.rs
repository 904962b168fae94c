//! One figure with everything it was made from, as JSON; the page "Why this number" is drawn from the same document.

use chrono::{DateTime, NaiveDate, Utc};
use footprint::sci::SciScore;
use footprint::{Estimate, FactorUse, Gain, Shares};
use serde::Serialize;

use crate::store::intensity::SeriesUsed;

/// The whole account of a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// What everything was read from: `aws`, `upload`, or `demo` for a simulated fleet.
    pub origin: &'static str,
    /// What the figure is about.
    pub subject: Subject,
    /// First and last day, UTC, both inside.
    pub period: [NaiveDate; 2],
    /// The estimate the figure was made with.
    pub estimate: EstimateUsed,
    /// The figures themselves.
    pub figures: Figures,
    /// usage x power x PUE x intensity, one line per instance type, region, kind and tier; columns add up to the figures.
    pub chain: Vec<Link>,
    /// Hourly grid intensity that stood in for the average of the year where a line has `hourly_kwh`.
    pub intensity_series: Vec<SeriesUsed>,
    /// Every coefficient that went in, once.
    pub factors: Vec<FactorUse>,
    /// What each coefficient brings to the variance of each figure; each list sums to 1.
    pub shares: Shares,
    /// How much narrower better evidence would make the intervals.
    pub gains: Vec<Gain>,
    /// Emissions per unit of work.
    pub sci: Vec<Rate>,
    /// The windows of metrics behind it, newest first.
    pub windows: Windows,
    /// What is known to be left out, one sentence each.
    pub left_out: Vec<String>,
}

/// Software Carbon Intensity of the work that was counted.
#[derive(Debug, Clone, Serialize)]
pub struct Rate {
    /// How many of the things that the unit counts.
    pub amount: f64,
    /// The score, g of CO2e per unit.
    #[serde(flatten)]
    pub score: SciScore,
}

/// What a figure is about.
#[derive(Debug, Clone, Serialize)]
pub struct Subject {
    /// `job`, `endpoint` or `selection`.
    pub kind: &'static str,
    /// The name, or the selection in words.
    pub name: String,
    /// Amazon Resource Name; `None` for a selection.
    pub arn: Option<String>,
}

/// Method and factor set.
#[derive(Debug, Clone, Serialize)]
pub struct EstimateUsed {
    /// Version of the method.
    pub method_version: String,
    /// Label of the factor set.
    pub factor_set: String,
    /// SHA-256 of the factor set.
    pub factor_set_sha256: String,
}

/// The figures; `None` is unknown, not zero.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Instance-hours, h.
    pub instance_hours: Option<f64>,
    /// List cost, USD, digit for digit.
    pub cost_usd: Option<String>,
    /// Facility energy, kWh.
    pub energy_kwh: Option<Estimate<f64>>,
    /// Location-based emissions of the electricity, g.
    pub operational_g: Option<Estimate<f64>>,
    /// Embodied emissions, g.
    pub embodied_g: Option<Estimate<f64>>,
    /// Both together, g.
    pub emissions_g: Option<Estimate<f64>>,
    /// Market-based emissions of the electricity, g, beside the location-based ones and never instead.
    pub market_g: Option<f64>,
    /// Water, L.
    pub water_l: Option<Estimate<f64>>,
    /// Whether something is known to be left out.
    pub is_lower_bound: bool,
}

/// One line of the chain. Quotients are means over the line: energy over hours, facility over IT, grams over energy.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Instance type.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// `training` or `endpoint`.
    pub kind: &'static str,
    /// Evidence tier; `None` where the type has no factor.
    pub tier: Option<footprint::Tier>,
    /// Instance-hours, h.
    pub instance_hours: Option<f64>,
    /// Mean IT power of an instance, W.
    pub power_w: Option<f64>,
    /// IT energy, kWh.
    pub it_kwh: Option<f64>,
    /// Power usage effectiveness.
    pub pue: Option<f64>,
    /// Facility energy, kWh.
    pub facility_kwh: Option<f64>,
    /// Location-based intensity, g/kWh.
    pub intensity_g_per_kwh: Option<f64>,
    /// Of the facility energy, what was weighed with the intensity of its own hour, kWh; the rest with the year's average.
    pub hourly_kwh: f64,
    /// Location-based emissions, g.
    pub operational_g: Option<f64>,
    /// Market-based emissions, g; `None` where no such figure is published.
    pub market_g: Option<f64>,
    /// Embodied emissions, g.
    pub embodied_g: Option<f64>,
    /// Water, L.
    pub water_l: Option<f64>,
    /// Of it used on site, L.
    pub water_on_site_l: Option<f64>,
    /// Of it used by the power plants, L.
    pub water_off_site_l: Option<f64>,
    /// List cost, USD, digit for digit; `None` where no price is known.
    pub cost_usd: Option<String>,
    /// Identifiers of the coefficients of this line.
    pub factor_ids: Vec<String>,
}

/// The metric windows behind a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Windows {
    /// How many there are.
    pub count: u64,
    /// How many of them were read whole.
    pub complete: u64,
    /// The newest of them; fewer than `count` where there are very many.
    pub listed: Vec<Window>,
}

/// One window.
#[derive(Debug, Clone, Serialize)]
pub struct Window {
    /// Account, as AWS numbers it.
    pub account: String,
    /// Region.
    pub region: String,
    /// Begin, UTC.
    pub start: DateTime<Utc>,
    /// End, UTC, not inside.
    pub end: DateTime<Utc>,
    /// `complete`, `pending` or `leased`.
    pub state: String,
    /// When it was read whole.
    pub completed_at: Option<DateTime<Utc>>,
    /// Metric series asked for.
    pub expected_series: Option<i32>,
    /// Metric series answered.
    pub received_series: Option<i32>,
    /// Points answered.
    pub received_points: Option<i64>,
}
