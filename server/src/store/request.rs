//! What people ask of the processes that read on a schedule, and whether one of them is there.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::live::Lane;
use super::{Origin, StoreError, audit};

/// A reader that was not heard of for this long is gone, seconds.
const SILENCE_S: f64 = 30.0;

/// A stretch of time to read, `[from, to)`; without one it is the schedule's own.
pub type Span = Option<(DateTime<Utc>, DateTime<Utc>)>;

/// Something that was asked for and not yet begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What to read.
    pub span: Span,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Asks the readers for a run, in the transaction of whoever asks, and writes down who did.
pub async fn add(
    connection: &mut PgConnection,
    origin: Origin,
    span: Span,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let request_id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into ingest_request (request_id, origin, from_at, to_at, requested_by, requested_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        request_id,
        origin.as_str(),
        span.map(|(from, _)| from),
        span.map(|(_, to)| to),
        by,
        now
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("ask for a run"))?;
    let detail = json!({ "from": span.map(|(from, _)| from), "to": span.map(|(_, to)| to) });
    audit::record(connection, now, by, "import.requested", &request_id.to_string(), &detail).await
}

/// The same in a transaction of its own.
pub async fn ask(pool: &PgPool, origin: Origin, span: Span, by: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
    add(&mut transaction, origin, span, by, now).await?;
    transaction.commit().await.map_err(StoreError::on("ask for a run"))
}

/// Takes the oldest request; of several readers one gets it.
pub async fn take(pool: &PgPool, origin: Origin) -> Result<Option<Span>, StoreError> {
    let row = sqlx::query!(
        r#"
        with next as materialized (
            select request_id
            from ingest_request
            where origin = $1
              and taken_at is null
            order by requested_at
            limit 1
            for update skip locked
        )
        update ingest_request r
        set taken_at = now()
        from next
        where r.request_id = next.request_id
        returning r.from_at, r.to_at
        "#,
        origin.as_str()
    )
    .fetch_optional(pool)
    .await
    .map_err(StoreError::on("take what was asked for"))?;
    Ok(row.map(|row| row.from_at.zip(row.to_at)))
}

/// Says that a reader is there, and in how many seconds it reads next; `None` while it reads.
pub async fn present(pool: &PgPool, reader_id: Uuid, origin: Origin, next_in_s: Option<f64>) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into ingest_reader (reader_id, origin, seen_at, next_at)
        values ($1, $2, now(), now() + make_interval(secs => $3))
        on conflict (reader_id) do update set
            seen_at = excluded.seen_at,
            next_at = excluded.next_at
        "#,
        reader_id,
        origin.as_str(),
        next_in_s
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("say that the reader is there"))?;
    // Those that were killed leave their rows behind.
    sqlx::query!("delete from ingest_reader where seen_at < now() - interval '1 day'")
        .execute(pool)
        .await
        .map_err(StoreError::on("forget readers that are gone"))?;
    Ok(())
}

/// Says that a reader goes.
pub async fn gone(pool: &PgPool, reader_id: Uuid) -> Result<(), StoreError> {
    sqlx::query!("delete from ingest_reader where reader_id = $1", reader_id)
        .execute(pool)
        .await
        .map_err(StoreError::on("say that the reader goes"))?;
    Ok(())
}

/// Whether somebody reads on request, and when the next run by schedule begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readers {
    /// A reader was heard of lately.
    pub is_there: bool,
    /// The next run by schedule.
    pub next_at: Option<DateTime<Utc>>,
}

/// The readers of an origin.
pub async fn readers(connection: &mut PgConnection, origin: Origin) -> Result<Readers, StoreError> {
    sqlx::query_as!(
        Readers,
        r#"
        select
            count(*) > 0 as "is_there!",
            min(next_at) as next_at
        from ingest_reader
        where origin = $1
          and seen_at > now() - make_interval(secs => $2)
        "#,
        origin.as_str(),
        SILENCE_S
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("look for readers"))
}

/// What goes on and what waits: readers, requests, and the lane of five minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Who reads.
    pub readers: Readers,
    /// What was asked for and not yet begun, oldest first.
    pub waiting: Vec<Waiting>,
    /// Regions in which something is followed.
    pub lanes: Vec<Lane>,
    /// Passes of that lane in the last 24 hours that asked for something.
    pub passes: i64,
    /// Metrics that they asked of CloudWatch.
    pub series: i64,
}

/// A request as it is stored.
#[derive(Debug, Deserialize)]
struct Asked {
    from_at: Option<DateTime<Utc>>,
    to_at: Option<DateTime<Utc>>,
    requested_by: String,
    requested_at: DateTime<Utc>,
}

/// The schedule of an origin, in one statement.
pub async fn schedule(connection: &mut PgConnection, origin: Origin) -> Result<Schedule, StoreError> {
    let row = sqlx::query!(
        r#"
        with asked as (
            select from_at, to_at, requested_by, requested_at
            from ingest_request
            where origin = $1
              and taken_at is null
            order by requested_at
            limit 20
        ), lane as (
            select account_id, region, read_to, followed
            from live_lane
            where followed > 0
              and read_to is not null
        )
        select
            reader.is_there as "is_there!",
            reader.next_at,
            (select coalesce(jsonb_agg(to_jsonb(a) order by requested_at), '[]') from asked a)
                as "asked!: Json<Vec<Asked>>",
            (select coalesce(jsonb_agg(to_jsonb(l) order by account_id, region), '[]') from lane l)
                as "lanes!: Json<Vec<Lane>>",
            live.passes as "passes!",
            live.series as "series!"
        from (
            select count(*) > 0 as is_there, min(next_at) as next_at
            from ingest_reader
            where origin = $1
              and seen_at > now() - make_interval(secs => $2)
        ) reader
        cross join (
            select count(*) as passes, coalesce(sum(series), 0)::bigint as series
            from ingest_run
            where origin = $1
              and lane = 'live'
              and started_at >= now() - interval '24 hours'
        ) live
        "#,
        origin.as_str(),
        SILENCE_S
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read the schedule"))?;
    let waiting = row.asked.0.into_iter().map(|asked| Waiting {
        span: asked.from_at.zip(asked.to_at),
        by: asked.requested_by,
        at: asked.requested_at,
    });
    Ok(Schedule {
        readers: Readers { is_there: row.is_there, next_at: row.next_at },
        waiting: waiting.collect(),
        lanes: row.lanes.0,
        passes: row.passes,
        series: row.series,
    })
}
