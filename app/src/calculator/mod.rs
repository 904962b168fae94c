//! The calculator's pure half, the same in the server and in the browser: from what is typed to figures side by side.

mod ask;
mod compare;
mod field;

pub use ask::{Ask, MOST_ALTERNATIVES};
pub use compare::{Worked, compare, work};
pub use field::{Asked, Field, Typed};
