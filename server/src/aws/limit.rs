//! Politeness: how many calls of each operation, and how many datapoints, go out a second.
//!
//! AWS' quotas belong to the account's owner, and a reader of costs must not slow a training pipeline down. Each operation
//! has a bucket of its own. It begins with what is safe, halves when AWS throttles, and climbs back slowly while calls go
//! through, but never above four fifths of the quota. GetMetricData has a second bucket: AWS counts the datapoints that a
//! question *may* bring, also where none come.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The share of a quota that this program may use.
const OWN_SHARE: f64 = 0.8;
/// A throttled operation is called this often at least.
const LEAST_A_SECOND: f64 = 0.5;
/// This many calls in a row that went through raise the rate by one a second.
const CALLS_TO_CLIMB: u32 = 10;

/// Quotas of an account in a region, a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Calls of each SageMaker operation; AWS publishes no number, bursts of Describe calls are throttled early.
    pub sagemaker_calls: f64,
    /// Calls of each CloudWatch operation.
    pub cloudwatch_calls: f64,
    /// Datapoints that questions about the last three hours may bring.
    pub recent_points: f64,
    /// Datapoints that questions about older hours may bring.
    pub older_points: f64,
}

impl Default for Limits {
    /// AWS' documented quotas of CloudWatch; of SageMaker what was seen to go through.
    fn default() -> Self {
        Self { sagemaker_calls: 10.0, cloudwatch_calls: 50.0, recent_points: 180_000.0, older_points: 396_000.0 }
    }
}

impl Limits {
    /// Quotas so high that nothing waits, for an AWS on this machine.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { sagemaker_calls: 1e6, cloudwatch_calls: 1e6, recent_points: 1e12, older_points: 1e12 }
    }

    fn calls_of(&self, operation: &str) -> f64 {
        let service = operation.split(':').next().unwrap_or_default();
        let quota = match service {
            "sagemaker" => self.sagemaker_calls,
            "cloudwatch" => self.cloudwatch_calls,
            // The Price List, STS and Sustainability are asked a few times a day.
            _ => self.sagemaker_calls.max(5.0),
        };
        quota * OWN_SHARE
    }
}

/// What a call weighs beside itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Points {
    /// It asks for no datapoints.
    None,
    /// So many of the last three hours.
    Recent(f64),
    /// So many of older hours.
    Older(f64),
}

/// The buckets of one account and region, shared by all that ask it.
#[derive(Debug, Clone)]
pub(super) struct Limiter {
    limits: Limits,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    operations: BTreeMap<&'static str, Rate>,
    recent: Option<Bucket>,
    older: Option<Bucket>,
}

/// The calls of one operation.
#[derive(Debug)]
struct Rate {
    bucket: Bucket,
    ceiling: f64,
    went_through: u32,
    traffic: Traffic,
}

/// How often an operation was called, and what for the worse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Calls that went out, tries included.
    pub calls: u64,
    /// Of them, those that AWS throttled.
    pub throttled: u64,
    /// Of them, those that repeated an earlier one.
    pub repeated: u64,
}

impl Traffic {
    /// What went out since `earlier`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(earlier.calls),
            throttled: self.throttled.saturating_sub(earlier.throttled),
            repeated: self.repeated.saturating_sub(earlier.repeated),
        }
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            throttled: self.throttled + other.throttled,
            repeated: self.repeated + other.repeated,
        }
    }
}

/// Fills with time, empties with use; what is overdrawn is waited for.
#[derive(Debug)]
struct Bucket {
    a_second: f64,
    filled: f64,
    at: Instant,
}

impl Bucket {
    fn new(a_second: f64, now: Instant) -> Self {
        Self { a_second, filled: a_second, at: now }
    }

    /// Takes an amount; how long to wait until it is there.
    fn take(&mut self, amount: f64, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        // It holds a second's worth at most, so that a pause earns no burst.
        self.filled = (self.filled + passed * self.a_second).min(self.a_second) - amount;
        self.at = now;
        Duration::from_secs_f64((-self.filled / self.a_second).max(0.0))
    }
}

impl Limiter {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, state: Arc::default() }
    }

    /// Waits for the turn of a call.
    pub(super) async fn admit(&self, operation: &'static str, points: Points) {
        let pause = self.turn(operation, points, Instant::now());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    fn turn(&self, operation: &'static str, points: Points, now: Instant) -> Duration {
        let mut state = self.state();
        let ceiling = self.limits.calls_of(operation);
        let rate = state.operations.entry(operation).or_insert_with(|| Rate {
            bucket: Bucket::new(ceiling, now),
            ceiling,
            went_through: 0,
            traffic: Traffic::default(),
        });
        rate.traffic.calls += 1;
        let turn = rate.bucket.take(1.0, now);
        let weighed = match points {
            Points::None => Duration::ZERO,
            Points::Recent(points) => {
                let most = self.limits.recent_points * OWN_SHARE;
                state.recent.get_or_insert_with(|| Bucket::new(most, now)).take(points, now)
            }
            Points::Older(points) => {
                let most = self.limits.older_points * OWN_SHARE;
                state.older.get_or_insert_with(|| Bucket::new(most, now)).take(points, now)
            }
        };
        turn.max(weighed)
    }

    /// AWS asked for fewer calls.
    pub(super) fn throttled(&self, operation: &'static str) {
        if let Some(rate) = self.state().operations.get_mut(operation) {
            rate.bucket.a_second = (rate.bucket.a_second / 2.0).max(LEAST_A_SECOND.min(rate.ceiling));
            rate.went_through = 0;
            rate.traffic.throttled += 1;
        }
    }

    /// The next call is a repetition.
    pub(super) fn repeats(&self, operation: &'static str) {
        if let Some(rate) = self.state().operations.get_mut(operation) {
            rate.traffic.repeated += 1;
        }
    }

    /// A call was answered.
    pub(super) fn went_through(&self, operation: &'static str) {
        if let Some(rate) = self.state().operations.get_mut(operation) {
            rate.went_through += 1;
            if rate.went_through >= CALLS_TO_CLIMB {
                rate.went_through = 0;
                rate.bucket.a_second = (rate.bucket.a_second + 1.0).min(rate.ceiling);
            }
        }
    }

    /// What went out, by operation.
    pub(super) fn traffic(&self) -> BTreeMap<&'static str, Traffic> {
        self.state().operations.iter().map(|(operation, rate)| (*operation, rate.traffic)).collect()
    }

    /// A panic elsewhere leaves numbers that are still usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before a try is repeated: anything between nothing and twice as much as before, half a minute at most,
/// so that many readers do not come back at the same moment.
pub(super) fn pause(tries: u32) -> Duration {
    let most = (0.2 * f64::from(2_u32.saturating_pow(tries))).min(30.0);
    Duration::from_secs_f64(most * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "sagemaker:ListTrainingJobs";
    const DATA: &str = "cloudwatch:GetMetricData";

    fn limiter() -> Limiter {
        Limiter::new(Limits { sagemaker_calls: 10.0, ..Limits::default() })
    }

    /// When the last of so many calls may go, asked for all at once.
    fn last_turn(limiter: &Limiter, operation: &'static str, points: Points, calls: u32, now: Instant) -> f64 {
        (0..calls).map(|_| limiter.turn(operation, points, now)).max().unwrap_or_default().as_secs_f64()
    }

    #[test]
    fn four_fifths_of_the_quota_go_out() {
        let now = Instant::now();
        // Eight at once are a second's worth; the other 80 take ten seconds.
        assert!((last_turn(&limiter(), LIST, Points::None, 88, now) - 10.0).abs() < 1e-6);
    }

    #[test]
    fn operations_do_not_wait_for_each_other_and_datapoints_weigh() {
        let (limiter, now) = (limiter(), Instant::now());
        last_turn(&limiter, LIST, Points::None, 500, now);
        assert!(limiter.turn("sagemaker:DescribeEndpoint", Points::None, now).is_zero());
        let old = last_turn(&limiter, DATA, Points::Older(100_800.0), 10, now);
        let expected = (10.0 * 100_800.0 - 0.8 * 396_000.0) / (0.8 * 396_000.0);
        assert!((old - expected).abs() < 1e-6, "{old} {expected}");
        assert!(limiter.turn(DATA, Points::Recent(1.0), now).is_zero(), "recent points have a quota of their own");
        assert_eq!(limiter.traffic()[DATA].calls, 11);
    }

    #[test]
    fn throttling_halves_and_going_through_climbs_back() {
        let (limiter, now) = (limiter(), Instant::now());
        let rate = || limiter.state().operations[LIST].bucket.a_second;
        limiter.turn(LIST, Points::None, now);
        assert_eq!(rate(), 8.0);
        limiter.throttled(LIST);
        limiter.throttled(LIST);
        limiter.repeats(LIST);
        assert_eq!(rate(), 2.0);
        assert_eq!(limiter.traffic()[LIST], Traffic { calls: 1, throttled: 2, repeated: 1 });
        (0..30).for_each(|_| limiter.went_through(LIST));
        assert_eq!(rate(), 5.0);
        (0..500).for_each(|_| limiter.went_through(LIST));
        assert_eq!(rate(), 8.0, "never above four fifths");
        (0..20).for_each(|_| limiter.throttled(LIST));
        assert_eq!(rate(), 0.5, "and never nothing");
    }

    #[test]
    fn pauses_grow_differ_and_end() {
        for tries in 0..40 {
            let most = (0.2 * 2_f64.powi(tries)).min(30.0);
            let tries = u32::try_from(tries).unwrap();
            let pauses: Vec<f64> = (0..20).map(|_| pause(tries).as_secs_f64()).collect();
            assert!(pauses.iter().all(|pause| (0.0..=most).contains(pause)), "{tries}: {pauses:?}");
            assert!(pauses.windows(2).any(|pair| pair[0] != pair[1]), "{pauses:?}");
        }
    }
}
