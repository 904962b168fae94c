//! Series in, SVG out. Every chart is a figure with a sentence, a legend and its numbers as a table.

pub mod capacity;
pub mod daily;
mod frame;
pub mod heat;
mod ink;
mod poster;
pub mod runs;
pub mod scatter;
pub mod sparkline;
pub mod time;
pub mod trend;
pub mod waterfall;
