//! The pages of the served program over a long history of a large fleet: how long they take at a steady rate beside the
//! floors of the same minute, how many come at most, how the time grows with the history, and how fast the program is there.

mod load;
mod program;
pub mod seed;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use server::store::reading;

use crate::Place;
use load::Paced;
use program::{Nginx, Served};

/// Endpoints of the fleet.
const ENDPOINTS: u32 = 1_000;
/// Days of the ledger, shortest first; the rates are measured over the middle one.
const HISTORIES: [i64; 3] = [30, 365, 1_095];
/// Requests a second.
const RATE: u32 = 1_000;
/// How long each is asked for at that rate.
const SPAN: Duration = Duration::from_secs(10);
/// How long as many as possible are asked for.
const RUSH: Duration = Duration::from_secs(15);
/// Addresses that differ.
const DISTINCT: u32 = 1_000;
/// Addresses that many look at.
const FEW: u32 = 20;
/// How often a page is made to tell how long it takes.
const MAKINGS: u32 = 21;
/// How often the program is started.
const STARTS: u32 = 9;

/// Everything that is measured of pages.
#[derive(Debug, Serialize)]
pub struct Pages {
    endpoints: u32,
    days: i64,
    ledger_rows: i64,
    database_mb: f64,
    rate: u32,
    /// At a steady rate, each asked for alone: pages that are kept, then the floors.
    paced: Vec<Paced>,
    /// As many as come, of addresses that differ: every page is made.
    made: Rush,
    /// A few addresses that are asked for again and again, of a database that nobody writes to.
    kept: Rush,
    growth: Vec<Growth>,
    /// From the start of the program to its first answer, in milliseconds: median and longest.
    start_ms: [f64; 2],
    /// The first view of the overview, packed with brotli, in bytes: the page, the stylesheet, the islands.
    weight: [usize; 3],
    /// The most memory that the program had, MB.
    peak_mb: f64,
}

/// As many pages as come.
#[derive(Debug, Serialize)]
pub struct Rush {
    connections: u32,
    pages_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// How long a page takes to be made, by the days of the ledger.
#[derive(Debug, Serialize)]
pub struct Growth {
    page: &'static str,
    /// Days, and the median in milliseconds.
    made_ms: Vec<(i64, f64)>,
    /// The time grows with the days to this power, from the shortest history to the longest.
    exponent: f64,
}

/// What somebody looks at.
fn pages(endpoint: &str) -> [(&'static str, String); 6] {
    [
        ("overview", "/".to_owned()),
        ("endpoints", "/endpoints".to_owned()),
        ("endpoint", endpoint.to_owned()),
        ("trends", "/trends".to_owned()),
        ("reviews", "/reviews".to_owned()),
        ("imports", "/imports".to_owned()),
    ]
}

/// Measures all of it; `nginx` serves the overview as a file beside.
pub async fn time(place: &Place, program: &Path, nginx: &Path) -> Result<Pages> {
    let now = seed::read_a_day(place, ENDPOINTS).await?;
    let mut growth: Vec<Growth> = Vec::new();
    let mut known = 1;
    let mut measured = None;
    for days in HISTORIES {
        eprintln!("  a ledger of {days} days");
        seed::deepen(place, known, days).await?;
        known = days;
        let served = Served::start(program, &place.url, now).await?;
        let endpoint = served.first_link("/endpoints", "/endpoints/").await?;
        for (name, path) in pages(&endpoint) {
            let ms = served.made_in(&path, MAKINGS).await?;
            match growth.iter_mut().find(|growth| growth.page == name) {
                Some(growth) => growth.made_ms.push((days, ms)),
                None => growth.push(Growth { page: name, made_ms: vec![(days, ms)], exponent: 0.0 }),
            }
        }
        if days == HISTORIES[1] {
            measured = Some(rates(place, &served, program, nginx, &endpoint, days, now).await?);
        }
    }
    for growth in &mut growth {
        if let (Some((first, short)), Some((last, long))) = (growth.made_ms.first(), growth.made_ms.last()) {
            growth.exponent = (long / short).ln() / (*last as f64 / *first as f64).ln();
        }
    }
    let mut pages = measured.context("the rates were measured")?;
    pages.growth = growth;
    Ok(pages)
}

async fn rates(
    place: &Place,
    served: &Served,
    program: &Path,
    nginx: &Path,
    endpoint: &str,
    days: i64,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Pages> {
    let mut paced = Vec::new();
    for (name, path) in pages(endpoint) {
        paced.push(load::steadily(name, RATE, SPAN, || served.page(&path)).await);
    }
    let overview = served.page("/").await?;
    let beside = Nginx::start(nginx, &overview).await?;
    paced.push(load::steadily("nginx, the overview as a file", RATE, SPAN, || beside.page()).await);
    let pool = &place.database.web;
    let floor = || async { Ok::<_, anyhow::Error>(reading::moment(pool).await.map(|_| Vec::new())?) };
    paced.push(load::steadily("Postgres, one row", RATE, SPAN, floor).await);

    let connections = 8;
    let asked = |number: u32| distinct(number, now);
    let made = served.rush(connections, RUSH, |number| (asked(number % DISTINCT), format!("rush={number}"))).await?;
    let kept = served.rush(connections, RUSH, |number| (asked(number % FEW), "rush=kept".to_owned())).await?;

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let started = Served::start(program, &place.url, now).await?;
        starts.push(began.elapsed().as_secs_f64() * 1e3);
        drop(started);
    }
    starts.sort_by(f64::total_cmp);
    let (ledger_rows, bytes) = seed::size(place).await?;
    ensure!(paced.iter().all(|paced| paced.errors == 0), "some pages failed: {paced:?}");
    Ok(Pages {
        endpoints: ENDPOINTS,
        days,
        ledger_rows,
        database_mb: bytes as f64 / 1e6,
        rate: RATE,
        paced,
        made,
        kept,
        growth: Vec::new(),
        start_ms: [load::rank(&starts, 50), load::rank(&starts, 100)],
        weight: served.weight().await?,
        peak_mb: served.peak_mb()?,
    })
}

/// An address of the overview unlike that of any other number below [`DISTINCT`]: another period, beside another.
fn distinct(number: u32, now: chrono::DateTime<chrono::Utc>) -> String {
    let last = now.date_naive() - chrono::Days::new(1 + u64::from(number % 250));
    let first = last - chrono::Days::new(6);
    let beside = ["prev", "none", "prev&region=us-east-1", "none&region=us-east-1"];
    let beside = beside.get(number as usize / 250).copied().unwrap_or("prev");
    format!("/?from={first}&to={last}&cmp={beside}")
}
