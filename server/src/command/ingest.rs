//! `ingest --once`: one pass over the user's AWS account.

use chrono::Duration;

use crate::aws::{Client, Credentials, Kind, Settings};
use crate::config::{AwsArgs, Ingest};
use crate::ingest::{Options, Source};
use crate::store::{self, AccountScope, Database, Origin, pool};
use crate::{aws, pipeline};

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
    let source = account(&database, &arguments.aws).await?;
    let scope = source.scope.clone();
    let summary = pipeline::run(&database, &scope, &[source], &options).await?;
    if let Some(provider) = super::provider(&arguments.intensity)? {
        pipeline::weigh_by_the_hour(&database, &provider, now).await?;
    }
    println!("{}", serde_json::to_string_pretty(&summary)?);
    Ok(())
}

/// The account behind the credentials, with a client per region.
pub(super) async fn account(database: &Database, arguments: &AwsArgs) -> anyhow::Result<Source> {
    let settings = Settings { endpoints: super::endpoints(arguments)?, credentials: Credentials::Chain };
    let mut clients = Vec::new();
    for region in super::regions(arguments) {
        clients.push(Client::new(&settings, &region).await);
    }
    let first = clients.first().ok_or_else(|| anyhow::anyhow!("name at least one region with --region"))?;
    let aws_account_id = match first.account().await {
        Ok(id) => Some(id),
        Err(error) if error.kind == Kind::Credentials => return Err(no_credentials(error)),
        Err(error) => {
            tracing::warn!(message = %error.message, "the account behind these credentials is not known; going on without its number");
            None
        }
    };
    let name = aws_account_id.clone().unwrap_or_else(|| "AWS account".to_owned());
    let account_id = store::account::ensure(&database.ingest, Origin::Aws, aws_account_id.as_deref(), &name).await?;
    let scope = AccountScope::new(Origin::Aws, vec![account_id]);
    Ok(Source { scope, account_id, clients })
}

fn no_credentials(error: aws::AwsError) -> anyhow::Error {
    let remedy = error.remedy();
    tracing::debug!(?error, "no credentials");
    anyhow::anyhow!("{remedy}")
}
