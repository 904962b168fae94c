//! Streaming writers.

pub mod listing;
pub mod review;
