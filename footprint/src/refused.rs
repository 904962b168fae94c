//! Why no figure is given: a refusal names what is missing and never stands for zero.

use serde::{Deserialize, Serialize};

/// The reasons for which an estimate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refused {
    /// The instance type is not in the table; no neighbour is taken in its place.
    #[error("the instance type `{name}` is not in the factor tables")]
    UnknownInstance {
        /// The name as it was asked for.
        name: String,
    },
    /// The region is not in the table.
    #[error("the region `{name}` is not in the factor tables")]
    UnknownRegion {
        /// The name as it was asked for.
        name: String,
    },
    /// The type is known, and nobody has published the power of any of its parts.
    #[error("no power figure is published for any part of `{name}`")]
    NoPower {
        /// The instance type.
        name: String,
    },
    /// The region is known, and no public figure exists for its data centres or its grid.
    #[error("no {missing} is published for the region `{region}`")]
    NoRegionFigure {
        /// The region.
        region: String,
        /// What is missing, as people say it.
        missing: String,
    },
    /// An input is not a usable number.
    #[error("{what} must be a number of at least zero and of a plausible size")]
    InvalidInput {
        /// Which input.
        what: String,
    },
}
