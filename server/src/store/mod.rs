//! SQL and nothing else: one file per noun, free functions, rows to domain types.

pub mod account;
pub mod action;
pub mod audit;
pub mod bill;
pub mod bill_export;
pub mod billed_tag;
pub mod capacity;
pub mod configuration;
pub mod consumption;
pub mod coverage;
pub mod due;
pub mod estimate;
pub mod evaluation;
pub mod evidence;
pub mod explored;
pub mod filter;
pub mod finding;
pub mod gap;
pub mod host;
pub mod intensity;
pub mod inventory;
pub mod lane;
pub mod ledger;
pub mod list;
pub mod load;
pub mod measured;
pub mod methodology;
pub mod metric;
pub mod overview;
pub mod part;
pub mod pool;
pub mod price;
pub mod proposal;
pub mod reading;
pub mod reported;
pub mod request;
pub mod resource;
pub mod review;
pub mod rule;
pub mod run;
pub mod schema;
pub mod scope;
pub mod selection;
pub mod sign_off;
pub mod standing;
pub mod tag;
pub mod usage;
pub mod window;

pub use pool::{Database, MIGRATOR, StoreError};
pub use scope::{AccountScope, Origin};
/// A connection inside a transaction; the rooms that pass it on never speak SQL with it.
pub use sqlx::PgConnection as Connection;
/// A transaction that a page reads in.
pub type ReadTransaction = sqlx::Transaction<'static, sqlx::Postgres>;
