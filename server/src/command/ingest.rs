//! `ingest --once`: one pass over the user's AWS accounts.

use chrono::Duration;

use super::accounts;
use crate::config::Ingest;
use crate::ingest::Options;
use crate::pipeline;
use crate::store::{self, Database, pool};

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
    options.power.clone_from(&arguments.aws.power_metric);
    if options.from >= options.to {
        anyhow::bail!("--from ({}) must be before --to and now ({})", options.from, options.to);
    }
    let sources = accounts::sources(&database, &arguments.aws).await?;
    let summary = pipeline::run(&database, &accounts::scope_of(&sources), &sources, &options).await?;
    if let Some(provider) = super::provider(&arguments.intensity)? {
        pipeline::weigh_by_the_hour(&database, &provider, now).await?;
    }
    println!("{}", serde_json::to_string_pretty(&summary)?);
    Ok(())
}
