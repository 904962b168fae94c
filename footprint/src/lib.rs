//! What a machine-learning workload on AWS costs the climate.
//!
//! The pure core: units, factor tables, power model, energy, emissions, water, intervals and advice. Nothing here
//! waits, reads a clock or draws a random number that was not seeded; time and data come in as arguments.
//!
//! The way through: [`FactorSet::builtin`] reads the tables, [`estimate_hour`] turns an hour of facts into ledger
//! parts, [`totals`] turns grouped sums of parts into figures with intervals, [`estimate_workload`] does both for one
//! workload and explains itself. [`shares`] and [`gains`] say what makes an interval wide and what would narrow it,
//! [`compare`] whether two selections differ, [`marginal`] what the grid emits less without one, [`sci`] divides by the work that was done, [`advise`] judges what is worth
//! changing, [`pareto`] which trials of a search no other beats, [`patience`] what it would have spared by stopping, [`forecast`] what days to come will hold, and [`validation`] holds it all against what others published.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod advise;
pub mod batch;
pub mod decompose;
mod energy;
mod estimate;
mod explain;
pub mod factors;
pub mod forecast;
mod interval;
mod json;
mod normalise;
pub mod pareto;
pub mod patience;
mod power;
pub mod rebuild;
mod refused;
pub mod sci;
mod tier;
pub mod units;
pub mod validation;
mod workload;

pub use energy::{Water, embodied_share, facility_energy, it_energy, operational_emissions, water};
pub use estimate::{HourInput, HourParts, estimate_hour};
pub use explain::{Equation, FORMULAS, FactorUse, Formula};
pub use factors::{Factor, FactorError, FactorSet, Instance, ListPrice, Override, Region};
pub use interval::{
    Change, Comparison, DRAWS, Evidence, Gain, GroupKey, PartSums, Share, Shares, Totals, compare, gains,
    is_power_coefficient, marginal, narrowed, shares, totals, totals_closed,
};
pub use normalise::{Normalised, normalise_cpu, normalise_gpu};
pub use power::{Load, Measured, PowerParts, measured_in, power};
pub use refused::Refused;
pub use tier::{Completeness, Estimate, Tier, UnknownName, WorkloadKind};
pub use workload::{Cost, Workload, WorkloadEstimate, difference, estimate_workload};
