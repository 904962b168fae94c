//! What sums of the ledger are seen through: the factors that intervals are drawn with, what cost and emissions count, and the size
//! in which they are written.

use std::ops::Deref;
use std::sync::Arc;

use app::view::Mass;
use footprint::FactorSet;

use crate::store::selection::Basis;

/// A factor set and what counts.
#[derive(Debug, Clone)]
pub struct Lens {
    factors: Arc<FactorSet>,
    /// What cost and emissions count.
    pub basis: Basis,
    /// The size in which emissions are written.
    pub mass: Mass,
}

impl Lens {
    /// These factors, and what counts.
    #[must_use]
    pub const fn new(factors: Arc<FactorSet>, basis: Basis) -> Self {
        Self { factors, basis, mass: Mass::Fitting }
    }
}

impl Deref for Lens {
    type Target = FactorSet;

    fn deref(&self) -> &FactorSet {
        &self.factors
    }
}

#[cfg(test)]
impl Lens {
    /// The factors that come with the program, everything counted as usual.
    pub fn builtin() -> Self {
        Self::new(Arc::new(FactorSet::builtin().unwrap()), Basis::default())
    }
}
