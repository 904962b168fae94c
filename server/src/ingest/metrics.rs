//! Metric points, window by window, newest first.

use futures::future::join_all;
use uuid::Uuid;

use super::progress::{Phase, Progress, Step};
use super::slice::Reader;
use super::{
    Failure, IngestError, Options, Source, Summary, hosts, one_of_many, probe_state, stops_the_feed, wanted, window,
};
use crate::aws::{AwsError, Client};
use crate::store::run::Probe;
use crate::store::window::Feed;
use crate::store::{self, Database, StoreError, metric};

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let step = Step::of(Phase::Metrics, source, region);
    progress.start(&step, None);
    store::lane::join_days(pool, scope, region, options.now).await?;
    store::lane::reopen_due(pool, scope, region, options.from, options.now).await?;
    let known = store::window::planned(pool, scope, region, Feed::Metrics).await?;
    let closed = options.to.min(options.now - options.settle);
    let missing = window::missing(&known, options.from, closed);
    store::window::plan(pool, scope, source.account_id, region, Feed::Metrics, &missing).await?;
    metric::ensure_months(pool, options.from, closed).await?;
    let mut failure = hosts::learn(database, source, client, options).await?.err();
    let open = store::window::open(pool, scope, wanted(source, region, Feed::Metrics, options, "")).await?;
    progress.start(&step, Some(open));
    let mut workers = Vec::new();
    for _ in 0..options.parallel {
        workers.push(one_of_many(progress, worker(Reader { database, source, client, options, progress })));
    }
    let outcomes = join_all(workers).await;
    progress.finish(&step);
    let mut summary = Summary::default();
    for outcome in outcomes {
        let (part, failed) = outcome?;
        summary.add(part);
        failure = failure.or(failed);
    }
    let (state, message, remedy) = match &failure {
        None => ("granted", String::new(), String::new()),
        Some(error) => {
            tracing::warn!(region, operation = error.operation, message = %error.message, "metrics not read whole");
            summary.errors.push(Failure::of(error));
            progress.failed(error);
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let probe = Probe {
        account_id: source.account_id,
        region,
        feature: "cloudwatch",
        state,
        message: &message,
        remedy: &remedy,
    };
    store::run::write_probe(pool, scope, &probe, options.now).await?;
    summary.windows_left += store::window::left(pool, scope, region).await?;
    Ok(summary)
}

async fn worker(reader: Reader<'_>) -> Result<(Summary, Option<AwsError>), IngestError> {
    let Reader { database, source, client, options, progress } = reader;
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let step = Step::of(Phase::Metrics, source, region);
    let holder = Uuid::new_v4().to_string();
    let mut summary = Summary::default();
    // Whoever asks for the end waits for no more than the windows that are being read.
    while !progress.is_cancelled() {
        let claimed =
            store::window::claim(pool, scope, wanted(source, region, Feed::Metrics, options, &holder)).await?;
        let Some(lease) = claimed else {
            // A window held by a process that died comes free when its lease runs out.
            if store::window::held_by_others(pool, scope, wanted(source, region, Feed::Metrics, options, &holder))
                .await?
                == 0
            {
                return Ok((summary, None));
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        match Box::pin(reader.read(&lease)).await {
            Ok(Ok(part)) => {
                progress.add(&step, part.metric_windows);
                summary.add(part);
            }
            Ok(Err(error)) => {
                store::window::give_back(pool, scope, &lease, &error.message, &error.remedy(), 1.0).await?;
                if stops_the_feed(error.kind) || lease.attempts >= 4 {
                    return Ok((summary, Some(error)));
                }
            }
            Err(StoreError::LeaseLost) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok((summary, None))
}
