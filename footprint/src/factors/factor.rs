//! One coefficient: a value with bounds, its provenance and its 2,000 draws.

use crate::explain::FactorUse;
use crate::interval::draws;
use std::sync::{Arc, OnceLock};

/// A coefficient of the method. Draws are made once, when an interval first needs them.
#[derive(Clone, Debug)]
pub struct Factor {
    shown: FactorUse,
    drawn: OnceLock<Arc<[f64]>>,
}

impl Factor {
    /// Takes a coefficient as read; the order of the bounds is checked by the reader.
    pub(crate) const fn new(shown: FactorUse) -> Self {
        Self { shown, drawn: OnceLock::new() }
    }

    /// The identifier, such as `pue:us-east-1`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.shown.id
    }

    /// The central value, in the unit of the row.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.shown.value
    }

    /// The lower bound, in the unit of the row.
    #[must_use]
    pub const fn low(&self) -> f64 {
        self.shown.low
    }

    /// The upper bound, in the unit of the row.
    #[must_use]
    pub const fn high(&self) -> f64 {
        self.shown.high
    }

    /// Value, bounds and provenance as they are shown.
    #[must_use]
    pub const fn shown(&self) -> &FactorUse {
        &self.shown
    }

    /// The draws of this coefficient; every figure that uses it sees the same ones.
    pub(crate) fn draws(&self) -> &[f64] {
        self.drawn.get_or_init(|| {
            let quantiles = draws::quantiles(&self.shown.id);
            draws::sample(&quantiles, self.shown.value, self.shown.low, self.shown.high).into()
        })
    }
}
