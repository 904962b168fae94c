//! Weekly reviews: a week's numbers frozen, hashed, discussed and signed.

pub mod actions;
pub mod canonical;
pub mod freeze;
pub mod past;
pub mod restated;
pub mod snapshot;
pub mod tally;
pub mod verify;
pub mod week;

pub use freeze::{FreezeError, freeze};
pub use snapshot::Snapshot;
pub use week::{IsoWeek, ReviewId};
