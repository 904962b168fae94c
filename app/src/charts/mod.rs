//! Series in, SVG out. Every chart is a figure with a sentence, a legend and its numbers as a table.

pub mod best_so_far;
pub mod capacity;
pub mod daily;
mod frame;
pub mod heat;
mod ink;
pub mod multiples;
pub mod phases;
mod poster;
pub mod runs;
pub mod scatter;
pub mod sparkline;
pub mod steps;
pub mod time;
mod told;
pub mod trend;
pub mod waterfall;
