//! Flags, environment and documentation in one place: what `wattledger --help` prints is the manual.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand};

use crate::aws::facts::{ExportPlace, PowerMetric};
use crate::ingest::room;

/// What machine-learning workloads on AWS cost in dollars, kilowatt-hours and grams of CO2e.
///
/// Reads SageMaker and CloudWatch (it never writes to AWS), keeps what it read in Postgres, and shows it on pages
/// that only this machine can open.
#[derive(Debug, Parser)]
#[command(name = "wattledger", version, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages, and read the AWS account every quarter of an hour (what runs every five minutes) when credentials are at hand.
    Serve(Serve),
    /// Read AWS once, estimate, and print a JSON summary of counts.
    Ingest(Ingest),
    /// Take what AWS billed from the files of an export (CUR 2.0 or FOCUS), and share it out over what ran.
    Bill(Bill),
    /// Take a CSV file of what ran, for accounts that are not read from AWS.
    Usage(Usage),
    /// Take a job's measured power from a CodeCarbon file, and estimate its hours anew.
    Measured(Measured),
    /// Print the IAM policy of the role that reads an account: read-only, and exactly what is called.
    Policy(Policy),
    /// Bring the schema up to date.
    Migrate(DatabaseArgs),
    /// Estimate one workload and print energy, emissions, embodied share and cost with every factor used.
    Estimate(Estimate),
    /// Import hourly grid intensity of a region from a CSV file and estimate anew what it touches.
    Intensity(Intensity),
    /// Compute everything anew with other factors beside the old numbers, then show the new ones.
    Revise(Revise),
    /// Serve the pages on a simulated AWS with a demo fleet, read through the real pipeline.
    #[cfg(feature = "demo")]
    Demo(Demo),
}

/// Where the ledger is kept.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// The Postgres database, for example postgres://wattledger@localhost/wattledger.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// Do without the four database roles; every connection then has the login's own rights.
    #[arg(long, env = "WATTLEDGER_SINGLE_ROLE")]
    pub single_role: bool,
}

/// Where the pages are served.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Address to listen on; only this machine's own addresses are accepted, since there is no login.
    #[arg(long, env = "WATTLEDGER_HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, env = "WATTLEDGER_PORT", default_value_t = 8080)]
    pub port: u16,
    /// What counts as now on the pages (RFC 3339); the database's clock unless set.
    #[arg(long, env = "WATTLEDGER_NOW", value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
}

/// How AWS is reached.
#[derive(Debug, Clone, Args)]
pub struct AwsArgs {
    /// Regions to read, separated by commas.
    #[arg(long, env = "WATTLEDGER_REGIONS", value_delimiter = ',')]
    pub region: Vec<String>,
    /// A TOML file of the accounts to read, each through a role; without it the account of the credentials is read.
    ///
    /// [[account]]
    /// name = "research"
    /// role_arn = "arn:aws:iam::111122223333:role/CarbonReader"
    /// external_id = "..."
    /// regions = ["us-east-1", "eu-west-1"]
    /// bills = ["s3://bucket/prefix"]       # optional: exports of its bill
    /// cost_explorer = true                 # optional: each request costs $0.01
    /// cost_explorer_tags = ["team"]        # optional: a request more each
    #[arg(long, env = "WATTLEDGER_ACCOUNTS", verbatim_doc_comment)]
    pub accounts: Option<PathBuf>,
    /// The twelve digits of the account of the credentials. Only needed where AWS STS, which tells them, cannot be reached.
    #[arg(long, env = "WATTLEDGER_ACCOUNT_NUMBER", value_parser = account_number, conflicts_with = "accounts")]
    pub account_number: Option<String>,
    /// Where AWS Data Exports writes the bill (CUR 2.0 or FOCUS), as s3://bucket/prefix; add ?region=eu-west-1 where the
    /// bucket lies elsewhere. Looked at once an hour; only what is new or other than before is fetched. Repeat for more.
    /// With --accounts, each account has a key `bills` instead.
    #[arg(long = "bill-export", env = "WATTLEDGER_BILL_EXPORTS", value_delimiter = ',', conflicts_with = "accounts")]
    pub bill_exports: Vec<ExportPlace>,
    /// Ask Cost Explorer once a day for AWS' own totals, to check the bill against; they are never added to it. Each
    /// request costs $0.01, so it is off unless set. With --accounts, each account has a key `cost_explorer` instead.
    #[arg(long, env = "WATTLEDGER_COST_EXPLORER", conflicts_with = "accounts")]
    pub cost_explorer: bool,
    /// A cost allocation tag whose totals are asked for too; each is a request more. Repeat for more.
    #[arg(long, env = "WATTLEDGER_COST_EXPLORER_TAGS", value_delimiter = ',', requires = "cost_explorer")]
    pub cost_explorer_tag: Vec<String>,
    /// What an account's quota is taken for: calls of each SageMaker operation a second, in a region. Four fifths of it are
    /// used at most, and less while AWS throttles.
    #[arg(long, env = "WATTLEDGER_SAGEMAKER_CALLS_PER_SECOND", value_parser = positive)]
    pub sagemaker_calls_per_second: Option<f64>,
    /// Endpoint of every AWS service; wins over AWS_ENDPOINT_URL. Clear text only to this machine.
    #[arg(long)]
    pub aws_endpoint_url: Option<String>,
    /// Endpoint of SageMaker; wins over AWS_ENDPOINT_URL_SAGEMAKER.
    #[arg(long)]
    pub aws_endpoint_url_sagemaker: Option<String>,
    /// Endpoint of CloudWatch; wins over AWS_ENDPOINT_URL_CLOUDWATCH.
    #[arg(long)]
    pub aws_endpoint_url_cloudwatch: Option<String>,
    /// Seconds until another process may take over a window whose reader has died.
    #[arg(long, env = "WATTLEDGER_LEASE_SECONDS", default_value_t = 120.0)]
    pub lease_seconds: f64,
    /// Points of metrics that are in memory at once, some 300 bytes each; a machine with little memory wants fewer.
    #[arg(long, env = "WATTLEDGER_POINTS_IN_MEMORY", default_value_t = room::POINTS)]
    pub points_in_memory: u32,
    /// A metric of watts that you publish to CloudWatch, as NAMESPACE:METRIC:OF; OF is accelerator, accelerators (all of
    /// an instance) or host. Its dimensions are SageMaker's own: Host (job/algo-1), or EndpointName and VariantName.
    #[arg(long, env = "WATTLEDGER_POWER_METRIC")]
    pub power_metric: Option<PowerMetric>,
}

/// Where hourly grid intensity comes from; without a key the annual averages of the factor tables are used.
#[derive(Debug, Clone, Args)]
pub struct IntensityArgs {
    /// Key of Electricity Maps' API; hourly intensity of every region in use is then read once an hour.
    #[arg(long, env = "WATTLEDGER_ELECTRICITY_MAPS_KEY", hide_env_values = true)]
    pub electricity_maps_key: Option<String>,
    /// Address of Electricity Maps, or of a service that speaks its API.
    #[arg(long, env = "WATTLEDGER_ELECTRICITY_MAPS_URL", default_value = "https://api.electricitymaps.com")]
    pub electricity_maps_url: String,
}

/// `intensity`.
#[derive(Debug, Args)]
pub struct Intensity {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The CSV file: columns `hour` and `g_per_kwh`, or a file as Electricity Maps' portal gives it; hours in UTC.
    #[arg(long)]
    pub file: PathBuf,
    /// The AWS region it stands for.
    #[arg(long)]
    pub region: String,
    /// Who published it, as it is shown beside the figures.
    #[arg(long)]
    pub source: String,
    /// Under which terms.
    #[arg(long, default_value = "not stated")]
    pub licence: String,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Address.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// AWS.
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Grid intensity.
    #[command(flatten)]
    pub intensity: IntensityArgs,
    /// Serve only; read nothing from AWS.
    #[arg(long)]
    pub no_ingest: bool,
}

/// `ingest`.
#[derive(Debug, Args)]
pub struct Ingest {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// AWS.
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Grid intensity.
    #[command(flatten)]
    pub intensity: IntensityArgs,
    /// Run once and end (the service itself reads on a schedule).
    #[arg(long, required = true)]
    pub once: bool,
    /// First hour to read (RFC 3339, or a day); 30 days back unless set.
    #[arg(long, value_parser = instant)]
    pub from: Option<DateTime<Utc>>,
    /// End of the last hour, exclusive; now unless set.
    #[arg(long, value_parser = instant)]
    pub to: Option<DateTime<Utc>>,
    /// What counts as now; the database's clock unless set.
    #[arg(long, value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
    /// Read windows again that are complete; what AWS changed is restated.
    #[arg(long)]
    pub reread: bool,
}

/// `policy`.
#[derive(Debug, Args)]
pub struct Policy {
    /// An export of the bill that the role reads, as s3://bucket/prefix. Repeat for more.
    #[arg(long = "bill-export", env = "WATTLEDGER_BILL_EXPORTS", value_delimiter = ',')]
    pub bill_exports: Vec<ExportPlace>,
    /// Allow Cost Explorer too.
    #[arg(long, env = "WATTLEDGER_COST_EXPLORER")]
    pub cost_explorer: bool,
}

/// `bill`.
#[derive(Debug, Args)]
pub struct Bill {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// A file of the export (CSV or Parquet; gzip or zstd), or a folder of them. Give all parts of a billing month at once:
    /// they replace what an earlier import said of the same month and accounts.
    #[arg(long, required = true)]
    pub file: Vec<PathBuf>,
    /// What counts as now; the database's clock unless set.
    #[arg(long, value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
}

/// `usage`.
#[derive(Debug, Args)]
pub struct Usage {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// A CSV file with a line for each stretch that something ran and the columns account, region, kind, name,
    /// instance_type, instance_count, started_at and ended_at; part, tag:KEY and the load (utilisation from 0 to 1, or
    /// utilisation_percent) if you like. What it says of a job, an
    /// endpoint or a notebook takes the place of what was known of it.
    #[arg(long)]
    pub file: PathBuf,
    /// What counts as now; the database's clock unless set.
    #[arg(long, value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
}

/// `measured`.
#[derive(Debug, Args)]
pub struct Measured {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// CodeCarbon's emissions.csv, written on one instance of the job.
    #[arg(long)]
    pub file: PathBuf,
    /// Name of the training job.
    #[arg(long)]
    pub job: String,
    /// Region of the job, where several have a job of this name.
    #[arg(long)]
    pub region: Option<String>,
    /// AWS account of the job (twelve digits), where several have a job of this name.
    #[arg(long)]
    pub account: Option<String>,
    /// Instance group of the job, where it has several.
    #[arg(long)]
    pub group: Option<String>,
    /// Run of the tracker, where the file holds several (column run_id).
    #[arg(long)]
    pub run: Option<String>,
    /// Take the watts of processor and memory as measured too. CodeCarbon models them wherever it cannot read RAPL.
    #[arg(long)]
    pub host: bool,
    /// What counts as now; the database's clock unless set.
    #[arg(long, value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
}

/// `estimate`.
#[derive(Debug, Args)]
pub struct Estimate {
    /// Instance type, for example ml.p4d.24xlarge.
    #[arg(long)]
    pub instance: String,
    /// Number of instances.
    #[arg(long, default_value_t = 1)]
    pub count: u32,
    /// Hours each of them runs.
    #[arg(long)]
    pub hours: f64,
    /// Region, for example us-east-1.
    #[arg(long)]
    pub region: String,
    /// Mean CPU utilisation in percent of all cores; unknown unless set.
    #[arg(long)]
    pub cpu: Option<f64>,
    /// Mean accelerator utilisation in percent; unknown unless set.
    #[arg(long)]
    pub gpu: Option<f64>,
    /// What runs: a job, or an endpoint that keeps its model in memory.
    #[arg(long, default_value = "training", value_parser = ["training", "endpoint"])]
    pub kind: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `revise`.
#[derive(Debug, Args)]
pub struct Revise {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Name of the new factor set.
    #[arg(long)]
    pub label: String,
    /// A factor and its new value with bounds: pue:us-east-1=1.10,1.05,1.15 (value, low, high). Repeat for more.
    #[arg(long = "factor", required = true)]
    pub factors: Vec<String>,
    /// Who decided it.
    #[arg(long)]
    pub author: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
}

/// `demo`.
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub struct Demo {
    /// Database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Address.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// The demo fleet's seed.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Days of history to read.
    #[arg(long, default_value_t = 90)]
    pub days: i64,
    /// Read the demo fleet, print the summary and end.
    #[arg(long)]
    pub once: bool,
}

/// A number above nothing.
fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("{text} is no number above 0, such as 10"))
}

/// The twelve digits of an AWS account.
fn account_number(text: &str) -> Result<String, String> {
    let is_number = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.to_owned()).ok_or_else(|| format!("{text} is not an account of twelve digits"))
}

/// A moment (RFC 3339) or the start of a UTC day.
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc())
        .map_err(|_| format!("{text} is neither a day (2026-11-23) nor a moment (2026-11-23T06:00:00Z)"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Cli, instant};

    #[test]
    fn the_manual_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn moments_and_days_are_read() {
        assert_eq!(instant("2026-11-23").unwrap().to_rfc3339(), "2026-11-23T00:00:00+00:00");
        assert_eq!(instant("2026-11-23T01:00:00+01:00").unwrap().to_rfc3339(), "2026-11-23T00:00:00+00:00");
        assert!(instant("23.11.2026").unwrap_err().contains("2026-11-23"));
    }
}
