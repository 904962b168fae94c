//! Everything that reads, writes or waits: AWS, Postgres and HTTP around the pure `footprint` and `app` crates.
#![forbid(unsafe_code)]

pub mod advise;
pub mod auth;
pub mod aws;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod estimate;
pub mod export;
pub mod http;
pub mod ingest;
pub mod review;
pub mod store;

/// The schema, embedded: `wattledger migrate`, the first start and the tests apply the same files.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
