//! One pass over the whole line: facts, footprints, ledger, findings.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::advise::{self, AdviseError};
use crate::estimate::{self, EstimateError};
use crate::ingest::intensity::{self, Provider, Written};
use crate::ingest::{self, IngestError, Options, Source, Summary};
use crate::store::{AccountScope, Database, account};

/// Why a pass could not be finished; what was read stays read.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// Reading failed.
    #[error("could not read AWS")]
    Ingest(#[from] IngestError),
    /// Estimating failed.
    #[error("could not estimate")]
    Estimate(#[from] EstimateError),
    /// Advising failed.
    #[error("could not evaluate the rules")]
    Advise(#[from] AdviseError),
}

/// Reads the sources and keeps the ledger up to date beside it, so that pages fill while windows still arrive.
///
/// # Errors
/// Only when the database cannot be used or a table is damaged; AWS' refusals are in the summary.
pub async fn run(
    database: &Database,
    scope: &AccountScope,
    sources: &[Source],
    options: &Options,
) -> Result<Summary, PipelineError> {
    let days = AtomicU64::new(0);
    // Both are polled side by side: an estimate that waits for a row the reader has locked must not stop the reader.
    let mut summary = tokio::select! {
        outcome = ingest::run(database, sources, options) => outcome?,
        error = estimate_beside(database, scope, &days) => return Err(error.into()),
    };
    let (last, evaluations) = bring_up_to_date(database, scope, options.now).await?;
    summary.days_estimated = days.into_inner() + last;
    summary.evaluations = evaluations;
    Ok(summary)
}

/// Reads hourly grid intensity from its provider and estimates anew what it touches.
///
/// # Errors
/// Only when the database cannot be used or a table is damaged; the provider's refusals are kept and shown.
pub async fn weigh_by_the_hour(
    database: &Database,
    provider: &Provider,
    now: DateTime<Utc>,
) -> Result<Written, PipelineError> {
    let written = intensity::follow(database, provider, now).await.map_err(EstimateError::from)?;
    if written.days_due > 0 {
        estimate_what_is_due(database).await?;
    }
    Ok(written)
}

/// Estimates what is due in every account.
///
/// # Errors
/// When the database cannot be used or a table is damaged.
pub async fn estimate_what_is_due(database: &Database) -> Result<u64, PipelineError> {
    let mut days = 0;
    for scope in account::scopes(&database.web).await.map_err(EstimateError::from)? {
        days += estimate::bring_up_to_date(database, &scope).await?;
    }
    Ok(days)
}

/// Estimates what is due and evaluates the rules over it; how many days and how many evaluations that were.
///
/// # Errors
/// When the database cannot be used or a table is damaged.
pub async fn bring_up_to_date(
    database: &Database,
    scope: &AccountScope,
    now: DateTime<Utc>,
) -> Result<(u64, u64), PipelineError> {
    let days = estimate::bring_up_to_date(database, scope).await?;
    Ok((days, evaluate(database, scope, now).await?))
}

/// Estimates what has become due every half second, until it fails or is dropped.
async fn estimate_beside(database: &Database, scope: &AccountScope, days: &AtomicU64) -> EstimateError {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        match estimate::bring_up_to_date(database, scope).await {
            Ok(estimated) => _ = days.fetch_add(estimated, Ordering::Relaxed),
            Err(error) => return error,
        }
    }
}

/// Evaluates the rules for the day that ended last.
async fn evaluate(database: &Database, scope: &AccountScope, now: DateTime<Utc>) -> Result<u64, PipelineError> {
    let active = estimate::active(database).await?;
    let Some(day) = now.date_naive().pred_opt() else {
        return Ok(0);
    };
    let summary = advise::run(database, scope, &active.factors, active.row.estimate_id, day, now).await?;
    Ok(summary.evaluations)
}
