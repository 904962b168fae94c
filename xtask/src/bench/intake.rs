//! From AWS to rows and from rows to footprints, on a private database that nobody else uses.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Merging alone, beside a plain COPY of the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    pub period_s: u32,
    pub points: u64,
    pub rows: u64,
    pub seconds: f64,
    pub points_per_second: f64,
    pub copy_points_per_second: f64,
    pub bytes_per_point: f64,
}

/// A day and a half of a fleet, read and estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whole {
    pub endpoints: u64,
    pub points: u64,
    pub inventory_seconds: f64,
    pub metrics_seconds: f64,
    pub points_per_second: f64,
    pub entity_hours: u64,
    pub estimate_seconds: f64,
    pub entity_hours_per_second: f64,
    pub forecast_ratio: f64,
    pub peak_mb: f64,
}

/// Days of a fleet estimated anew, over a short and a long history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimating {
    pub endpoints: u64,
    pub days: u64,
    pub entity_hours: u64,
    pub seconds: f64,
    pub entity_hours_per_second: f64,
    /// What Postgres alone takes to read the same statistics and to write the same rows.
    pub floor_seconds: f64,
    /// The newest day alone.
    pub day_ms: f64,
}

/// The ledger of windows with many who claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub workers: u64,
    pub claims: u64,
    pub claims_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub dead_rows: i64,
    pub hot_share: f64,
}

/// Everything of the intake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    pub merge: Vec<Merge>,
    pub whole: Vec<Whole>,
    #[serde(default)]
    pub estimating: Vec<Estimating>,
    pub ledger: Vec<Claims>,
}

impl Intake {
    /// How the time of reading or of estimating grows with the endpoints, from the smallest fleet to the largest.
    pub fn exponent(&self, seconds: fn(&Whole) -> f64) -> Option<f64> {
        let (first, last) = (self.whole.first()?, self.whole.last()?);
        (last.endpoints > first.endpoints)
            .then(|| (seconds(last) / seconds(first)).ln() / (last.endpoints as f64 / first.endpoints as f64).ln())
    }
}

impl fmt::Display for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for merge in &self.merge {
            writeln!(
                f,
                "merge, points of {:>3} s: {:.2} M points/s, plain COPY {:.2} M ({:.0} %), {:.1} bytes a point",
                merge.period_s,
                merge.points_per_second / 1e6,
                merge.copy_points_per_second / 1e6,
                100.0 * merge.points_per_second / merge.copy_points_per_second,
                merge.bytes_per_point
            )?;
        }
        for whole in &self.whole {
            writeln!(
                f,
                "{:>5} endpoints: {} points in {:.1} s ({:.2} M/s), inventory {:.1} s; {} entity hours in {:.1} s ({:.0}/s); \
                 announced {:.3} of what was asked; at most {:.0} MB",
                whole.endpoints,
                whole.points,
                whole.metrics_seconds,
                whole.points_per_second / 1e6,
                whole.inventory_seconds,
                whole.entity_hours,
                whole.estimate_seconds,
                whole.entity_hours_per_second,
                whole.forecast_ratio,
                whole.peak_mb
            )?;
        }
        if let (Some(read), Some(estimate)) =
            (self.exponent(|whole| whole.metrics_seconds), self.exponent(|whole| whole.estimate_seconds))
        {
            writeln!(f, "growth with the endpoints: reading {read:.2}, estimating {estimate:.2}")?;
        }
        for estimating in &self.estimating {
            writeln!(
                f,
                "{} days of {} endpoints: {} entity hours estimated anew in {:.1} s ({:.0}/s), Postgres alone {:.1} s; one day \
                 {:.0} ms",
                estimating.days,
                estimating.endpoints,
                estimating.entity_hours,
                estimating.seconds,
                estimating.entity_hours_per_second,
                estimating.floor_seconds,
                estimating.day_ms
            )?;
        }
        for claims in &self.ledger {
            writeln!(
                f,
                "{:>2} workers: {:.0} windows/s, claim p50 {:.1} ms, p99 {:.1} ms, {} dead rows, {:.0} % HOT",
                claims.workers,
                claims.claims_per_second,
                claims.p50_ms,
                claims.p99_ms,
                claims.dead_rows,
                claims.hot_share * 100.0
            )?;
        }
        Ok(())
    }
}
