//! A new factor set: computed beside the old one over everything that is kept, then shown in one statement.

use footprint::{FactorSet, Override};

use super::{EstimateError, METHOD_VERSION, bring_up_to_date};
use crate::store::{self, AccountScope, Database, usage};

/// Makes an estimate with these overrides, computes it over all retained usage, and activates it.
///
/// Old footprints stay beside the new ones; signed reviews stay as they were signed.
///
/// # Errors
/// When an override names no factor or has bounds that do not enclose its value, or the database refuses.
pub async fn revise(
    database: &Database,
    scope: &AccountScope,
    label: &str,
    overrides: &[Override],
    author: &str,
    reason: &str,
) -> Result<i32, EstimateError> {
    let factors = FactorSet::builtin()?.with_overrides(label, overrides)?;
    let stored = serde_json::to_value(overrides)
        .map_err(|source| EstimateError::Overrides { label: label.to_owned(), source })?;
    let set =
        store::estimate::ensure_factor_set(&database.ingest, factors.label(), &factors.sha256_hex(), &stored).await?;
    let estimate_id = store::estimate::ensure(&database.ingest, METHOD_VERSION, set, author, reason).await?;
    usage::mark_all_stale(&database.ingest, scope).await?;
    bring_up_to_date(database, scope).await?;
    store::estimate::activate(&database.ingest, estimate_id).await?;
    Ok(estimate_id)
}
