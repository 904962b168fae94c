//! Streaming writers.

pub mod accounts;
pub mod factors;
pub mod families;
pub mod kpis;
pub mod listing;
pub mod pipelines;
pub mod reconciliation;
pub mod review;
pub mod storage;
pub mod trend;
pub mod week;
pub mod why;
