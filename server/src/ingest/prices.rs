//! List prices: read once a day for every region in use, kept with the day each came into force.

use std::collections::BTreeMap;

use chrono::Duration;

use super::progress::{Phase, Progress, Step};
use super::{IngestError, Options, Source, probe_state};
use crate::aws::Client;
use crate::store::run::Probe;
use crate::store::{self, AccountScope, Database};

/// The name of the feature on the page of imports.
pub const FEATURE: &str = "list prices";
/// AWS changes a price a few times a year.
const PAUSE_HOURS: i64 = 20;
/// The run waits no longer for a price that can come tomorrow.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Reads the prices of every region through the first account that has it; a refusal is remembered with its remedy.
pub(super) async fn read(
    database: &Database,
    sources: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let mut regions: BTreeMap<&str, (&Source, &Client)> = BTreeMap::new();
    for source in sources {
        for client in &source.clients {
            regions.entry(client.region()).or_insert((source, client));
        }
    }
    let Some(first) = sources.first() else { return Ok(()) };
    let all = AccountScope::new(first.scope.origin(), sources.iter().map(|source| source.account_id).collect());
    let step = Step::whole(Phase::Prices);
    progress.start(&step, Some(u64::try_from(regions.len()).unwrap_or_default()));
    for (source, client) in regions.into_values() {
        if progress.is_cancelled() {
            break;
        }
        read_region(database, &all, source, client, options, progress).await?;
        progress.add(&step, 1);
    }
    progress.finish(&step);
    Ok(())
}

async fn read_region(
    database: &Database,
    all: &AccountScope,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let pool = &database.ingest;
    let tried = store::run::tried_in(pool, &source.scope, source.account_id, client.region(), FEATURE).await?;
    if tried.is_some_and(|at| at > options.now - Duration::hours(PAUSE_HOURS) && at <= options.now) && !options.reread {
        return Ok(());
    }
    let (state, message, remedy) = match tokio::time::timeout(PATIENCE, client.instance_prices()).await {
        Ok(Ok(prices)) => {
            let changed = store::price::write(pool, all, &prices, options.now).await?;
            tracing::info!(region = client.region(), prices = prices.len(), changed, "read AWS' list prices");
            ("granted", String::new(), String::new())
        }
        Err(_) => {
            let message = format!("no answer within {} seconds", PATIENCE.as_secs());
            ("failing", message, "Nothing to do: it is asked again tomorrow.".to_owned())
        }
        Ok(Err(error)) => {
            tracing::info!(region = client.region(), message = %error.message, "list prices were not read");
            progress.failed(&error);
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let (region, message, remedy) = (client.region(), message.as_str(), remedy.as_str());
    let probe = Probe { account_id: source.account_id, region, feature: FEATURE, state, message, remedy };
    store::run::write_probe(pool, &source.scope, &probe, options.now).await?;
    Ok(())
}
