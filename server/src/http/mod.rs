//! Pages, files and forms. A handler extracts, authorises, loads and renders; SQL and arithmetic lie elsewhere.

mod assets;
mod calculator;
mod configuration;
mod desk;
mod dress;
mod factor_sets;
mod filter_bar;
mod form;
mod gaps;
mod guard;
mod health;
mod load;
pub mod page;
mod pages;
mod problem;
pub mod query;
mod recommendations;
mod reconciliation;
mod reviews;
mod route;
mod runs;
mod serve;
mod state;
mod teams;
mod uploads;
mod visit;
mod why;

pub use assets::has_islands;
pub use desk::{Desk, Place};
pub use dress::Exchange;
pub use filter_bar::account_word;
pub use problem::Problem;
pub use route::{Example, Known, Route, RouteInfo};
pub use serve::{ServeError, router, routes, serve};
pub use state::AppState;
pub use visit::Visit;
