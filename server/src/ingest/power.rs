//! Watts from a metric that the operator publishes, by the hour.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use footprint::units::Watts;
use footprint::{FactorSet, Measured};

use super::measured::MOST_WATTS;
use crate::aws::facts::PowerOf;

/// The name these readings are kept under.
pub(super) const CLOUDWATCH: &str = "cloudwatch";

/// Accelerators of the types that have any.
static ACCELERATORS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let Ok(factors) = FactorSet::builtin() else {
        return HashMap::new();
    };
    factors.instances().map(|instance| (instance.name.clone(), instance.accelerator_count())).collect()
});

/// Accelerators of one instance of a type; `None` for a type that is not in the tables.
pub(super) fn accelerators(instance_type: &str) -> Option<u32> {
    ACCELERATORS.get(instance_type).copied()
}

/// The mean watts of one instance in each hour of `[from, to)` that has points of any of its hosts.
///
/// Watts of one accelerator are multiplied by how many the type has; where that is not known, or there are none, nothing
/// can be told. Points that no machine can draw are left out.
pub(super) fn hours(
    points: impl Iterator<Item = (i64, f64)>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    of: PowerOf,
    accelerators: Option<u32>,
) -> Vec<(DateTime<Utc>, Measured)> {
    let scale = match (of, accelerators) {
        (PowerOf::Host, _) => 1.0,
        (_, Some(0)) | (PowerOf::Accelerator, None) => return Vec::new(),
        (PowerOf::Accelerator, Some(count)) => f64::from(count),
        (PowerOf::Accelerators, _) => 1.0,
    };
    let mut sums: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (seconds, watts) in points {
        let watts = watts * scale;
        if (from.timestamp()..to.timestamp()).contains(&seconds) && (0.0..=MOST_WATTS).contains(&watts) {
            let (sum, count) = sums.entry(seconds - seconds.rem_euclid(3_600)).or_default();
            *sum += watts;
            *count += 1.0;
        }
    }
    sums.into_iter()
        .filter_map(|(hour, (sum, count))| {
            let watts = Some(Watts::new(sum / count));
            let measured = match of {
                PowerOf::Host => Measured { accelerators: None, host: watts },
                PowerOf::Accelerator | PowerOf::Accelerators => Measured { accelerators: watts, host: None },
            };
            Some((DateTime::from_timestamp(hour, 0)?, measured))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64, minute: i64) -> i64 {
        1_790_000_000 / 3_600 * 3_600 + hour * 3_600 + minute * 60
    }

    fn time(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(at(hour, 0), 0).unwrap()
    }

    fn watts(of: PowerOf, accelerators: Option<u32>, points: &[(i64, f64)]) -> Vec<(DateTime<Utc>, f64)> {
        hours(points.iter().copied(), (time(0), time(24)), of, accelerators)
            .into_iter()
            .map(|(hour, measured)| {
                let watts = if of == PowerOf::Host { measured.host } else { measured.accelerators };
                (hour, watts.unwrap().get())
            })
            .collect()
    }

    #[test]
    fn an_hour_is_the_mean_of_its_points_on_one_instance() {
        // Two hosts, each with a point in the first hour, one with a point in the second.
        let points = [(at(0, 5), 100.0), (at(0, 5), 200.0), (at(1, 0), 50.0), (at(24, 0), 9.0), (at(-1, 55), 9.0)];
        let one = watts(PowerOf::Accelerators, Some(8), &points);
        assert_eq!(one, [(time(0), 150.0), (time(1), 50.0)]);
        assert_eq!(watts(PowerOf::Accelerator, Some(8), &points), [(time(0), 1_200.0), (time(1), 400.0)]);
        assert_eq!(watts(PowerOf::Host, Some(0), &points), one);
    }

    #[test]
    fn what_cannot_be_told_is_left_out() {
        let points = [(at(0, 0), 300.0)];
        assert_eq!(watts(PowerOf::Accelerator, None, &points), []);
        assert_eq!(watts(PowerOf::Accelerator, Some(0), &points), []);
        assert_eq!(watts(PowerOf::Accelerators, Some(0), &points), []);
        assert_eq!(watts(PowerOf::Accelerators, None, &points).len(), 1);
        let nonsense = [(at(0, 0), f64::NAN), (at(0, 5), -1.0), (at(0, 10), 1e9), (at(0, 15), f64::INFINITY)];
        assert_eq!(watts(PowerOf::Host, None, &nonsense), []);
    }

    #[test]
    fn types_know_their_accelerators() {
        assert_eq!(accelerators("ml.p4d.24xlarge"), Some(8));
        assert_eq!(accelerators("ml.m5.xlarge"), Some(0));
        assert_eq!(accelerators("ml.z9.large"), None);
    }
}
