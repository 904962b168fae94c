//! From the embedded files to checked tables.

mod machines;
mod places;

use super::FactorError;
use super::coefficients::Coefficients;
use super::factor::Factor;
use super::price::ListPrice;
use super::rows::{CoefficientRow, PriceRow};
use crate::explain::FactorUse;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(super) use machines::{accelerators, instances};
pub(super) use places::regions;

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
    let coefficients =
        Coefficients::collect(|id| found.remove(id).ok_or_else(|| fault(COEFFICIENTS.0, id, "the row is missing")))?;
    found.keys().next().map_or(Ok(coefficients), |id| Err(fault(COEFFICIENTS.0, id, "nothing uses this row")))
}

pub(super) fn prices() -> Result<BTreeMap<(String, String), ListPrice>, FactorError> {
    rows::<PriceRow>(LIST_PRICES)?
        .into_iter()
        .map(|row| price(row).map(|p| ((p.region.clone(), p.instance_type.clone()), p)))
        .collect()
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

fn price(row: PriceRow) -> Result<ListPrice, FactorError> {
    let usd_per_hour = row.usd_per_hour.parse::<f64>().ok().filter(|price| price.is_finite() && *price >= 0.0);
    Ok(ListPrice {
        usd_per_hour: usd_per_hour
            .ok_or_else(|| fault(LIST_PRICES.0, &row.instance_type, "the price is not a decimal number"))?,
        usd_per_hour_text: row.usd_per_hour,
        region: row.region,
        instance_type: row.instance_type,
        as_of: row.as_of,
        source: row.source,
        licence: row.licence,
    })
}
