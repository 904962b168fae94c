//! What there is: jobs by the day they were created; endpoints, notebooks, apps and clusters as they stand.
//!
//! Each kind is a feature of its own: one that is refused is named with its remedy and delays no other.

mod endpoints;
mod jobs;
mod notebooks;
mod part;
mod standing;

use super::progress::{Phase, Progress, Step};
use super::{Failure, IngestError, Options, Source, Summary, probe_state};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::kind::Kind;
use crate::store::run::Probe;
use crate::store::{self, Database};

/// Describe calls are throttled early, so no more than this many are under way for one region.
const DESCRIBES_AT_ONCE: usize = 8;

/// Kinds whose past AWS lists, read by windows.
const JOBS: [Kind; 3] = [Kind::Training, Kind::Processing, Kind::Transform];
/// Kinds that are known only as they stand.
const STANDING: [Kind; 4] = [Kind::Endpoint, Kind::Notebook, Kind::App, Kind::Cluster];

/// Names what will be read, so that it is shown as waiting.
pub(super) fn expect(source: &Source, region: &str, progress: &Progress) {
    for kind in JOBS.into_iter().chain(STANDING) {
        progress.expect(Step::of(Phase::Inventory(kind), source, region));
    }
}

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    read_kinds(database, source, client, options, progress, JOBS.into_iter().chain(STANDING)).await
}

/// What changes within minutes: jobs, and endpoints where one is pinned.
pub(super) async fn read_moving(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let is_pinned = store::pin::any(&database.ingest, &source.scope, source.account_id, client.region()).await?;
    let kinds = JOBS.into_iter().chain(is_pinned.then_some(Kind::Endpoint));
    read_kinds(database, source, client, options, progress, kinds).await
}

async fn read_kinds(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
    kinds: impl Iterator<Item = Kind>,
) -> Result<Summary, IngestError> {
    let mut summary = Summary::default();
    for kind in kinds {
        if progress.is_cancelled() {
            break;
        }
        let step = Step::of(Phase::Inventory(kind), source, client.region());
        let reading = Reading { database, source, client, options, progress, step: &step };
        let outcome = read_kind(&reading, kind, &mut summary).await?;
        progress.finish(&step);
        write_probe(database, source, client, options, kind, outcome.as_ref().err()).await?;
        if let Err(error) = outcome {
            if error.kind == ErrorKind::Absent {
                continue;
            }
            tracing::warn!(region = client.region(), operation = error.operation, message = %error.message, "inventory not read whole");
            summary.errors.push(Failure::of(&error));
            progress.failed(&error);
            if matches!(error.kind, ErrorKind::Role | ErrorKind::Credentials | ErrorKind::Unreachable) {
                break; // nobody answers, so the other kinds would only wait for the same silence
            }
        }
    }
    Ok(summary)
}

/// What the reading of a kind works with.
struct Reading<'a> {
    database: &'a Database,
    source: &'a Source,
    client: &'a Client,
    options: &'a Options,
    progress: &'a Progress,
    step: &'a Step,
}

async fn read_kind(
    reading: &Reading<'_>,
    kind: Kind,
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let Reading { database, source, client, options, progress, step } = *reading;
    let outcome = match kind {
        Kind::Training | Kind::Processing | Kind::Transform => {
            return match jobs::read(reading, kind, summary).await? {
                Ok(()) => jobs::read_open(database, source, client, options, kind).await,
                Err(error) => Ok(Err(error)),
            };
        }
        Kind::Endpoint => {
            progress.start(step, Some(1));
            endpoints::read(database, source, client, options, summary).await?
        }
        Kind::Notebook | Kind::App | Kind::Cluster => {
            progress.start(step, Some(1));
            notebooks::read(database, source, client, options, kind, summary).await?
        }
    };
    if outcome.is_ok() {
        progress.add(step, 1);
    }
    Ok(outcome)
}

async fn write_probe(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    kind: Kind,
    error: Option<&AwsError>,
) -> Result<(), IngestError> {
    let probe = Probe {
        account_id: source.account_id,
        region: client.region(),
        feature: feature(kind),
        state: error.map_or("granted", |error| probe_state(error.kind)),
        message: error.map_or("", |error| &error.message),
        remedy: &error.map(AwsError::remedy).unwrap_or_default(),
    };
    Ok(store::run::write_probe(&database.ingest, &source.scope, &probe, options.now).await?)
}

/// As the page of imports names it.
pub(super) const fn feature(kind: Kind) -> &'static str {
    match kind {
        Kind::Training => "training jobs",
        Kind::Processing => "processing jobs",
        Kind::Transform => "batch transform jobs",
        Kind::Endpoint => "endpoints",
        Kind::Notebook => "notebook instances",
        Kind::App => "Studio apps",
        Kind::Cluster => "HyperPod clusters",
    }
}
