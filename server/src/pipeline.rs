//! One pass over the whole line: facts, footprints, ledger, findings.

use std::time::Duration;

use crate::estimate::{self, EstimateError};
use crate::ingest::{self, IngestError, Options, Source, Summary};
use crate::store::{AccountScope, Database};

/// Why a pass could not be finished; what was read stays read.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// Reading failed.
    #[error("could not read AWS")]
    Ingest(#[from] IngestError),
    /// Estimating failed.
    #[error("could not estimate")]
    Estimate(#[from] EstimateError),
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
    let reading = ingest::run(database, sources, options);
    tokio::pin!(reading);
    let mut days = 0;
    let mut summary = loop {
        tokio::select! {
            outcome = &mut reading => break outcome?,
            () = tokio::time::sleep(Duration::from_millis(500)) => days += estimate::bring_up_to_date(database, scope).await?,
        }
    };
    days += estimate::bring_up_to_date(database, scope).await?;
    summary.days_estimated = days;
    Ok(summary)
}
