//! `demo`: a simulated AWS on loopback, read through the real SDK and the real pipeline.

use std::time::Duration;

use aws_simulator::s3::objects;
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Utc};
use footprint::FactorSet;

use super::reader::Reader;
use crate::aws::{Client, Credentials, Endpoints, Limits, Settings};
use crate::config::Demo;
use crate::http::AppState;
use crate::ingest::explored::Explorer;
use crate::ingest::{Money, Options, Source, Summary};
use crate::pipeline;
use crate::review::past;
use crate::store::request::Span;
use crate::store::{self, AccountScope, Database, Origin, pool};

pub(super) async fn run(arguments: Demo) -> anyhow::Result<()> {
    let listener = super::serve::listen(&arguments.listen).await?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let now = match arguments.listen.now {
        Some(now) => now,
        None => store::run::now(&database.ingest).await?,
    };
    let fleet = Fleet::demo(now, arguments.seed);
    let accounts: Vec<_> = fleet.accounts.clone();
    let simulator = Simulator::start(fleet, 0).await?;
    let mut sources = Vec::new();
    for account in &accounts {
        let account_id =
            store::account::ensure(&database.ingest, Origin::Demo, Some(&account.id), &account.name).await?;
        let credentials = Credentials::Fixed { key: account.access_key_id(), secret: "demo".to_owned() };
        let endpoints = Endpoints { all: Some(simulator.endpoint_url()), ..Endpoints::default() };
        let settings = Settings { endpoints, credentials, limits: Limits::unlimited() };
        let mut clients = Vec::new();
        for region in &account.regions {
            clients.push(Client::new(&settings, &region.name).await);
        }
        let place = format!("s3://{}/{}", objects::bucket(account), objects::PREFIX);
        let exports = vec![place.parse().map_err(anyhow::Error::msg)?];
        // A simulated request costs nothing.
        let explorer = Some(Explorer { tags: vec!["team".to_owned()], account: Some(account.id.clone()) });
        let money = Money { exports, explorer };
        sources.push(Source { scope: AccountScope::new(Origin::Demo, vec![account_id]), account_id, clients, money });
    }
    let scope = AccountScope::new(Origin::Demo, sources.iter().map(|source| source.account_id).collect());
    let mut options = Options::new(now - chrono::Duration::days(arguments.days), now, now);
    options.follows = true;
    if arguments.once {
        let summary = pipeline::run(&database, &scope, &sources, &options).await?;
        println!("{}", serde_json::to_string_pretty(&summary)?);
        past::hold(&database, &scope, &FactorSet::builtin()?, now).await?;
        return Ok(());
    }
    let state = AppState::new(database.clone(), Some(now))?;
    let reader = Reader::new(database.clone(), Origin::Demo);
    let reading = tokio::spawn(read(database, reader.clone(), scope, sources, options));
    let served = super::serve::serve(listener, state).await;
    reading.abort();
    reader.leave().await;
    simulator.shutdown().await;
    served
}

/// How often it is looked whether somebody has taken the demo away.
const LOOK: Duration = Duration::from_secs(2);

/// Reads the fleet, and what is asked for afterwards, until somebody takes it away.
async fn read(database: Database, reader: Reader, scope: AccountScope, sources: Vec<Source>, options: Options) {
    tokio::select! {
        () = read_on(&database, &reader, &scope, &sources, &options) => {}
        () = taken_away(&database, &scope) => {
            tracing::info!("the demo was removed, so nothing more is read; the next start begins a new one");
        }
    }
    // Nobody is told to ask a reader that reads no more.
    reader.leave().await;
}

/// Waits until the demo is gone.
async fn taken_away(database: &Database, scope: &AccountScope) {
    while !is_gone(database, scope).await {
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether an account is not there any more. A new one under its number is not this process' to fill.
async fn is_gone(database: &Database, scope: &AccountScope) -> bool {
    match store::account::all(&database.ingest).await {
        Ok(all) => scope.ids().iter().any(|id| all.iter().all(|account| account.account_id != *id)),
        Err(error) => {
            tracing::debug!(%error, "nobody could be asked whether the demo is still there");
            false
        }
    }
}

async fn read_on(database: &Database, reader: &Reader, scope: &AccountScope, sources: &[Source], options: &Options) {
    let clock = std::time::Instant::now();
    let mut is_told = false;
    let mut asked: Span = None;
    while !is_gone(database, scope).await {
        let (from, to) = asked.unwrap_or((options.from, options.to));
        let options = Options { from, to: to.min(options.now), ..options.clone() };
        let reading = reader.reading();
        let outcome = pipeline::run(database, scope, sources, &options).await;
        drop(reading);
        let pause = match outcome {
            Ok(summary) if summary.windows_left == 0 && !summary.cancelled => {
                if !std::mem::replace(&mut is_told, true) {
                    hold_reviews(database, scope, options.now).await;
                    tell(&summary, options.now, clock.elapsed());
                }
                None
            }
            // Nobody goes on with what somebody has ended.
            Ok(summary) if summary.cancelled => None,
            Ok(summary) => {
                tracing::info!(left = summary.windows_left, "going on with the demo fleet");
                Some(Duration::from_secs(5))
            }
            Err(error) => {
                tracing::warn!("the demo fleet was not read whole: {:#}", anyhow::Error::from(error));
                Some(Duration::from_secs(5))
            }
        };
        asked = reader.wait(pause).await.flatten();
    }
}

/// The fleet is whole without them, so a refusal is only told.
async fn hold_reviews(database: &Database, scope: &AccountScope, now: DateTime<Utc>) {
    let held = match FactorSet::builtin() {
        Ok(factors) => past::hold(database, scope, &factors, now).await.map_err(anyhow::Error::from),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = held {
        tracing::warn!("the reviews of the demo's past weeks were not held: {error:#}");
    }
}

/// Says once that everything has been read.
fn tell(summary: &Summary, now: DateTime<Utc>, passed: Duration) {
    tracing::info!(
        jobs = summary.training_jobs + summary.processing_jobs + summary.transform_jobs,
        endpoints = summary.endpoints,
        points = summary.points,
        seconds = passed.as_secs(),
        %now,
        "the demo fleet is complete"
    );
}
