//! One workload with everything that can be said of it, for the command line and the calculator.

mod account;
mod difference;

use crate::estimate::{HourInput, HourParts, estimate_hour, sane};
use crate::explain::{Equation, FactorUse};
use crate::factors::{FactorSet, ListPrice};
use crate::interval::{GroupKey, PartSums, Totals, totals};
use crate::power::{Load, Measured, PowerParts, power};
use crate::refused::Refused;
use crate::tier::{Completeness, Estimate, WorkloadKind};
use crate::units::{Fraction, Grams, Hours, KilowattHours, Litres, Usd, UsdPerHour, Watts};
use serde::{Deserialize, Serialize};

pub use difference::difference;

/// Beyond a thousand years a duration is a mistake.
const MOST_HOURS: f64 = 8_760_000.0;

/// A workload somebody asks about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// The instance type, such as `ml.p4d.24xlarge`.
    pub instance_type: String,
    /// How many instances.
    pub count: u32,
    /// How long, h.
    pub hours: f64,
    /// The region.
    pub region: String,
    /// Training or endpoint.
    pub kind: WorkloadKind,
    /// Mean processor utilisation, if known.
    pub cpu: Option<Fraction>,
    /// Mean accelerator utilisation, if known.
    pub gpu: Option<Fraction>,
    /// What a meter read, mean W of one instance.
    #[serde(default)]
    pub measured: Measured,
}

/// Money, with where its price comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Price times instance-hours, US dollars.
    pub usd: Usd,
    /// The price digit for digit, US dollars per instance-hour.
    pub usd_per_hour_text: String,
    /// When the price was current.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
}

/// What a workload costs, with intervals and the whole calculation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkloadEstimate {
    /// IT power of one instance.
    pub power_w: Estimate<Watts>,
    /// Energy of the machines.
    pub energy_it: Estimate<KilowattHours>,
    /// Energy of the facility.
    pub energy: Estimate<KilowattHours>,
    /// Location-based emissions of running.
    pub operational: Estimate<Grams>,
    /// Market-based emissions of running; `None` where the region has no such figure.
    pub market: Option<Estimate<Grams>>,
    /// Embodied emissions.
    pub embodied: Estimate<Grams>,
    /// Location-based operational and embodied emissions together.
    pub emissions: Estimate<Grams>,
    /// Water on and off site.
    pub water: Estimate<Litres>,
    /// List price; `None` where no price is known.
    pub cost: Option<Cost>,
    /// The ledger parts of the same calculation.
    pub parts: HourParts,
    /// The coefficients that went in.
    pub factors: Vec<FactorUse>,
    /// The calculation, line by line.
    pub equations: Vec<Equation>,
    /// Whether a part is missing.
    pub completeness: Completeness,
    /// What the reader must know, one sentence each.
    pub warnings: Vec<String>,
}

impl WorkloadEstimate {
    /// The estimate as the command line, the server and the calculator write it.
    ///
    /// # Errors
    /// None that these types can cause; the writer's signature has them.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        crate::json::pretty(self)
    }
}

/// Everything the explanation is written from.
struct Account<'a> {
    factors: &'a FactorSet,
    workload: &'a Workload,
    draw: PowerParts,
    parts: HourParts,
    duration: Hours,
    price: Option<&'a ListPrice>,
}

/// Estimates one workload with the same functions and the same draws as the ledger.
///
/// # Errors
/// As [`estimate_hour`].
pub fn estimate_workload(factors: &FactorSet, workload: &Workload) -> Result<WorkloadEstimate, Refused> {
    let device_hours = instance_hours(workload)?;
    let one_hour = figures(factors, workload, 3_600.0)?;
    let (parts, all) = figures(factors, workload, device_hours * 3_600.0)?;
    let instance = factors.instance(&workload.instance_type)?;
    let account = Account {
        factors,
        workload,
        draw: power(factors, instance, load(workload))?,
        parts,
        duration: Hours::new(device_hours),
        price: factors.list_price(&workload.region, &workload.instance_type),
    };
    let market = factors.region(&workload.region)?.site()?.market_intensity.map(|intensity| intensity.value());
    Ok(WorkloadEstimate {
        power_w: one_hour.1.energy_it.map(|energy| Watts::new(energy.get() * 1_000.0)),
        energy_it: all.energy_it,
        energy: all.energy,
        operational: all.operational,
        market: market.map(|grams| all.energy.map(|energy| Grams::new(energy.get() * grams))),
        embodied: all.embodied,
        emissions: all.emissions,
        water: all.water,
        cost: account.price.map(|price| Cost {
            usd: UsdPerHour::new(price.usd_per_hour) * account.duration,
            usd_per_hour_text: price.usd_per_hour_text.clone(),
            as_of: price.as_of.clone(),
            source: price.source.clone(),
        }),
        factors: account.used()?,
        equations: account.equations()?,
        completeness: parts.completeness,
        warnings: account.warnings(),
        parts,
    })
}

fn instance_hours(workload: &Workload) -> Result<f64, Refused> {
    Ok(sane("hours", workload.hours, MOST_HOURS)? * f64::from(workload.count))
}

fn load(workload: &Workload) -> Load {
    Load { kind: workload.kind, cpu: workload.cpu, gpu: workload.gpu, measured: workload.measured }
}

fn figures(factors: &FactorSet, workload: &Workload, instance_seconds: f64) -> Result<(HourParts, Totals), Refused> {
    let parts = hour(factors, workload, instance_seconds)?;
    Ok((parts, totals(factors, &[group(workload, &parts, instance_seconds)])))
}

fn hour(factors: &FactorSet, workload: &Workload, instance_seconds: f64) -> Result<HourParts, Refused> {
    let input = HourInput {
        instance_type: &workload.instance_type,
        region: &workload.region,
        kind: workload.kind,
        instance_seconds,
        cpu: workload.cpu,
        gpu: workload.gpu,
        measured: workload.measured,
        storage_gb: None,
        network_gb: None,
    };
    estimate_hour(factors, &input)
}

fn group(workload: &Workload, parts: &HourParts, instance_seconds: f64) -> (GroupKey, PartSums) {
    let key = GroupKey {
        instance_type: workload.instance_type.clone(),
        region: workload.region.clone(),
        kind: workload.kind,
        tier: parts.tier,
    };
    (key, PartSums::of(parts, instance_seconds))
}

#[cfg(test)]
mod tests;
