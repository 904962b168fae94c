//! What every request shares: the pools, the clock and the factor sets.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use footprint::{FactorError, FactorSet};

use crate::estimate::{self, EstimateError};
use crate::store::Database;
use crate::store::estimate::EstimateRow;

/// Shared by all requests; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The pools; pages use the web pool.
    pub database: Database,
    /// What counts as now, where it is not the database's clock (`--now`).
    pub now: Option<DateTime<Utc>>,
    factors: Arc<Shelf>,
}

/// Factor sets that were made once: the tables in the program, with the overrides of each set in the database.
#[derive(Debug)]
struct Shelf {
    builtin: Arc<FactorSet>,
    made: RwLock<HashMap<i32, Arc<FactorSet>>>,
}

impl AppState {
    /// Reads the factor tables in the program.
    ///
    /// # Errors
    /// When the tables in the program cannot be read.
    pub fn new(database: Database, now: Option<DateTime<Utc>>) -> Result<Self, FactorError> {
        let builtin = Arc::new(FactorSet::builtin()?);
        Ok(Self { database, now, factors: Arc::new(Shelf { builtin, made: RwLock::default() }) })
    }

    /// The tables in the program.
    #[must_use]
    pub fn builtin(&self) -> &FactorSet {
        &self.factors.builtin
    }

    /// The factor set of an estimate. Sets never change, so each is made once.
    ///
    /// # Errors
    /// When an override of the set names no factor.
    pub fn factors(&self, estimate: Option<&EstimateRow>) -> Result<Arc<FactorSet>, EstimateError> {
        let Some(row) = estimate else { return Ok(Arc::clone(&self.factors.builtin)) };
        let shelf = &self.factors.made;
        let known = shelf.read().unwrap_or_else(PoisonError::into_inner).get(&row.factor_set_id).cloned();
        if let Some(set) = known {
            return Ok(set);
        }
        let set = Arc::new(estimate::rebuild(&self.factors.builtin, row)?);
        if set.sha256_hex() != row.sha256 {
            tracing::warn!(
                label = row.label,
                "the active estimate rests on other factor tables than this program holds; intervals use this program's"
            );
        }
        shelf.write().unwrap_or_else(PoisonError::into_inner).insert(row.factor_set_id, Arc::clone(&set));
        Ok(set)
    }
}
