//! SQL and nothing else: one file per noun, free functions, rows to domain types.

pub mod account;
pub mod estimate;
pub mod filter;
pub mod inventory;
pub mod list;
pub mod methodology;
pub mod metric;
pub mod overview;
pub mod part;
pub mod pool;
pub mod reading;
pub mod run;
pub mod schema;
pub mod scope;
pub mod selection;
pub mod standing;
pub mod usage;
pub mod window;

pub use pool::{Database, StoreError};
pub use scope::{AccountScope, Origin};
