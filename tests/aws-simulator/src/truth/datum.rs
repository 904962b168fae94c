//! What CloudWatch keeps of a minute, and what it answers for a period.

use std::str::FromStr;

/// The samples of one period, summarised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datum {
    /// Number of samples.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The smallest.
    pub minimum: f64,
    /// The largest.
    pub maximum: f64,
    /// Percentiles 50, 90 and 99.
    pub percentiles: [f64; 3],
}

/// The statistics this simulator answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Sum over count.
    Average,
    /// Sum of samples.
    Sum,
    /// Number of samples.
    SampleCount,
    /// Smallest sample.
    Minimum,
    /// Largest sample.
    Maximum,
    /// Median.
    P50,
    /// 90th percentile.
    P90,
    /// 99th percentile.
    P99,
}

impl FromStr for Statistic {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "SampleCount" => Self::SampleCount,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "p50" => Self::P50,
            "p90" => Self::P90,
            "p99" => Self::P99,
            _ => return Err(()),
        })
    }
}

impl Datum {
    /// `count` samples of the same value.
    #[must_use]
    pub const fn same(count: f64, value: f64) -> Self {
        Self { count, sum: count * value, minimum: value, maximum: value, percentiles: [value; 3] }
    }

    /// `count` samples, `ones` of which are 1 and the rest 0.
    #[must_use]
    pub fn ones(count: f64, ones: f64) -> Self {
        let at = |quantile: f64| if ones > count * (1.0 - quantile) { 1.0 } else { 0.0 };
        Self {
            count,
            sum: ones,
            minimum: if ones < count { 0.0 } else { 1.0 },
            maximum: if ones > 0.0 { 1.0 } else { 0.0 },
            percentiles: [at(0.50), at(0.90), at(0.99)],
        }
    }

    /// One of its statistics.
    #[must_use]
    pub fn statistic(&self, statistic: Statistic) -> f64 {
        let [p50, p90, p99] = self.percentiles;
        match statistic {
            Statistic::Average => self.sum / self.count,
            Statistic::Sum => self.sum,
            Statistic::SampleCount => self.count,
            Statistic::Minimum => self.minimum,
            Statistic::Maximum => self.maximum,
            Statistic::P50 => p50,
            Statistic::P90 => p90,
            Statistic::P99 => p99,
        }
    }

    /// Several periods as one; nothing if none has samples.
    pub(crate) fn merge(minutes: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        let mut parts = minutes.flatten();
        let mut all = parts.next()?;
        let mut weighted = all.percentiles.map(|value| value * all.count);
        let mut merged = false;
        for part in parts {
            merged = true;
            all.count += part.count;
            all.sum += part.sum;
            all.minimum = all.minimum.min(part.minimum);
            all.maximum = all.maximum.max(part.maximum);
            for (sum, value) in weighted.iter_mut().zip(part.percentiles) {
                *sum += value * part.count;
            }
        }
        if merged {
            // Rounding must not push a percentile out of the range of the samples.
            all.percentiles = weighted.map(|sum| (sum / all.count).clamp(all.minimum, all.maximum));
        }
        Some(all)
    }
}
