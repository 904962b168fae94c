//! Laws of everything `footprint` makes public, tried with whatever numbers and text can hold.
#![forbid(unsafe_code)]
#![cfg(test)]

mod additive;
mod advice;
mod anything;
mod estimates;
mod monotone;
mod overrides;
mod pareto;
mod patience;
mod scalars;
