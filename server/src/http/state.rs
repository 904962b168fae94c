//! What every request shares: the pools, the clock and the factor sets.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use footprint::{FactorError, FactorSet};
use tokio::sync::watch;

use super::kept::Kept;
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
    /// Tells streams that would never end that the server ends.
    pub(super) closing: Closing,
    /// Pages that were made of this state of the database.
    pub(super) kept: Kept,
    factors: Arc<Shelf>,
}

/// Whether the server has begun to end.
#[derive(Debug, Clone, Default)]
pub(super) struct Closing(Arc<watch::Sender<bool>>);

impl Closing {
    /// The server ends.
    pub(super) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits so long, or until the server ends; whether it does.
    pub(super) async fn within(&self, pause: Duration) -> bool {
        let mut closing = self.0.subscribe();
        tokio::time::timeout(pause, closing.wait_for(|closing| *closing)).await.is_ok()
    }
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
        Ok(Self {
            database,
            now,
            closing: Closing::default(),
            kept: Kept::default(),
            factors: Arc::new(Shelf { builtin, made: RwLock::default() }),
        })
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
