//! Everything that reads, writes or waits: AWS, Postgres and HTTP around the pure `footprint` and `app` crates.
// The pipeline is one future that holds those of every kind it reads.
#![recursion_limit = "256"]
#![forbid(unsafe_code)]

pub mod advise;
pub mod auth;
pub mod aws;
pub mod command;
pub mod config;
pub mod estimate;
pub mod export;
pub mod http;
pub mod ingest;
pub mod kind;
pub mod pipeline;
pub mod review;
pub mod store;
pub mod trend;
pub mod work;
pub mod working;
