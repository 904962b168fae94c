//! What an instance draws: host curve, accelerators from idle to load, and what the node adds.

use crate::factors::{AcceleratorPower, FactorSet, Fitted, Instance, NodeClass, Observed};
use crate::refused::Refused;
use crate::tier::{Completeness, Tier, WorkloadKind};
use crate::units::{Fraction, Watts};

/// What an instance is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Decides the default load and the idle state.
    pub kind: WorkloadKind,
    /// Mean processor utilisation; `None` where there is no series.
    pub cpu: Option<Fraction>,
    /// Mean accelerator utilisation; `None` where there is no series.
    pub gpu: Option<Fraction>,
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
    /// The processor load is a default, whatever the tier says of the accelerators.
    pub cpu_defaulted: bool,
}

impl PowerParts {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Watts {
        self.host_idle + self.host_dynamic + self.accelerator_idle + self.accelerator_dynamic
    }
}

/// The power of one instance of this type under this load.
///
/// # Errors
/// [`Refused::NoPower`] where neither host nor accelerators have a published figure.
pub fn power(factors: &FactorSet, instance: &Instance, load: Load) -> Result<PowerParts, Refused> {
    let accelerators = powered_accelerators(factors, instance);
    if instance.host.is_none() && accelerators.is_none() {
        return Err(Refused::NoPower { name: instance.name.clone() });
    }
    let tier = tier(instance, accelerators.as_ref(), load);
    let cpu = load.cpu.unwrap_or_else(|| Fraction::clamped(factors.method().default_cpu_utilisation.value()));
    let (host_idle, host_total) =
        instance.host.as_ref().map_or((0.0, 0.0), |host| (host.at(Fraction::ZERO), host.at(cpu)));
    let (accelerator_idle, accelerator_total) =
        accelerators.as_ref().map_or((0.0, 0.0), |set| set.idle_and_total(factors, load));
    Ok(PowerParts {
        host_idle: Watts::new(host_idle),
        host_dynamic: Watts::new((host_total - host_idle).max(0.0)),
        accelerator_idle: Watts::new(accelerator_idle.min(accelerator_total)),
        accelerator_dynamic: Watts::new((accelerator_total - accelerator_idle).max(0.0)),
        tier,
        completeness: if tier == Tier::T4 { Completeness::LowerBound } else { Completeness::Complete },
        cpu_defaulted: load.cpu.is_none(),
    })
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

pub(crate) fn tier(instance: &Instance, accelerators: Option<&Powered<'_>>, load: Load) -> Tier {
    let Some(host) = &instance.host else {
        return Tier::T4;
    };
    match (&instance.fitted, accelerators) {
        (Some(_), None) => Tier::T4,
        (None, _) if load.cpu.is_some() => Tier::T2,
        (None, _) => Tier::T3,
        (Some(_), Some(_)) if load.gpu.is_none() => Tier::T3,
        (Some(_), Some(set)) if set.power.observed == Observed::IdleAndLoad && !host.stand_in => Tier::T1,
        (Some(_), Some(_)) => Tier::T2,
    }
}

#[cfg(test)]
mod tests;
