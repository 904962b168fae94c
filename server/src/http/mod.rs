//! Pages, files and forms. A handler extracts, authorises, loads and renders; SQL and arithmetic lie elsewhere.

mod assets;
mod dress;
mod guard;
mod health;
pub mod page;
mod problem;
mod route;
mod serve;
mod state;
mod visit;

pub use assets::has_islands;
pub use dress::Exchange;
pub use problem::Problem;
pub use route::{Example, Known, Route, RouteInfo};
pub use serve::{ServeError, router, routes, serve};
pub use state::AppState;
pub use visit::Visit;
