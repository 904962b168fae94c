//! Streaming writers.

pub mod listing;
