//! What a person sees. View models go in, HTML comes out; the browser gets one small island.
#![forbid(unsafe_code)]

#[cfg(feature = "ssr")]
pub mod view;
