//! What the simulated AWS does wrong on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::noise;
use crate::wire::AwsError;

/// Faults to inject. Keys name an operation (`ListTrainingJobs`), a service (`sagemaker`, `cloudwatch`, `sts`) or everything (`*`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The next so many calls are throttled.
    pub throttle: BTreeMap<String, u32>,
    /// The next so many calls fail with status 500.
    pub internal_error: BTreeMap<String, u32>,
    /// Every call waits this long before it is answered, milliseconds.
    pub latency_ms: BTreeMap<String, u64>,
    /// Every call is refused with status 403.
    pub denied: BTreeSet<String>,
    /// Series that CloudWatch answers badly.
    pub series: Vec<SeriesFault>,
    /// What strikes any call by chance.
    pub chance: Chance,
    /// Which call this is; decides what chance brings, so that the same call asked again may fare better.
    #[serde(skip)]
    pub(crate) call: usize,
}

/// Shares of calls, 0 to 1, that something goes wrong with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chance {
    /// Throttled.
    pub throttled: f64,
    /// Failed with status 500.
    pub failing: f64,
    /// Of series, not of calls: answered in part.
    pub partial: f64,
    /// The connection ends in the middle of the answer.
    pub reset: f64,
    /// The answer ends in the middle and says that it is whole.
    pub cut: f64,
    /// The answer waits for [`hang_ms`](Self::hang_ms).
    pub hanging: f64,
    /// How long an answer hangs, milliseconds.
    pub hang_ms: u64,
}

/// What happens to an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The connection ends in the middle of it.
    Reset,
    /// It ends in the middle and says that it is whole.
    Cut,
}

/// A bad answer for every series whose namespace, metric name or a dimension value equals `name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesFault {
    /// A namespace, a metric name or the value of a dimension.
    pub name: String,
    /// What to answer.
    pub status: SeriesStatus,
}

/// The status of one series in an answer of GetMetricData.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeriesStatus {
    /// Only the first half of its points, with no page to follow.
    PartialData,
    /// No points.
    InternalError,
    /// No points.
    Forbidden,
}

impl SeriesStatus {
    /// The word AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PartialData => "PartialData",
            Self::InternalError => "InternalError",
            Self::Forbidden => "Forbidden",
        }
    }
}

impl Faults {
    /// No faults.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Throttles the next `calls` calls.
    #[must_use]
    pub fn throttling(mut self, name: &str, calls: u32) -> Self {
        self.throttle.insert(name.to_owned(), calls);
        self
    }

    /// Fails the next `calls` calls with status 500.
    #[must_use]
    pub fn failing(mut self, name: &str, calls: u32) -> Self {
        self.internal_error.insert(name.to_owned(), calls);
        self
    }

    /// Delays every call.
    #[must_use]
    pub fn slow(mut self, name: &str, latency: Duration) -> Self {
        self.latency_ms.insert(name.to_owned(), u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Refuses every call with status 403.
    #[must_use]
    pub fn denying(mut self, name: &str) -> Self {
        self.denied.insert(name.to_owned());
        self
    }

    /// Answers some series badly.
    #[must_use]
    pub fn answering(mut self, name: &str, status: SeriesStatus) -> Self {
        self.series.push(SeriesFault { name: name.to_owned(), status });
        self
    }

    /// Lets chance strike.
    #[must_use]
    pub fn by_chance(mut self, chance: Chance) -> Self {
        self.chance = chance;
        self
    }

    pub(crate) fn latency(&self, service: &str, operation: &str, call: usize) -> Duration {
        let longest = [operation, service, "*"].iter().filter_map(|name| self.latency_ms.get(*name)).max();
        let hanging = if hits(call, "hang", self.chance.hanging) { self.chance.hang_ms } else { 0 };
        Duration::from_millis(longest.copied().unwrap_or(0).max(hanging))
    }

    /// What happens to the answer to a call.
    pub(crate) fn damage(&self, call: usize) -> Option<Damage> {
        match () {
            () if hits(call, "reset", self.chance.reset) => Some(Damage::Reset),
            () if hits(call, "cut", self.chance.cut) => Some(Damage::Cut),
            () => None,
        }
    }

    /// The error for this call, if there is one; uses up one counted fault.
    pub(crate) fn strike(&mut self, service: &str, operation: &str, call: usize) -> Option<AwsError> {
        let names = [operation, service, "*"];
        if names.iter().any(|name| self.denied.contains(*name)) {
            return Some(AwsError::denied(service, operation));
        }
        if names.iter().any(|name| use_up(&mut self.throttle, name)) || hits(call, "throttle", self.chance.throttled) {
            return Some(AwsError::throttled());
        }
        let fails =
            names.iter().any(|name| use_up(&mut self.internal_error, name)) || hits(call, "fail", self.chance.failing);
        fails.then(AwsError::internal)
    }

    pub(crate) fn status_of(&self, namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> Option<SeriesStatus> {
        let hit =
            |name: &str| name == namespace || name == metric || dimensions.iter().any(|(_, value)| *value == name);
        let named = self.series.iter().find(|fault| hit(&fault.name)).map(|fault| fault.status);
        named.or_else(|| {
            let words: Vec<&str> = dimensions.iter().map(|(_, value)| *value).chain([metric]).collect();
            hits(self.call, &words.join("/"), self.chance.partial).then_some(SeriesStatus::PartialData)
        })
    }
}

/// Whether chance strikes a call in this way.
fn hits(call: usize, way: &str, share: f64) -> bool {
    let call = i64::try_from(call).unwrap_or(i64::MAX);
    share > 0.0 && noise::unit(noise::key(0, &[way]), call) < share
}

fn use_up(counts: &mut BTreeMap<String, u32>, name: &str) -> bool {
    match counts.get_mut(name) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_faults_are_used_up_from_the_narrowest_name() {
        let mut faults = Faults::none().throttling("ListEndpoints", 1).failing("sagemaker", 1);
        let mut next = |operation| faults.strike("sagemaker", operation, 0).map(|error| error.code);
        assert_eq!(next("ListTags"), Some("InternalFailure"));
        assert_eq!(next("ListEndpoints"), Some("ThrottlingException"));
        assert_eq!(next("ListEndpoints"), None);
    }

    #[test]
    fn chance_strikes_its_share_of_calls_and_not_the_same_one_for_ever() {
        let chance = Chance { throttled: 0.3, reset: 0.1, partial: 0.05, ..Chance::default() };
        let mut faults = Faults::none().by_chance(chance);
        let struck = (0..10_000).filter(|call| faults.strike("s", "O", *call).is_some()).count();
        assert!((2_700..3_300).contains(&struck), "{struck}");
        let reset = (0..10_000).filter(|call| faults.damage(*call) == Some(Damage::Reset)).count();
        assert!((850..1_150).contains(&reset), "{reset}");
        let mut partial = |call| {
            faults.call = call;
            faults.status_of("n", "m", &[("Host", "h")]).is_some()
        };
        let struck = (0..10_000).filter(|call| partial(*call)).count();
        assert!((400..600).contains(&struck), "{struck}");
    }

    #[test]
    fn a_zero_count_strikes_nobody() {
        let mut faults = Faults::none().throttling("*", 0);
        assert_eq!(faults.strike("sts", "GetCallerIdentity", 0), None);
    }
}
