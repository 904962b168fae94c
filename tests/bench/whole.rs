//! The whole line: from a simulated AWS to committed rows, and from rows to footprints.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use aws_simulator::fleet::{Account, Endpoint, Region, Shape, Traffic, Variant};
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Utc};
use serde::Serialize;
use server::aws::{Client, Credentials, Endpoints, Limits, Settings};
use server::estimate;
use server::ingest::progress::{Phase, Progress};
use server::ingest::{self, Money, Options, Source, forecast};
use server::store::window::{self, Feed};
use server::store::{due, reading};

use crate::{ACCOUNT, Place, REGION};

/// What reading and estimating a day of a fleet took.
#[derive(Serialize)]
pub struct Whole {
    endpoints: u32,
    points: u64,
    /// Finding and describing what there is, seconds.
    inventory_seconds: f64,
    /// Asking CloudWatch, packing, merging and committing, seconds.
    metrics_seconds: f64,
    points_per_second: f64,
    /// Hours of entities that were estimated.
    entity_hours: u64,
    /// From marked days to a written ledger, all rows there already, seconds.
    estimate_seconds: f64,
    entity_hours_per_second: f64,
    /// Metrics that the forecast announced over those that were asked for.
    forecast_ratio: f64,
    /// The most memory that the program had while it read the same fleet, MB.
    peak_mb: f64,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_132_800 + 13 * 3600, 0).unwrap_or_default()
}

fn from() -> DateTime<Utc> {
    now() - chrono::Duration::hours(37)
}

pub fn fleet(endpoints: u32) -> Fleet {
    let endpoint = |number: u32| {
        let traffic = Traffic::new(
            20.0 + f64::from(number % 70),
            Shape::Diurnal { peak_hour: f64::from(number % 24), floor: 0.2 },
            30_000.0,
        );
        let variant = Variant::new("primary", "model", "ml.g5.xlarge", 1 + number % 3, 120.0);
        let name = format!("serve-{number:05}");
        Endpoint::new(ACCOUNT, REGION, &name, now() - chrono::Duration::days(5), traffic, vec![variant])
    };
    let region = Region {
        name: REGION.to_owned(),
        jobs: Vec::new(),
        endpoints: (0..endpoints).map(endpoint).collect(),
        holdings: Vec::new(),
        outages: Vec::new(),
        refused: Vec::new(),
    };
    let account = Account { id: ACCOUNT.to_owned(), name: "bench".to_owned(), regions: vec![region] };
    Fleet { now: now(), ticking: false, seed: 1, revision: 0, accounts: vec![account] }
}

/// Reads a day and a half of a fleet, estimates it twice, and lets the program read the same into another database.
pub async fn time(place: &Place, other: &str, program: &Path, endpoints: u32) -> Result<Whole> {
    let fleet = fleet(endpoints);
    let key = fleet.accounts.first().context("the fleet has an account")?.access_key_id();
    let simulator = Simulator::start(fleet, 0).await?;
    let settings = Settings {
        endpoints: Endpoints { all: Some(simulator.endpoint_url()), ..Endpoints::default() },
        credentials: Credentials::Fixed { key: key.clone(), secret: "test".to_owned() },
        limits: Limits::unlimited(),
    };
    let client = Client::new(&settings, REGION).await;
    let source = Source {
        scope: place.scope.clone(),
        account_id: place.account_id,
        clients: vec![client],
        money: Money::default(),
    };
    let options = Options::new(from(), now(), now());
    let progress = Progress::default();
    let summary = ingest::read(&place.database, std::slice::from_ref(&source), &options, &progress).await?;
    ensure!(summary.windows_left == 0 && summary.errors.is_empty(), "{summary:?}");
    let took = |wanted: fn(Phase) -> bool| -> f64 {
        progress.sums().iter().filter(|sum| wanted(sum.phase)).map(|sum| sum.pace.elapsed_s).sum()
    };
    let metrics_seconds = took(|phase| phase == Phase::Metrics);

    // Once for the rows to be there, and once for the time.
    estimate::bring_up_to_date(&place.database, &place.scope).await?;
    due::mark_all_stale(&place.database.ingest, &place.scope).await?;
    let clock = Instant::now();
    estimate::bring_up_to_date(&place.database, &place.scope).await?;
    let estimate_seconds = clock.elapsed().as_secs_f64();
    let mut connection = place.scope.begin(&place.database.ingest).await?;
    let entity_hours: i64 = sqlx::query_scalar("select count(*) from usage_hour").fetch_one(&mut *connection).await?;
    drop(connection);

    // What is announced where everything is to be read, beside what was asked.
    let day = chrono::Duration::days(1);
    window::reopen(&place.database.ingest, &place.scope, REGION, Feed::Metrics, from() - day, now()).await?;
    let mut look = reading::begin(&place.database.ingest, &place.scope).await?;
    let places = [(place.account_id, REGION.to_owned())];
    let announced = forecast::of(&mut look, &places, from(), now(), now()).await?.series;
    drop(look);

    let peak_mb = memory(other, program, &simulator.endpoint_url(), &key).await?;
    simulator.shutdown().await;
    let entity_hours = u64::try_from(entity_hours).unwrap_or_default();
    Ok(Whole {
        endpoints,
        points: summary.points,
        inventory_seconds: took(|phase| matches!(phase, Phase::Inventory(_))),
        metrics_seconds,
        points_per_second: summary.points as f64 / metrics_seconds,
        entity_hours,
        estimate_seconds,
        entity_hours_per_second: entity_hours as f64 / estimate_seconds,
        forecast_ratio: announced as f64 / summary.series as f64,
        peak_mb,
    })
}

/// The most memory of the program, MB.
async fn memory(url: &str, program: &Path, endpoint: &str, key: &str) -> Result<f64> {
    let mut child = tokio::process::Command::new(program)
        .args(["ingest", "--once", "--region", REGION, "--aws-endpoint-url", endpoint])
        .args(["--from", &from().to_rfc3339(), "--now", &now().to_rfc3339()])
        // Memory is measured, and not patience with a quota.
        .args(["--sagemaker-calls-per-second", "100000"])
        .env("DATABASE_URL", url)
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id().context("the program has ended")?);
    let mut peak_kb = 0.0;
    loop {
        if let Some(outcome) = child.try_wait()? {
            ensure!(outcome.success(), "the program failed");
            return Ok(peak_kb / 1024.0);
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        peak_kb = kb.unwrap_or(peak_kb).max(peak_kb);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
