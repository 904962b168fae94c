//! What is configured, over time: each kind is listed, and what the list shows changed is described again.
//!
//! AWS keeps no past of configuration. A state holds from the moment AWS dates its change to the moment another one was
//! seen; what is not listed any more has ended, and stays in history.

use chrono::Duration;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use super::progress::{Phase, Progress, Step};
use super::{Failure, IngestError, LONGEST_JOB_DAYS, Options, Source, Summary, alarms, in_use, probe_state, scaled};
use crate::aws::facts::{ItemKind, Listed};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::store::run::Probe;
use crate::store::{self, Database, StoreError, configuration};

/// Describe calls are throttled early, so no more than this many are under way for one region.
const DESCRIBES_AT_ONCE: usize = 8;

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let step = Step::of(Phase::Configuration, source, client.region());
    // One list a kind, the activities and the changes of alarms.
    progress.start(&step, Some(ItemKind::ALL.len() as u64 + 2));
    let mut summary = Summary::default();
    let noted = |outcome: &Result<u64, AwsError>| match outcome {
        Ok(_) => progress.add(&step, 1),
        Err(error) if error.kind == ErrorKind::Absent => progress.add(&step, 1),
        Err(error) => progress.failed(error),
    };
    let mut answers = true;
    for kind in ItemKind::ALL {
        if progress.is_cancelled() || !answers {
            break;
        }
        let outcome = match kind {
            ItemKind::Bucket => in_use::buckets(database, source, client, options).await?,
            ItemKind::Role => Ok(in_use::roles(database, source, client, options).await?),
            _ => read_kind(database, source, client, options, kind).await?,
        };
        noted(&outcome);
        answers = note(database, source, client, options, kind.plural(), &outcome, &mut summary).await?;
    }
    if answers && !progress.is_cancelled() {
        let outcome = scaled::read(database, source, client, options).await?;
        noted(&outcome);
        answers = note(database, source, client, options, "scaling activities", &outcome, &mut summary).await?;
    }
    if answers && !progress.is_cancelled() {
        let outcome = alarms::read(database, source, client, options).await?;
        noted(&outcome);
        note(database, source, client, options, alarms::FEATURE, &outcome, &mut summary).await?;
    }
    progress.finish(&step);
    Ok(summary)
}

/// Remembers how a feature fared; whether it makes sense to ask for the next one.
async fn note(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    feature: &str,
    outcome: &Result<u64, AwsError>,
    summary: &mut Summary,
) -> Result<bool, IngestError> {
    let error = outcome.as_ref().err();
    let probe = Probe {
        account_id: source.account_id,
        region: client.region(),
        feature,
        state: error.map_or("granted", |error| probe_state(error.kind)),
        message: error.map_or("", |error| &error.message),
        remedy: &error.map(AwsError::remedy).unwrap_or_default(),
    };
    store::run::write_probe(&database.ingest, &source.scope, &probe, options.now).await?;
    match outcome {
        Ok(changed) => summary.configured += changed,
        Err(error) if error.kind == ErrorKind::Absent => {}
        Err(error) => {
            tracing::warn!(region = client.region(), operation = error.operation, message = %error.message, "configuration not read whole");
            summary.errors.push(Failure::of(error));
            return Ok(!matches!(error.kind, ErrorKind::Role | ErrorKind::Credentials | ErrorKind::Unreachable));
        }
    }
    Ok(true)
}

async fn read_kind(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    kind: ItemKind,
) -> Result<Result<u64, AwsError>, IngestError> {
    let since = options.from - Duration::days(LONGEST_JOB_DAYS);
    let listed = match client.items(kind, since, options.now).await {
        Ok(listed) => listed,
        Err(error) => return Ok(Err(error)),
    };
    let mut look = source.scope.begin(&database.ingest).await?;
    let known = configuration::versions(&mut look, source.account_id, client.region(), kind).await?;
    drop(look);
    let standing: Vec<String> = listed.iter().map(|item| item.identifier.clone()).collect();
    let is_other = |item: &Listed| known.get(&item.identifier) != Some(&item.version);
    let described = match describe(client, kind, listed.into_iter().filter(is_other).collect()).await {
        Ok(described) => described,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(keep(database, source, client, options, kind, &described, &standing).await?))
}

/// Writes what was described, and ends what does not stand any more; how many states are new or ended.
pub(super) async fn keep(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    kind: ItemKind,
    described: &[(Listed, Value)],
    standing: &[String],
) -> Result<u64, StoreError> {
    let (account_id, region, now) = (source.account_id, client.region(), options.now);
    let mut changed = 0;
    let mut transaction = source.scope.begin(&database.ingest).await?;
    for (item, document) in described {
        let is_new = configuration::observe(&mut transaction, account_id, region, kind, item, document, now).await?;
        changed += u64::from(is_new);
    }
    if kind.stands() {
        changed += configuration::end_others(&mut transaction, account_id, region, kind, standing, now).await?;
    }
    transaction.commit().await.map_err(StoreError::on("commit the configuration"))?;
    Ok(changed)
}

/// What has been deleted since it was listed is passed over.
async fn describe(client: &Client, kind: ItemKind, items: Vec<Listed>) -> Result<Vec<(Listed, Value)>, AwsError> {
    let described: Vec<Option<(Listed, Value)>> = stream::iter(items)
        .map(|item| async move {
            match client.item(kind, &item).await {
                Ok(document) => Ok(Some((item, document))),
                Err(error) if error.kind == ErrorKind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffered(DESCRIBES_AT_ONCE)
        .try_collect()
        .await?;
    Ok(described.into_iter().flatten().collect())
}
