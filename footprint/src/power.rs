//! What an instance draws: host curve, accelerators from idle to load, and what the node adds.

mod measured;

use crate::factors::{AcceleratorPower, Factor, FactorSet, Fitted, Instance, NodeClass, Observed};
use crate::refused::Refused;
use crate::tier::{Completeness, Tier, WorkloadKind};
use crate::units::{Fraction, Watts};

pub use measured::{Measured, measured_in};

/// What an instance is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Decides the default load and the idle state.
    pub kind: WorkloadKind,
    /// Mean processor utilisation; `None` where there is no series.
    pub cpu: Option<Fraction>,
    /// Mean accelerator utilisation; `None` where there is no series.
    pub gpu: Option<Fraction>,
    /// What a meter read, before its own error is drawn.
    pub measured: Measured,
}

/// The IT power of one instance, split so that idle can be shown apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerParts {
    /// The host doing nothing.
    pub host_idle: Watts,
    /// What the load adds to the host.
    pub host_dynamic: Watts,
    /// The accelerators doing nothing, with what the node adds to them.
    pub accelerator_idle: Watts,
    /// What the load adds to the accelerators, with what the node adds to that.
    pub accelerator_dynamic: Watts,
    /// What the figure rests on.
    pub tier: Tier,
    /// Whether a part is missing.
    pub completeness: Completeness,
    /// The host's power rests on a default processor load, whatever the tier says of the accelerators.
    pub cpu_defaulted: bool,
}

impl PowerParts {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Watts {
        self.host_idle + self.host_dynamic + self.accelerator_idle + self.accelerator_dynamic
    }
}

/// The power of one instance of this type under this load; measured watts stand for the model of their part.
///
/// # Errors
/// [`Refused::NoPower`] where neither host nor accelerators have a published or measured figure,
/// [`Refused::InvalidInput`] for measured watts that no instance can draw.
pub fn power(factors: &FactorSet, instance: &Instance, load: Load) -> Result<PowerParts, Refused> {
    let measured = load.measured.checked(factors.method().measured_power_error.value())?;
    let modelled = powered_accelerators(factors, instance);
    let host = host_power(factors, instance, load.cpu, measured.host);
    let accelerators = accelerator_power(factors, instance, Load { measured, ..load });
    if host.is_none() && accelerators.is_none() {
        return Err(Refused::NoPower { name: instance.name.clone() });
    }
    let tier = tier(instance, modelled.as_ref(), load);
    let (host, accelerators) = (host.unwrap_or_default(), accelerators.unwrap_or_default());
    Ok(PowerParts {
        host_idle: host.idle,
        host_dynamic: host.dynamic,
        accelerator_idle: accelerators.idle,
        accelerator_dynamic: accelerators.dynamic,
        tier,
        completeness: if tier == Tier::T4 { Completeness::LowerBound } else { Completeness::Complete },
        cpu_defaulted: load.cpu.is_none() && load.measured.host.is_none(),
    })
}

/// A power, split at what the part would draw idle; without a known idle all of it counts as dynamic.
#[derive(Clone, Copy, Default)]
struct Split {
    idle: Watts,
    dynamic: Watts,
}

impl Split {
    fn of(total: f64, idle: f64) -> Self {
        Self { idle: Watts::new(idle.min(total)), dynamic: Watts::new((total - idle).max(0.0)) }
    }
}

fn host_power(
    factors: &FactorSet,
    instance: &Instance,
    cpu: Option<Fraction>,
    measured: Option<Watts>,
) -> Option<Split> {
    let idle = instance.host.as_ref().map(|host| host.at(Fraction::ZERO));
    if let Some(watts) = measured {
        return Some(Split::of(watts.get(), idle.unwrap_or_default()));
    }
    let cpu = cpu.unwrap_or_else(|| Fraction::clamped(factors.method().default_cpu_utilisation.value()));
    instance.host.as_ref().zip(idle).map(|(host, idle)| Split::of(host.at(cpu), idle))
}

fn accelerator_power(factors: &FactorSet, instance: &Instance, load: Load) -> Option<Split> {
    let fitted = instance.fitted.as_ref()?;
    let modelled = powered_accelerators(factors, instance);
    match load.measured.accelerators {
        Some(watts) => {
            let node = 1.0 + node_overhead(factors, fitted).value();
            let idle = modelled.map_or(0.0, |set| set.idle(load.kind) * f64::from(set.count) * node);
            Some(Split::of(watts.get() * node, idle))
        }
        None => modelled.map(|set| {
            let (idle, total) = set.idle_and_total(factors, load);
            Split::of(total, idle)
        }),
    }
}

/// What the node adds to the power of its accelerators. A node of no known class is taken as one of cards: the lower
/// of the two figures, with the same bounds.
pub(crate) fn node_overhead<'a>(factors: &'a FactorSet, fitted: &Fitted) -> &'a Factor {
    factors.method().overhead(fitted.node.unwrap_or(NodeClass::Card))
}

/// The accelerators of an instance, where their power is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Powered<'a> {
    pub(crate) power: &'a AcceleratorPower,
    pub(crate) count: u32,
    pub(crate) node: NodeClass,
}

/// The accelerators that can be modelled; `None` for a plain machine and for one whose accelerators are unpublished.
pub(crate) fn powered_accelerators<'a>(factors: &'a FactorSet, instance: &'a Instance) -> Option<Powered<'a>> {
    let Fitted { accelerator, count, node } = instance.fitted.as_ref()?;
    let accelerator = factors.accelerator(accelerator)?;
    Some(Powered { power: accelerator.power.as_ref()?, count: *count, node: (*node)? })
}

impl Powered<'_> {
    /// Power of one accelerator at full utilisation, W.
    pub(crate) fn full(&self, factors: &FactorSet) -> f64 {
        factors.method().kappa(self.power.kappa).value() * self.power.cap_w
    }

    /// Power of one accelerator under this load, W.
    pub(crate) fn each(&self, factors: &FactorSet, load: Load) -> f64 {
        let method = factors.method();
        let at = |utilisation: f64| {
            let loaded = self.power.idle_loaded.value();
            loaded + (self.full(factors) - loaded) * utilisation
        };
        match (load.gpu, load.kind) {
            (Some(utilisation), _) => at(utilisation.get()),
            (None, WorkloadKind::Training) => method.default_training_accelerator_share.value() * self.power.cap_w,
            (None, WorkloadKind::Endpoint) => at(method.default_endpoint_accelerator_utilisation.value()),
        }
    }

    /// Power of one accelerator in the state that counts as idle, W: an endpoint keeps its model resident, a job
    /// could have left the card cold.
    pub(crate) fn idle(&self, kind: WorkloadKind) -> f64 {
        match kind {
            WorkloadKind::Training => self.power.idle_cold.value(),
            WorkloadKind::Endpoint => self.power.idle_loaded.value(),
        }
    }

    pub(crate) fn idle_and_total(&self, factors: &FactorSet, load: Load) -> (f64, f64) {
        let scale = f64::from(self.count) * (1.0 + factors.method().overhead(self.node).value());
        (self.idle(load.kind) * scale, self.each(factors, load) * scale)
    }
}

pub(crate) fn tier(instance: &Instance, modelled: Option<&Powered<'_>>, load: Load) -> Tier {
    let Measured { accelerators, host } = load.measured;
    // Of a share nobody sees what is held ready for it.
    if instance.is_share() || instance.host.is_none() && host.is_none() {
        return Tier::T4;
    }
    // A measured host needs no curve, so none stands in for it.
    let stand_in = host.is_none() && instance.host.as_ref().is_some_and(|curve| curve.stand_in);
    match (&instance.fitted, modelled) {
        (None, _) if host.is_some() => Tier::T0,
        (None, _) if load.cpu.is_some() => Tier::T2,
        (None, _) => Tier::T3,
        (Some(_), _) if accelerators.is_some() => Tier::T0,
        (Some(_), None) => Tier::T4,
        (Some(_), Some(_)) if load.gpu.is_none() => Tier::T3,
        (Some(_), Some(set)) if set.power.observed == Observed::IdleAndLoad && !stand_in => Tier::T1,
        (Some(_), Some(_)) => Tier::T2,
    }
}

#[cfg(test)]
mod tests;
