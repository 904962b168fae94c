//! Streaming writers.

pub mod factors;
pub mod listing;
pub mod reconciliation;
pub mod review;
pub mod trend;
pub mod why;
