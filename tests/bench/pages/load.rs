//! Requests at a steady rate, whatever the answers take.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::stream::{FuturesUnordered, StreamExt as _};
use serde::Serialize;

/// Requests in flight at the most; who waits for one of them is late by as much.
const MOST: usize = 512;

/// How long answers took at a steady rate, from the moment that each was due.
#[derive(Debug, Serialize)]
pub struct Paced {
    pub what: String,
    pub asked: u32,
    pub errors: u32,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub longest_ms: f64,
}

/// Asks `rate` times a second for as long as `span`; an answer that comes late delays no other.
pub async fn steadily<A, F>(what: &str, rate: u32, span: Duration, ask: A) -> Paced
where
    A: Fn() -> F,
    F: Future<Output = Result<Vec<u8>>>,
{
    // What is made once is made before.
    for _ in 0..20 {
        _ = ask().await;
    }
    let asked = rate * u32::try_from(span.as_secs()).unwrap_or(1);
    let begin = Instant::now() + Duration::from_millis(20);
    let mut going = FuturesUnordered::new();
    let (mut took, mut errors) = (Vec::new(), 0);
    let mut end = |(ms, went_well): (f64, bool)| {
        took.push(ms);
        errors += u32::from(!went_well);
    };
    for number in 0..asked {
        let due = begin + Duration::from_secs_f64(f64::from(number) / f64::from(rate));
        let pause = tokio::time::sleep_until(due.into());
        tokio::pin!(pause);
        loop {
            tokio::select! {
                biased;
                Some(done) = going.next() => end(done),
                () = &mut pause, if going.len() < MOST => break,
            }
        }
        let answer = ask();
        going.push(async move {
            let went_well = answer.await.is_ok();
            (due.elapsed().as_secs_f64() * 1e3, went_well)
        });
    }
    while let Some(done) = going.next().await {
        end(done);
    }
    took.sort_by(f64::total_cmp);
    Paced {
        what: what.to_owned(),
        asked,
        errors,
        p50_ms: rank(&took, 50),
        p90_ms: rank(&took, 90),
        p99_ms: rank(&took, 99),
        p999_ms: took.get((took.len() * 999 / 1000).min(took.len().saturating_sub(1))).copied().unwrap_or(f64::NAN),
        longest_ms: rank(&took, 100),
    }
}

/// The nearest rank of a percentile of ascending values.
pub fn rank(ascending: &[f64], percent: usize) -> f64 {
    let place = (ascending.len() * percent).div_ceil(100).saturating_sub(1);
    ascending.get(place).copied().unwrap_or(f64::NAN)
}
