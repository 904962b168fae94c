//! The merge alone, beside a plain COPY of the rows that came of it.

use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt as _;
use serde::Serialize;
use server::store::metric::{self, HourRow};
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::Place;

/// Endpoints in each window.
const ENDPOINTS: i64 = 1_000;
/// Windows of an hour.
const WINDOWS: i64 = 24;

/// What merging took.
#[derive(Serialize)]
pub struct Merge {
    period_s: i32,
    points: u64,
    rows: u64,
    seconds: f64,
    points_per_second: f64,
    /// A plain COPY of the same rows into a table with the same key, in as many transactions of one connection.
    copy_points_per_second: f64,
    /// Table and index together.
    bytes_per_point: f64,
}

/// Merges a day of a fleet, window by window, and copies it.
pub async fn time(place: &Place, period_s: i32) -> Result<Merge> {
    let begin = DateTime::from_timestamp(1_795_132_800, 0).unwrap_or_default();
    let mut points = 0;
    let mut rows = 0;
    let mut seconds = 0.0;
    for window in 0..WINDOWS {
        let content = hour(begin + Duration::hours(window), period_s);
        rows += content.len() as u64;
        points += content.iter().flat_map(|row| &row.cells).map(|(_, cells)| cells.len() as u64).sum::<u64>();
        let clock = Instant::now();
        let mut transaction = place.scope.begin(&place.database.ingest).await?;
        metric::merge(&mut transaction, place.account_id, period_s, &content, false).await?;
        transaction.commit().await?;
        seconds += clock.elapsed().as_secs_f64();
    }
    let mut connection = PgConnection::connect(&place.url).await?;
    let copied = copy(&mut connection, place).await?;
    let bytes: i64 = sqlx::query_scalar(
        "select sum(pg_total_relation_size(inhrelid))::int8 from pg_inherits where inhparent = 'metric_hour'::regclass",
    )
    .fetch_one(&mut connection)
    .await?;
    Ok(Merge {
        period_s,
        points,
        rows,
        seconds,
        points_per_second: points as f64 / seconds,
        copy_points_per_second: points as f64 / copied,
        bytes_per_point: bytes as f64 / points as f64,
    })
}

/// Every metric of every endpoint in an hour, no cell like another.
fn hour(hour: DateTime<Utc>, period_s: i32) -> Vec<HourRow> {
    let cells = usize::try_from(3600 / period_s).unwrap_or_default();
    let wave = |entity: i64, salt: usize, scale: f64| -> Vec<Option<f64>> {
        let value = |cell: usize| {
            let at = entity as f64 * 0.37 + (cell * 7 + salt * 13) as f64 * 0.11 + hour.timestamp() as f64 / 7_000.0;
            scale * (0.5 + 0.5 * at.sin())
        };
        (0..cells).map(|cell| Some(value(cell))).collect()
    };
    let whole = |cells: Vec<Option<f64>>| cells.into_iter().map(|cell| cell.map(f64::round)).collect::<Vec<_>>();
    let row = |entity_id, family, cells| HourRow { entity_id, host: String::new(), family, hour, cells };
    (1..=ENDPOINTS)
        .flat_map(|entity| {
            let utilisation = vec![
                ("cpu_pct", wave(entity, 1, 800.0)),
                ("memory_pct", wave(entity, 2, 100.0)),
                ("gpu_pct", wave(entity, 3, 100.0)),
                ("gpu_memory_pct", wave(entity, 4, 100.0)),
                ("disk_pct", wave(entity, 5, 100.0)),
                ("samples", whole(wave(entity, 6, 20.0))),
            ];
            let invocations = vec![
                ("invocations", whole(wave(entity, 7, 9_000.0))),
                ("errors_4xx", whole(wave(entity, 8, 20.0))),
                ("errors_5xx", whole(wave(entity, 9, 3.0))),
                ("latency_us", wave(entity, 10, 90_000.0)),
            ];
            [row(entity, 'u', utilisation), row(entity, 'i', invocations)]
        })
        .collect()
}

/// Seconds that a plain COPY of what was merged takes.
async fn copy(connection: &mut PgConnection, place: &Place) -> Result<f64> {
    connection.execute("set role wattledger_owner").await?;
    connection.execute("create table ceiling (like metric_hour including indexes)").await?;
    sqlx::query("select set_config('wattledger.accounts', $1, false)")
        .bind(place.account_id.to_string())
        .execute(&mut *connection)
        .await?;
    let hours: Vec<String> = sqlx::query_scalar("select distinct hour::text from metric_hour order by 1")
        .fetch_all(&mut *connection)
        .await?;
    let mut seconds = 0.0;
    for hour in hours {
        let statement = format!("copy (select * from metric_hour where hour = '{hour}') to stdout");
        let parts: Vec<_> = connection.copy_out_raw(&statement).await?.try_collect().await?;
        let clock = Instant::now();
        let mut copy = connection.copy_in_raw("copy ceiling from stdin").await?;
        for part in parts {
            copy.send(part).await?;
        }
        copy.finish().await?;
        seconds += clock.elapsed().as_secs_f64();
    }
    Ok(seconds)
}
