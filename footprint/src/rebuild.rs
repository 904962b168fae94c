//! The host curves of `host_power.csv`, computed anew from processor, memory and drives, beside the tables of others.
//!
//! A host draws `(processor + memory) x (1 + other) + drives`, W. The processor follows Boavizta's published profile,
//! memory its module formula, and machines share their platform by vCPU, GiB and GB. The inputs lie in `data/inputs`,
//! each with its source; nothing here feeds an estimate.

mod inputs;
mod model;

use crate::factors::FactorSet;
use crate::units::Fraction;
use inputs::{Host, Inputs};
use std::fmt;

/// The loads of a curve's points.
pub const LOADS: [f64; 4] = [0.0, 0.1, 0.5, 1.0];

/// Watts at no load, 10 %, 50 % and full load; `None` where a source has no such point.
pub type Curve = [Option<f64>; 4];

/// What the committed curve is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Boavizta's model.
    Model,
    /// The mean of Boavizta's model and Teads' table.
    MeanWithTeads,
    /// The model of another machine, scaled.
    StandIn(String),
}

/// How the curve computed anew lies to the committed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reproduction {
    /// Equal to the printed digits, at every point.
    Exact,
    /// Equal to the printed digits at the points that could be computed; the sentence names the missing input.
    ExactButFor(String),
    /// Within five percent at every point.
    WithinFivePercent,
    /// Further off.
    Differs,
    /// Cannot be computed; the sentence names the missing input.
    NotReproducible(String),
}

/// One instance type with its committed curve and all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuilt {
    /// The instance type.
    pub name: String,
    /// What the committed curve is said to be; `None` where there is no input row.
    pub basis: Option<Basis>,
    /// The committed curve; `None` for a type without one.
    pub committed: Option<[f64; 4]>,
    /// The curve computed from the inputs.
    pub rebuilt: Curve,
    /// Boavizta's model alone.
    pub boavizta: Option<[f64; 4]>,
    /// Teads' table, for machines without accelerators.
    pub teads: Option<Curve>,
    /// Cloud Carbon Footprint's line from idle to full load, its vCPU only; it has no point at 10 % of its own.
    pub cloud_carbon_footprint: Option<[f64; 4]>,
    /// The verdict.
    pub reproduction: Reproduction,
}

impl Rebuilt {
    /// The greatest relative difference between the computed and the committed points.
    #[must_use]
    pub fn greatest_difference(&self) -> Option<f64> {
        let committed = self.committed?;
        self.rebuilt
            .iter()
            .zip(committed)
            .filter_map(|(rebuilt, committed)| rebuilt.map(|rebuilt| (rebuilt / committed - 1.0).abs()))
            .max_by(f64::total_cmp)
    }
}

/// The input files do not read.
#[derive(Debug, thiserror::Error)]
#[error("{table}: {what}")]
pub struct InputError {
    /// The file.
    table: &'static str,
    /// What is wrong with it.
    what: String,
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model => f.write_str("model"),
            Self::MeanWithTeads => f.write_str("mean with Teads"),
            Self::StandIn(machine) => write!(f, "{machine} stands in"),
        }
    }
}

/// Every instance type, in name order.
///
/// # Errors
/// [`InputError`] for an input file that breaks its schema.
pub fn host_curves(factors: &FactorSet) -> Result<Vec<Rebuilt>, InputError> {
    let inputs = Inputs::read()?;
    Ok(factors
        .instances()
        // A share is drawn from another row, and not from the inputs.
        .filter(|instance| !instance.is_share())
        .map(|instance| {
            let committed = instance.host.as_ref().map(|host| LOADS.map(|load| host.at(Fraction::clamped(load))));
            rebuild(&inputs, &instance.name, committed)
        })
        .collect())
}

fn rebuild(inputs: &Inputs, name: &str, committed: Option<[f64; 4]>) -> Rebuilt {
    let none = |reproduction| Rebuilt {
        name: name.to_owned(),
        basis: None,
        committed,
        rebuilt: [None; 4],
        boavizta: None,
        teads: None,
        cloud_carbon_footprint: None,
        reproduction,
    };
    let Some(host) = inputs.host(name) else {
        return none(Reproduction::NotReproducible("no figures of its processor are at hand".to_owned()));
    };
    let Some(processor) = inputs.processor(&host.processor) else {
        return none(Reproduction::NotReproducible(format!("{} has no published rated power", host.processor)));
    };
    let boavizta = model::host(&inputs.model, host, processor);
    let teads = inputs.teads(name);
    let in_mean = teads.is_some_and(|row| row.in_mean == "yes");
    let rebuilt = match teads {
        Some(row) if in_mean => mean(boavizta, row.curve()),
        _ => boavizta.map(Some),
    };
    Rebuilt {
        basis: Some(basis(host, in_mean)),
        rebuilt,
        boavizta: Some(boavizta),
        teads: teads.map(inputs::Teads::curve),
        cloud_carbon_footprint: inputs
            .ccf(&processor.architecture)
            .map(|row| LOADS.map(|load| host.scale * host.vcpu * row.watts_per_vcpu(load))),
        ..none(judge(committed, rebuilt))
    }
}

fn basis(host: &Host, in_mean: bool) -> Basis {
    match &host.stands_in {
        Some(machine) => Basis::StandIn(machine.clone()),
        None if in_mean => Basis::MeanWithTeads,
        None => Basis::Model,
    }
}

fn mean(one: [f64; 4], other: Curve) -> Curve {
    let [a, b, c, d] = one;
    let [e, f, g, h] = other;
    [(a, e), (b, f), (c, g), (d, h)].map(|(one, other)| other.map(|other| f64::midpoint(one, other)))
}

/// Half of the last printed digit of a committed watt, and of what it was averaged from.
const PRINTED: f64 = 0.02;
/// The same for watts that were printed with fewer digits, relative.
const PRINTED_SHARE: f64 = 0.001;

fn judge(committed: Option<[f64; 4]>, rebuilt: Curve) -> Reproduction {
    let Some(committed) = committed else {
        return Reproduction::NotReproducible("there is no curve to compare with".to_owned());
    };
    let pairs: Vec<(f64, f64)> =
        committed.into_iter().zip(rebuilt).filter_map(|(ours, theirs)| theirs.map(|theirs| (ours, theirs))).collect();
    let all = |near: fn(f64, f64) -> bool| pairs.iter().all(|(ours, theirs)| near(*ours, (ours - theirs).abs()));
    if all(|ours, off| off <= PRINTED.max(ours * PRINTED_SHARE)) {
        if pairs.len() == LOADS.len() {
            Reproduction::Exact
        } else {
            Reproduction::ExactButFor("Teads' watts at 10 % load are not at hand".to_owned())
        }
    } else if all(|ours, off| off <= ours * 0.05) {
        Reproduction::WithinFivePercent
    } else {
        Reproduction::Differs
    }
}

#[cfg(test)]
mod tests;
