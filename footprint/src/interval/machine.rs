//! IT energy of an instance type as terms: the same products as its draws, taken apart by coefficient.

use super::shape::EACH;
use super::sources::{Source, Sources};
use super::spread::{micro, utilisation_of};
use super::sums::{GroupKey, PartSums};
use super::term::{Sums, Term};
use crate::factors::{Factor, HostPower, Instance, interpolate};
use crate::power::{Load, Measured, Powered, node_overhead, powered_accelerators};
use crate::tier::{Tier, WorkloadKind};
use crate::units::Fraction;

/// What moves the energy of one instance type. Terms are relative to their central value, or in W where a load is read
/// back from the sums.
pub(super) struct Machine<'a> {
    host: Option<Host<'a>>,
    accelerators: Option<Accelerators<'a>>,
    /// Accelerators whose power was measured, with what the node adds; `None` for a plain machine.
    measured_accelerators: Option<Term>,
    /// A host whose power was measured.
    measured_host: Term,
    /// Embodied emissions of the host.
    pub(super) embodied_host: Option<Term>,
    /// Embodied emissions of the accelerators.
    pub(super) embodied_accelerator: Option<Term>,
}

struct Host<'a> {
    power: &'a HostPower,
    curve: Source,
    /// The curve at the default load, which is drawn as well.
    defaulted: Option<Term>,
}

struct Accelerators<'a> {
    set: Powered<'a>,
    /// Idle power with the node's overhead, W.
    idle: Term,
    /// Full power with the node's overhead, W.
    full: Term,
    /// Training and endpoint at their default load.
    defaulted: [Option<Term>; 2],
}

impl<'a> Machine<'a> {
    pub(super) fn new(sources: &mut Sources<'a>, instance: &'a Instance) -> Self {
        let accelerator = instance.fitted.as_ref().and_then(|fitted| sources.factors.accelerator(&fitted.accelerator));
        let error = &sources.factors.method().measured_power_error;
        let read = relative(sources, Some(error)).unwrap_or_else(|| Term::exact(1.0));
        Self {
            measured_accelerators: instance.fitted.as_ref().map(|fitted| {
                let node = node_term(sources, node_overhead(sources.factors, fitted));
                node.times(&read, sources)
            }),
            measured_host: read,
            host: instance.host.as_ref().map(|power| Host::new(sources, power)),
            accelerators: powered_accelerators(sources.factors, instance).map(|set| Accelerators::new(sources, set)),
            embodied_host: relative(sources, instance.embodied.as_ref()),
            embodied_accelerator: relative(sources, accelerator.and_then(|part| part.embodied.as_ref())),
        }
    }

    /// Adds the IT energy of a group, each figure in its own scale.
    pub(super) fn add_energy<const FIGURES: usize>(
        &self,
        sources: &Sources<'a>,
        sums: &mut Sums<FIGURES>,
        key: &GroupKey,
        parts: &PartSums,
        scales: &[f64; FIGURES],
    ) {
        let host = micro(parts.host_idle) + micro(parts.host_dynamic);
        let accelerators = micro(parts.accelerator_idle) + micro(parts.accelerator_dynamic);
        let hours = parts.instance_seconds / 3_600.0;
        let mut add = |term: &Term, energy: f64| sums.add(term, &scales.map(|scale| scale * energy));
        let measured = key.tier == Tier::T0;
        match &self.host {
            _ if measured && self.measured_accelerators.is_none() => add(&self.measured_host, host),
            Some(known) if host > 0.0 => known.add(&mut add, sources, key.tier, host, hours),
            Some(_) => {}
            None => add(&self.measured_host, host),
        }
        match &self.accelerators {
            _ if measured => add(self.measured_accelerators.as_ref().unwrap_or(&Term::exact(1.0)), accelerators),
            Some(known) if accelerators > 0.0 => known.add(&mut add, sources, key, accelerators, hours),
            Some(_) => {}
            None => add(self.measured_accelerators.as_ref().unwrap_or(&Term::exact(1.0)), accelerators),
        }
    }
}

impl<'a> Host<'a> {
    fn new(sources: &mut Sources<'a>, power: &'a HostPower) -> Self {
        let factor = &sources.factors.method().default_cpu_utilisation;
        let (curve, load) = (sources.curve(power), sources.load(factor));
        let central = power.at(Fraction::clamped(factor.value()));
        let defaulted = (central > 0.0).then(|| sources.product(curve, load).scaled(1.0 / central));
        Self { power, curve, defaulted }
    }

    fn add(&self, add: &mut impl FnMut(&Term, f64), sources: &Sources<'a>, tier: Tier, energy: f64, hours: f64) {
        if tier >= Tier::T3 {
            return add(self.defaulted.as_ref().unwrap_or(&Term::exact(1.0)), energy);
        }
        let watts = if hours > 0.0 { energy / 1e6 / hours } else { self.power.factor.value() };
        let load = self.power.load_at(watts);
        let central = self.power.at(Fraction::clamped(load));
        if central <= 0.0 {
            return add(&Term::exact(1.0), energy);
        }
        let weights = EACH.map(|point| interpolate(&point, load));
        add(&sources.term(self.curve, weights), energy / central);
    }
}

impl<'a> Accelerators<'a> {
    fn new(sources: &mut Sources<'a>, set: Powered<'a>) -> Self {
        let method = sources.factors.method();
        let node = node_term(sources, method.overhead(set.node));
        let idle = sources.value(&set.power.idle_loaded);
        let full = sources.value(method.kappa(set.power.kappa)).scaled(set.power.cap_w);
        let share = relative(sources, Some(&method.default_training_accelerator_share));
        let utilisation = sources.value(&method.default_endpoint_accelerator_utilisation);
        let waiting = idle.clone().plus(full.clone().plus(idle.clone().scaled(-1.0)).times(&utilisation, sources));
        let endpoint = Load { kind: WorkloadKind::Endpoint, cpu: None, gpu: None, measured: Measured::default() };
        let central = set.each(sources.factors, endpoint);
        Self {
            defaulted: [
                share.map(|share| node.times(&share, sources)),
                (central > 0.0).then(|| node.times(&waiting, sources).scaled(1.0 / central)),
            ],
            idle: node.times(&idle, sources),
            full: node.times(&full, sources),
            set,
        }
    }

    fn add(&self, add: &mut impl FnMut(&Term, f64), sources: &Sources<'a>, key: &GroupKey, energy: f64, hours: f64) {
        let exact = Term::exact(1.0);
        if key.tier >= Tier::T3 {
            let [training, endpoint] = &self.defaulted;
            let term = if key.kind == WorkloadKind::Training { training } else { endpoint };
            return add(term.as_ref().unwrap_or(&exact), energy);
        }
        let load = utilisation_of(sources.factors, &self.set, energy, hours);
        let idle = self.set.power.idle_loaded.value();
        let central = idle + (self.set.full(sources.factors) - idle) * load;
        if central <= 0.0 {
            return add(&exact, energy);
        }
        add(&self.idle, energy / central * (1.0 - load));
        add(&self.full, energy / central * load);
    }
}

/// What the node adds to its accelerators, over its central value.
fn node_term<'a>(sources: &mut Sources<'a>, overhead: &'a Factor) -> Term {
    Term::exact(1.0).plus(sources.value(overhead)).scaled(1.0 / (1.0 + overhead.value()))
}

/// A coefficient over its central value; `None` where that is nothing.
pub(super) fn relative<'a>(sources: &mut Sources<'a>, factor: Option<&'a Factor>) -> Option<Term> {
    let factor = factor.filter(|factor| factor.value() > 0.0)?;
    Some(sources.value(factor).scaled(1.0 / factor.value()))
}
