//! From the embedded files to checked tables.

use super::accelerator::{Accelerator, AcceleratorPower, KappaClass, Observed};
use super::coefficients::Coefficients;
use super::factor::Factor;
use super::instance::{Fitted, HostPower, Instance, NodeClass, Point, PowerStatus};
use super::price::ListPrice;
use super::region::Region;
use super::rows::{AcceleratorRow, CoefficientRow, EmbodiedHostRow, HostPowerRow, InstanceRow, IntensityRow, PriceRow, RegionRow};
use super::FactorError;
use crate::explain::FactorUse;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const INSTANCES: (&str, &str) = ("instances.csv", include_str!("../../data/instances.csv"));
const HOST_POWER: (&str, &str) = ("host_power.csv", include_str!("../../data/host_power.csv"));
const EMBODIED_HOST: (&str, &str) = ("embodied_host.csv", include_str!("../../data/embodied_host.csv"));
const ACCELERATORS: (&str, &str) = ("accelerators.csv", include_str!("../../data/accelerators.csv"));
const REGIONS: (&str, &str) = ("regions.csv", include_str!("../../data/regions.csv"));
const GRID_INTENSITY: (&str, &str) = ("grid_intensity.csv", include_str!("../../data/grid_intensity.csv"));
const COEFFICIENTS: (&str, &str) = ("coefficients.csv", include_str!("../../data/coefficients.csv"));
const LIST_PRICES: (&str, &str) = ("list_prices.csv", include_str!("../../data/list_prices.csv"));

pub(super) const TABLES: [(&str, &str); 8] =
    [INSTANCES, HOST_POWER, EMBODIED_HOST, ACCELERATORS, REGIONS, GRID_INTENSITY, COEFFICIENTS, LIST_PRICES];

/// SHA-256 over every file, each behind its name and its length.
pub(super) fn digest() -> [u8; 32] {
    let hash = TABLES.iter().fold(Sha256::new(), |hash, (name, text)| {
        hash.chain_update(name).chain_update((text.len() as u64).to_be_bytes()).chain_update(text)
    });
    hash.finalize().into()
}

pub(super) fn instances(accelerators: &BTreeMap<String, Accelerator>) -> Result<BTreeMap<String, Instance>, FactorError> {
    let mut hosts = host_power()?;
    let mut embodied = embodied_host()?;
    let mut instances = BTreeMap::new();
    for row in rows::<InstanceRow>(INSTANCES)? {
        let name = row.instance_type.clone();
        let fault = |what: &str| fault(INSTANCES.0, &name, what);
        let fitted = match (&row.accelerator_id, row.accelerator_count) {
            (Some(id), Some(count)) if accelerators.contains_key(id) => {
                Some(Fitted { accelerator: id.clone(), count, node: node_class(row.node_class.as_deref()).map_err(fault)? })
            }
            (None, None) => None,
            _ => return Err(fault("an accelerator needs a known name and a count")),
        };
        let instance = Instance {
            name: name.clone(),
            vcpu: row.vcpu,
            memory_gib: row.memory_gib,
            power_status: power_status(&row.power_status).map_err(fault)?,
            host: hosts.remove(&name),
            embodied: embodied.remove(&name),
            fitted,
            note: row.note,
            source: row.source,
            licence: row.licence,
        };
        check_power_status(&instance, accelerators)?;
        instances.insert(name, instance);
    }
    hosts.keys().chain(embodied.keys()).next().map_or(Ok(instances), |stray| Err(fault(HOST_POWER.0, stray, "no such instance type")))
}

pub(super) fn accelerators() -> Result<BTreeMap<String, Accelerator>, FactorError> {
    rows::<AcceleratorRow>(ACCELERATORS)?.into_iter().map(|row| accelerator(row).map(|part| (part.id.clone(), part))).collect()
}

pub(super) fn regions() -> Result<BTreeMap<String, Region>, FactorError> {
    let mut regions = rows::<RegionRow>(REGIONS)?
        .into_iter()
        .map(|row| region(row).map(|region| (region.name.clone(), region)))
        .collect::<Result<BTreeMap<_, _>, _>>()?;
    for row in rows::<IntensityRow>(GRID_INTENSITY)? {
        let region = regions.get_mut(&row.region).ok_or_else(|| fault(GRID_INTENSITY.0, &row.region, "no such region"))?;
        add_intensity(region, row)?;
    }
    Ok(regions)
}

pub(super) fn coefficients() -> Result<Coefficients, FactorError> {
    let mut found = BTreeMap::new();
    for row in rows::<CoefficientRow>(COEFFICIENTS)? {
        let id = row.coefficient_id.clone();
        let shown = FactorUse {
            id: row.coefficient_id,
            name: row.name,
            value: row.value,
            low: row.lo,
            high: row.hi,
            unit: row.unit,
            year: row.year,
            source: row.source,
            licence: row.licence,
            tier: row.tier,
            note: row.note,
        };
        found.insert(id, checked(COEFFICIENTS.0, shown)?);
    }
    let coefficients = Coefficients::collect(|id| found.remove(id).ok_or_else(|| fault(COEFFICIENTS.0, id, "the row is missing")))?;
    found.keys().next().map_or(Ok(coefficients), |id| Err(fault(COEFFICIENTS.0, id, "nothing uses this row")))
}

pub(super) fn prices() -> Result<BTreeMap<(String, String), ListPrice>, FactorError> {
    rows::<PriceRow>(LIST_PRICES)?.into_iter().map(|row| price(row).map(|p| ((p.region.clone(), p.instance_type.clone()), p))).collect()
}

/// Checks that a coefficient's numbers are finite, at least zero and in order.
pub(super) fn checked(table: &'static str, shown: FactorUse) -> Result<Factor, FactorError> {
    match order(shown.value, shown.low, shown.high) {
        Ok(()) => Ok(Factor::new(shown)),
        Err(what) => Err(fault(table, &shown.id, what)),
    }
}

/// The one condition on every coefficient.
pub(super) fn order(value: f64, low: f64, high: f64) -> Result<(), &'static str> {
    if ![value, low, high].iter().all(|number| number.is_finite() && *number >= 0.0) {
        Err("the numbers must be finite and at least zero")
    } else if low <= value && value <= high {
        Ok(())
    } else {
        Err("the value must lie between its bounds")
    }
}

fn rows<Row: DeserializeOwned>((table, text): (&'static str, &'static str)) -> Result<Vec<Row>, FactorError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| FactorError::Table { table, source })
}

fn fault(table: &'static str, row: &str, what: &str) -> FactorError {
    FactorError::Row { table, row: row.to_owned(), what: what.to_owned() }
}

fn host_power() -> Result<BTreeMap<String, HostPower>, FactorError> {
    rows::<HostPowerRow>(HOST_POWER)?.into_iter().map(|row| host(row).map(|(name, power)| (name, power))).collect()
}

fn host(row: HostPowerRow) -> Result<(String, HostPower), FactorError> {
    let curve = [
        (row.w_idle, row.w_idle_lo, row.w_idle_hi),
        (row.w_10, row.w_10_lo, row.w_10_hi),
        (row.w_50, row.w_50_lo, row.w_50_hi),
        (row.w_100, row.w_100_lo, row.w_100_hi),
    ];
    for (central, low, high) in curve {
        order(central, low, high).map_err(|what| fault(HOST_POWER.0, &row.instance_type, what))?;
    }
    if !(row.w_idle > 0.0 && row.w_50_lo > 0.0 && curve.is_sorted_by(|a, b| a.0 <= b.0)) {
        return Err(fault(HOST_POWER.0, &row.instance_type, "power must be positive and grow with load"));
    }
    let shown = FactorUse {
        id: format!("host_power:{}", row.instance_type),
        name: format!("Host power of {} at 50 % load", row.instance_type),
        value: row.w_50,
        low: row.w_50_lo,
        high: row.w_50_hi,
        unit: "W".to_owned(),
        year: row.year,
        source: row.source,
        licence: row.licence,
        tier: "model".to_owned(),
        note: format!("{:.1} W idle, {:.1} W at 10 %, {:.1} W at 100 %; accelerators apart", row.w_idle, row.w_10, row.w_100),
    };
    let curve = curve.map(|(central, low, high)| Point { central, low, high });
    Ok((row.instance_type, HostPower::new(Factor::new(shown), row.basis == "proxy", curve)))
}

fn embodied_host() -> Result<BTreeMap<String, Factor>, FactorError> {
    rows::<EmbodiedHostRow>(EMBODIED_HOST)?
        .into_iter()
        .map(|row| {
            let shown = FactorUse {
                id: format!("embodied_host:{}", row.instance_type),
                name: format!("Embodied emissions of the host of {}", row.instance_type),
                value: row.kg,
                low: row.kg_lo,
                high: row.kg_hi,
                unit: "kgCO2e".to_owned(),
                year: row.year,
                source: row.source,
                licence: row.licence,
                tier: "model".to_owned(),
                note: "The whole life of the host; accelerators apart".to_owned(),
            };
            Ok((row.instance_type, checked(EMBODIED_HOST.0, shown)?))
        })
        .collect()
}

fn accelerator(row: AcceleratorRow) -> Result<Accelerator, FactorError> {
    Ok(Accelerator {
        power: accelerator_power(&row)?,
        embodied: accelerator_embodied(&row)?,
        id: row.accelerator_id,
        name: row.name,
        memory_gb: row.memory_gb,
        note: row.note,
    })
}

fn accelerator_power(row: &AcceleratorRow) -> Result<Option<AcceleratorPower>, FactorError> {
    let Some(cap_w) = row.power_cap_w else { return Ok(None) };
    let idle = |id: &str, state: &str, [value, low, high]: [Option<f64>; 3]| {
        let missing = || fault(ACCELERATORS.0, &row.accelerator_id, "a power cap needs both idle powers with bounds");
        let shown = FactorUse {
            id: format!("accelerator_{id}:{}", row.accelerator_id),
            name: format!("Power of one {}, {state}", row.name),
            value: value.ok_or_else(missing)?,
            low: low.ok_or_else(missing)?,
            high: high.ok_or_else(missing)?,
            unit: "W".to_owned(),
            year: row.year.clone(),
            source: row.source.clone(),
            licence: row.licence.clone(),
            tier: if row.observed == "none" { "model" } else { "observed" }.to_owned(),
            note: format!("Power cap {cap_w} W. {}", row.note),
        };
        checked(ACCELERATORS.0, shown)
    };
    let class = |what| fault(ACCELERATORS.0, &row.accelerator_id, what);
    Ok(Some(AcceleratorPower {
        cap_w,
        idle_cold: idle("idle_cold", "idle without a model", [row.idle_cold_w, row.idle_cold_w_lo, row.idle_cold_w_hi])?,
        idle_loaded: idle("idle_loaded", "idle with a model resident", [row.idle_loaded_w, row.idle_loaded_w_lo, row.idle_loaded_w_hi])?,
        kappa: kappa_class(&row.kappa_class).map_err(class)?,
        observed: observed(&row.observed).map_err(class)?,
    }))
}

fn accelerator_embodied(row: &AcceleratorRow) -> Result<Option<Factor>, FactorError> {
    let (Some(value), Some(low), Some(high)) = (row.embodied_kg, row.embodied_kg_lo, row.embodied_kg_hi) else { return Ok(None) };
    let shown = FactorUse {
        id: format!("embodied_accelerator:{}", row.accelerator_id),
        name: format!("Embodied emissions of one {}", row.name),
        value,
        low,
        high,
        unit: "kgCO2e".to_owned(),
        year: row.year.clone(),
        source: row.embodied_source.clone(),
        licence: row.embodied_licence.clone(),
        tier: "model".to_owned(),
        note: "The whole life of one accelerator".to_owned(),
    };
    checked(ACCELERATORS.0, shown).map(Some)
}

fn kappa_class(text: &str) -> Result<KappaClass, &'static str> {
    match text {
        "hbm" => Ok(KappaClass::Hbm),
        "inference_card" => Ok(KappaClass::InferenceCard),
        "pre2020" => Ok(KappaClass::Pre2020),
        "small_card" => Ok(KappaClass::SmallCard),
        _ => Err("no such kappa class"),
    }
}

fn observed(text: &str) -> Result<Observed, &'static str> {
    match text {
        "idle_and_load" => Ok(Observed::IdleAndLoad),
        "idle" => Ok(Observed::Idle),
        "none" => Ok(Observed::Nothing),
        _ => Err("observed is idle_and_load, idle or none"),
    }
}

fn node_class(text: Option<&str>) -> Result<Option<NodeClass>, &'static str> {
    match text {
        None => Ok(None),
        Some("sxm") => Ok(Some(NodeClass::Sxm)),
        Some("card") => Ok(Some(NodeClass::Card)),
        Some(_) => Err("the node class is sxm or card"),
    }
}

fn power_status(text: &str) -> Result<PowerStatus, &'static str> {
    match text {
        "complete" => Ok(PowerStatus::Complete),
        "lower_bound" => Ok(PowerStatus::LowerBound),
        "unknown" => Ok(PowerStatus::Unknown),
        _ => Err("the power status is complete, lower_bound or unknown"),
    }
}

/// The status column must say what the other tables hold.
fn check_power_status(instance: &Instance, accelerators: &BTreeMap<String, Accelerator>) -> Result<(), FactorError> {
    let powered = |fitted: &Fitted| fitted.node.is_some() && accelerators.get(&fitted.accelerator).is_some_and(|part| part.power.is_some());
    let derived = match (instance.host.is_some(), instance.fitted.as_ref().map(powered)) {
        (true, None | Some(true)) => PowerStatus::Complete,
        (true, Some(false)) | (false, Some(true)) => PowerStatus::LowerBound,
        (false, None | Some(false)) => PowerStatus::Unknown,
    };
    if derived == instance.power_status {
        Ok(())
    } else {
        Err(fault(INSTANCES.0, &instance.name, "the power status contradicts the power tables"))
    }
}

/// One figure of a region, as spelled in its group of columns.
struct Figure<'a> {
    id: &'a str,
    name: &'a str,
    unit: &'a str,
    numbers: [Option<f64>; 3],
    year: String,
    basis: String,
    source: String,
    licence: String,
    note: String,
}

fn figure(table: &'static str, region: &str, figure: Figure<'_>) -> Result<Option<Factor>, FactorError> {
    let [Some(value), Some(low), Some(high)] = figure.numbers else { return Ok(None) };
    let shown = FactorUse {
        id: format!("{}:{region}", figure.id),
        name: format!("{} of {region}", figure.name),
        value,
        low,
        high,
        unit: figure.unit.to_owned(),
        year: figure.year,
        source: figure.source,
        licence: figure.licence,
        tier: figure.basis,
        note: figure.note,
    };
    checked(table, shown).map(Some)
}

fn region(row: RegionRow) -> Result<Region, FactorError> {
    let pue = Figure {
        id: "pue",
        name: "Power usage effectiveness",
        unit: "1",
        numbers: [row.pue, row.pue_lo, row.pue_hi],
        year: row.pue_year,
        basis: row.pue_basis,
        source: row.pue_source,
        licence: row.pue_licence,
        note: String::new(),
    };
    let wue = Figure {
        id: "wue",
        name: "Water used on site",
        unit: "L/kWh IT",
        numbers: [row.wue, row.wue_lo, row.wue_hi],
        year: row.wue_year,
        basis: row.wue_basis,
        source: row.wue_source,
        licence: row.wue_licence,
        note: "Per kWh of IT energy: not multiplied by PUE".to_owned(),
    };
    let offsite = Figure {
        id: "offsite_water",
        name: "Water used by the power plants",
        unit: "L/kWh",
        numbers: [row.offsite_water, row.offsite_water_lo, row.offsite_water_hi],
        year: row.offsite_water_year,
        basis: "published".to_owned(),
        source: row.offsite_water_source,
        licence: row.offsite_water_licence,
        note: "Per kWh of facility energy".to_owned(),
    };
    Ok(Region {
        pue: figure(REGIONS.0, &row.region, pue)?,
        wue: figure(REGIONS.0, &row.region, wue)?,
        offsite_water: figure(REGIONS.0, &row.region, offsite)?,
        intensity: None,
        market_intensity: None,
        name: row.region,
        partition: row.partition,
        location: row.location,
        note: row.note,
    })
}

fn add_intensity(region: &mut Region, row: IntensityRow) -> Result<(), FactorError> {
    let location = Figure {
        id: "intensity",
        name: "Location-based grid intensity",
        unit: "gCO2e/kWh",
        numbers: [Some(row.g_per_kwh), Some(row.g_per_kwh_lo), Some(row.g_per_kwh_hi)],
        year: row.year,
        basis: "published annual average".to_owned(),
        source: format!("{}, zone {}. Bounds: {}", row.source, row.zone, row.bounds_source),
        licence: format!("{}; bounds: {}", row.licence, row.bounds_licence),
        note: row.note,
    };
    let market = Figure {
        id: "market_intensity",
        name: "Market-based grid intensity",
        unit: "gCO2e/kWh",
        numbers: [row.market_g_per_kwh; 3],
        year: row.market_year,
        basis: "provider-published".to_owned(),
        source: row.market_source,
        licence: row.market_licence,
        note: "Contracts of the provider; stands beside the location-based figure, never for it".to_owned(),
    };
    region.intensity = figure(GRID_INTENSITY.0, &row.region, location)?;
    region.market_intensity = figure(GRID_INTENSITY.0, &row.region, market)?;
    Ok(())
}

fn price(row: PriceRow) -> Result<ListPrice, FactorError> {
    let usd_per_hour = row.usd_per_hour.parse::<f64>().ok().filter(|price| price.is_finite() && *price >= 0.0);
    Ok(ListPrice {
        usd_per_hour: usd_per_hour.ok_or_else(|| fault(LIST_PRICES.0, &row.instance_type, "the price is not a decimal number"))?,
        usd_per_hour_text: row.usd_per_hour,
        region: row.region,
        instance_type: row.instance_type,
        as_of: row.as_of,
        source: row.source,
        licence: row.licence,
    })
}
