use super::{Shown, Tier};
use chrono::{DateTime, NaiveDate, Utc};

/// What a job, an endpoint or a period cost, in every measure the product knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footprint {
    pub instance_hours: Shown,
    /// List price unless stated otherwise in `cost_basis`.
    pub cost: Shown,
    /// For example `list price`.
    pub cost_basis: String,
    /// What AWS billed.
    pub billed: Shown,
    /// The same with commitments spread over what they covered.
    pub effective: Shown,
    pub energy: Shown,
    /// Operational plus embodied.
    pub emissions: Shown,
    /// Location-based.
    pub operational: Shown,
    pub operational_market: Shown,
    pub embodied: Shown,
    pub water: Shown,
}

/// One day of one resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayRow {
    pub day: NaiveDate,
    /// Where the day is accounted for.
    pub why_href: Option<String>,
    pub hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// Where a number comes from: its parts, its equations and its factors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    pub parts: Vec<PartRow>,
    pub equations: Vec<Equation>,
    pub factors: Vec<FactorRow>,
    /// What the estimate could not know, one sentence each.
    pub warnings: Vec<String>,
    /// What would narrow its range most, one sentence.
    pub gain: Option<String>,
    /// Where the whole account is: every line, factor and window of metrics.
    pub why_href: Option<String>,
}

/// Emissions per unit of work: Software Carbon Intensity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateRow {
    /// For example `1 000 inferences`.
    pub unit: String,
    /// How much work that was, for example `12 400 inferences`.
    pub amount: String,
    pub score: Shown,
    /// The same without the energy of idle machines.
    pub without_idle: Shown,
}

/// What one coefficient brings to the width of an interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareRow {
    /// Identifier of the factor; empty for the sum of the smaller ones.
    pub id: String,
    pub name: String,
    /// Of the variance of the energy, 0 to 100.
    pub energy_percent: f64,
    /// Of the variance of the emissions, 0 to 100.
    pub emissions_percent: f64,
}

/// What knowing more would take off an interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GainRow {
    /// What it would do, as a sentence.
    pub effect: String,
    /// How to bring it, as a sentence.
    pub next_step: String,
    /// Where that is done, if it is on a page.
    pub href: Option<String>,
}

/// One part of the energy or the emissions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartRow {
    /// For example `Accelerator, dynamic`.
    pub label: String,
    pub value: Shown,
    /// Share of its total, 0 to 100.
    pub share_percent: Option<f64>,
}

/// One step of the calculation, in words and with its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equation {
    pub symbol: String,
    pub text: String,
    pub value: Option<f64>,
    pub unit: String,
}

/// One factor with its range and its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactorRow {
    pub id: String,
    pub name: String,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub unit: String,
    pub year: String,
    pub source: String,
    pub licence: String,
    /// Tier as text, as it stands in the factor table.
    pub tier: String,
    pub note: String,
}

/// A stretch of time with one instance type and count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanRow {
    pub from: DateTime<Utc>,
    /// `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
    /// For example `serving`.
    pub state: String,
    pub instance_type: String,
    pub count: u32,
    /// How we know, for example `scaling activity`.
    pub source: String,
}

/// The distribution of one metric on one host or variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UtilisationRow {
    /// For example `algo-1`.
    pub host: String,
    /// For example `GPU`.
    pub metric: String,
    pub min: Shown,
    pub mean: Shown,
    pub p50: Shown,
    pub p95: Shown,
    pub max: Shown,
    /// Points received of those expected, 0 to 100.
    pub coverage_percent: Option<f64>,
    pub tier: Option<Tier>,
}

impl From<footprint::FactorUse> for FactorRow {
    fn from(factor: footprint::FactorUse) -> Self {
        Self {
            id: factor.id,
            name: factor.name,
            value: factor.value,
            low: factor.low,
            high: factor.high,
            unit: factor.unit,
            year: factor.year,
            source: factor.source,
            licence: factor.licence,
            tier: factor.tier,
            note: factor.note,
        }
    }
}

impl From<footprint::Equation> for Equation {
    fn from(line: footprint::Equation) -> Self {
        Self { symbol: line.symbol, text: line.text, value: Some(line.value), unit: line.unit }
    }
}
