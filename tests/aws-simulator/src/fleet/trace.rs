//! What real clusters and real services did, as small tables that the demo draws from.
//!
//! No row of a trace is kept here: each table holds quantiles, shares or means that were counted in one of them.
//!
//! | trace | published in | licence |
//! | --- | --- | --- |
//! | Microsoft Philly, the 14 days (30,940 jobs) that `ChronusArtifact` prepared for SoCC'21 | Jeon et al., USENIX ATC'19 | CC BY 4.0, slice MIT |
//! | Alibaba openb, `openb_pod_list_default` (8,152 pods) | Weng et al., USENIX ATC'23 | CC BY 4.0 |
//! | Alibaba GenTD26: API requests a second, duty cycle of 143 GPUs over 23 hours, 26,823 requests over 23 days | Alibaba's cluster traces, 2026 | CC BY 4.0 |
//! | Alibaba DLRM, 23,871 instances of 156 services over 31 days | Yang et al., NSDI'25 | CC BY 4.0 |
//! | Azure LLM inference 2023, 19,366 conversations and 8,819 completions of code in 58 minutes | Patel et al., ISCA'24 | CC BY 4.0 |

use serde::{Deserialize, Serialize};

use crate::noise;

/// A quantile function: shares of the whole, ascending from 0 to 1, and the value at each; straight lines between.
type Quantiles = &'static [(f64, f64)];

/// How long jobs run, as multiples of the median of their size.
///
/// Philly: column `duration` of the jobs with at most one GPU (28,524, median 57 minutes), with two to four (1,401,
/// 761 minutes) and with eight or more (1,015, 697 minutes). No job of the slice is shorter than 20 minutes or longer than
/// three days.
#[rustfmt::skip]
const DURATION_ONE_GPU: Quantiles = &[
    (0.0, 0.35), (0.1, 0.40), (0.2, 0.49), (0.3, 0.60), (0.4, 0.70), (0.5, 1.0), (0.6, 1.46), (0.7, 1.81), (0.8, 3.21),
    (0.9, 5.86), (0.95, 15.82), (0.98, 28.58), (0.99, 42.51), (1.0, 75.74),
];
#[rustfmt::skip]
const DURATION_FEW_GPUS: Quantiles = &[
    (0.0, 0.03), (0.1, 0.04), (0.2, 0.12), (0.3, 0.37), (0.4, 0.69), (0.5, 1.0), (0.6, 1.45), (0.7, 1.89), (0.8, 2.44),
    (0.9, 3.53), (0.95, 4.23), (0.98, 4.79), (0.99, 5.15), (1.0, 5.67),
];
#[rustfmt::skip]
const DURATION_MANY_GPUS: Quantiles = &[
    (0.0, 0.03), (0.1, 0.06), (0.2, 0.12), (0.3, 0.31), (0.4, 0.56), (0.5, 1.0), (0.6, 1.91), (0.7, 2.44), (0.8, 3.85),
    (0.9, 4.74), (0.95, 5.47), (0.98, 5.81), (0.99, 5.98), (1.0, 6.19),
];

/// How many jobs are submitted on one day, as multiples of the mean.
///
/// Philly: jobs of each of the 14 days.
#[rustfmt::skip]
const JOBS_OF_A_DAY: Quantiles = &[
    (0.0, 0.40), (0.1, 0.49), (0.2, 0.68), (0.3, 0.76), (0.4, 0.79), (0.5, 0.86), (0.6, 0.93), (0.7, 1.22), (0.8, 1.29),
    (0.9, 1.42), (1.0, 2.34),
];

/// Weight of each hour for submissions, mean 1.
///
/// Philly: distinct pairs of virtual cluster and ten minutes, so that one burst of a thousand jobs counts once. The clock of
/// the slice is not told; it is read as UTC, which puts the hill into the afternoon of the American west coast.
const SUBMISSIONS_OF_AN_HOUR: [f64; 24] = [
    1.82, 1.12, 1.03, 0.91, 0.69, 0.92, 0.58, 0.61, 0.48, 1.09, 1.01, 0.86, 0.70, 0.92, 0.89, 1.21, 0.97, 1.15, 0.82,
    1.19, 0.89, 1.06, 1.38, 1.68,
];

/// Weight of each day from Monday for submissions, mean 1.
///
/// openb: pods created in the 34 whole days of its busy end, folded by seven; its two quiet neighbours are read as the
/// weekend. Philly's slice shows no week.
pub(super) const SUBMISSIONS_OF_A_WEEKDAY: [f64; 7] = [1.14, 0.95, 1.05, 1.24, 1.29, 0.58, 0.74];

/// Share of jobs that fail where nobody experiments.
///
/// openb: 243 failed of 4,752 pods of the classes latency-sensitive, burstable and guaranteed.
pub(super) const SCHEDULED_FAILURES: f64 = 0.051;

/// Share of jobs that fail on one day where people experiment.
///
/// openb: failed pods of all pods created on each of its 35 days with 50 pods or more; the mean is 0.222, that of all pods
/// 0.229 (1,870 of 8,152), that of the class best-effort alone 0.479.
#[rustfmt::skip]
const FAILURES_OF_A_DAY: Quantiles = &[
    (0.0, 0.046), (0.1, 0.062), (0.2, 0.100), (0.3, 0.129), (0.4, 0.169), (0.5, 0.211), (0.6, 0.242), (0.7, 0.276),
    (0.8, 0.338), (0.9, 0.429), (1.0, 0.463),
];

/// After how long a job fails, as multiples of the median of those that do not.
///
/// openb: from scheduling to deletion of failed pods (median 219 s) against running and succeeded ones (874 s); the longest
/// hundredth is left out.
#[rustfmt::skip]
const FAILS_AFTER: Quantiles = &[
    (0.0, 0.005), (0.1, 0.059), (0.2, 0.132), (0.3, 0.174), (0.4, 0.222), (0.5, 0.251), (0.6, 0.331), (0.7, 0.610),
    (0.8, 1.10), (0.9, 2.59), (0.95, 5.56), (0.98, 17.2), (1.0, 27.9),
];

/// Calls in each hour of a working day, as shares of the busiest hour.
///
/// GenTD26: mean of `qps` of API requests in each hour of its 23; the clock is hidden, so the day is turned until its
/// morning rises at eight and its pause lies at noon, and the missing hour before that is the mean of its neighbours.
const CALLS_OF_AN_HOUR: [f64; 24] = [
    0.123, 0.210, 0.075, 0.112, 0.049, 0.038, 0.045, 0.140, 0.234, 0.774, 0.935, 0.792, 0.337, 0.882, 0.918, 1.0,
    0.880, 0.742, 0.375, 0.286, 0.295, 0.353, 0.194, 0.172,
];

/// Calls on each day from Monday, as shares of the busiest day.
///
/// GenTD26: `lora_request_trace`, mean of each weekday over 17 days, turned by 16 hours so that its two quiet days are the
/// weekend.
const CALLS_OF_A_WEEKDAY: [f64; 7] = [0.777, 1.0, 0.943, 0.864, 0.901, 0.376, 0.087];

/// Calls in one minute, as multiples of the mean.
///
/// Azure LLM: requests in each minute of the hour. Conversations change slowly (correlation 0.81 from one minute to the
/// next), completions of code come in bursts (0.16, and one minute in ten has none).
#[rustfmt::skip]
const CONVERSATIONS_OF_A_MINUTE: Quantiles = &[
    (0.0, 0.573), (0.1, 0.747), (0.2, 0.795), (0.3, 0.841), (0.4, 0.924), (0.5, 0.983), (0.6, 1.029), (0.7, 1.065),
    (0.8, 1.212), (0.9, 1.323), (1.0, 1.521),
];
#[rustfmt::skip]
const COMPLETIONS_OF_A_MINUTE: Quantiles = &[
    (0.0, 0.0), (0.1, 0.0), (0.2, 0.020), (0.3, 0.212), (0.4, 0.385), (0.5, 0.734), (0.6, 0.859), (0.7, 1.364),
    (0.8, 1.958), (0.9, 2.644), (1.0, 4.178),
];

/// Share of all samples in which a GPU that serves requests does nothing, and the share of time at work in the others'
/// median.
///
/// GenTD26: 157,417 samples of `pod_gpu_duty_cycle` of 143 containers; 66.8 % are 0, the median of the rest is 18.5 %.
#[cfg(test)]
pub(super) const GPU_IDLE: (f64, f64) = (0.668, 0.185);

/// How far instance counts reach: the 95th percentile over the fifth of one service, median and 90th percentile over
/// services.
///
/// DLRM: instances alive at each hour, of the 225 pairs of service and role that never fall below two at the median.
#[cfg(test)]
pub(super) const SCALING_REACH: (f64, f64) = (1.07, 2.28);

/// How calls come within an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Burst {
    /// Evenly.
    Even,
    /// As people talk to a model: slow swells of minutes.
    Conversation,
    /// As editors ask for code: some minutes nothing, others four times the mean.
    Completion,
}

impl Burst {
    /// Calls of a minute as a share of those of the busiest minute of the same hour, in 0..=1.
    pub(super) fn share_at(self, key: u64, minute: i64) -> f64 {
        let (table, cell) = match self {
            Self::Even => return 1.0,
            Self::Conversation => (CONVERSATIONS_OF_A_MINUTE, minute.div_euclid(5)),
            Self::Completion => (COMPLETIONS_OF_A_MINUTE, minute),
        };
        quantile(table, noise::unit(noise::mix(key), cell)) / quantile(table, 1.0)
    }
}

/// How long a job with so many GPUs runs, as a multiple of its median; `unit` in 0..1.
pub(super) fn duration(gpus: u32, unit: f64) -> f64 {
    let table = match gpus {
        0 | 1 => DURATION_ONE_GPU,
        2..8 => DURATION_FEW_GPUS,
        _ => DURATION_MANY_GPUS,
    };
    quantile(table, unit)
}

/// How many jobs people submit on a day, as a multiple of the mean; `unit` in 0..1.
pub(super) fn jobs_of_a_day(unit: f64) -> f64 {
    quantile(JOBS_OF_A_DAY, unit)
}

/// The hour of day, with its fraction, at which a job is submitted; `unit` in 0..1.
pub(super) fn submission_hour(unit: f64) -> f64 {
    let mut rest = unit * SUBMISSIONS_OF_AN_HOUR.iter().sum::<f64>();
    let mut hours = 0.0;
    for weight in SUBMISSIONS_OF_AN_HOUR {
        if rest < weight {
            return hours + rest / weight;
        }
        rest -= weight;
        hours += 1.0;
    }
    // Rounding may leave a crumb after the last hour.
    0.0
}

/// Share of the jobs of a day that fail where people experiment; `unit` in 0..1.
pub(super) fn failures_of_a_day(unit: f64) -> f64 {
    quantile(FAILURES_OF_A_DAY, unit)
}

/// After how long a job fails, as a multiple of the median of those that do not; `unit` in 0..1.
pub(super) fn fails_after(unit: f64) -> f64 {
    quantile(FAILS_AFTER, unit)
}

/// Calls at a minute since Monday's midnight, as a share of those in the busiest hour of the busiest day.
pub(super) fn calls_at(minute_of_week: i64) -> f64 {
    let at = |hour: i64| usize::try_from(hour.rem_euclid(24)).ok().and_then(|hour| CALLS_OF_AN_HOUR.get(hour));
    let day = usize::try_from(minute_of_week.div_euclid(1440).rem_euclid(7)).unwrap_or_default();
    // An hour's mean belongs to its middle.
    let place = minute_of_week - 30;
    let (hour, within) = (place.div_euclid(60), place.rem_euclid(60) as f64 / 60.0);
    let (before, after) = (at(hour).copied().unwrap_or(0.0), at(hour + 1).copied().unwrap_or(0.0));
    (before + (after - before) * within) * CALLS_OF_A_WEEKDAY.get(day).copied().unwrap_or(0.0)
}

/// The value below which the share `unit` lies.
fn quantile(table: Quantiles, unit: f64) -> f64 {
    let unit = unit.clamp(0.0, 1.0);
    let steps = table.iter().zip(table.iter().skip(1));
    for ((from, low), (to, high)) in steps {
        if unit <= *to {
            return low + (high - low) * (unit - from) / (to - from);
        }
    }
    table.last().map_or(0.0, |(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_functions_ascend_from_nothing_to_everything() {
        let tables = [
            DURATION_ONE_GPU,
            DURATION_FEW_GPUS,
            DURATION_MANY_GPUS,
            JOBS_OF_A_DAY,
            FAILURES_OF_A_DAY,
            FAILS_AFTER,
            CONVERSATIONS_OF_A_MINUTE,
            COMPLETIONS_OF_A_MINUTE,
        ];
        for table in tables {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{table:?}");
            assert_eq!((table[0].0, table[table.len() - 1].0), (0.0, 1.0));
            assert!(table.iter().all(|(share, value)| (quantile(table, *share) - value).abs() < 1e-9), "{table:?}");
        }
        assert_eq!((duration(0, 0.5), duration(4, 0.5), duration(16, 0.5)), (1.0, 1.0, 1.0));
    }

    #[test]
    fn weights_have_the_mean_they_say() {
        let mean = |weights: &[f64]| weights.iter().sum::<f64>() / weights.len() as f64;
        assert!((mean(&SUBMISSIONS_OF_AN_HOUR) - 1.0).abs() < 0.01);
        assert!((mean(&SUBMISSIONS_OF_A_WEEKDAY) - 1.0).abs() < 0.01);
        let drawn = |draw: fn(f64) -> f64| (0..1_000).map(|i| draw((f64::from(i) + 0.5) / 1e3)).sum::<f64>() / 1e3;
        assert!((drawn(jobs_of_a_day) - 1.0).abs() < 0.02, "{}", drawn(jobs_of_a_day));
        assert!((drawn(failures_of_a_day) - 0.222).abs() < 0.01, "{}", drawn(failures_of_a_day));
    }

    #[test]
    fn submissions_fill_the_hours_by_their_weight() {
        let n = 24_000;
        let mut hours = [0.0; 24];
        for i in 0..n {
            let hour = submission_hour((f64::from(i) + 0.5) / f64::from(n));
            hours[usize::try_from(noise::floor(hour)).unwrap()] += 24.0 / f64::from(n);
        }
        for (counted, weight) in hours.iter().zip(SUBMISSIONS_OF_AN_HOUR) {
            assert!((counted - weight).abs() < 0.01, "{counted} {weight}");
        }
    }

    #[test]
    fn calls_are_many_on_a_working_afternoon_and_few_at_night_and_on_sunday() {
        let at = |day: i64, hour: i64| calls_at(day * 1440 + hour * 60 + 30);
        assert_eq!(at(1, 15), 1.0);
        assert!(at(1, 4) < 0.06 && at(6, 15) < 0.1 && at(1, 12) < 0.4);
        assert!((0..7 * 1440).all(|minute| (0.0..=1.0).contains(&calls_at(minute))));
    }

    #[test]
    fn completions_come_in_bursts_and_conversations_do_not() {
        let cv = |burst: Burst| {
            let shares: Vec<f64> = (0..10_000).map(|minute| burst.share_at(3, minute)).collect();
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
            let mean = shares.iter().sum::<f64>() / 1e4;
            (shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / 1e4).sqrt() / mean
        };
        assert_eq!(cv(Burst::Even), 0.0);
        // Counted in the trace: 0.22 and 1.04.
        assert!((cv(Burst::Conversation) - 0.22).abs() < 0.04, "{}", cv(Burst::Conversation));
        assert!((cv(Burst::Completion) - 1.04).abs() < 0.08, "{}", cv(Burst::Completion));
    }
}
