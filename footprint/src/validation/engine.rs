//! The engine's own answer to the inputs of a case.

use super::Ours;
use super::published::{Dimension, PublishedUnit};
use crate::energy::{facility_energy, it_energy, operational_emissions, water};
use crate::factors::{FactorSet, Override};
use crate::normalise::normalise_gpu;
use crate::power::{Load, Measured, power, powered_accelerators};
use crate::tier::{Estimate, WorkloadKind};
use crate::units::{
    Fraction, Grams, GramsPerKilowattHour, Hours, Kilograms, KilowattHours, Litres, LitresPerKilowattHour, Pue, Watts,
};
use crate::workload::{Workload, WorkloadEstimate, estimate_workload};

/// Where the machines of a case stand; power and IT energy do not depend on it.
const REGION: &str = "us-east-1";

/// A value in the engine's own unit, with the unit that it must be asked for in.
type Answer = (Dimension, Ours);

/// Computes a case by the function that `through` names and gives it in `unit`.
pub(super) fn compute(factors: &FactorSet, through: &str, inputs: &str, unit: PublishedUnit) -> Result<Ours, String> {
    let inputs = Inputs(inputs);
    let (dimension, ours) = match through {
        "energy" => energy(&inputs).map(|energy| exact(Dimension::Energy, energy.get())),
        "emissions" => emissions(&inputs).map(|mass| exact(Dimension::Mass, mass.get())),
        "default_power" => default_power(factors, &inputs),
        "node" | "workload" => workload(factors, &inputs),
        "normalise" => normalised(&inputs),
        "idle_accelerator" => idle_accelerator(factors, &inputs),
        "water" => water_of(&inputs).map(|volume| exact(Dimension::Volume, volume.get())),
        other => Err(format!("no calculation is called `{other}`")),
    }?;
    if dimension != unit.dimension() {
        return Err(format!("the result is not measured in {}", unit.symbol()));
    }
    let scale = unit.in_engine_units();
    Ok(Ours { low: ours.low / scale, central: ours.central / scale, high: ours.high / scale })
}

/// The inputs of a case, `name=value` with `; ` between.
struct Inputs<'a>(&'a str);

impl<'a> Inputs<'a> {
    fn find(&self, name: &str) -> Option<&'a str> {
        self.0
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    fn text(&self, name: &str) -> Result<&'a str, String> {
        self.find(name).ok_or_else(|| format!("the case does not say `{name}`"))
    }

    fn number(&self, name: &str) -> Result<f64, String> {
        let text = self.text(name)?;
        text.parse().map_err(|_| format!("`{name}` is not a number: {text}"))
    }

    fn number_or(&self, name: &str, otherwise: f64) -> Result<f64, String> {
        if self.find(name).is_some() { self.number(name) } else { Ok(otherwise) }
    }

    fn whole_or(&self, name: &str, otherwise: u32) -> Result<u32, String> {
        self.find(name)
            .map_or(Ok(otherwise), |text| text.parse().map_err(|_| format!("`{name}` is not a whole number: {text}")))
    }
}

const fn exact(dimension: Dimension, value: f64) -> Answer {
    (dimension, Ours { low: value, central: value, high: value })
}

fn spread<U: Copy>(dimension: Dimension, estimate: Estimate<U>, bare: impl Fn(U) -> f64) -> Answer {
    let Estimate { low, central, high, .. } = estimate.map(bare);
    (dimension, Ours { low, central, high })
}

fn energy(inputs: &Inputs<'_>) -> Result<KilowattHours, String> {
    let it = match inputs.find("kwh") {
        Some(_) => KilowattHours::new(inputs.number("kwh")?),
        None => it_energy(Watts::new(inputs.number("watts")?), Hours::new(inputs.number("device_hours")?)),
    };
    Ok(facility_energy(it, Pue::new(inputs.number("pue")?)))
}

fn emissions(inputs: &Inputs<'_>) -> Result<Grams, String> {
    let intensity = GramsPerKilowattHour::new(inputs.number("g_per_kwh")?);
    let idle = KilowattHours::new(inputs.number_or("idle_kwh", 0.0)?);
    let embodied = Grams::from(Kilograms::new(inputs.number_or("embodied_kg", 0.0)?));
    Ok(operational_emissions(energy(inputs)?, intensity) + operational_emissions(idle, intensity) + embodied)
}

/// The accelerators of a training job without a series, between the ends of the default.
fn default_power(factors: &FactorSet, inputs: &Inputs<'_>) -> Result<Answer, String> {
    let id = inputs.text("accelerator")?;
    let cap = factors
        .accelerator(id)
        .and_then(|accelerator| accelerator.power.as_ref())
        .ok_or_else(|| format!("no power is known of `{id}`"))?
        .cap_w;
    let hours = Hours::new(inputs.number("devices")? * inputs.number("hours")?);
    let share = &factors.method().default_training_accelerator_share;
    let at = |share: f64| it_energy(Watts::new(share * cap), hours).get();
    let ours = Ours { low: at(share.low()), central: at(share.value()), high: at(share.high()) };
    Ok((Dimension::Energy, ours))
}

/// Whole machines: their power where no `figure` is asked for.
fn workload(factors: &FactorSet, inputs: &Inputs<'_>) -> Result<Answer, String> {
    let load = match inputs.find("utilisation") {
        Some(_) => Fraction::new(inputs.number("utilisation")?),
        None => None,
    };
    let workload = Workload {
        instance_type: inputs.text("instance_type")?.to_owned(),
        count: inputs.whole_or("count", 1)?,
        hours: inputs.number_or("hours", 1.0)?,
        region: REGION.to_owned(),
        kind: inputs.text("kind")?.parse::<WorkloadKind>().map_err(|error| error.to_string())?,
        cpu: load,
        gpu: load,
        measured: Measured::default(),
    };
    let estimate = match inputs.find("kappa") {
        Some(_) => {
            estimate_workload(&with_kappa(factors, &workload.instance_type, inputs.number("kappa")?)?, &workload)
        }
        None => estimate_workload(factors, &workload),
    };
    let estimate = estimate.map_err(|refused| refused.to_string())?;
    figure(&estimate, inputs.find("figure").unwrap_or("power"))
}

/// The factors with this much of its cap for an accelerator at full utilisation: a measured maximum is a known state.
fn with_kappa(factors: &FactorSet, instance_type: &str, kappa: f64) -> Result<FactorSet, String> {
    let instance = factors.instance(instance_type).map_err(|refused| refused.to_string())?;
    let set = powered_accelerators(factors, instance)
        .ok_or_else(|| format!("no accelerator of `{instance_type}` is known"))?;
    let known = Override {
        factor_id: factors.method().kappa(set.power.kappa).id().to_owned(),
        value: kappa,
        low: kappa,
        high: kappa,
        author: "validation".to_owned(),
        reason: "the case says how near its cap the accelerator was".to_owned(),
    };
    factors.with_overrides("validation", &[known]).map_err(|error| error.to_string())
}

fn figure(estimate: &WorkloadEstimate, name: &str) -> Result<Answer, String> {
    match name {
        "power" => Ok(spread(Dimension::Power, estimate.power_w, Watts::get)),
        "it" => Ok(spread(Dimension::Energy, estimate.energy_it, KilowattHours::get)),
        "facility" => Ok(spread(Dimension::Energy, estimate.energy, KilowattHours::get)),
        "operational" => Ok(spread(Dimension::Mass, estimate.operational, Grams::get)),
        "embodied" => Ok(spread(Dimension::Mass, estimate.embodied, Grams::get)),
        "water" => Ok(spread(Dimension::Volume, estimate.water, Litres::get)),
        other => Err(format!("no figure is called `{other}`")),
    }
}

fn normalised(inputs: &Inputs<'_>) -> Result<Answer, String> {
    let share = normalise_gpu(inputs.number("percent")?, inputs.whole_or("of", 1)?);
    if share.clamped { Err("the value was clamped".to_owned()) } else { Ok(exact(Dimension::Share, share.value.get())) }
}

/// One accelerator of an endpoint without work; the node's overhead is taken off again.
fn idle_accelerator(factors: &FactorSet, inputs: &Inputs<'_>) -> Result<Answer, String> {
    let name = inputs.text("instance_type")?;
    let instance = factors.instance(name).map_err(|refused| refused.to_string())?;
    let set = powered_accelerators(factors, instance).ok_or_else(|| format!("no accelerator of `{name}` is known"))?;
    let none = Some(Fraction::ZERO);
    let drawn = power(
        factors,
        instance,
        Load { kind: WorkloadKind::Endpoint, cpu: none, gpu: none, measured: Measured::default() },
    )
    .map_err(|refused| refused.to_string())?;
    let parts = f64::from(set.count) * (1.0 + factors.method().overhead(set.node).value());
    Ok(exact(Dimension::Power, (drawn.accelerator_idle / parts).get()))
}

fn water_of(inputs: &Inputs<'_>) -> Result<Litres, String> {
    let it = KilowattHours::new(inputs.number("it_kwh")?);
    let facility = facility_energy(it, Pue::new(inputs.number("pue")?));
    let on_site = LitresPerKilowattHour::new(inputs.number("wue")?);
    let off_site = LitresPerKilowattHour::new(inputs.number("off_site")?);
    Ok(water(it, on_site, facility, Some(off_site)).total())
}
