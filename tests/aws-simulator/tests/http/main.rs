#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test that meets something unexpected shall stop")]
//! The simulator over real HTTP, asked by a client that knows nothing of it.

mod client;
mod cloudwatch;
mod faults;
mod sagemaker;
