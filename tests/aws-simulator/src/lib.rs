#![forbid(unsafe_code)]
//! A small AWS on loopback: SageMaker, CloudWatch, S3, Cost Explorer, the Price List and STS as far as a reader of cost and carbon asks them.
//!
//! Everything it answers follows from a [`Fleet`], which is plain data, and from [`truth`], which is pure
//! arithmetic over that data. A test can therefore compute every number that the pipeline should arrive at.
//! Wire formats are written by hand, so that a mistake in an SDK cannot hide in both halves of a test.

mod autoscaling;
pub mod bill;
mod caller;
mod cloudwatch;
mod explorer;
mod faults;
pub mod fleet;
mod log;
mod logs;
pub mod noise;
pub mod pricing;
mod routes;
pub mod s3;
mod sagemaker;
mod simulator;
pub mod sustainability;
pub mod truth;
mod wire;

pub use cloudwatch::retention_holds;
pub use faults::{Chance, Faults, SeriesFault, SeriesStatus};
pub use fleet::Fleet;
pub use log::{Call, Window};
pub use simulator::{Handle, Simulator};
pub use wire::sts::EXTERNAL_ID;
