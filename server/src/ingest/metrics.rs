//! Metric points, window by window, newest first.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures::future::join_all;
use serde_json::json;
use uuid::Uuid;

use super::pack::{self, Hours};
use super::progress::{Phase, Progress, Step};
use super::{
    Failure, IngestError, Options, Source, Summary, hosts, observed, one_of_many, power, probe_state, renewing, span,
    stops_the_feed, wanted, window,
};
use crate::aws::facts::{Hosting, Metric, PowerMetric, Series, SeriesRequest, Subject, is_serverless};
use crate::aws::{AwsError, Client};
use crate::kind::Kind;
use crate::store::capacity::{self, Span};
use crate::store::measured::{self as store_measured, Reading};
use crate::store::metric::{self, Alive, HourRow, Merged, StatsRow};
use crate::store::observed::Hour;
use crate::store::run::Probe;
use crate::store::window::{Feed, Lease, Read};
use crate::store::{self, Connection, Database, StoreError, inventory as store_inventory};

/// Points that are packed and sent at once.
const SLICE: u32 = 200_000;

pub(super) const HOST_METRICS: [Metric; 5] =
    [Metric::Cpu, Metric::Memory, Metric::Gpu, Metric::GpuMemory, Metric::Disk];
/// CloudWatch has no disk of batch transform hosts.
pub(super) const TRANSFORM_METRICS: [Metric; 4] = [Metric::Cpu, Metric::Memory, Metric::Gpu, Metric::GpuMemory];
pub(super) const VARIANT_METRICS: [Metric; 10] = [
    Metric::Cpu,
    Metric::Memory,
    Metric::Gpu,
    Metric::GpuMemory,
    Metric::Disk,
    Metric::Samples,
    Metric::Invocations,
    Metric::Errors4xx,
    Metric::Errors5xx,
    Metric::Latency,
];
/// Requests to an asynchronous endpoint are counted when they are processed; as many metrics as of any variant.
pub(super) const ASYNC_METRICS: [Metric; 10] = [
    Metric::Cpu,
    Metric::Memory,
    Metric::Gpu,
    Metric::GpuMemory,
    Metric::Disk,
    Metric::Samples,
    Metric::Processed,
    Metric::Errors4xx,
    Metric::Errors5xx,
    Metric::Latency,
];

/// Nobody sees the machine behind a serverless variant but for its memory.
pub(super) const SERVERLESS_METRICS: [Metric; 5] =
    [Metric::Memory, Metric::Invocations, Metric::Errors4xx, Metric::Errors5xx, Metric::Latency];

/// What is asked of a variant of an endpoint.
pub(super) fn variant_metrics(hosting_option: &str) -> &'static [Metric] {
    match hosting_option {
        option if option == Hosting::Asynchronous.as_str() => &ASYNC_METRICS,
        option if option == Hosting::Serverless.as_str() => &SERVERLESS_METRICS,
        _ => &VARIANT_METRICS,
    }
}

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, IngestError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let step = Step::of(Phase::Metrics, source, region);
    progress.start(&step, None);
    store::lane::join_days(pool, scope, region, options.now).await?;
    store::lane::reopen_due(pool, scope, region, options.from, options.now).await?;
    let known = store::window::planned(pool, scope, region, Feed::Metrics).await?;
    let closed = options.to.min(options.now - options.settle);
    let missing = window::missing(&known, options.from, closed);
    store::window::plan(pool, scope, source.account_id, region, Feed::Metrics, &missing).await?;
    metric::ensure_months(pool, options.from, closed).await?;
    let mut failure = hosts::learn(database, source, client, options).await?.err();
    let open = store::window::open(pool, scope, wanted(source, region, Feed::Metrics, options, "")).await?;
    progress.start(&step, Some(open));
    let mut workers = Vec::new();
    for _ in 0..options.parallel {
        workers.push(one_of_many(progress, worker(database, source, client, options, progress)));
    }
    let outcomes = join_all(workers).await;
    progress.finish(&step);
    let mut summary = Summary::default();
    for outcome in outcomes {
        let (part, failed) = outcome?;
        summary.add(part);
        failure = failure.or(failed);
    }
    let (state, message, remedy) = match &failure {
        None => ("granted", String::new(), String::new()),
        Some(error) => {
            tracing::warn!(region, operation = error.operation, message = %error.message, "metrics not read whole");
            summary.errors.push(Failure::of(error));
            progress.failed(error);
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let probe = Probe {
        account_id: source.account_id,
        region,
        feature: "cloudwatch",
        state,
        message: &message,
        remedy: &remedy,
    };
    store::run::write_probe(pool, scope, &probe, options.now).await?;
    summary.windows_left += store::window::left(pool, scope, region).await?;
    Ok(summary)
}

async fn worker(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    progress: &Progress,
) -> Result<(Summary, Option<AwsError>), IngestError> {
    let (pool, scope, region) = (&database.ingest, &source.scope, client.region());
    let step = Step::of(Phase::Metrics, source, region);
    let holder = Uuid::new_v4().to_string();
    let mut summary = Summary::default();
    // Whoever asks for the end waits for no more than the windows that are being read.
    while !progress.is_cancelled() {
        let claimed =
            store::window::claim(pool, scope, wanted(source, region, Feed::Metrics, options, &holder)).await?;
        let Some(lease) = claimed else {
            // A window held by a process that died comes free when its lease runs out.
            if store::window::held_by_others(pool, scope, wanted(source, region, Feed::Metrics, options, &holder))
                .await?
                == 0
            {
                return Ok((summary, None));
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        match read_window(database, source, client, options, &lease, progress).await {
            Ok(Ok(part)) => {
                progress.add(&step, part.metric_windows);
                summary.add(part);
            }
            Ok(Err(error)) => {
                store::window::give_back(pool, scope, &lease, &error.message, &error.remedy(), 1.0).await?;
                if stops_the_feed(error.kind) || lease.attempts >= 4 {
                    return Ok((summary, Some(error)));
                }
            }
            Err(StoreError::LeaseLost) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok((summary, None))
}

async fn read_window(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    lease: &Lease,
    progress: &Progress,
) -> Result<Result<Summary, AwsError>, StoreError> {
    let mut look = source.scope.begin(&database.ingest).await?;
    let late = store::window::reopened_entities(&mut look, lease).await?;
    drop(look);
    let only = (lease.was_complete && !late.is_empty()).then_some(late.as_slice());
    let (entities, watermark) = metric::alive(
        &database.ingest,
        &source.scope,
        source.account_id,
        client.region(),
        lease.start,
        lease.end,
        only,
    )
    .await?;
    let period_s = period(lease.start, options.now);
    let plan = Plan::of(&entities, options.power.is_some());
    // A window that is read again for some entities alone was read for everything else.
    let others = match only {
        None => observed::plan(database, source, client.region(), (lease.start, lease.end)).await?,
        Some(_) => Vec::new(),
    };
    progress.asked(plan.requests.len() + others.len());
    let fetch = async {
        // Waited for inside, so that the lease is renewed meanwhile.
        let room = options.room.take(plan.points((lease.start, lease.end), period_s)).await;
        let answers =
            client.metric_data(&plan.requests, lease.start, lease.end, period_s, options.power.as_ref()).await?;
        Ok((answers, client.observed(&others, lease.start, lease.end).await?, room))
    };
    match renewing(database, &source.scope, lease, options.lease_seconds, fetch).await? {
        Ok((answers, figures, _room)) => {
            let as_of = only.is_none().then_some(options.now);
            let observed = observed::hours(&others, &figures, (lease.start, lease.end));
            let others = others.len();
            let fetched = Fetched { entities, watermark, as_of, plan, answers, period_s, others, observed };
            commit(database, source, lease, &fetched, options).await.map(Ok)
        }
        Err(error) => Ok(Err(error)),
    }
}

/// Five-minute points live 63 days; older hours come by the hour.
fn period(start: DateTime<Utc>, now: DateTime<Utc>) -> i32 {
    if start > now - Duration::days(63) { 300 } else { 3600 }
}

/// The series of a window, and which entity and host each belongs to.
pub(super) struct Plan {
    pub(super) requests: Vec<SeriesRequest>,
    owners: Vec<(i64, String)>,
}

impl Plan {
    pub(super) fn of(entities: &[Alive], with_power: bool) -> Self {
        let mut plan = Self { requests: Vec::new(), owners: Vec::new() };
        for entity in entities {
            match Kind::parse(&entity.kind) {
                Some(kind @ (Kind::Training | Kind::Processing)) => {
                    for host in entity.first_host..entity.first_host + entity.instances {
                        plan.add_host(entity, kind, &format!("algo-{host}"), &HOST_METRICS, with_power);
                    }
                }
                Some(kind @ Kind::Transform) => {
                    for host in &entity.hosts {
                        plan.add_host(entity, kind, host, &TRANSFORM_METRICS, with_power);
                    }
                }
                Some(Kind::Endpoint) => {
                    let subject = Subject::Variant { endpoint: entity.name.clone(), variant: entity.part.clone() };
                    plan.add(entity.entity_id, "", &subject, variant_metrics(&entity.hosting_option), with_power);
                }
                // AWS publishes nothing of them.
                Some(Kind::Notebook | Kind::App | Kind::Cluster) | None => {}
            }
        }
        plan
    }

    /// The most points that can come.
    fn points(&self, (from, to): (DateTime<Utc>, DateTime<Utc>), period_s: i32) -> u32 {
        let cells = (to - from).num_seconds() / i64::from(period_s.max(1));
        let points = usize::try_from(cells).unwrap_or_default().saturating_mul(self.requests.len());
        u32::try_from(points).unwrap_or(u32::MAX)
    }

    /// The requests in slices of whole entities, each with no more points than [`SLICE`] unless one entity alone has.
    fn slices(&self, span: (DateTime<Utc>, DateTime<Utc>), period_s: i32) -> Vec<Range<usize>> {
        let all = self.points(span, period_s).max(1);
        let most = self.requests.len().saturating_mul(usize::try_from(SLICE).unwrap_or(usize::MAX))
            / usize::try_from(all).unwrap_or(usize::MAX);
        let mut slices: Vec<Range<usize>> = Vec::new();
        for own in self.owners.chunk_by(|a, b| a.0 == b.0) {
            match slices.last_mut() {
                Some(slice) if slice.len() + own.len() <= most => slice.end += own.len(),
                _ => {
                    let begin = slices.last().map_or(0, |slice| slice.end);
                    slices.push(begin..begin + own.len());
                }
            }
        }
        slices
    }

    fn add_host(&mut self, entity: &Alive, kind: Kind, host: &str, metrics: &[Metric], with_power: bool) {
        let subject = Subject::Host { kind, host: format!("{}/{host}", entity.name) };
        self.add(entity.entity_id, host, &subject, metrics, with_power);
    }

    fn add(&mut self, entity_id: i64, host: &str, subject: &Subject, metrics: &[Metric], with_power: bool) {
        let power = with_power.then_some(&Metric::Power);
        for metric in metrics.iter().chain(power) {
            self.requests.push(SeriesRequest { subject: subject.clone(), metric: *metric });
            self.owners.push((entity_id, host.to_owned()));
        }
    }
}

struct Fetched {
    entities: Vec<Alive>,
    watermark: DateTime<Utc>,
    as_of: Option<DateTime<Utc>>,
    plan: Plan,
    answers: Vec<Series>,
    period_s: i32,
    /// Metrics asked of what else stood, and what came.
    others: usize,
    observed: Vec<Hour>,
}

async fn commit(
    database: &Database,
    source: &Source,
    lease: &Lease,
    fetched: &Fetched,
    options: &Options,
) -> Result<Summary, StoreError> {
    let (account_id, span, period_s) = (source.account_id, (lease.start, lease.end), fetched.period_s);
    let mut transaction = source.scope.begin(&database.ingest).await?;
    store::window::fence(&mut transaction, lease).await?;
    let mut merged = Merged::default();
    let mut counts = HashMap::new();
    // Some entities at a time: what was answered is packed, spelled out and sent, which takes many times its own room.
    for requests in fetched.plan.slices(span, period_s) {
        let packed = pack_all(&fetched.plan, &fetched.answers, requests, span, period_s);
        counts.extend(sample_counts(&packed, span, period_s));
        let (rows, stats) = rows_of(packed);
        merged.add(metric::merge(&mut transaction, account_id, period_s, &rows, lease.was_complete).await?);
        metric::write_stats(&mut transaction, account_id, &stats).await?;
    }
    store::observed::write(&mut transaction, account_id, &lease.region, &fetched.observed).await?;
    let ids: Vec<i64> = fetched.entities.iter().map(|entity| entity.entity_id).collect();
    store_inventory::lock_entities(&mut transaction, account_id, &ids).await?;
    if let Some(metric) = &options.power {
        let remeasured = write_power(&mut transaction, account_id, fetched, lease, metric, options.now).await?;
        for (entity_id, day) in remeasured {
            store_inventory::mark_stale(&mut transaction, account_id, entity_id, day, day).await?;
        }
    }
    let late = store::window::reopened_entities(&mut transaction, lease).await?;
    let known = capacity::spans_of(&mut transaction, account_id, &ids).await?;
    let mut due = Vec::new();
    for entity in &fetched.entities {
        let entity_id = entity.entity_id;
        let (counts, known) = (counts.get(&entity_id), known.get(&entity_id).map_or(&[][..], Vec::as_slice));
        let refined = refined_capacity(entity, known, counts, span, period_s);
        if let Some(refined) = &refined {
            capacity::replace(&mut transaction, account_id, entity_id, refined).await?;
        }
        // Completeness itself changes what a missing request series means, so the first reading marks every entity.
        let is_late = late.contains(&entity_id);
        if refined.is_some() || is_late || !lease.was_complete || merged.entities.contains(&entity_id) {
            due.push(entity_id);
        }
    }
    let last = (lease.end - Duration::seconds(1)).date_naive();
    store_inventory::mark_all_stale(&mut transaction, account_id, &due, lease.start.date_naive(), last).await?;
    store::window::clear_reopened(&mut transaction, lease, &ids).await?;
    if !lease.was_complete {
        // Entities that were found while the window was being fetched keep it pending, for them alone.
        let unread =
            metric::alive_but_unread(&mut transaction, account_id, &lease.region, lease.start, lease.end, &ids).await?;
        store::window::mark_reopened(&mut transaction, lease, &unread).await?;
    }
    let read = read_of(fetched, lease);
    store::window::complete(&mut transaction, lease, &read).await?;
    transaction.commit().await.map_err(StoreError::on("commit the window"))?;
    Ok(Summary {
        metric_windows: u64::from(!read.stays_open),
        series: u64::try_from(fetched.plan.requests.len() + fetched.others).unwrap_or_default(),
        points: u64::try_from(read.received_points).unwrap_or_default(),
        hours_written: merged.written,
        hours_restated: merged.restated,
        holes: fetched.answers.iter().filter(|series| series.hole.is_some()).count() as u64,
        ..Summary::default()
    })
}

fn read_of(fetched: &Fetched, lease: &Lease) -> Read {
    let holes: Vec<_> = fetched
        .plan
        .requests
        .iter()
        .zip(&fetched.answers)
        .filter_map(|(request, series)| {
            let reason = series.hole.as_ref()?;
            Some(json!({ "series": series_name(request), "reason": reason }))
        })
        .collect();
    let received = fetched.answers.iter().filter(|series| !series.points.is_empty()).count();
    let points: usize = fetched.answers.iter().map(|series| series.points.len()).sum();
    Read {
        as_of: fetched.as_of,
        watermark: Some(fetched.watermark),
        expected_series: i32::try_from(fetched.plan.requests.len()).unwrap_or(i32::MAX),
        received_series: i32::try_from(received).unwrap_or(i32::MAX),
        received_points: i64::try_from(points).unwrap_or(i64::MAX),
        stays_open: !holes.is_empty() && lease.attempts < 3,
        holes: json!(holes),
    }
}

fn series_name(request: &SeriesRequest) -> String {
    let metric = pack::place(request.metric).1;
    match &request.subject {
        Subject::Host { host, .. } => format!("{host} {metric}"),
        Subject::Variant { endpoint, variant } => format!("{endpoint}/{variant} {metric}"),
    }
}

/// Packs what was answered to some requests in `[from, to)`; measured watts are kept elsewhere.
pub(super) fn pack_all(
    plan: &Plan,
    answers: &[Series],
    requests: Range<usize>,
    span: (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> BTreeMap<i64, Hours> {
    let mut packed: BTreeMap<i64, Hours> = BTreeMap::new();
    let series = plan.requests.iter().zip(&plan.owners).zip(answers).take(requests.end).skip(requests.start);
    for ((request, (entity_id, host)), answer) in series.filter(|((request, _), _)| request.metric != Metric::Power) {
        let hours = packed.entry(*entity_id).or_default();
        pack::add(hours, host, request.metric, &answer.points, span, period_s);
    }
    packed
}

/// The sample counts of each entity in the cells of `[from, to)`.
pub(super) fn sample_counts(
    packed: &BTreeMap<i64, Hours>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> HashMap<i64, Vec<Option<f64>>> {
    let step = Duration::seconds(i64::from(period_s));
    let of = |hours: &Hours| {
        let mut counts = Vec::new();
        let mut at = from;
        while at < to {
            let hour_start = at - Duration::seconds(at.timestamp().rem_euclid(3600));
            let cell = usize::try_from((at - hour_start).num_seconds() / i64::from(period_s)).unwrap_or(0);
            let hour = hours.get(&(String::new(), pack::Family::Utilisation, hour_start));
            let cells = hour.and_then(|hour| hour.cells.get(&Metric::Samples));
            counts.push(cells.and_then(|cells| cells.get(cell).copied().flatten()));
            at += step;
        }
        counts
    };
    packed.iter().map(|(entity_id, hours)| (*entity_id, of(hours))).collect()
}

/// Keeps measured watts; returns the days of entities on which something changed.
async fn write_power(
    connection: &mut Connection,
    account_id: i32,
    fetched: &Fetched,
    lease: &Lease,
    metric: &PowerMetric,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, NaiveDate)>, StoreError> {
    let mut changed = Vec::new();
    for entity in &fetched.entities {
        let own = fetched.plan.requests.iter().zip(&fetched.plan.owners).zip(&fetched.answers);
        let points = own
            .filter(|((request, (owner, _)), _)| request.metric == Metric::Power && *owner == entity.entity_id)
            .flat_map(|(_, answer)| answer.points.iter().copied());
        let hours =
            power::hours(points, (lease.start, lease.end), metric.of, power::accelerators(&entity.instance_type));
        let (entity_id, source, read_at) = (entity.entity_id, power::CLOUDWATCH, now);
        let reading = Reading { account_id, entity_id, hours: &hours, source, read_at };
        let days = store_measured::write(connection, &reading).await?;
        changed.extend(days.into_iter().map(|day| (entity_id, day)));
    }
    Ok(changed)
}

pub(super) fn rows_of(packed: BTreeMap<i64, Hours>) -> (Vec<HourRow>, Vec<StatsRow>) {
    let mut rows = Vec::new();
    let mut stats = Vec::new();
    for (entity_id, hours) in packed {
        for ((host, family, hour), content) in hours {
            let mut cells = Vec::with_capacity(content.cells.len());
            let busy = pack::stats(&pack::busy_seconds(&content)).map(|figures| ("busy_s", figures));
            let mut of: Vec<_> = busy.into_iter().collect();
            for (metric, values) in content.cells {
                let name = pack::place(metric).1;
                of.extend(pack::stats(&values).map(|figures| (name, figures)));
                cells.push((name, values));
            }
            let family = family.letter();
            if !of.is_empty() {
                stats.push(StatsRow { entity_id, host: host.clone(), family, hour, of });
            }
            rows.push(HourRow { entity_id, host, family, hour, cells });
        }
    }
    (rows, stats)
}

/// The capacity of an entity as its sample counts tell it, which AWS' Describe calls forget; `None` where they say nothing new.
pub(super) fn refined_capacity(
    entity: &Alive,
    known: &[Span],
    counts: Option<&Vec<Option<f64>>>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> Option<Vec<Span>> {
    if Kind::parse(&entity.kind) != Some(Kind::Endpoint) || is_serverless(&entity.instance_type) {
        return None;
    }
    // An entity of which nothing came has no sample in any cell.
    let cells = usize::try_from((to - from).num_seconds() / i64::from(period_s)).unwrap_or_default();
    let counts = counts.map_or_else(|| Cow::Owned(vec![None; cells]), Cow::Borrowed);
    let refined = span::from_samples(known, from, period_s, &counts);
    (refined != known).then_some(refined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_hold_whole_entities_and_everything_once() {
        let entity = |entity_id| Alive {
            entity_id,
            kind: Kind::Endpoint.as_str().to_owned(),
            hosting_option: String::new(),
            name: format!("endpoint-{entity_id}"),
            part: "main".to_owned(),
            first_host: 1,
            instances: 1,
            hosts: Vec::new(),
            instance_type: "ml.m5.large".to_owned(),
        };
        let entities: Vec<Alive> = (0..150).map(entity).collect();
        let plan = Plan::of(&entities, false);
        let begin = DateTime::from_timestamp(1_790_035_200, 0).unwrap();
        let slices = |hours| plan.slices((begin, begin + Duration::hours(hours)), 300);
        let day = slices(24);
        let most = usize::try_from(SLICE).unwrap() / 288;
        assert!(
            day.len() > 2 && day.iter().all(|slice| slice.len() <= most && slice.len() % VARIANT_METRICS.len() == 0)
        );
        assert_eq!((day[0].start, day.last().unwrap().end), (0, plan.requests.len()));
        assert!(day.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(slices(1).len(), 1, "an hour of so few is one slice");
        // Ten years are more than a slice for a single entity; it stays whole all the same.
        assert_eq!(slices(24 * 3_650).len(), entities.len());
        assert!(Plan::of(&[], false).slices((begin, begin), 300).is_empty());
    }
}
