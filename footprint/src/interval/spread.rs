//! The draws of a selection: each group's energy moves with its own coefficients, each region's with its own.

use super::draws::DRAWS;
use super::marginal::Weighed;
use super::quality::Quality;
use super::sums::{GroupKey, PartSums};
use crate::factors::{Factor, FactorSet, HostPower, Instance, Region, Site, interpolate};
use crate::power::{Powered, node_overhead, powered_accelerators};
use crate::tier::{Tier, WorkloadKind};
use crate::units::MicroWattHours;
use std::collections::BTreeMap;

/// Draws of every figure, in micro-units.
pub(super) struct Drawn {
    pub(super) energy_it: Vec<f64>,
    pub(super) energy: Vec<f64>,
    pub(super) operational: Vec<f64>,
    pub(super) embodied: Vec<f64>,
    pub(super) emissions: Vec<f64>,
    pub(super) water: Vec<f64>,
}

impl Drawn {
    fn zero() -> Self {
        let zero = || vec![0.0; DRAWS];
        Self {
            energy_it: zero(),
            energy: zero(),
            operational: zero(),
            embodied: zero(),
            emissions: zero(),
            water: zero(),
        }
    }
}

/// A selection while its groups are added.
pub(super) struct Spread {
    pub(super) quality: Quality,
    regions: BTreeMap<String, RegionDraws>,
    embodied: Vec<f64>,
    /// Sums of groups these factors do not know: they add their exact value to every draw.
    unknown: PartSums,
}

/// What a region's groups add up to, before its own coefficients are drawn.
struct RegionDraws {
    /// Facility energy with every coefficient at its central value, uWh.
    central: f64,
    it: Vec<f64>,
    facility: Vec<f64>,
    operational: Vec<f64>,
    water: Vec<f64>,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            quality: Quality::default(),
            regions: BTreeMap::new(),
            embodied: vec![0.0; DRAWS],
            unknown: PartSums::default(),
        }
    }
}

impl Spread {
    pub(super) fn add(&mut self, factors: &FactorSet, key: &GroupKey, sums: &PartSums) {
        let Some((instance, _)) = self.quality.admit(factors, key) else {
            self.unknown += *sums;
            return;
        };
        self.add_energy(factors, key, sums, instance);
        self.add_embodied(factors, sums, instance);
    }

    fn add_energy(&mut self, factors: &FactorSet, key: &GroupKey, sums: &PartSums, instance: &Instance) {
        let drawn = it_draws(factors, key, sums, instance);
        let exact = micro(sums.it());
        let region = self.regions.entry(key.region.clone()).or_insert_with(RegionDraws::zero);
        region.central += micro(sums.facility);
        for (figures, sum) in [
            (&mut region.it, exact),
            (&mut region.facility, micro(sums.facility)),
            (&mut region.operational, sums.operational.0 as f64),
            (&mut region.water, sums.water.0 as f64),
        ] {
            // Emissions and water are proportional to energy; without energy they stand as they are.
            if exact > 0.0 {
                add_scaled(figures, &drawn, sum / exact);
            } else {
                add_constant(figures, sum);
            }
        }
    }

    fn add_embodied(&mut self, factors: &FactorSet, sums: &PartSums, instance: &Instance) {
        let accelerator = instance.fitted.as_ref().and_then(|fitted| factors.accelerator(&fitted.accelerator));
        add_proportional(&mut self.embodied, instance.embodied.as_ref(), sums.embodied_host.0 as f64);
        add_proportional(
            &mut self.embodied,
            accelerator.and_then(|part| part.embodied.as_ref()),
            sums.embodied_accelerator.0 as f64,
        );
    }

    /// Draws the coefficients of places and of the method, and puts everything together.
    pub(super) fn finish(&self, factors: &FactorSet) -> Drawn {
        let mut drawn = Drawn::zero();
        for (name, sums) in &self.regions {
            if let Some(site) = factors.region(name).ok().and_then(|region| region.site().ok()) {
                add_region(&mut drawn, sums, &site);
            }
        }
        let life = &factors.method().hardware_lifetime_years;
        for ((total, sum), life_drawn) in drawn.embodied.iter_mut().zip(&self.embodied).zip(life.draws()) {
            *total = sum * ratio(life.value(), *life_drawn);
        }
        add_constant(&mut drawn.energy_it, micro(self.unknown.it()));
        add_constant(&mut drawn.energy, micro(self.unknown.facility));
        add_constant(&mut drawn.operational, self.unknown.operational.0 as f64);
        add_constant(&mut drawn.embodied, self.unknown.embodied().0 as f64);
        add_constant(&mut drawn.water, self.unknown.water.0 as f64);
        for ((total, operational), embodied) in drawn.emissions.iter_mut().zip(&drawn.operational).zip(&drawn.embodied)
        {
            *total = operational + embodied;
        }
        drawn
    }

    /// Facility energy at another intensity of each grid; `None` where a part of the energy has none.
    pub(super) fn weighed(&self, factors: &FactorSet, intensity: fn(&Region) -> Option<&Factor>) -> Option<Weighed> {
        if self.unknown != PartSums::default() {
            return None;
        }
        let mut weighed = Weighed { central: 0.0, drawn: vec![0.0; DRAWS] };
        for (name, sums) in &self.regions {
            let region = factors.region(name).ok()?;
            let (pue, grams) = (region.pue.as_ref()?, intensity(region)?);
            weighed.central += sums.central * grams.value();
            let coefficients = pue.draws().iter().zip(grams.draws());
            for ((total, facility), (pue_drawn, grams_drawn)) in
                weighed.drawn.iter_mut().zip(&sums.facility).zip(coefficients)
            {
                *total += facility * ratio(*pue_drawn, pue.value()) * grams_drawn;
            }
        }
        Some(weighed)
    }
}

impl RegionDraws {
    fn zero() -> Self {
        let zero = || vec![0.0; DRAWS];
        Self { central: 0.0, it: zero(), facility: zero(), operational: zero(), water: zero() }
    }
}

fn add_region(drawn: &mut Drawn, sums: &RegionDraws, site: &Site<'_>) {
    let (pue, intensity, wue) = (site.pue, site.intensity, site.wue);
    let off_central = site.offsite_water.map_or(0.0, Factor::value);
    let off_drawn = site.offsite_water.map_or(&[] as &[f64], Factor::draws);
    let water_central = wue.value() + pue.value() * off_central;
    let coefficients =
        pue.draws().iter().zip(intensity.draws()).zip(wue.draws()).zip(off_drawn.iter().chain(std::iter::repeat(&0.0)));
    let sums = sums.it.iter().zip(&sums.facility).zip(&sums.operational).zip(&sums.water);
    let figures = drawn.energy_it.iter_mut().zip(&mut drawn.energy).zip(&mut drawn.operational).zip(&mut drawn.water);
    for ((figures, sums), coefficients) in figures.zip(sums).zip(coefficients) {
        let (((energy_it, energy), operational), water) = figures;
        let (((it_sum, facility_sum), operational_sum), water_sum) = sums;
        let (((pue_drawn, intensity_drawn), wue_drawn), off) = coefficients;
        let pue_ratio = ratio(*pue_drawn, pue.value());
        *energy_it += it_sum;
        *energy += facility_sum * pue_ratio;
        *operational += operational_sum * pue_ratio * ratio(*intensity_drawn, intensity.value());
        *water += water_sum * ratio(wue_drawn + pue_drawn * off, water_central);
    }
}

/// IT energy of a group in every draw, uWh.
fn it_draws(factors: &FactorSet, key: &GroupKey, sums: &PartSums, instance: &Instance) -> Vec<f64> {
    let method = factors.method();
    let mut drawn = vec![0.0; DRAWS];
    let host = micro(sums.host_idle) + micro(sums.host_dynamic);
    let accelerators = micro(sums.accelerator_idle) + micro(sums.accelerator_dynamic);
    let hours = sums.instance_seconds / 3_600.0;
    // What has no published curve can only have been measured. Beside measured accelerators the host keeps its curve:
    // the group does not tell whether it was measured too, and the curve is the wider of the two.
    let measured = key.tier == Tier::T0;
    match &instance.host {
        Some(power) if !measured || instance.fitted.is_some() => {
            add_host(&mut drawn, factors, key.tier, power, host, hours);
        }
        _ => add_proportional(&mut drawn, Some(&method.measured_power_error), host),
    }
    match (powered_accelerators(factors, instance), &instance.fitted) {
        (Some(set), _) if !measured => add_accelerators(&mut drawn, factors, key, &set, accelerators, hours),
        (_, Some(fitted)) => {
            let overhead = node_overhead(factors, fitted);
            let error = &method.measured_power_error;
            let node = overhead.draws().iter().map(|drawn| ratio(1.0 + drawn, 1.0 + overhead.value()));
            for ((sum, node), error_drawn) in drawn.iter_mut().zip(node).zip(error.draws()) {
                *sum += accelerators * node * ratio(*error_drawn, error.value());
            }
        }
        (_, None) => add_constant(&mut drawn, accelerators),
    }
    let storage = micro(sums.storage);
    if storage > 0.0 {
        let central = method.storage_ssd.value() * method.storage_replication_ebs.value();
        for ((sum, power), copies) in
            drawn.iter_mut().zip(method.storage_ssd.draws()).zip(method.storage_replication_ebs.draws())
        {
            *sum += storage * ratio(power * copies, central);
        }
    }
    add_proportional(&mut drawn, Some(&method.network_transfer), micro(sums.network));
    drawn
}

/// Adds the host's energy. Its mean load is read back from the sums, so that each draw moves the right stretch of the curve.
fn add_host(drawn: &mut [f64], factors: &FactorSet, tier: Tier, power: &HostPower, energy: f64, hours: f64) {
    if energy <= 0.0 {
        return;
    }
    if tier >= Tier::T3 {
        let load = &factors.method().default_cpu_utilisation;
        let central = power.at(crate::units::Fraction::clamped(load.value()));
        for ((sum, curve), load) in drawn.iter_mut().zip(power.drawn()).zip(load.draws()) {
            *sum += energy * ratio(interpolate(curve, *load), central);
        }
        return;
    }
    let watts = if hours > 0.0 { energy / 1e6 / hours } else { power.factor.value() };
    let load = power.load_at(watts);
    let central = power.at(crate::units::Fraction::clamped(load));
    for (sum, curve) in drawn.iter_mut().zip(power.drawn()) {
        *sum += energy * ratio(interpolate(curve, load), central);
    }
}

/// Adds the accelerators' energy: idle, full load and node overhead are drawn, utilisation is read back from the sums.
fn add_accelerators(
    drawn: &mut [f64],
    factors: &FactorSet,
    key: &GroupKey,
    set: &Powered<'_>,
    energy: f64,
    hours: f64,
) {
    if energy <= 0.0 {
        return;
    }
    let method = factors.method();
    let overhead = method.overhead(set.node);
    let node = overhead.draws().iter().map(|drawn| ratio(1.0 + drawn, 1.0 + overhead.value()));
    let defaulted = key.tier >= Tier::T3;
    if defaulted && key.kind == WorkloadKind::Training {
        let share = &method.default_training_accelerator_share;
        for ((sum, node), share_drawn) in drawn.iter_mut().zip(node).zip(share.draws()) {
            *sum += energy * node * ratio(*share_drawn, share.value());
        }
        return;
    }
    let (idle, kappa) = (&set.power.idle_loaded, method.kappa(set.power.kappa));
    let full = set.full(factors);
    let utilisation = &method.default_endpoint_accelerator_utilisation;
    let known = if defaulted { utilisation.value() } else { utilisation_of(factors, set, energy, hours) };
    let central = idle.value() + (full - idle.value()) * known;
    let each = drawn.iter_mut().zip(node).zip(idle.draws()).zip(kappa.draws()).zip(utilisation.draws());
    for ((((sum, node), idle), kappa), utilisation_drawn) in each {
        let load = if defaulted { *utilisation_drawn } else { known };
        *sum += energy * node * ratio(idle + (kappa * set.power.cap_w - idle).max(0.0) * load, central);
    }
}

/// The mean utilisation that explains this much energy, 0 to 1.
pub(super) fn utilisation_of(factors: &FactorSet, set: &Powered<'_>, energy: f64, hours: f64) -> f64 {
    let scale = f64::from(set.count) * (1.0 + factors.method().overhead(set.node).value()) * hours;
    if scale.is_nan() || scale <= 0.0 {
        return factors.method().default_endpoint_accelerator_utilisation.value();
    }
    let idle = set.power.idle_loaded.value();
    let span = set.full(factors) - idle;
    if span > 0.0 { ((energy / 1e6 / scale - idle) / span).clamp(0.0, 1.0) } else { 1.0 }
}

pub(super) fn micro(energy: MicroWattHours) -> f64 {
    energy.0 as f64
}

/// A quotient that leaves things as they are where it has no meaning.
pub(super) fn ratio(value: f64, central: f64) -> f64 {
    if central > 0.0 { value / central } else { 1.0 }
}

fn add_constant(figures: &mut [f64], value: f64) {
    for figure in figures {
        *figure += value;
    }
}

fn add_scaled(figures: &mut [f64], drawn: &[f64], scale: f64) {
    for (figure, value) in figures.iter_mut().zip(drawn) {
        *figure += value * scale;
    }
}

/// Adds a sum that is proportional to one coefficient; without the coefficient it stands as it is.
fn add_proportional(figures: &mut [f64], factor: Option<&Factor>, sum: f64) {
    match factor {
        Some(factor) if sum != 0.0 && factor.value() > 0.0 => add_scaled(figures, factor.draws(), sum / factor.value()),
        _ => add_constant(figures, sum),
    }
}
