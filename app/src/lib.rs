//! What a person sees. View models go in, HTML comes out; the browser gets one small island.
#![forbid(unsafe_code)]

#[cfg(feature = "ssr")]
pub mod charts;
#[cfg(feature = "ssr")]
mod document;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod view;

#[cfg(feature = "ssr")]
pub use document::render;
