//! How many calls an endpoint gets at a given time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::trace::{self, Burst};

/// The daily and weekly pattern of calls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// The same all day, every day.
    Flat,
    /// A smooth daily wave around `peak_hour` (UTC) that never falls below `floor` (share of the peak).
    Diurnal {
        /// Hour of day in UTC, 0..24.
        peak_hour: f64,
        /// Share of the peak that remains at night.
        floor: f64,
    },
    /// Monday to Friday within seven hours of `peak_hour`, nothing otherwise.
    Weekdays {
        /// Hour of day in UTC, 0..24.
        peak_hour: f64,
    },
    /// The week of a real service: working days with a pause at noon, quiet nights, quieter weekends.
    Profile {
        /// How far the clock of those who call is ahead of UTC, hours.
        ahead_hours: i8,
        /// How calls come within an hour.
        burst: Burst,
    },
}

impl Shape {
    /// Share of the peak in the given minute since 1970, in 0..=1.
    #[must_use]
    pub fn at(self, minute: i64) -> f64 {
        match self {
            Self::Flat => 1.0,
            Self::Diurnal { peak_hour, floor } => floor + (1.0 - floor) * bump(minute, peak_hour, 12.0),
            Self::Weekdays { .. } if is_weekend(minute) => 0.0,
            Self::Weekdays { peak_hour } => bump(minute, peak_hour, 7.0),
            Self::Profile { ahead_hours, burst } => {
                // Minute 0 of the Unix era was in a Thursday.
                let local = minute + i64::from(ahead_hours) * 60 + 3 * 1440;
                trace::calls_at(local) * burst.share_at(i64::from(ahead_hours).cast_unsigned(), minute)
            }
        }
    }
}

/// Calls to an endpoint over its life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// Mean calls a minute at the peak, over all variants. Zero means nobody ever calls.
    pub peak_per_minute: f64,
    /// When they come.
    pub shape: Shape,
    /// The first call cannot be earlier.
    pub from: Option<DateTime<Utc>>,
    /// There are no calls at or after this instant.
    pub until: Option<DateTime<Utc>>,
    /// Share of calls answered with 4xx.
    pub share_4xx: f64,
    /// Share of calls answered with 5xx.
    pub share_5xx: f64,
    /// Median model latency of an unloaded instance, microseconds.
    pub latency_us: f64,
}

impl Traffic {
    /// Calls with a pattern.
    #[must_use]
    pub fn new(peak_per_minute: f64, shape: Shape, latency_us: f64) -> Self {
        Self { peak_per_minute, shape, from: None, until: None, share_4xx: 0.004, share_5xx: 0.000_5, latency_us }
    }

    /// Nobody ever calls.
    #[must_use]
    pub fn none() -> Self {
        Self::new(0.0, Shape::Flat, 50_000.0)
    }

    /// Ends at an instant.
    #[must_use]
    pub fn until(mut self, at: DateTime<Utc>) -> Self {
        self.until = Some(at);
        self
    }

    /// Mean calls in a minute since 1970, over all variants.
    #[must_use]
    pub fn mean_at(&self, minute: i64) -> f64 {
        let too_early = self.from.is_some_and(|from| minute * 60 < from.timestamp());
        let too_late = self.until.is_some_and(|until| minute * 60 >= until.timestamp());
        if too_early || too_late || self.peak_per_minute <= 0.0 {
            return 0.0;
        }
        self.peak_per_minute * self.shape.at(minute)
    }
}

/// A smooth hill of height 1 at `peak_hour` that reaches zero `reach` hours away; a polynomial, so that every machine agrees on its bits.
fn bump(minute: i64, peak_hour: f64, reach: f64) -> f64 {
    let hour = minute.rem_euclid(1440) as f64 / 60.0;
    let away = (hour - peak_hour).abs();
    let x = away.min(24.0 - away) / reach;
    if x >= 1.0 { 0.0 } else { (1.0 - x * x) * (1.0 - x * x) }
}

fn is_weekend(minute: i64) -> bool {
    // Day 0 of the Unix era was a Thursday.
    (minute.div_euclid(1440) + 3).rem_euclid(7) >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekday_traffic_rests_at_the_weekend_and_at_night() {
        let shape = Shape::Weekdays { peak_hour: 13.0 };
        let friday: DateTime<Utc> = "2026-11-20T13:00:00Z".parse().unwrap();
        let at = |hours: i64| shape.at(friday.timestamp() / 60 + hours * 60);
        assert_eq!((at(0), at(-13), at(24), at(48)), (1.0, 0.0, 0.0, 0.0));
        assert_eq!(at(72), 1.0, "Monday is a working day");
    }

    #[test]
    fn a_profile_follows_the_clock_of_those_who_call() {
        let tuesday: DateTime<Utc> = "2026-11-17T15:30:00Z".parse().unwrap();
        let at = |ahead_hours, minute| Shape::Profile { ahead_hours, burst: Burst::Even }.at(minute);
        let minute = tuesday.timestamp() / 60;
        assert_eq!((at(0, minute), at(-5, minute + 300), at(1, minute - 60)), (1.0, 1.0, 1.0));
        assert!(at(0, minute - 2 * 1440) < 0.1, "a Sunday");
    }

    #[test]
    fn diurnal_traffic_keeps_its_floor() {
        let shape = Shape::Diurnal { peak_hour: 23.0, floor: 0.2 };
        let lows: Vec<f64> = (0..1440).map(|m| shape.at(m)).collect();
        assert!(lows.iter().all(|v| (0.2..=1.0).contains(v)));
        assert_eq!(shape.at(23 * 60), 1.0);
        assert_eq!(shape.at(11 * 60), 0.2, "twelve hours from the peak, across midnight");
    }
}
