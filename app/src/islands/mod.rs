//! The only code that runs in the browser. Pages are whole without it.

pub mod chart_cursor;
