//! One file per URL: a view model in, a page out.

pub mod backfill;
pub mod calculator;
pub mod configuration;
pub mod endpoint;
pub mod endpoints;
pub mod error;
pub mod factor_set;
pub mod factor_sets;
pub mod gaps;
pub mod imports;
pub mod job;
pub mod jobs;
pub mod kpis;
pub mod methodology;
pub mod notebooks;
pub mod overview;
pub mod recommendation;
pub mod recommendations;
pub mod reconciliation;
pub mod review;
pub mod reviews;
pub mod run;
pub mod teams;
pub mod trends;
pub mod views;
pub mod why;
