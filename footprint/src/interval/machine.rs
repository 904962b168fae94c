//! IT energy of one group as a random figure: the same terms as its draws, taken apart by coefficient.

use super::expansion::{Expansion, Sources};
use super::nodes::{self, Nodes};
use super::spread::{micro, ratio, utilisation_of};
use super::sums::{GroupKey, PartSums};
use crate::factors::{HostPower, Instance, interpolate};
use crate::power::{Powered, powered_accelerators};
use crate::tier::{Tier, WorkloadKind};
use crate::units::Fraction;

/// IT energy of a group, uWh.
pub(super) fn it_energy<'a>(
    sources: &mut Sources<'a>,
    key: &GroupKey,
    sums: &PartSums,
    instance: &'a Instance,
) -> Expansion {
    let method = sources.factors.method();
    let host = micro(sums.host_idle) + micro(sums.host_dynamic);
    let accelerators = micro(sums.accelerator_idle) + micro(sums.accelerator_dynamic);
    let hours = sums.instance_seconds / 3_600.0;
    let mut it = match &instance.host {
        Some(power) if host > 0.0 => host_energy(sources, key.tier, power, host, hours),
        Some(_) => Expansion::default(),
        None => Expansion::exact(host),
    };
    match powered_accelerators(sources.factors, instance) {
        Some(set) if accelerators > 0.0 => {
            it.add(&accelerator_energy(sources, key, &set, accelerators, hours), 1.0);
        }
        Some(_) => {}
        None => it.mean += accelerators,
    }
    let storage = micro(sums.storage);
    if storage > 0.0 {
        let power = Expansion::of(sources.value(&method.storage_ssd));
        let copies = Expansion::of(sources.value(&method.storage_replication_ebs));
        let central = method.storage_ssd.value() * method.storage_replication_ebs.value();
        if central > 0.0 {
            it.add(&power.times(&copies, sources), storage / central);
        } else {
            it.mean += storage;
        }
    }
    let network = micro(sums.network);
    if network != 0.0 && method.network_transfer.value() > 0.0 {
        it.add(&Expansion::of(sources.value(&method.network_transfer)), network / method.network_transfer.value());
    } else {
        it.mean += network;
    }
    it
}

/// Energy of the host: its curve at the load read back from the sums, or at the default load, which is drawn as well.
fn host_energy<'a>(sources: &mut Sources<'a>, tier: Tier, power: &'a HostPower, energy: f64, hours: f64) -> Expansion {
    let (host, curve) = sources.curve(power);
    if tier < Tier::T3 {
        let watts = if hours > 0.0 { energy / 1e6 / hours } else { power.factor.value() };
        let load = power.load_at(watts);
        let central = power.at(Fraction::clamped(load));
        return relative(Expansion::of((host, at(&curve, load))), energy, central);
    }
    let factor = &sources.factors.method().default_cpu_utilisation;
    let (source, loads) = sources.value(factor);
    let central = power.at(Fraction::clamped(factor.value()));
    // The curve is linear in its points, so its mean over the load is a weighted sum of them.
    let stretches = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
        .map(|point| loads.map(|load| interpolate(&point, load)));
    let over_load = combined(&curve, stretches.map(|stretch| nodes::mean(&stretch)));
    let over_curve = combined(&stretches, curve.map(|point| nodes::mean(&point)));
    let mut drawn = Expansion::of((host, over_load));
    drawn.add(&Expansion::of((source, over_curve)), 1.0);
    drawn.mean = nodes::mean(&over_load);
    let slope = curve
        .iter()
        .zip(&stretches)
        .map(|(point, stretch)| sources.slope(host, point) * sources.slope(source, stretch))
        .sum();
    drawn.pair(host, source, slope);
    relative(drawn, energy, central)
}

/// Energy of the accelerators: node overhead times idle, full load and utilisation.
fn accelerator_energy<'a>(
    sources: &mut Sources<'a>,
    key: &GroupKey,
    set: &Powered<'a>,
    energy: f64,
    hours: f64,
) -> Expansion {
    let method = sources.factors.method();
    let overhead = method.overhead(set.node);
    let (source, values) = sources.value(overhead);
    let node = Expansion::of((source, values.map(|value| ratio(1.0 + value, 1.0 + overhead.value()))));
    let defaulted = key.tier >= Tier::T3;
    if defaulted && key.kind == WorkloadKind::Training {
        let share = &method.default_training_accelerator_share;
        let drawn = Expansion::of(sources.value(share));
        return relative(node.times(&drawn, sources), energy, share.value());
    }
    let idle = Expansion::of(sources.value(&set.power.idle_loaded));
    let span =
        Expansion::of(sources.value(method.kappa(set.power.kappa))).scaled(set.power.cap_w).plus(&idle.scaled(-1.0));
    let utilisation = &method.default_endpoint_accelerator_utilisation;
    let (known, load) = if defaulted {
        (utilisation.value(), Expansion::of(sources.value(utilisation)))
    } else {
        let known = utilisation_of(sources.factors, set, energy, hours);
        (known, Expansion::exact(known))
    };
    let central = set.power.idle_loaded.value() + (set.full(sources.factors) - set.power.idle_loaded.value()) * known;
    let each = idle.plus(&span.times(&load, sources));
    relative(node.times(&each, sources), energy, central)
}

/// This energy, moving as `drawn` moves around `central`; as it is where that has no meaning.
fn relative(drawn: Expansion, energy: f64, central: f64) -> Expansion {
    if central > 0.0 { drawn.scaled(energy / central) } else { Expansion::exact(energy) }
}

/// The curve at one load, at every node.
fn at(curve: &[Nodes; 4], load: f64) -> Nodes {
    let [p0, p10, p50, p100] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
        .map(|point| interpolate(&point, load));
    combined(curve, [p0, p10, p50, p100])
}

fn combined(curve: &[Nodes; 4], weights: [f64; 4]) -> Nodes {
    let mut sum = [0.0; nodes::NODES];
    for (point, weight) in curve.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(point) {
            *sum += weight * value;
        }
    }
    sum
}
