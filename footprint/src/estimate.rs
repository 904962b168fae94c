//! From an hour of facts to the parts of the ledger.

use crate::energy::{embodied_share, facility_energy, it_energy, operational_emissions, water};
use crate::factors::{FactorSet, Instance};
use crate::power::{Load, Measured, power};
use crate::refused::Refused;
use crate::tier::{Completeness, Tier, WorkloadKind};
use crate::units::{
    Fraction, Grams, GramsPerKilowattHour, Hours, Kilograms, KilowattHours, LitresPerKilowattHour, MicroWattHours,
    Micrograms, Microlitres, Pue, Years,
};
use serde::{Deserialize, Serialize};

/// Beyond thirty thousand instance-years a bucket is a mistake, and the ledger's integers would end.
pub(crate) const MOST_SECONDS: f64 = 1e12;
/// Beyond ten petabytes a volume is a mistake.
const MOST_GIGABYTES: f64 = 1e7;

/// What an entity used in one bucket of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourInput<'a> {
    /// The instance type, such as `ml.g5.xlarge`.
    pub instance_type: &'a str,
    /// The region, such as `eu-west-1`.
    pub region: &'a str,
    /// Decides the default load and the idle state.
    pub kind: WorkloadKind,
    /// Seconds times instances.
    pub instance_seconds: f64,
    /// Mean processor utilisation while running; `None` where there is no series.
    pub cpu: Option<Fraction>,
    /// Mean accelerator utilisation while running; `None` where there is no series.
    pub gpu: Option<Fraction>,
    /// What a meter read while running, mean W of one instance; [`Measured::default`] where nothing was measured.
    pub measured: Measured,
    /// Solid-state storage attached over the bucket, GB on each instance; `None` where it is not known.
    pub storage_gb: Option<f64>,
    /// Data that left the region in the bucket, GB altogether; `None` where it is not known.
    pub network_gb: Option<f64>,
}

/// The separable parts of one bucket, each rounded once, half to even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourParts {
    /// IT energy of hosts doing nothing.
    pub host_idle: MicroWattHours,
    /// IT energy the load added to the hosts.
    pub host_dynamic: MicroWattHours,
    /// IT energy of accelerators doing nothing, with what the node adds.
    pub accelerator_idle: MicroWattHours,
    /// IT energy the load added to the accelerators, with what the node adds.
    pub accelerator_dynamic: MicroWattHours,
    /// IT energy of attached storage; zero only where no volume was given.
    pub storage: MicroWattHours,
    /// Energy of data that left the region; zero only where no volume was given.
    pub network: MicroWattHours,
    /// All of the above times PUE.
    pub facility: MicroWattHours,
    /// Location-based emissions.
    pub operational: Micrograms,
    /// Market-based emissions; `None` where the region has no such figure.
    pub market: Option<Micrograms>,
    /// The hosts' embodied share.
    pub embodied_host: Micrograms,
    /// The accelerators' embodied share.
    pub embodied_accelerator: Micrograms,
    /// Water on and off site.
    pub water: Microlitres,
    /// What the power figure rests on.
    pub tier: Tier,
    /// Whether a part of energy or embodied emissions is missing.
    pub completeness: Completeness,
    /// Whether the water of the power plants is missing.
    pub water_completeness: Completeness,
}

impl HourParts {
    /// The same bucket with its operational emissions weighed by another location-based intensity, such as that of its
    /// own hour instead of the year's: `O = E_fac x I`, gCO2e. Energy, market-based and embodied emissions stay.
    #[must_use]
    pub fn at_intensity(self, intensity: GramsPerKilowattHour) -> Self {
        Self { operational: operational_emissions(KilowattHours::from(self.facility), intensity).into(), ..self }
    }
}

/// Estimates one bucket.
///
/// # Errors
/// A [`Refused`] for an unknown type or region, a type without any power figure, a region without PUE or intensity,
/// and numbers that are below zero or of no plausible size.
pub fn estimate_hour(factors: &FactorSet, input: &HourInput<'_>) -> Result<HourParts, Refused> {
    let instance = factors.instance(input.instance_type)?;
    let site = factors.region(input.region)?.site()?;
    let seconds = sane("instance seconds", input.instance_seconds, MOST_SECONDS)?;
    let storage_gb = sane("storage", input.storage_gb.unwrap_or(0.0), MOST_GIGABYTES)?;
    let network_gb = sane("network", input.network_gb.unwrap_or(0.0), MOST_GIGABYTES)?;
    let duration = Hours::new(seconds / 3_600.0);

    let load = Load { kind: input.kind, cpu: input.cpu, gpu: input.gpu, measured: input.measured };
    let draw = power(factors, instance, load)?;
    let [host_idle, host_dynamic, accelerator_idle, accelerator_dynamic] =
        [draw.host_idle, draw.host_dynamic, draw.accelerator_idle, draw.accelerator_dynamic]
            .map(|watts| it_energy(watts, duration));
    let storage = storage_energy(factors, storage_gb, duration);
    let network = KilowattHours::new(network_gb * factors.method().network_transfer.value());
    let it = host_idle + host_dynamic + accelerator_idle + accelerator_dynamic + storage + network;
    let facility = facility_energy(it, Pue::new(site.pue.value()));
    let litres = |factor: &crate::factors::Factor| LitresPerKilowattHour::new(factor.value());
    let water = water(it, litres(site.wue), facility, site.offsite_water.map(litres));
    let embodied = embodied(factors, instance, duration);
    Ok(HourParts {
        host_idle: host_idle.into(),
        host_dynamic: host_dynamic.into(),
        accelerator_idle: accelerator_idle.into(),
        accelerator_dynamic: accelerator_dynamic.into(),
        storage: storage.into(),
        network: network.into(),
        facility: facility.into(),
        operational: operational_emissions(facility, GramsPerKilowattHour::new(site.intensity.value())).into(),
        market: site
            .market_intensity
            .map(|market| operational_emissions(facility, GramsPerKilowattHour::new(market.value())).into()),
        embodied_host: embodied.host.into(),
        embodied_accelerator: embodied.accelerator.into(),
        water: water.total().into(),
        tier: draw.tier,
        completeness: draw.completeness.max(embodied.completeness),
        water_completeness: if water.off_site.is_some() { Completeness::Complete } else { Completeness::LowerBound },
    })
}

/// Embodied emissions that fall on a stretch of time.
struct Embodied {
    host: Grams,
    accelerator: Grams,
    completeness: Completeness,
}

fn embodied(factors: &FactorSet, instance: &Instance, duration: Hours) -> Embodied {
    let life = Years::new(factors.method().hardware_lifetime_years.value());
    let share = |kilograms: f64| embodied_share(Kilograms::new(kilograms), duration, life);
    let host = instance.embodied.as_ref().map(|factor| share(factor.value()));
    let accelerator = match &instance.fitted {
        None => Some(Grams::new(0.0)),
        Some(fitted) => factors
            .accelerator(&fitted.accelerator)
            .and_then(|part| part.embodied.as_ref())
            .map(|factor| share(factor.value() * f64::from(fitted.count))),
    };
    Embodied {
        host: host.unwrap_or_default(),
        accelerator: accelerator.unwrap_or_default(),
        completeness: if host.is_some() && accelerator.is_some() {
            Completeness::Complete
        } else {
            Completeness::LowerBound
        },
    }
}

fn storage_energy(factors: &FactorSet, gigabytes: f64, duration: Hours) -> KilowattHours {
    let method = factors.method();
    let watts_per_terabyte = method.storage_ssd.value() * method.storage_replication_ebs.value();
    KilowattHours::new(gigabytes / 1_000.0 * watts_per_terabyte * duration.get() / 1_000.0)
}

/// A number that can be measured: at least zero and of a plausible size.
pub(crate) fn sane(what: &str, value: f64, most: f64) -> Result<f64, Refused> {
    if (0.0..=most).contains(&value) { Ok(value) } else { Err(Refused::InvalidInput { what: what.to_owned() }) }
}

#[cfg(test)]
mod tests;
