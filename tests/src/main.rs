//! The integration tests: one binary, a real Postgres, a real moto, the simulator on loopback.
#![forbid(unsafe_code)]
#![cfg(test)]

/// A killed reader.
mod crash;
/// An AWS that nobody here wrote.
mod moto;
/// Pages and exports over HTTP.
mod pages;
mod support;
