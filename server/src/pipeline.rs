//! One pass over the whole line: facts, footprints, ledger, findings.

use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use crate::advise::{self, AdviseError};
use crate::estimate::{self, EstimateError};
use crate::ingest::intensity::{self, Provider, Written};
use crate::ingest::progress::{Keeper, Phase, Progress, Step};
use crate::ingest::{self, IngestError, Options, Source, Summary};
use crate::store::run::{self, LivePass, New, Outcome};
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
    run_watched(database, scope, sources, options, &Progress::default()).await
}

/// The same for somebody who watches how far it is.
///
/// # Errors
/// As [`run`].
pub async fn run_watched(
    database: &Database,
    scope: &AccountScope,
    sources: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<Summary, PipelineError> {
    if sources.is_empty() {
        return Ok(Summary::default());
    }
    let new = New {
        origin: scope.origin(),
        from: options.from,
        to: options.to,
        now: options.now,
        lease_seconds: options.lease_seconds,
    };
    let run_id = run::begin(&database.ingest, new).await.map_err(IngestError::from)?;
    let keeper = Keeper::new(database, scope, sources, run_id);
    let (over, is_over) = watch::channel(false);
    let working = async {
        let outcome = work(database, scope, sources, options, progress).await;
        over.send_replace(true);
        outcome
    };
    let (mut outcome, ()) = tokio::join!(working, keeper.keep(progress, is_over));
    if let Ok(summary) = &mut outcome {
        summary.calls = keeper.traffic().into_iter().map(|(operation, sent)| (operation, sent.calls)).collect();
    }
    end(database, run_id, &outcome).await?;
    outcome
}

/// A pass of the five-minute lane: what runs and what is pinned, up to the last five minutes that CloudWatch has published.
///
/// # Errors
/// Only when the database cannot be used or a table is damaged; AWS' refusals are in the summary.
pub async fn run_live(
    database: &Database,
    scope: &AccountScope,
    sources: &[Source],
    options: &Options,
) -> Result<Summary, PipelineError> {
    let run_id = Uuid::now_v7();
    let keeper = Keeper::new(database, scope, sources, run_id);
    let mut summary = ingest::read_live(database, sources, options).await?;
    summary.days_estimated = estimate::bring_up_to_date(database, scope).await?;
    let traffic = keeper.traffic();
    summary.calls = traffic.iter().map(|(operation, sent)| (operation.clone(), sent.calls)).collect();
    // Most passes find nothing that runs; they ask CloudWatch for nothing and are not worth a line.
    if summary.series > 0 || !summary.errors.is_empty() {
        let new = New {
            origin: scope.origin(),
            from: options.from,
            to: options.to,
            now: options.now,
            lease_seconds: options.lease_seconds,
        };
        let pass = LivePass {
            run_id,
            new,
            series: i64::try_from(summary.series).unwrap_or(i64::MAX),
            traffic: &serde_json::to_value(&traffic).unwrap_or_default(),
            summary: &serde_json::to_value(&summary).unwrap_or_default(),
            outcome: if summary.errors.is_empty() { Outcome::Complete } else { Outcome::Partial },
        };
        run::note_live(&database.ingest, &pass).await.map_err(IngestError::from)?;
    }
    Ok(summary)
}

/// Writes down how a run ended.
async fn end(database: &Database, run_id: Uuid, outcome: &Result<Summary, PipelineError>) -> Result<(), PipelineError> {
    let (word, summary, error) = match outcome {
        Ok(summary) => {
            let word = match summary {
                Summary { cancelled: true, .. } => Outcome::Cancelled,
                Summary { windows_left: 0, errors, .. } if errors.is_empty() => Outcome::Complete,
                _ => Outcome::Partial,
            };
            (word, serde_json::to_value(summary).unwrap_or_default(), None)
        }
        Err(error) => (Outcome::Failed, serde_json::Value::Null, Some(with_causes(error))),
    };
    run::finish(&database.ingest, run_id, word, summary, error.as_deref()).await.map_err(IngestError::from)?;
    Ok(())
}

fn with_causes(error: &PipelineError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(each) = cause {
        text = format!("{text}: {each}");
        cause = each.source();
    }
    text
}

async fn work(
    database: &Database,
    scope: &AccountScope,
    sources: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<Summary, PipelineError> {
    let (estimate, findings) = (Step::whole(Phase::Estimate), Step::whole(Phase::Findings));
    progress.start(&estimate, None);
    progress.expect(findings.clone());
    let days = AtomicU64::new(0);
    let told = |estimated| {
        days.fetch_add(estimated, Ordering::Relaxed);
        progress.add(&estimate, estimated);
    };
    // Both are polled side by side: an estimate that waits for a row the reader has locked must not stop the reader. And
    // neither is dropped while it works: a connection that is left in the middle of a copy is of no use to anybody.
    let (over, is_over) = watch::channel(false);
    let reading = async {
        let outcome = ingest::read(database, sources, options, progress).await;
        over.send_replace(true);
        outcome
    };
    let beside = async {
        let outcome = estimate_beside(database, scope, &told, is_over).await;
        if outcome.is_err() {
            progress.cancel();
        }
        outcome
    };
    let (read, estimated) = tokio::join!(reading, beside);
    let mut summary = read?;
    estimated?;
    // What was read is estimated also where somebody asked for the end, so that no page shows half of a day.
    estimate::finish(database, scope, &told).await?;
    progress.finish(&estimate);
    summary.days_estimated = days.load(Ordering::Relaxed);
    if !progress.is_cancelled() {
        progress.start(&findings, Some(1));
        summary.evaluations = evaluate(database, scope, options.now).await?;
        progress.add(&findings, 1);
        progress.finish(&findings);
    }
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

/// Estimates what has become due every half second, until the reading is over.
async fn estimate_beside(
    database: &Database,
    scope: &AccountScope,
    told: &impl Fn(u64),
    mut over: watch::Receiver<bool>,
) -> Result<(), EstimateError> {
    let pause = Duration::from_millis(500);
    while tokio::time::timeout(pause, over.wait_for(|over| *over)).await.is_err() {
        estimate::advance(database, scope, told).await?;
    }
    Ok(())
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
