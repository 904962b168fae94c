//! A new factor set: computed beside the old one over everything that is kept, then shown in one statement.

use footprint::{FactorSet, Override};

use super::{EstimateError, METHOD_VERSION, bring_up_to_date};
use crate::store::proposal::{self, Proposal};
use crate::store::{self, Database, due};

/// Makes an estimate with these overrides, computes it over all retained usage of every account, and activates it: one
/// estimate is active for the whole installation.
///
/// Old footprints stay beside the new ones; signed reviews stay as they were signed. Stopped anywhere and called again,
/// it goes on where it was.
///
/// # Errors
/// When an override names no factor or has bounds that do not enclose its value, or the database refuses.
pub async fn revise(
    database: &Database,
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
    for scope in store::account::scopes(&database.web).await? {
        due::mark_all_stale(&database.ingest, &scope).await?;
        bring_up_to_date(database, &scope).await?;
    }
    store::estimate::activate(&database.ingest, estimate_id).await?;
    Ok(estimate_id)
}

/// Computes and activates every proposal that somebody accepted, oldest first. A proposal that cannot be computed is
/// marked as failed with the reason; one that the database interrupts stays accepted and is tried again.
///
/// # Errors
/// When the database refuses.
pub async fn compute_accepted(database: &Database) -> Result<u64, EstimateError> {
    let mut connection = database.web.acquire().await.map_err(store::StoreError::on("reach the database"))?;
    let mut accepted = proposal::all(&mut connection).await?;
    drop(connection);
    accepted.retain(|proposal| proposal.state == "accepted");
    let mut computed = 0;
    for proposal in accepted.iter().rev() {
        match compute(database, proposal).await {
            Ok(estimate_id) => {
                proposal::finish(&database.ingest, proposal.proposal_id, Ok(estimate_id)).await?;
                computed += 1;
            }
            Err(EstimateError::Store(error)) => return Err(error.into()),
            Err(error) => {
                proposal::finish(&database.ingest, proposal.proposal_id, Err(&error.to_string())).await?;
            }
        }
    }
    Ok(computed)
}

async fn compute(database: &Database, proposal: &Proposal) -> Result<i32, EstimateError> {
    let label = proposal.label();
    let overrides: Vec<Override> = serde_json::from_value(proposal.overrides.clone())
        .map_err(|source| EstimateError::Overrides { label: label.clone(), source })?;
    revise(database, &label, &overrides, &proposal.author, &proposal.reason).await
}
