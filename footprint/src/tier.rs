//! How good a figure is: evidence tier, completeness and the estimate that carries them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a power figure rests on, best first; the order is the order of trust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Measured watts.
    T0,
    /// Measured utilisation on a curve whose idle and load were both observed.
    T1,
    /// Measured utilisation on a modelled curve.
    T2,
    /// No utilisation series: a default load.
    T3,
    /// Watts of a part are unknown: a lower bound.
    T4,
}

impl Tier {
    /// Every tier, best first.
    pub const ALL: [Self; 5] = [Self::T0, Self::T1, Self::T2, Self::T3, Self::T4];

    /// The short name, as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::T0 => "T0",
            Self::T1 => "T1",
            Self::T2 => "T2",
            Self::T3 => "T3",
            Self::T4 => "T4",
        }
    }

    /// One line for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::T0 => "measured watts",
            Self::T1 => "measured utilisation, observed power curve",
            Self::T2 => "measured utilisation, modelled power curve",
            Self::T3 => "no utilisation series, default load",
            Self::T4 => "power of a part is unknown, lower bound",
        }
    }

    /// How an hour comes by this tier, for people; the rule itself is in [`crate::power`].
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::T0 => {
                "Watts measured on the machine: of its accelerators where it has any, else of the host. CloudWatch carries none; they are imported."
            }
            Self::T1 => {
                "A utilisation series of the accelerators, which were seen both idle and under load, in a host with a curve of its own."
            }
            Self::T2 => {
                "A utilisation series on a modelled curve: a machine without accelerators, accelerators not seen under load, or a host for which another one stands in."
            }
            Self::T3 => {
                "No utilisation series of what decides, the accelerators where there are any and else the processor: a default load stands in."
            }
            Self::T4 => {
                "Host or accelerators have no published power: what is known is summed and marked as a lower bound."
            }
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no known value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not one of {expected}")]
pub struct UnknownName {
    /// What was read.
    pub text: String,
    /// What would have been understood.
    pub expected: &'static str,
}

impl FromStr for Tier {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.as_str() == text)
            .ok_or_else(|| UnknownName { text: text.to_owned(), expected: "T0, T1, T2, T3, T4" })
    }
}

/// What runs: decides the default load and which idle state counts as idle.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkloadKind {
    /// A job that starts, works and ends.
    Training,
    /// Capacity that waits for requests with a model in memory.
    Endpoint,
}

impl WorkloadKind {
    /// The name, as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Endpoint => "endpoint",
        }
    }
}

impl fmt::Display for WorkloadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WorkloadKind {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Training, Self::Endpoint]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownName { text: text.to_owned(), expected: "training, endpoint" })
    }
}

/// Whether a figure covers everything it names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Every part is in it.
    Complete,
    /// A part is unknown: the truth is at least this much.
    LowerBound,
}

impl Completeness {
    /// The name, as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::LowerBound => "lower_bound",
        }
    }
}

/// A figure with its interval and its tier; `low <= central <= high` always.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate<U> {
    /// Every coefficient at its central value.
    pub central: U,
    /// The lesser of the central value and the 5th percentile of the draws.
    pub low: U,
    /// The greater of the central value and the 95th percentile of the draws.
    pub high: U,
    /// The worst tier that went in.
    pub tier: Tier,
}

impl<U> Estimate<U> {
    /// The same estimate in another unit; `convert` must keep the order.
    pub fn map<V>(self, convert: impl Fn(U) -> V) -> Estimate<V> {
        Estimate { central: convert(self.central), low: convert(self.low), high: convert(self.high), tier: self.tier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for tier in Tier::ALL {
            assert_eq!(tier.as_str().parse::<Tier>().unwrap(), tier);
            assert!(!tier.describe().is_empty() && tier.rule().ends_with('.'));
        }
        for kind in [WorkloadKind::Training, WorkloadKind::Endpoint] {
            assert_eq!(kind.as_str().parse::<WorkloadKind>().unwrap(), kind);
        }
        assert_eq!("T9".parse::<Tier>().unwrap_err().to_string(), "`T9` is not one of T0, T1, T2, T3, T4");
    }
}
