//! Regions and their grids from their files.

use super::{GRID_INTENSITY, REGIONS, checked, fault, rows};
use crate::explain::FactorUse;
use crate::factors::FactorError;
use crate::factors::factor::Factor;
use crate::factors::region::Region;
use crate::factors::rows::{IntensityRow, RegionRow};
use std::collections::BTreeMap;

pub(in crate::factors) fn regions() -> Result<BTreeMap<String, Region>, FactorError> {
    let mut regions = rows::<RegionRow>(REGIONS)?
        .into_iter()
        .map(|row| region(row).map(|region| (region.name.clone(), region)))
        .collect::<Result<BTreeMap<_, _>, _>>()?;
    for row in rows::<IntensityRow>(GRID_INTENSITY)? {
        let region =
            regions.get_mut(&row.region).ok_or_else(|| fault(GRID_INTENSITY.0, &row.region, "no such region"))?;
        add_intensity(region, row)?;
    }
    Ok(regions)
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
    let [Some(value), Some(low), Some(high)] = figure.numbers else {
        return Ok(None);
    };
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
        marginal_intensity: None,
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
    let marginal = Figure {
        id: "marginal_intensity",
        name: "Marginal grid intensity",
        unit: "gCO2e/kWh",
        numbers: [row.marginal_g_per_kwh, row.marginal_g_per_kwh_lo, row.marginal_g_per_kwh_hi],
        year: row.marginal_year,
        basis: "published annual average".to_owned(),
        source: row.marginal_source,
        licence: row.marginal_licence,
        note: "What one kWh more or less changes; for decisions, in no inventory. Power plants built because of a lasting \
               change are not in it"
            .to_owned(),
    };
    region.intensity = figure(GRID_INTENSITY.0, &row.region, location)?;
    region.market_intensity = figure(GRID_INTENSITY.0, &row.region, market)?;
    region.marginal_intensity = figure(GRID_INTENSITY.0, &row.region, marginal)?;
    Ok(())
}
