//! `ingest --once`: one pass over the user's AWS accounts.

use chrono::Duration;

use super::{accounts, watch};
use crate::config::Ingest;
use crate::ingest::progress::Progress;
use crate::ingest::room::Room;
use crate::ingest::{Options, Source, forecast};
use crate::pipeline;
use crate::store::{self, AccountScope, Database, pool, reading};

pub(super) async fn run(arguments: Ingest) -> anyhow::Result<()> {
    let database_args = &arguments.database;
    pool::migrate(&database_args.database_url, database_args.single_role).await?;
    let database = Database::connect(&database_args.database_url, database_args.single_role).await?;
    let now = match arguments.now {
        Some(now) => now,
        None => store::run::now(&database.ingest).await?,
    };
    let to = arguments.to.unwrap_or(now).min(now);
    let mut options = Options::new(arguments.from.unwrap_or(now - Duration::days(30)), to, now);
    options.reread = arguments.reread;
    options.lease_seconds = arguments.aws.lease_seconds;
    options.room = Room::of(arguments.aws.points_in_memory);
    options.power.clone_from(&arguments.aws.power_metric);
    if options.from >= options.to {
        anyhow::bail!("--from ({}) must be before --to and now ({})", options.from, options.to);
    }
    let sources = accounts::sources(&database, &arguments.aws).await?;
    let scope = accounts::scope_of(&sources);
    for sentence in foretell(&database, &scope, &sources, &options).await? {
        eprintln!("{sentence}");
    }
    let progress = Progress::default();
    let reading = pipeline::run_watched(&database, &scope, &sources, &options, &progress);
    let summary = watch::watched(&progress, reading).await?;
    if let Some(provider) = super::provider(&arguments.intensity)? {
        pipeline::weigh_by_the_hour(&database, &provider, now).await?;
    }
    println!("{}", serde_json::to_string_pretty(&summary)?);
    Ok(())
}

/// What the person who started this should know before it begins.
async fn foretell(
    database: &Database,
    scope: &AccountScope,
    sources: &[Source],
    options: &Options,
) -> anyhow::Result<Vec<String>> {
    let of = |source: &Source| -> Vec<(i32, String)> {
        source.clients.iter().map(|client| (source.account_id, client.region().to_owned())).collect()
    };
    let places: Vec<(i32, String)> = sources.iter().flat_map(of).collect();
    let mut look = reading::begin(&database.ingest, scope).await?;
    let told = forecast::of(&mut look, &places, options.from, options.to, options.now).await?;
    Ok(told.sentences())
}
