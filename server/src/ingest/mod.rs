//! From AWS to facts, by closed windows: fetch with no transaction open, then write everything of a window in one.
//!
//! All progress is in Postgres. A process may die anywhere: the lease of its windows runs out, another run claims them
//! with the next epoch, and a commit with an old epoch is refused.

mod alarms;
mod asked;
pub mod bill;
pub mod codecarbon;
mod configuration;
pub mod explored;
pub mod forecast;
mod hosts;
mod in_use;
pub mod intensity;
mod inventory;
pub mod key;
pub mod live;
mod machine;
pub mod measured;
mod metrics;
mod observed;
pub mod pace;
pub mod pack;
mod power;
pub mod prices;
pub mod progress;
pub mod removal;
pub mod reported;
pub mod room;
mod scaled;
pub mod sent;
mod slice;
pub mod span;
pub mod tracked;
mod uploaded;
pub mod usage;
pub mod window;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use futures::future::{join_all, join3};
use serde::Serialize;

use self::progress::{Phase, Progress, Step};
use self::room::Room;
use crate::aws::facts::{ExportPlace, PowerMetric};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::kind::Kind;
use crate::store::window::{Feed, Wanted};
use crate::store::{self, AccountScope, Database, StoreError};

/// A training job may run for 28 days, so jobs created that long before the first hour may still have run in it.
const LONGEST_JOB_DAYS: i64 = 28;

/// What a run reads and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// First hour to read.
    pub from: DateTime<Utc>,
    /// End of the last hour, exclusive.
    pub to: DateTime<Utc>,
    /// What counts as now.
    pub now: DateTime<Utc>,
    /// Reads complete windows again.
    pub reread: bool,
    /// How long CloudWatch may take to publish a point; windows younger than this are not closed.
    pub settle: Duration,
    /// Seconds until a window held by a dead process may be taken over.
    pub lease_seconds: f64,
    /// Windows and resources fetched side by side.
    pub parallel: usize,
    /// How much of what AWS answers is in memory at once.
    pub room: Room,
    /// A metric of watts that the operator publishes.
    pub power: Option<PowerMetric>,
    /// Reads the hours that have not closed too, for what runs and what is pinned.
    pub follows: bool,
}

impl Options {
    /// A run over `[from, to)` with the product's defaults.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            from,
            to,
            now,
            reread: false,
            settle: settle(),
            lease_seconds: 120.0,
            parallel: 4,
            room: Room::default(),
            power: None,
            follows: false,
        }
    }
}

/// How long CloudWatch may take to publish a point, unless somebody says otherwise.
const fn settle() -> Duration {
    Duration::minutes(15)
}

/// One account with a client per region.
#[derive(Debug, Clone)]
pub struct Source {
    /// The account's scope (one account).
    pub scope: AccountScope,
    /// The account.
    pub account_id: i32,
    /// Its regions.
    pub clients: Vec<Client>,
    /// What is read of its money beside list prices.
    pub money: Money,
}

/// What an account's role reads of money; nothing of it unless it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Money {
    /// Exports of bills in S3.
    pub exports: Vec<ExportPlace>,
    /// Cost Explorer, of which each request costs $0.01.
    pub explorer: Option<explored::Explorer>,
}

/// What a run did, in counts; printed as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Accounts read.
    pub accounts: u64,
    /// Regions read, over all accounts.
    pub regions: u64,
    /// Inventory windows read whole.
    pub inventory_windows: u64,
    /// Training jobs written.
    pub training_jobs: u64,
    /// Processing jobs written.
    pub processing_jobs: u64,
    /// Batch transform jobs written.
    pub transform_jobs: u64,
    /// Notebook instances, Studio apps and clusters written.
    pub notebooks: u64,
    /// Endpoints written.
    pub endpoints: u64,
    /// Items of configuration that are new or other than before.
    pub configured: u64,
    /// Metric windows read whole.
    pub metric_windows: u64,
    /// Series asked for.
    pub series: u64,
    /// Points received.
    pub points: u64,
    /// Packed hours written or changed.
    pub hours_written: u64,
    /// Packed hours that AWS restated.
    pub hours_restated: u64,
    /// Series that CloudWatch could not answer.
    pub holes: u64,
    /// Windows that remain to be read.
    pub windows_left: u64,
    /// Days of entities estimated anew.
    pub days_estimated: u64,
    /// Findings evaluated.
    pub evaluations: u64,
    /// Whether somebody asked the run to end; what it had not begun is left.
    pub cancelled: bool,
    /// Calls to AWS by operation, tries included.
    pub calls: BTreeMap<String, u64>,
    /// Failures that left something unread, each with its remedy.
    pub errors: Vec<Failure>,
}

/// A failure that left something unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Region.
    pub region: String,
    /// For example `cloudwatch:GetMetricData`.
    pub operation: String,
    /// What AWS said.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Failure {
    fn of(error: &AwsError) -> Self {
        Self {
            region: error.region.clone(),
            operation: error.operation.to_owned(),
            message: error.message.clone(),
            remedy: error.remedy(),
        }
    }
}

impl Summary {
    /// Adds another part's counts.
    pub fn add(&mut self, other: Self) {
        self.accounts += other.accounts;
        self.regions += other.regions;
        self.inventory_windows += other.inventory_windows;
        self.training_jobs += other.training_jobs;
        self.processing_jobs += other.processing_jobs;
        self.transform_jobs += other.transform_jobs;
        self.notebooks += other.notebooks;
        self.endpoints += other.endpoints;
        self.configured += other.configured;
        self.metric_windows += other.metric_windows;
        self.series += other.series;
        self.points += other.points;
        self.hours_written += other.hours_written;
        self.hours_restated += other.hours_restated;
        self.holes += other.holes;
        self.windows_left += other.windows_left;
        self.days_estimated += other.days_estimated;
        self.evaluations += other.evaluations;
        self.cancelled |= other.cancelled;
        for (operation, calls) in other.calls {
            *self.calls.entry(operation).or_default() += calls;
        }
        for error in other.errors {
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
    }
}

/// Why a run could not go on at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads every account and region; one that fails never delays another, and what failed is in the summary.
///
/// # Errors
/// Only when the database cannot be used: AWS' refusals are counted and explained, not fatal.
pub async fn read(
    database: &Database,
    sources: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let mut total = Summary { accounts: u64::try_from(sources.len()).unwrap_or_default(), ..Summary::default() };
    for source in sources {
        for client in &source.clients {
            inventory::expect(source, client.region(), progress);
            progress.expect(Step::of(Phase::Configuration, source, client.region()));
            progress.expect(Step::of(Phase::Metrics, source, client.region()));
        }
    }
    let mut regions = Vec::new();
    let mut months = Vec::new();
    for source in sources {
        for client in &source.clients {
            // On the heap: a region's work fills the stack of whoever waits for several.
            regions.push(one_of_many(progress, Box::pin(read_region(database, source, client, options, progress))));
        }
        months.push(one_of_many(progress, reported::read(database, source, options, progress)));
    }
    let prices = prices::read(database, sources, options, progress);
    // All of them come to their end, also where one cannot go on: a connection that is dropped in the middle of a copy is of
    // no use to anybody.
    let (outcomes, reported, prices) = join3(join_all(regions), join_all(months), prices).await;
    for outcome in outcomes {
        total.add(outcome?);
        total.regions += 1;
    }
    reported.into_iter().collect::<Result<Vec<()>, _>>()?;
    prices?;
    for source in sources {
        // What a bill told of resources that were not known yet is told now.
        let mut transaction = source.scope.begin(&database.ingest).await?;
        bill::tags::apply(&mut transaction, source.account_id, options.now).await?;
        transaction.commit().await.map_err(StoreError::on("keep the bill's tags"))?;
        explored::read(database, source, options, progress).await?;
    }
    // After everything that the lines of a bill may name.
    bill::exports::read(database, sources, options, progress).await?;
    total.cancelled = progress.is_cancelled();
    Ok(total)
}

/// Where one cannot go on, the others end after what they have in hand.
async fn one_of_many<T>(
    progress: &Progress,
    work: impl Future<Output = Result<T, IngestError>>,
) -> Result<T, IngestError> {
    let outcome = work.await;
    if outcome.is_err() {
        progress.cancel();
    }
    outcome
}

async fn read_region(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let region = client.region();
    store::window::forgive(&database.ingest, &source.scope, region).await?;
    if options.reread {
        let jobs = [Kind::Training, Kind::Processing, Kind::Transform].map(Feed::Jobs);
        for feed in jobs.into_iter().chain([Feed::Metrics]) {
            // No more than this run reads again: what stays pending would be missing from the pages.
            let first = first_window(feed, options);
            store::window::reopen(&database.ingest, &source.scope, region, feed, first, options.to).await?;
        }
    }
    let mut summary = inventory::read(database, source, client, options, progress).await?;
    if !progress.is_cancelled() {
        summary.add(configuration::read(database, source, client, options, progress).await?);
    }
    store::inventory::count_anew(&database.ingest).await?;
    if !progress.is_cancelled() {
        summary.add(Box::pin(metrics::read(database, source, client, options, progress)).await?);
    }
    if options.follows && !progress.is_cancelled() {
        summary.add(live::follow(database, source, client, options, progress).await?);
    }
    Ok(summary)
}

/// The five-minute lane: which jobs there are and how they stand, and the metrics of what runs and what is pinned.
///
/// # Errors
/// Only when the database cannot be used: AWS' refusals are counted and explained, not fatal.
pub async fn read_live(database: &Database, sources: &[Source], options: &Options) -> Result<Summary, IngestError> {
    let mut total = Summary { accounts: u64::try_from(sources.len()).unwrap_or_default(), ..Summary::default() };
    let progress = &Progress::default();
    let mut regions = Vec::new();
    for source in sources {
        for client in &source.clients {
            regions.push(async move {
                let mut summary = inventory::read_moving(database, source, client, options, progress).await?;
                summary.add(live::follow(database, source, client, options, progress).await?);
                Ok::<_, IngestError>(summary)
            });
        }
    }
    for outcome in join_all(regions).await {
        total.add(outcome?);
        total.regions += 1;
    }
    Ok(total)
}

/// The ledger's view of what this run may claim.
fn wanted<'a>(source: &Source, region: &'a str, feed: Feed, options: &Options, holder: &'a str) -> Wanted<'a> {
    let from = first_window(feed, options);
    Wanted {
        account_id: source.account_id,
        region,
        feed,
        from,
        to: options.to,
        holder,
        lease_seconds: options.lease_seconds,
        most_attempts: 8,
    }
}

/// The earliest start of a window that this run reads.
fn first_window(feed: Feed, options: &Options) -> DateTime<Utc> {
    match feed {
        Feed::Jobs(_) => inventory_from(options),
        // Windows begin on the hour, also where the run was asked to begin inside one.
        Feed::Metrics => options.from - Duration::hours(1),
    }
}

fn inventory_from(options: &Options) -> DateTime<Utc> {
    let earliest = options.from - Duration::days(LONGEST_JOB_DAYS);
    window::days(earliest, options.to).first().map_or(earliest, |(start, _)| *start)
}

/// Whether it makes sense to ask the same service for the next window in the same run.
fn stops_the_feed(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Denied | ErrorKind::Role | ErrorKind::Credentials | ErrorKind::Unreachable)
}

/// What the probe of a feature says after a failure.
fn probe_state(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Denied | ErrorKind::Role | ErrorKind::Credentials => "denied",
        ErrorKind::Absent => "granted",
        _ => "failing",
    }
}

/// Runs `work` while its lease is prolonged beside it.
async fn renewing<T>(
    database: &Database,
    scope: &AccountScope,
    lease: &store::window::Lease,
    seconds: f64,
    work: impl Future<Output = T>,
) -> Result<T, StoreError> {
    let pause = std::time::Duration::from_secs_f64((seconds / 3.0).max(0.2));
    // Beside the work, which may hold the window's row for as long as it writes.
    let renewals = async {
        loop {
            tokio::time::sleep(pause).await;
            store::window::renew(&database.ingest, scope, lease, seconds).await?;
        }
    };
    tokio::select! {
        biased;
        outcome = work => Ok(outcome),
        lost = renewals => lost,
    }
}
