//! A window of metrics, some entities at a time: while some are written the next are fetched, so that a fleet of any size
//! takes the same memory.
//!
//! Each slice is committed by itself under the window's fence. Where a window breaks off, what was written stays and the
//! window stays open; it is read again, which changes nothing that is there. Only its end says that it was read whole.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures::future::join;
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::asked::{Plan, period, series_name, slices};
use super::pack::{pack_all, rows_of, sample_counts};
use super::progress::Progress;
use super::window::Window;
use super::{Options, Source, Summary, observed, power, renewing, span as spans};
use crate::aws::facts::{Metric, Observed, ObservedSubject, PowerMetric, Series};
use crate::aws::{AwsError, Client};
use crate::store::measured::{self as store_measured, Reading};
use crate::store::metric::{self, Alive};
use crate::store::observed::Hour;
use crate::store::window::{self, Lease, Read};
use crate::store::{self, Connection, Database, StoreError, capacity, inventory as store_inventory};

/// Metrics of use that are asked for before what came is written.
const OTHERS_AT_ONCE: usize = 2_000;

/// Reads the windows of a region.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) database: &'a Database,
    pub(super) source: &'a Source,
    pub(super) client: &'a Client,
    pub(super) options: &'a Options,
    pub(super) progress: &'a Progress,
}

/// What was answered for some entities.
struct Slice<'a> {
    entities: &'a [Alive],
    plan: Plan,
    answers: Vec<Series>,
    _room: Option<OwnedSemaphorePermit>,
}

/// What came of the slices of a window.
#[derive(Default)]
struct Tally {
    expected: usize,
    received: usize,
    points: usize,
    written: u64,
    restated: u64,
    holes: Vec<Value>,
}

/// What stood in a window, and when that was looked up.
struct Standing {
    entities: Vec<Alive>,
    watermark: DateTime<Utc>,
    others: Vec<(ObservedSubject, Observed)>,
    /// The run's clock, where the window is read for everything in it.
    as_of: Option<DateTime<Utc>>,
}

impl Reader<'_> {
    /// Reads one window whole.
    ///
    /// # Errors
    /// The outer one where the database fails or the lease is lost, the inner one where AWS does not answer; what was
    /// written until then stays.
    pub(super) async fn read(&self, lease: &Lease) -> Result<Result<Summary, AwsError>, StoreError> {
        let standing = self.standing(lease).await?;
        // On the heap, as its parts: together they would fill the stack of whoever reads several windows side by side.
        let work = Box::pin(self.fetch_and_write(lease, &standing));
        let seconds = self.options.lease_seconds;
        match renewing(self.database, &self.source.scope, lease, seconds, work).await?? {
            Ok(tally) => self.finish(lease, &standing, tally).await.map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn standing(&self, lease: &Lease) -> Result<Standing, StoreError> {
        let (pool, source) = (&self.database.ingest, self.source);
        let mut look = source.scope.begin(pool).await?;
        let late = window::reopened_entities(&mut look, lease).await?;
        drop(look);
        let only = (lease.was_complete && !late.is_empty()).then_some(late.as_slice());
        let (region, span) = (self.client.region(), (lease.start, lease.end));
        let (entities, watermark) =
            metric::alive(pool, &source.scope, source.account_id, region, span.0, span.1, only).await?;
        // A window that is read again for some entities alone was read for everything else.
        let others = match only {
            None => observed::plan(self.database, source, region, span).await?,
            Some(_) => Vec::new(),
        };
        let as_of = only.is_none().then_some(self.options.now);
        Ok(Standing { entities, watermark, others, as_of })
    }

    async fn fetch_and_write(&self, lease: &Lease, standing: &Standing) -> Result<Result<Tally, AwsError>, StoreError> {
        let period_s = period(lease.start, self.options.now);
        let cells = usize::try_from((lease.end - lease.start).num_seconds() / i64::from(period_s)).unwrap_or_default();
        let ranges = slices(&standing.entities, self.options.power.is_some(), cells, self.options.room.slice());
        self.progress.asked(standing.others.len());
        let mut tally = Tally::default();
        let mut fetched: Option<Slice<'_>> = None;
        for range in ranges.into_iter().map(Some).chain([None]) {
            let next = async {
                let entities = range.and_then(|range| standing.entities.get(range));
                match entities {
                    Some(entities) => Box::pin(self.fetch(lease, entities, period_s, cells)).await.map(Some),
                    None => Ok(None),
                }
            };
            let current = fetched.take();
            let written = async {
                // Dropped as soon as it is written: the next may wait for its room.
                match current {
                    Some(slice) => Box::pin(self.write(lease, &slice, period_s, &mut tally)).await,
                    None => Ok(()),
                }
            };
            let (next, written) = join(next, written).await;
            written?;
            match next {
                Ok(next) => fetched = next,
                Err(error) => return Ok(Err(error)),
            }
        }
        for others in standing.others.chunks(OTHERS_AT_ONCE) {
            match Box::pin(self.client.observed(others, lease.start, lease.end)).await {
                Ok(answers) => {
                    tally.holes.extend(observed::holes(others, &answers));
                    self.write_others(lease, &observed::hours(others, &answers, (lease.start, lease.end))).await?;
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(tally))
    }

    /// Writes some of the figures that tell how things are used.
    async fn write_others(&self, lease: &Lease, hours: &[Hour]) -> Result<(), StoreError> {
        let mut transaction = self.source.scope.begin(&self.database.ingest).await?;
        window::fence(&mut transaction, lease).await?;
        store::observed::write(&mut transaction, self.source.account_id, &lease.region, hours).await?;
        transaction.commit().await.map_err(StoreError::on("commit how things are used"))
    }

    async fn fetch<'e>(
        &self,
        lease: &Lease,
        entities: &'e [Alive],
        period_s: i32,
        cells: usize,
    ) -> Result<Slice<'e>, AwsError> {
        let power = self.options.power.as_ref();
        let plan = Plan::of(entities, power.is_some());
        self.progress.asked(plan.requests.len());
        let room = self.options.room.take(plan.points(cells)).await;
        let answers = self.client.metric_data(&plan.requests, lease.start, lease.end, period_s, power).await?;
        Ok(Slice { entities, plan, answers, _room: room })
    }

    /// Writes what was answered for some entities.
    async fn write(
        &self,
        lease: &Lease,
        slice: &Slice<'_>,
        period_s: i32,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        let (account_id, span) = (self.source.account_id, (lease.start, lease.end));
        let packed = pack_all(&slice.plan, &slice.answers, span, period_s);
        let counts = sample_counts(&packed, span, period_s);
        let (rows, stats) = rows_of(packed);
        let mut transaction = self.source.scope.begin(&self.database.ingest).await?;
        window::fence(&mut transaction, lease).await?;
        let merged = metric::merge(&mut transaction, account_id, period_s, &rows, lease.was_complete).await?;
        metric::write_stats(&mut transaction, account_id, &stats).await?;
        let ids: Vec<i64> = slice.entities.iter().map(|entity| entity.entity_id).collect();
        store_inventory::lock_entities(&mut transaction, account_id, &ids).await?;
        if let Some(metric) = &self.options.power {
            let remeasured = self.write_power(&mut transaction, slice, lease, metric).await?;
            for (entity_id, day) in remeasured {
                store_inventory::mark_stale(&mut transaction, account_id, entity_id, day, day).await?;
            }
        }
        let late = window::reopened_entities(&mut transaction, lease).await?;
        let known = capacity::spans_of(&mut transaction, account_id, &ids).await?;
        let mut due = Vec::new();
        for entity in slice.entities {
            let entity_id = entity.entity_id;
            let (counts, known) = (counts.get(&entity_id), known.get(&entity_id).map_or(&[][..], Vec::as_slice));
            let refined = spans::refined(entity, known, counts, span, period_s);
            if let Some(refined) = &refined {
                capacity::replace(&mut transaction, account_id, entity_id, refined).await?;
            }
            if refined.is_some() || late.contains(&entity_id) || merged.entities.contains(&entity_id) {
                due.push(entity_id);
            }
        }
        // What is read for the first time is due at the end of its window.
        if lease.was_complete {
            mark_stale(&mut transaction, lease, &due).await?;
        }
        window::clear_reopened(&mut transaction, lease, &ids).await?;
        transaction.commit().await.map_err(StoreError::on("commit a part of the window"))?;
        tally.add(slice);
        tally.written += merged.written;
        tally.restated += merged.restated;
        Ok(())
    }

    /// Keeps measured watts; returns the days of entities on which something changed.
    async fn write_power(
        &self,
        connection: &mut Connection,
        slice: &Slice<'_>,
        lease: &Lease,
        metric: &PowerMetric,
    ) -> Result<Vec<(i64, NaiveDate)>, StoreError> {
        let account_id = self.source.account_id;
        let mut changed = Vec::new();
        for entity in slice.entities {
            let own = slice.plan.requests.iter().zip(&slice.plan.owners).zip(&slice.answers);
            let points = own
                .filter(|((request, (owner, _)), _)| request.metric == Metric::Power && *owner == entity.entity_id)
                .flat_map(|(_, answer)| answer.points.iter().copied());
            let hours =
                power::hours(points, (lease.start, lease.end), metric.of, power::accelerators(&entity.instance_type));
            let (entity_id, source, read_at) = (entity.entity_id, power::CLOUDWATCH, self.options.now);
            let reading = Reading { account_id, entity_id, hours: &hours, source, read_at };
            let days = store_measured::write(connection, &reading).await?;
            changed.extend(days.into_iter().map(|day| (entity_id, day)));
        }
        Ok(changed)
    }

    /// Says that the window was read whole, or keeps it open where series were refused or entities came late.
    async fn finish(&self, lease: &Lease, standing: &Standing, tally: Tally) -> Result<Summary, StoreError> {
        let account_id = self.source.account_id;
        let mut transaction = self.source.scope.begin(&self.database.ingest).await?;
        window::fence(&mut transaction, lease).await?;
        if !lease.was_complete {
            let ids: Vec<i64> = standing.entities.iter().map(|entity| entity.entity_id).collect();
            // Completeness itself changes what a missing request series means, so the first reading marks every entity.
            mark_stale(&mut transaction, lease, &ids).await?;
            // Entities that were found while the window was being fetched keep it pending, for them alone.
            let (region, start, end) = (&lease.region, lease.start, lease.end);
            let unread = metric::alive_but_unread(&mut transaction, account_id, region, start, end, &ids).await?;
            window::mark_reopened(&mut transaction, lease, &unread).await?;
        }
        let summary = Summary {
            series: u64::try_from(tally.expected + standing.others.len()).unwrap_or_default(),
            points: u64::try_from(tally.points).unwrap_or_default(),
            hours_written: tally.written,
            hours_restated: tally.restated,
            holes: tally.holes.len() as u64,
            ..Summary::default()
        };
        let read = tally.read(lease, standing);
        window::complete(&mut transaction, lease, &read).await?;
        transaction.commit().await.map_err(StoreError::on("commit the window"))?;
        Ok(Summary { metric_windows: u64::from(!read.stays_open), ..summary })
    }
}

/// Marks the days of the window as due for these entities.
async fn mark_stale(connection: &mut Connection, lease: &Lease, entities: &[i64]) -> Result<(), StoreError> {
    let (from, to): Window = (lease.start, lease.end - Duration::seconds(1));
    store_inventory::mark_all_stale(connection, lease.account_id, entities, from.date_naive(), to.date_naive()).await
}

impl Tally {
    fn add(&mut self, slice: &Slice<'_>) {
        self.expected += slice.plan.requests.len();
        for (request, series) in slice.plan.requests.iter().zip(&slice.answers) {
            self.received += usize::from(!series.points.is_empty());
            self.points += series.points.len();
            let hole = series.hole.as_ref().map(|reason| json!({ "series": series_name(request), "reason": reason }));
            self.holes.extend(hole);
        }
    }

    fn read(self, lease: &Lease, standing: &Standing) -> Read {
        Read {
            as_of: standing.as_of,
            watermark: Some(standing.watermark),
            expected_series: i32::try_from(self.expected).unwrap_or(i32::MAX),
            received_series: i32::try_from(self.received).unwrap_or(i32::MAX),
            received_points: i64::try_from(self.points).unwrap_or(i64::MAX),
            stays_open: !self.holes.is_empty() && lease.attempts < 3,
            holes: json!(self.holes),
        }
    }
}
