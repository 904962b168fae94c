//! A gap: CloudWatch has no datapoint of an account and a region.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A stretch of time of which CloudWatch holds no datapoint at all, neither of machines nor of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive.
    pub to: DateTime<Utc>,
}

impl Outage {
    /// The minutes since 1970 that lie in it wholly or in part: the first one, and the first one after it.
    #[must_use]
    pub fn minutes(&self) -> (i64, i64) {
        let (from, to) = (self.from.timestamp(), self.to.timestamp());
        (from.div_euclid(60), to.div_euclid(60) + i64::from(to.rem_euclid(60) > 0))
    }
}
