//! The rows of the tables exactly as the files spell them.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct InstanceRow {
    pub(super) instance_type: String,
    pub(super) vcpu: Option<u32>,
    pub(super) memory_gib: Option<f64>,
    pub(super) accelerator_id: Option<String>,
    pub(super) accelerator_count: Option<u32>,
    pub(super) node_class: Option<String>,
    pub(super) power_status: String,
    pub(super) note: String,
    pub(super) source: String,
    pub(super) licence: String,
}

#[derive(Deserialize)]
pub(super) struct HostPowerRow {
    pub(super) instance_type: String,
    pub(super) w_idle: f64,
    pub(super) w_idle_lo: f64,
    pub(super) w_idle_hi: f64,
    pub(super) w_10: f64,
    pub(super) w_10_lo: f64,
    pub(super) w_10_hi: f64,
    pub(super) w_50: f64,
    pub(super) w_50_lo: f64,
    pub(super) w_50_hi: f64,
    pub(super) w_100: f64,
    pub(super) w_100_lo: f64,
    pub(super) w_100_hi: f64,
    pub(super) basis: String,
    pub(super) year: String,
    pub(super) source: String,
    pub(super) licence: String,
}

#[derive(Deserialize)]
pub(super) struct EmbodiedHostRow {
    pub(super) instance_type: String,
    pub(super) kg: f64,
    pub(super) kg_lo: f64,
    pub(super) kg_hi: f64,
    pub(super) year: String,
    pub(super) source: String,
    pub(super) licence: String,
}

#[derive(Deserialize)]
pub(super) struct AcceleratorRow {
    pub(super) accelerator_id: String,
    pub(super) name: String,
    pub(super) memory_gb: Option<f64>,
    pub(super) power_cap_w: Option<f64>,
    pub(super) idle_cold_w: Option<f64>,
    pub(super) idle_cold_w_lo: Option<f64>,
    pub(super) idle_cold_w_hi: Option<f64>,
    pub(super) idle_loaded_w: Option<f64>,
    pub(super) idle_loaded_w_lo: Option<f64>,
    pub(super) idle_loaded_w_hi: Option<f64>,
    pub(super) kappa_class: String,
    pub(super) observed: String,
    pub(super) embodied_kg: Option<f64>,
    pub(super) embodied_kg_lo: Option<f64>,
    pub(super) embodied_kg_hi: Option<f64>,
    pub(super) year: String,
    pub(super) note: String,
    pub(super) source: String,
    pub(super) licence: String,
    pub(super) embodied_source: String,
    pub(super) embodied_licence: String,
}

#[derive(Deserialize)]
pub(super) struct RegionRow {
    pub(super) region: String,
    pub(super) partition: String,
    pub(super) location: String,
    pub(super) pue: Option<f64>,
    pub(super) pue_lo: Option<f64>,
    pub(super) pue_hi: Option<f64>,
    pub(super) pue_year: String,
    pub(super) pue_basis: String,
    pub(super) pue_source: String,
    pub(super) pue_licence: String,
    pub(super) wue: Option<f64>,
    pub(super) wue_lo: Option<f64>,
    pub(super) wue_hi: Option<f64>,
    pub(super) wue_year: String,
    pub(super) wue_basis: String,
    pub(super) wue_source: String,
    pub(super) wue_licence: String,
    pub(super) offsite_water: Option<f64>,
    pub(super) offsite_water_lo: Option<f64>,
    pub(super) offsite_water_hi: Option<f64>,
    pub(super) offsite_water_year: String,
    pub(super) offsite_water_source: String,
    pub(super) offsite_water_licence: String,
    pub(super) note: String,
}

#[derive(Deserialize)]
pub(super) struct IntensityRow {
    pub(super) region: String,
    pub(super) zone: String,
    pub(super) year: String,
    pub(super) g_per_kwh: f64,
    pub(super) g_per_kwh_lo: f64,
    pub(super) g_per_kwh_hi: f64,
    pub(super) source: String,
    pub(super) licence: String,
    pub(super) bounds_source: String,
    pub(super) bounds_licence: String,
    pub(super) market_g_per_kwh: Option<f64>,
    pub(super) market_year: String,
    pub(super) market_source: String,
    pub(super) market_licence: String,
    pub(super) marginal_g_per_kwh: Option<f64>,
    pub(super) marginal_g_per_kwh_lo: Option<f64>,
    pub(super) marginal_g_per_kwh_hi: Option<f64>,
    pub(super) marginal_year: String,
    pub(super) marginal_source: String,
    pub(super) marginal_licence: String,
    pub(super) note: String,
}

#[derive(Deserialize)]
pub(super) struct CoefficientRow {
    pub(super) coefficient_id: String,
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) lo: f64,
    pub(super) hi: f64,
    pub(super) unit: String,
    pub(super) year: String,
    pub(super) tier: String,
    pub(super) source: String,
    pub(super) licence: String,
    pub(super) note: String,
}

#[derive(Deserialize)]
pub(super) struct PriceRow {
    pub(super) region: String,
    pub(super) instance_type: String,
    pub(super) usd_per_hour: String,
    pub(super) as_of: String,
    pub(super) source: String,
    pub(super) licence: String,
}
