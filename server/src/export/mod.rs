//! Streaming writers.

pub mod factors;
pub mod families;
pub mod listing;
pub mod pipelines;
pub mod reconciliation;
pub mod review;
pub mod storage;
pub mod trend;
pub mod why;
