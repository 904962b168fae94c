//! The only room that names an AWS SDK type; it hands out our own facts.

mod alarms;
mod client;
mod cloudwatch;
mod error;
pub mod explorer;
mod exports;
pub mod facts;
pub mod image;
mod limit;
mod logs;
#[cfg(test)]
mod names;
pub mod policy;
pub(crate) mod pricing;
mod s3;
mod sagemaker;
mod scaling;
mod sustainability;
pub mod template;

pub use client::{Client, Credentials, Endpoints, Settings};
pub use error::{AwsError, Kind};
pub use limit::{Limits, Traffic};
