//! The only code that runs in the browser. Pages are whole without it.

pub mod calculator;
pub mod chart_cursor;
pub mod live_run;
pub mod shortcuts;

pub use calculator::LiveCalculator;
pub use live_run::LiveRun;
pub use shortcuts::Shortcuts;
