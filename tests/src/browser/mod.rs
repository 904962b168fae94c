//! What only a real browser can show: journeys with script on and off, islands that wake, and what axe finds.

mod accessibility;
mod calculator;
mod driver;
mod islands;
mod journey;
mod keys;
mod lead;
mod newcomer;
mod reviewer;
