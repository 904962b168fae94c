//! `serve`: the pages, with the AWS account read on a schedule beside them.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use super::reader::Reader;
use crate::config::{AwsArgs, ListenArgs, Serve};
use crate::http::{AppState, serve as serve_pages};
use crate::ingest::Options;
use crate::ingest::intensity::Provider;
use crate::ingest::room::Room;
use crate::store::request::Span;
use crate::store::{self, Database, Origin, pool};
use crate::{auth, pipeline};

/// How often everything is looked at.
const PAUSE: Duration = Duration::from_secs(15 * 60);
/// How often what runs and what is pinned is looked at.
const LIVE_PAUSE: Duration = Duration::from_secs(5 * 60);
/// How far back the schedule looks; what lies further back is read by `ingest --from`.
const DAYS_BACK: i64 = 30;

pub(super) async fn run(arguments: Serve) -> anyhow::Result<()> {
    let listener = listen(&arguments.listen).await?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let state = AppState::new(database.clone(), arguments.listen.now)?;
    let provider = super::provider(&arguments.intensity)?;
    let reader = Reader::new(database.clone(), Origin::Aws);
    let reading = (!arguments.no_ingest)
        .then(|| tokio::spawn(read_on_schedule(database, reader.clone(), arguments.aws, provider)));
    let served = serve(listener, state).await;
    if let Some(reading) = reading {
        // Whatever it held is safe: its leases run out and the next start claims them.
        reading.abort();
        reader.leave().await;
    }
    served
}

/// Takes the port before anything slow begins, so that a second start fails at once.
pub(super) async fn listen(arguments: &ListenArgs) -> anyhow::Result<TcpListener> {
    let address = (arguments.host.trim_matches(['[', ']']).to_owned(), arguments.port);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("could not listen on {}:{}; choose another with --port", arguments.host, arguments.port)
    })?;
    auth::require_loopback(listener.local_addr()?)?;
    Ok(listener)
}

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn serve(listener: TcpListener, state: AppState) -> anyhow::Result<()> {
    let database = state.database.clone();
    // What was accepted before this program last ended.
    tokio::spawn(async move {
        if let Err(error) = crate::estimate::compute_accepted(&database).await {
            tracing::warn!(error = %error, "an accepted factor set is not computed yet");
        }
    });
    println!("Wattledger listens on http://{}", listener.local_addr()?);
    serve_pages(listener, state, stopped()).await?;
    Ok(())
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    _ = interrupt.await;
}

async fn read_on_schedule(database: Database, reader: Reader, aws: AwsArgs, provider: Option<Provider>) {
    let mut asked: Span = None;
    loop {
        let began = Instant::now();
        let reading = reader.reading();
        read_and_weigh(&database, &aws, provider.as_ref(), asked).await;
        drop(reading);
        asked = follow_until(&database, &reader, &aws, began + PAUSE).await;
    }
}

/// Follows what moves until it is time to read everything or somebody asks for it; what was asked for.
async fn follow_until(database: &Database, reader: &Reader, aws: &AwsArgs, until: Instant) -> Span {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if let Some(asked) = reader.wait(Some(left.min(LIVE_PAUSE))).await {
            return asked;
        }
        if Instant::now() + LIVE_PAUSE / 2 >= until {
            return None;
        }
        let reading = reader.reading();
        if let Err(error) = follow(database, aws).await {
            tracing::warn!("what runs was not looked at: {error:#}");
        }
        drop(reading);
    }
}

async fn follow(database: &Database, aws: &AwsArgs) -> anyhow::Result<()> {
    let sources = super::accounts::sources(database, aws).await?;
    let now = store::run::now(&database.ingest).await?;
    let options = options(aws, now - chrono::Duration::days(1), now, now);
    let scope = super::accounts::scope_of(&sources);
    let summary = pipeline::run_live(database, &scope, &sources, &options).await?;
    tracing::info!(series = summary.series, points = summary.points, "what runs and what is pinned was looked at");
    Ok(())
}

fn options(aws: &AwsArgs, from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Options {
    let mut options = Options::new(from, to, now);
    options.lease_seconds = aws.lease_seconds;
    options.room = Room::of(aws.points_in_memory);
    options.power.clone_from(&aws.power_metric);
    options.follows = true;
    options
}

async fn read_and_weigh(database: &Database, aws: &AwsArgs, provider: Option<&Provider>, asked: Span) {
    match read_once(database, aws, asked).await {
        Ok(()) => {}
        Err(error) => tracing::warn!("AWS was not read: {error:#}"),
    }
    if let Some(provider) = provider
        && let Err(error) = weigh(database, provider).await
    {
        tracing::warn!("hourly intensity was not read: {error:#}");
    }
}

async fn weigh(database: &Database, provider: &Provider) -> anyhow::Result<()> {
    let now = store::run::now(&database.ingest).await?;
    let written = pipeline::weigh_by_the_hour(database, provider, now).await?;
    tracing::info!(hours = written.hours, changed = written.changed, "hourly intensity was read");
    Ok(())
}

async fn read_once(database: &Database, aws: &AwsArgs, asked: Span) -> anyhow::Result<()> {
    let sources = super::accounts::sources(database, aws).await?;
    let now = store::run::now(&database.ingest).await?;
    let (from, to) = asked.unwrap_or((now - chrono::Duration::days(DAYS_BACK), now));
    let options = options(aws, from, to.min(now), now);
    let scope = super::accounts::scope_of(&sources);
    let summary = pipeline::run(database, &scope, &sources, &options).await?;
    tracing::info!(
        windows = summary.metric_windows,
        windows_left = summary.windows_left,
        points = summary.points,
        errors = summary.errors.len(),
        "AWS was read"
    );
    Ok(())
}
