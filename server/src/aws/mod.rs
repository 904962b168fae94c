//! The only room that names an AWS SDK type; it hands out our own facts.

mod client;
mod cloudwatch;
mod error;
pub mod facts;
#[cfg(test)]
mod names;
pub(crate) mod pricing;
mod sagemaker;
mod sustainability;

pub use client::{Client, Credentials, Endpoints, Settings};
pub use error::{AwsError, Kind};
