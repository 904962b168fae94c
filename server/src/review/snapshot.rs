//! What a review freezes: plain values with exact decimals as text, written once and read back as they were.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The content of a review's canonical text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version of the canonical form.
    pub canonical_version: i32,
    /// `aws`, `demo` or `upload`.
    pub origin: String,
    /// The week, `2026-W47`.
    pub review_id: String,
    /// Counted from 1.
    pub revision: i32,
    /// Why the week was frozen again; empty for the first revision.
    pub reason: String,
    /// First day.
    pub period_from: NaiveDate,
    /// First day after the period.
    pub period_to: NaiveDate,
    /// When the numbers were read.
    pub frozen_at: DateTime<Utc>,
    /// The name that was given.
    pub frozen_by: String,
    /// The review before, `2026-W46` or `2026-W46-r2`.
    pub compared_with: Option<String>,
    /// Version of the estimation method.
    pub method_version: String,
    /// Name of the factor set.
    pub factor_set_label: String,
    /// Content hash of the factor set.
    pub factor_set_sha256: String,
    /// The accounts reviewed.
    pub accounts: Vec<AccountLine>,
    /// The totals of all accounts.
    pub kpis: Vec<Kpi>,
    /// How well the numbers are backed.
    pub quality: Quality,
    /// The hashes of the rows that belong to this snapshot.
    pub sections: Vec<SectionHash>,
}

/// An account as it was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// The installation's own number.
    pub account_id: i32,
    /// AWS' twelve digits.
    pub aws_account_id: Option<String>,
    /// What people call it.
    pub name: String,
}

/// One figure of the comparison; `value` is `None` with the reason in `missing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpi {
    /// The word of [`Measure`].
    pub kpi: String,
    /// Its unit.
    pub unit: String,
    /// Central value, exact.
    pub value: Option<String>,
    /// Low end of the interval, rounded down.
    pub low: Option<String>,
    /// High end of the interval, rounded up.
    pub high: Option<String>,
    /// The worst evidence tier in it.
    pub tier: Option<String>,
    /// Whether something is known to be left out.
    pub is_lower_bound: bool,
    /// Why there is no value.
    pub missing: Option<String>,
}

/// What the comparison measures, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// List cost.
    CostList,
    /// Energy at the meter of the data centre.
    Energy,
    /// Emissions of that energy, location-based.
    Operational,
    /// Share of making the hardware.
    Embodied,
    /// Both together.
    Emissions,
    /// Hours of instances.
    InstanceHours,
    /// Hours of endpoints that served nothing.
    IdleShare,
    /// Training jobs that ran.
    Jobs,
    /// Endpoints that ran.
    Endpoints,
    /// Jobs that failed, of those that ended.
    FailedShare,
}

impl Measure {
    /// Every measure, in the order of the table.
    pub const ALL: [Self; 10] = [
        Self::CostList,
        Self::Energy,
        Self::Operational,
        Self::Embodied,
        Self::Emissions,
        Self::InstanceHours,
        Self::IdleShare,
        Self::Jobs,
        Self::Endpoints,
        Self::FailedShare,
    ];

    /// The word in the snapshot and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CostList => "cost_list",
            Self::Energy => "energy",
            Self::Operational => "operational_emissions_location",
            Self::Embodied => "embodied_emissions",
            Self::Emissions => "total_emissions",
            Self::InstanceHours => "instance_hours",
            Self::IdleShare => "idle_share",
            Self::Jobs => "jobs",
            Self::Endpoints => "endpoints",
            Self::FailedShare => "failed_share",
        }
    }

    /// The unit in the snapshot and in exports.
    pub fn unit(self) -> &'static str {
        match self {
            Self::CostList => "USD",
            Self::Energy => "kWh",
            Self::Operational | Self::Embodied | Self::Emissions => "gCO2e",
            Self::InstanceHours => "h",
            Self::IdleShare | Self::FailedShare => "%",
            Self::Jobs | Self::Endpoints => "1",
        }
    }

    /// The words on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::CostList => "Cost (list price)",
            Self::Energy => "Energy",
            Self::Operational => "Operational emissions (location-based)",
            Self::Embodied => "Embodied emissions",
            Self::Emissions => "Total emissions",
            Self::InstanceHours => "Instance-hours",
            Self::IdleShare => "Idle share of endpoint hours",
            Self::Jobs => "Training jobs",
            Self::Endpoints => "Endpoints",
            Self::FailedShare => "Failed share of ended jobs",
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == text)
    }
}

impl Kpi {
    /// A value without an interval.
    pub fn exact(measure: Measure, value: String) -> Self {
        Self {
            kpi: measure.as_str().to_owned(),
            unit: measure.unit().to_owned(),
            low: Some(value.clone()),
            high: Some(value.clone()),
            value: Some(value),
            tier: None,
            is_lower_bound: false,
            missing: None,
        }
    }

    /// No value, and one sentence why.
    pub fn missing(measure: Measure, why: &str) -> Self {
        Self {
            kpi: measure.as_str().to_owned(),
            unit: measure.unit().to_owned(),
            value: None,
            low: None,
            high: None,
            tier: None,
            is_lower_bound: false,
            missing: Some(why.to_owned()),
        }
    }
}

/// How well the numbers are backed; shares in percent, `None` where there is nothing to take a share of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// Cost that has an estimate of energy and emissions.
    pub estimated_cost_share: Option<String>,
    /// Metric series answered of those asked for.
    pub data_completeness: Option<String>,
    /// Cost with a team.
    pub attributed_share: Option<String>,
    /// Cost by evidence tier, best tier first.
    pub tiers: Vec<TierShare>,
}

/// The share of the cost on one evidence tier, percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierShare {
    /// `T0` to `T4`.
    pub tier: String,
    /// Percent.
    pub share: String,
}

/// The hash over one account's rows of one section, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionHash {
    /// The installation's own number of the account.
    pub account_id: i32,
    /// `kpi`, `job`, `endpoint`, `finding` or `coverage`.
    pub section: String,
    /// How many.
    pub rows: i64,
    /// SHA-256 over the canonical text of the array of rows.
    pub sha256: String,
}

/// A job or an endpoint: its share inside the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRow {
    /// Its address in AWS.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// AWS region.
    pub region: String,
    /// Team; several, separated by commas, where it changed hands in the week.
    pub team: String,
    /// What AWS called its state.
    pub status: String,
    /// Instance types, separated by commas.
    pub instance_types: String,
    /// Instance-hours.
    pub instance_hours: String,
    /// Instance-hours that served nothing.
    pub idle_hours: String,
    /// List cost in US dollars.
    pub cost_list: Option<String>,
    /// Energy in kWh; `None` where the instance type is unknown.
    pub energy_kwh: Option<String>,
    /// Operational emissions in gCO2e, location-based.
    pub operational_g: Option<String>,
    /// Embodied emissions in gCO2e.
    pub embodied_g: Option<String>,
    /// The worst evidence tier in it.
    pub tier: Option<String>,
    /// Whether something is known to be left out.
    pub is_lower_bound: bool,
}

/// A finding as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its address, `{account_id}-{hex}`.
    pub finding_id: String,
    /// The rule.
    pub rule_id: String,
    /// What it was about.
    pub subject: String,
    /// AWS region, or nothing.
    pub region: String,
    /// Team, or nothing.
    pub team: String,
    /// Where it stood.
    pub workflow: String,
    /// The latest verdict.
    pub verdict: String,
    /// First day it fired.
    pub first_seen_on: NaiveDate,
    /// What the rule said.
    pub reason: String,
    /// Dollars a month: low, central, high.
    pub usd_month: Option<[String; 3]>,
    /// Kilowatt-hours a month: low, central, high.
    pub kwh_month: Option<[String; 3]>,
    /// Operational grams a month: low, central, high.
    pub operational_g_month: Option<[String; 3]>,
    /// Why there are no numbers.
    pub savings_missing: Option<String>,
}

/// How much of the week was read from one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageRow {
    /// AWS region.
    pub region: String,
    /// `inventory` or `metrics`.
    pub source: String,
    /// Windows in the week.
    pub windows: i64,
    /// Those that were read whole.
    pub complete: i64,
    /// Series asked for.
    pub expected_series: i64,
    /// Series answered.
    pub received_series: i64,
    /// The watermark: the end of the last window read whole.
    pub complete_through: Option<DateTime<Utc>>,
}
