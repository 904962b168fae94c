//! Estimating anew: a month of a fleet, and a day of it with and without a month before it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Serialize;
use server::estimate;
use server::store::due;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::{Place, pages::seed};

/// Endpoints of the fleet.
const ENDPOINTS: u32 = 1_000;
/// Days that are kept, shortest history first.
const HISTORIES: [i64; 2] = [2, 30];
/// How often a day is estimated.
const TIMES: u32 = 5;

/// What estimating took, from marked days to a written ledger, all rows there already.
#[derive(Debug, Serialize)]
pub struct Estimating {
    endpoints: u32,
    /// Days that are kept.
    days: i64,
    /// Hours of entities in them.
    entity_hours: i64,
    /// All days, seconds.
    seconds: f64,
    entity_hours_per_second: f64,
    /// What Postgres alone takes to read the same statistics and to write the same rows, seconds.
    floor_seconds: f64,
    /// The newest whole day alone, milliseconds: the median.
    day_ms: f64,
}

/// Estimates a fleet anew, over a short and a long history.
pub async fn time(place: &Place) -> Result<Vec<Estimating>> {
    seed::read_a_day(place, ENDPOINTS).await?;
    let mut known = 1;
    let mut timed = Vec::new();
    for days in HISTORIES {
        seed::deepen(place, known, days).await?;
        known = days;
        timed.push(over(place, days).await?);
    }
    Ok(timed)
}

async fn over(place: &Place, days: i64) -> Result<Estimating> {
    due::mark_all_stale(&place.database.ingest, &place.scope).await?;
    let seconds = estimated(place).await?.as_secs_f64();
    let mut of_a_day = Vec::new();
    for _ in 0..TIMES {
        let mut transaction = place.scope.begin(&place.database.ingest).await?;
        let newest = "insert into stale_day (account_id, entity_id, day) select distinct account_id, entity_id, day \
                      from ledger_day where day = (select max(day) - 1 from ledger_day)";
        ensure!(transaction.execute(newest).await?.rows_affected() >= u64::from(ENDPOINTS), "a day has all endpoints");
        transaction.commit().await?;
        of_a_day.push(estimated(place).await?);
    }
    of_a_day.sort_unstable();
    let day_ms = of_a_day.get(of_a_day.len() / 2).map_or(f64::NAN, |day| day.as_secs_f64() * 1e3);
    let mut look = place.scope.begin(&place.database.ingest).await?;
    let entity_hours: i64 = sqlx::query_scalar("select count(*) from usage_hour").fetch_one(&mut *look).await?;
    drop(look);
    Ok(Estimating {
        endpoints: ENDPOINTS,
        days,
        entity_hours,
        seconds,
        entity_hours_per_second: entity_hours as f64 / seconds,
        floor_seconds: floor(place).await?.as_secs_f64(),
        day_ms,
    })
}

async fn estimated(place: &Place) -> Result<Duration> {
    let clock = Instant::now();
    let days = estimate::bring_up_to_date(&place.database, &place.scope).await?;
    ensure!(days >= u64::from(ENDPOINTS), "only {days} days were due");
    Ok(clock.elapsed())
}

/// The statistics read and the rows written, with the same keys, by Postgres alone.
async fn floor(place: &Place) -> Result<Duration> {
    const TABLES: [&str; 3] = ["usage_day", "footprint_day", "ledger_day"];
    let mut transaction = place.scope.begin(&place.database.ingest).await?;
    for table in TABLES {
        let like = format!("create temporary table floor_{table} (like {table} including all)");
        transaction.execute(AssertSqlSafe(like)).await?;
    }
    let clock = Instant::now();
    transaction.execute("select entity_id, hour, sum(sum[1]), sum(n[1]) from metric_stats group by 1, 2").await?;
    for table in TABLES {
        let moved = format!("insert into floor_{table} select * from {table}");
        ensure!(transaction.execute(AssertSqlSafe(moved)).await?.rows_affected() > 0, "{table} has no rows");
    }
    Ok(clock.elapsed())
}
