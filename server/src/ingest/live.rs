//! The hours that have not closed yet, every five minutes: metrics of jobs that run and of endpoints that somebody pinned.
//!
//! An hour is read whole each time, which costs the same and catches what came late. The window of the hour, once it has
//! closed, reads everything again; from the moment it is planned the lane leaves the hour alone.

use chrono::{DateTime, Duration, DurationRound as _, Utc};
use uuid::Uuid;

use super::asked::Plan;
use super::pack::{pack_all, rows_of, sample_counts};
use super::progress::Progress;
use super::{Failure, IngestError, Options, Source, Summary, span as spans};
use crate::aws::Client;
use crate::aws::facts::Series;
use crate::store::live::{self, Hold};
use crate::store::metric::{self, Alive};
use crate::store::{Database, StoreError, capacity, inventory as store_inventory};

/// How long CloudWatch usually takes to publish a minute; what comes later is caught the next time.
const SETTLE: Duration = Duration::minutes(2);
/// The points asked for.
const PERIOD_S: i32 = 300;
/// Where more than this has not closed, its windows come first.
const MOST: Duration = Duration::hours(3);

/// Reads what is followed in a region, unless another process is reading it or nothing is followed.
pub(super) async fn follow(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let holder = Uuid::new_v4().to_string();
    let claimed = live::claim(pool, scope, source.account_id, region, &holder, options.lease_seconds).await?;
    let Some(hold) = claimed else { return Ok(Summary::default()) };
    match read(database, source, client, options, progress, hold).await {
        // Another process has gone on where this one was too slow.
        Err(StoreError::LeaseLost) => Ok(Summary::default()),
        outcome => Ok(outcome?),
    }
}

async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
    hold: Hold<'_>,
) -> Result<Summary, StoreError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let mut look = scope.begin(pool).await?;
    let begins = live::begins(&mut look, hold.account_id, region).await?;
    let Some((from, to)) = span(begins, options.now) else {
        live::release(&mut look, hold, None, 0).await?;
        look.commit().await.map_err(StoreError::on("let the live lane go"))?;
        return Ok(Summary::default());
    };
    let followed = live::followed(&mut look, hold.account_id, region, from, to).await?;
    drop(look);
    let (entities, _) = metric::alive(pool, scope, hold.account_id, region, from, to, Some(&followed)).await?;
    let plan = Plan::of(&entities, false);
    let mut answers = Vec::new();
    let mut summary = Summary::default();
    if !plan.requests.is_empty() {
        progress.asked(plan.requests.len());
        match client.metric_data(&plan.requests, from, to, PERIOD_S, None).await {
            Ok(told) => answers = told,
            Err(error) => {
                let mut letting_go = scope.begin(pool).await?;
                live::release(&mut letting_go, hold, None, 0).await?;
                letting_go.commit().await.map_err(StoreError::on("let the live lane go"))?;
                tracing::warn!(region, operation = error.operation, message = %error.message, "the live lane was not read");
                progress.failed(&error);
                summary.errors.push(Failure::of(&error));
                return Ok(summary);
            }
        }
    }
    summary.add(commit(database, source, hold, &Fetched { entities, plan, answers, span: (from, to) }).await?);
    Ok(summary)
}

/// What is still open: from the end of the last planned window to the last five minutes that are published.
fn span(begins: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let to = (now - SETTLE).duration_trunc(Duration::seconds(i64::from(PERIOD_S))).ok()?;
    let from = begins?;
    (from < to && to - from <= MOST).then_some((from, to))
}

struct Fetched {
    entities: Vec<Alive>,
    plan: Plan,
    answers: Vec<Series>,
    span: (DateTime<Utc>, DateTime<Utc>),
}

async fn commit(
    database: &Database,
    source: &Source,
    hold: Hold<'_>,
    fetched: &Fetched,
) -> Result<Summary, StoreError> {
    let (account_id, (from, to)) = (source.account_id, fetched.span);
    let packed = pack_all(&fetched.plan, &fetched.answers, (from, to), PERIOD_S);
    let mut transaction = source.scope.begin(&database.ingest).await?;
    live::fence(&mut transaction, hold).await?;
    // Hours whose windows were planned meanwhile belong to them.
    let begins = live::begins(&mut transaction, account_id, hold.region).await?.unwrap_or(from).max(from);
    let counts = sample_counts(&packed, (begins, to), PERIOD_S);
    let (mut rows, mut stats) = rows_of(packed);
    rows.retain(|row| row.hour >= begins);
    stats.retain(|row| row.hour >= begins);
    let merged = metric::merge(&mut transaction, account_id, PERIOD_S, &rows, false).await?;
    metric::write_stats(&mut transaction, account_id, &stats).await?;
    let ids: Vec<i64> = fetched.entities.iter().map(|entity| entity.entity_id).collect();
    store_inventory::lock_entities(&mut transaction, account_id, &ids).await?;
    let known = capacity::spans_of(&mut transaction, account_id, &ids).await?;
    for entity in fetched.entities.iter().filter(|_| begins < to) {
        let entity_id = entity.entity_id;
        let (counts, known) = (counts.get(&entity_id), known.get(&entity_id).map_or(&[][..], Vec::as_slice));
        if let Some(refined) = spans::refined(entity, known, counts, (begins, to), PERIOD_S) {
            capacity::replace(&mut transaction, account_id, entity_id, &refined).await?;
        }
    }
    let (first, last) = (begins.date_naive(), (to - Duration::seconds(1)).date_naive());
    store_inventory::mark_all_stale(&mut transaction, account_id, &ids, first.min(last), last).await?;
    let followed = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    live::release(&mut transaction, hold, Some(to), followed).await?;
    transaction.commit().await.map_err(StoreError::on("commit the live lane"))?;
    Ok(Summary {
        series: u64::try_from(fetched.plan.requests.len()).unwrap_or_default(),
        points: fetched.answers.iter().map(|series| series.points.len() as u64).sum(),
        hours_written: merged.written,
        holes: fetched.answers.iter().filter(|series| series.hole.is_some()).count() as u64,
        ..Summary::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lane_goes_from_the_last_window_to_the_last_five_minutes() {
        let at = |minute: i64| DateTime::from_timestamp(1_790_000_000 / 3600 * 3600 + minute * 60, 0).unwrap();
        let rows = [
            (Some(0), 37, Some((0, 35))),
            (Some(0), 36, Some((0, 30))),
            (Some(0), 6, None),
            (Some(0), 7, Some((0, 5))),
            (Some(0), 74, Some((0, 70))),
            (Some(60), 61, None),
            (None, 30, None),
            (Some(0), 300, None),
        ];
        for (begins, now, expected) in rows {
            let expected = expected.map(|(from, to)| (at(from), at(to)));
            assert_eq!(span(begins.map(at), at(now)), expected, "{begins:?} {now}");
        }
    }
}
