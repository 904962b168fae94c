//! How fast something goes and when it will be done, from what was done so far.

use std::time::Duration;

/// Fewer than these say nothing about the rest.
const LEAST_DONE: u64 = 3;
/// A shorter stretch says nothing either.
const LEAST_S: f64 = 2.0;

/// So much done of so much, in so long.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// What is done.
    pub done: u64,
    /// What there is to do; `None` while nobody knows.
    pub total: Option<u64>,
    /// Since it began, seconds.
    pub elapsed_s: f64,
}

impl Pace {
    /// How many a minute; `None` while too little is done to tell.
    #[must_use]
    pub fn per_minute(self) -> Option<f64> {
        let told = self.done >= LEAST_DONE && self.elapsed_s >= LEAST_S;
        told.then(|| as_number(self.done) / self.elapsed_s * 60.0)
    }

    /// How long the rest takes at this rate; `None` while too little is known to tell.
    #[must_use]
    pub fn left(self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.done);
        let seconds = as_number(left) * 60.0 / self.per_minute()?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Hundredths done; `None` where nobody knows how much there is.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        match self.total? {
            0 => Some(100.0),
            total => Some((as_number(self.done) * 100.0 / as_number(total)).min(100.0)),
        }
    }
}

/// Exact for what a run can count.
fn as_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_from_the_rate_of_this_run() {
        let rows = [
            // done, total, elapsed, a minute, seconds left
            (30, Some(90), 60.0, Some(30.0), Some(120.0)),
            (90, Some(90), 60.0, Some(90.0), Some(0.0)),
            (95, Some(90), 60.0, Some(95.0), Some(0.0)),
            (3, Some(6), 2.0, Some(90.0), Some(2.0)),
            (2, Some(6), 20.0, None, None),
            (50, Some(60), 1.0, None, None),
            (0, Some(60), 900.0, None, None),
            (30, None, 60.0, Some(30.0), None),
        ];
        for (done, total, elapsed_s, a_minute, left) in rows {
            let pace = Pace { done, total, elapsed_s };
            assert_eq!(pace.per_minute(), a_minute, "{pace:?}");
            assert_eq!(pace.left().map(|left| left.as_secs_f64()), left, "{pace:?}");
        }
    }

    #[test]
    fn nothing_to_do_is_done_and_the_unknown_has_no_share() {
        let percent = |done, total| Pace { done, total, elapsed_s: 1.0 }.percent();
        assert_eq!(percent(0, Some(0)), Some(100.0));
        assert_eq!(percent(1, Some(4)), Some(25.0));
        assert_eq!(percent(9, Some(4)), Some(100.0));
        assert_eq!(percent(9, None), None);
    }
}
