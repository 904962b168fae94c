//! Every request the simulated AWS has seen, for tests that count.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// The stretch of time a call asked for, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Inclusive.
    pub start: DateTime<Utc>,
    /// Exclusive.
    pub end: DateTime<Utc>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Counts from 0.
    pub sequence: usize,
    /// When it arrived (wall clock, not simulated time).
    pub received: DateTime<Utc>,
    /// When the answer was ready; absent if the caller went away before.
    pub answered: Option<DateTime<Utc>>,
    /// As IAM names it: `sagemaker`, `cloudwatch`, `logs`, `s3`, `sts` ...
    pub service: String,
    /// Such as `GetMetricData`.
    pub operation: String,
    /// Twelve digits; empty if the key was refused.
    pub account: String,
    /// From the credential scope.
    pub region: String,
    /// What a GetMetricData call asked for.
    pub window: Option<Window>,
    /// Whether it carried a NextToken.
    pub continued: bool,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
}

/// Calls in the order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Log {
    calls: Vec<Call>,
    cleared: usize,
}

impl Log {
    /// Notes a call and gives it its number.
    pub(crate) fn receive(&mut self, call: impl FnOnce(usize) -> Call) -> usize {
        let sequence = self.cleared + self.calls.len();
        self.calls.push(call(sequence));
        sequence
    }

    /// Notes the answer of a call.
    pub(crate) fn answer(&mut self, sequence: usize, status: u16) {
        let call = sequence.checked_sub(self.cleared).and_then(|index| self.calls.get_mut(index));
        if let Some(call) = call {
            call.answered = Some(Utc::now());
            call.status = Some(status);
        }
    }

    pub(crate) fn calls(&self) -> &[Call] {
        &self.calls
    }

    pub(crate) fn clear(&mut self) {
        self.cleared += self.calls.len();
        self.calls.clear();
    }
}
