//! From rows to view models: what a handler loads before its page is drawn.

mod alarms;
pub mod calculator;
mod changed;
pub mod configuration;
pub mod cost_check;
pub mod detail;
pub mod endpoint;
pub mod factor_sets;
pub mod figures;
pub mod findings;
pub mod gaps;
pub mod imports;
mod in_use;
pub mod job;
pub mod lists;
pub mod methodology;
mod observed;
pub mod overview;
pub mod rates;
pub mod reconciliation;
pub mod review;
pub mod reviews;
pub mod run;
pub mod trends;
mod uncertainty;
pub mod why;
