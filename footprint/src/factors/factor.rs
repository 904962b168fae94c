//! One coefficient: a value with bounds, its provenance and its 2,000 draws.

use crate::explain::FactorUse;
use crate::interval::draws;
use crate::interval::nodes;
use crate::interval::shape::Shape;
use std::sync::{Arc, OnceLock};

/// The tier of a figure that somebody put in the place of a published one.
pub(crate) const OVERRIDE: &str = "override";

/// A coefficient of the method. Draws are made once, when an interval first needs them.
#[derive(Clone, Debug)]
pub struct Factor {
    shown: FactorUse,
    drawn: OnceLock<Arc<[f64]>>,
    shape: OnceLock<Shape>,
}

impl Factor {
    /// Takes a coefficient as read; the order of the bounds is checked by the reader.
    pub(crate) const fn new(shown: FactorUse) -> Self {
        Self { shown, drawn: OnceLock::new(), shape: OnceLock::new() }
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

    /// Whether somebody put their own figure in the place of the published one.
    #[must_use]
    pub fn is_override(&self) -> bool {
        self.shown.tier == OVERRIDE
    }

    /// The draws of this coefficient; every figure that uses it sees the same ones.
    pub(crate) fn draws(&self) -> &[f64] {
        self.drawn.get_or_init(|| {
            let quantiles = draws::quantiles(&self.shown.id);
            draws::sample(&quantiles, self.shown.value, self.shown.low, self.shown.high).into()
        })
    }

    /// What the closed form keeps of this coefficient, made once.
    pub(crate) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let quantiles = nodes::quantiles_of(&self.shown.id);
            let values = nodes::of(&quantiles, self.shown.value, self.shown.low, self.shown.high);
            Shape::new(&values, &[values])
        })
    }
}
