//! What the subcommands do.

mod accounts;
mod bill;
#[cfg(feature = "demo")]
mod demo;
mod estimate;
mod ingest;
mod intensity;
mod measured;
mod reader;
mod revise;
mod serve;
mod usage;
mod watch;

pub use watch::Terminal;

use crate::aws::{self, Endpoints, Limits};
use crate::config::{AwsArgs, Cli, Command, IntensityArgs};
use crate::ingest::intensity::Provider;
use crate::store::pool;

/// Carries out a command line; the text goes to standard output, errors come back with their chain of causes.
///
/// # Errors
/// A sentence and a next step as the outermost message.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Ingest(arguments) => ingest::run(arguments).await,
        Command::Bill(arguments) => bill::run(arguments).await,
        Command::Measured(arguments) => measured::run(arguments).await,
        Command::Usage(arguments) => usage::run(arguments).await,
        Command::Policy(wanted) => {
            let document = aws::policy::document(&wanted.bill_exports, wanted.cost_explorer);
            println!("{}", serde_json::to_string_pretty(&document)?);
            Ok(())
        }
        Command::Migrate(database) => Ok(pool::migrate(&database.database_url, database.single_role).await?),
        Command::Estimate(arguments) => estimate::run(&arguments),
        Command::Intensity(arguments) => intensity::run(arguments).await,
        Command::Revise(arguments) => revise::run(arguments).await,
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(arguments).await,
    }
}

fn endpoints(aws: &AwsArgs) -> anyhow::Result<Endpoints> {
    let endpoints = Endpoints {
        all: aws.aws_endpoint_url.clone(),
        sagemaker: aws.aws_endpoint_url_sagemaker.clone(),
        cloudwatch: aws.aws_endpoint_url_cloudwatch.clone(),
    };
    endpoints.check().map_err(anyhow::Error::msg)?;
    Ok(endpoints)
}

/// How often AWS may be asked: what is documented, unless the account's owner has other quotas.
fn limits(aws: &AwsArgs) -> Limits {
    let documented = Limits::default();
    Limits { sagemaker_calls: aws.sagemaker_calls_per_second.unwrap_or(documented.sagemaker_calls), ..documented }
}

/// The provider of hourly intensity, where there is a key for it.
fn provider(arguments: &IntensityArgs) -> anyhow::Result<Option<Provider>> {
    let key = arguments.electricity_maps_key.as_deref().filter(|key| !key.trim().is_empty());
    Ok(key.map(|key| Provider::new(&arguments.electricity_maps_url, key.trim())).transpose()?)
}

/// The regions asked for, else the environment's, else AWS' first.
fn regions(aws: &AwsArgs) -> Vec<String> {
    if !aws.region.is_empty() {
        return aws.region.clone();
    }
    let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| std::env::var(name).ok());
    vec![named.unwrap_or_else(|| "us-east-1".to_owned())]
}
