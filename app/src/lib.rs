//! What a person sees. View models go in, HTML comes out; the browser gets four small islands.
#![forbid(unsafe_code)]

pub mod calculator;
#[cfg(feature = "ssr")]
pub mod charts;
#[cfg(feature = "ssr")]
mod document;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod parts;
pub mod view;

#[cfg(feature = "ssr")]
pub use document::{fragment, render, sized};
