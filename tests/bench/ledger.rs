//! The ledger of windows with many who claim: each window once, however many ask.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use serde::Serialize;
use server::store::window::{self, Feed, Read, Wanted};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use crate::{Place, REGION};

/// Windows of an hour; more than can be claimed in the time.
const WINDOWS: i64 = 60_000;
const LASTS: Duration = Duration::from_secs(5);

/// What claiming and completing took.
#[derive(Serialize)]
pub struct Claims {
    workers: usize,
    claims: usize,
    claims_per_second: f64,
    /// Of a claim alone, milliseconds.
    p50_ms: f64,
    p99_ms: f64,
    dead_rows: i64,
    /// Share of updates that touched no index.
    hot_share: f64,
}

/// Claims and completes windows side by side.
pub async fn time(place: &Place, workers: usize) -> Result<Claims> {
    let begin = DateTime::<Utc>::from_timestamp(1_500_000_000 / 3600 * 3600, 0).unwrap_or_default();
    let windows: Vec<_> = (0..WINDOWS)
        .map(|hour| (begin + chrono::Duration::hours(hour), begin + chrono::Duration::hours(hour + 1)))
        .collect();
    let pool = &place.database.ingest;
    window::plan(pool, &place.scope, place.account_id, REGION, Feed::Metrics, &windows).await?;
    let until = Instant::now() + LASTS;
    let mut tasks = JoinSet::new();
    for worker in 0..workers {
        tasks.spawn(work(place.database.ingest.clone(), place.scope.clone(), place.account_id, worker, until));
    }
    let clock = Instant::now();
    let mut waits = Vec::new();
    while let Some(done) = tasks.join_next().await {
        waits.extend(done??);
    }
    let seconds = clock.elapsed().as_secs_f64();
    waits.sort_by(f64::total_cmp);
    let mut connection = PgConnection::connect(&place.url).await?;
    // Statistics are written by each session when it has been idle for a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (dead_rows, updates, hot): (i64, i64, i64) = sqlx::query_as(
        "select n_dead_tup, n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'window_ledger'",
    )
    .fetch_one(&mut connection)
    .await?;
    ensure!(usize::try_from(updates)? >= waits.len(), "{updates} updates of {} claims", waits.len());
    let at = |percent: usize| waits.get(waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
    Ok(Claims {
        workers,
        claims: waits.len(),
        claims_per_second: waits.len() as f64 / seconds,
        p50_ms: at(50) * 1e3,
        p99_ms: at(99) * 1e3,
        dead_rows,
        hot_share: hot as f64 / updates as f64,
    })
}

/// How long each claim of one worker took, seconds.
async fn work(
    pool: sqlx::PgPool,
    scope: server::store::AccountScope,
    account_id: i32,
    worker: usize,
    until: Instant,
) -> Result<Vec<f64>> {
    let holder = worker.to_string();
    let wanted = Wanted {
        account_id,
        region: REGION,
        feed: Feed::Metrics,
        from: DateTime::<Utc>::UNIX_EPOCH,
        to: DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(40_000),
        holder: &holder,
        lease_seconds: 60.0,
        most_attempts: 8,
    };
    let mut waits = Vec::new();
    while Instant::now() < until {
        let clock = Instant::now();
        let Some(lease) = window::claim(&pool, &scope, wanted).await? else { break };
        waits.push(clock.elapsed().as_secs_f64());
        let mut transaction = scope.begin(&pool).await?;
        window::fence(&mut transaction, &lease).await?;
        window::complete(&mut transaction, &lease, &Read::default()).await?;
        transaction.commit().await?;
    }
    Ok(waits)
}
