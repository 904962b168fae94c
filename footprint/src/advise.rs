//! Rules that judge what is worth changing. Pure functions from facts to an evaluation.

mod catalogue;
pub mod failed_jobs;
mod failure;
pub mod idle_endpoint;
mod rule;
mod verdict;

pub use catalogue::{catalogue, rule};
pub use failure::{base_name, normalised_failure};
pub use rule::{Provenance, Reference, Remediation, Rule, Threshold, Tradeoff};
pub use verdict::{Confidence, Evaluation, Evidence, Footprint, Priority, Range, Savings, Verdict};

/// Hours in a month, the scale of every monthly saving.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// Below this share of expected data points a rule does not judge.
pub const LEAST_COVERAGE: f64 = 0.95;
