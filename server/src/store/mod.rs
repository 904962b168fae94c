//! SQL and nothing else: one file per noun, free functions, rows to domain types.

pub mod account;
pub mod pool;
pub mod scope;

pub use pool::{Database, StoreError};
pub use scope::{AccountScope, Origin};
