//! `demo`: a simulated AWS on loopback, read through the real SDK and the real pipeline.

use std::time::Duration;

use aws_simulator::bill as simulated;
use aws_simulator::fleet::Account;
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Utc};

use super::reader::Reader;
use crate::aws::{Client, Credentials, Endpoints, Limits, Settings};
use crate::config::Demo;
use crate::http::AppState;
use crate::ingest::{Options, Source, Summary, bill};
use crate::pipeline;
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
        sources.push(Source { scope: AccountScope::new(Origin::Demo, vec![account_id]), account_id, clients });
    }
    let scope = AccountScope::new(Origin::Demo, sources.iter().map(|source| source.account_id).collect());
    let mut options = Options::new(now - chrono::Duration::days(arguments.days), now, now);
    options.follows = true;
    let bills = Bills { accounts: accounts.clone(), from: options.from, now };
    if arguments.once {
        let summary = pipeline::run(&database, &scope, &sources, &options).await?;
        bills.import(&database, &scope).await?;
        println!("{}", serde_json::to_string_pretty(&summary)?);
        return Ok(());
    }
    let state = AppState::new(database.clone(), Some(now))?;
    let reader = Reader::new(database.clone(), Origin::Demo);
    let reading = tokio::spawn(read(database, reader.clone(), scope, sources, options, bills));
    let served = super::serve::serve(listener, state).await;
    reading.abort();
    reader.leave().await;
    simulator.shutdown().await;
    served
}

/// What the simulated AWS bills, written to files as its Data Exports would and taken as anybody's bill is.
struct Bills {
    accounts: Vec<Account>,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Bills {
    async fn import(&self, database: &Database, scope: &AccountScope) -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("wattledger-demo-bill-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder)?;
        let mut files = Vec::new();
        for account in &self.accounts {
            for month in simulated::months(self.from, self.now) {
                let file = folder.join(format!("{}-{month}.csv", account.id));
                std::fs::write(&file, simulated::report(account, month, self.now))?;
                files.push(file);
            }
        }
        let imported = bill::import(database, scope, &files, self.now).await;
        std::fs::remove_dir_all(&folder)?;
        let imported = imported?;
        tracing::info!(lines = imported.lines, matched = %imported.matched, "the demo's bill is in");
        Ok(())
    }
}

async fn read(
    database: Database,
    reader: Reader,
    scope: AccountScope,
    sources: Vec<Source>,
    options: Options,
    bills: Bills,
) {
    let clock = std::time::Instant::now();
    let mut bills = Some(bills);
    let mut asked: Span = None;
    loop {
        let (from, to) = asked.unwrap_or((options.from, options.to));
        let options = Options { from, to: to.min(options.now), ..options.clone() };
        let reading = reader.reading();
        let outcome = pipeline::run(&database, &scope, &sources, &options).await;
        drop(reading);
        let pause = match outcome {
            Ok(summary) if summary.windows_left == 0 && !summary.cancelled => {
                if let Some(bills) = bills.take() {
                    finish(&database, &scope, &bills, &summary, clock.elapsed()).await;
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

/// Takes the bill, once everything that it names has been read.
async fn finish(database: &Database, scope: &AccountScope, bills: &Bills, summary: &Summary, passed: Duration) {
    if let Err(error) = bills.import(database, scope).await {
        tracing::warn!("the demo's bill was not taken: {error:#}");
    }
    tracing::info!(
        jobs = summary.training_jobs,
        endpoints = summary.endpoints,
        points = summary.points,
        seconds = passed.as_secs(),
        now = %bills.now,
        "the demo fleet is complete"
    );
}
