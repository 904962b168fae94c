//! What is stored, beside the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context as _, Result};
use aws_simulator::Fleet;
use aws_simulator::fleet::{Job, JobKind, Region};
use aws_simulator::truth::{Metric, Series, Statistic};
use chrono::{DateTime, Duration, DurationRound as _, Utc};
use server::store::{AccountScope, Database, Origin, account};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use crate::readers::Setting;

/// Five-minute cells of an hour.
const CELLS: i64 = 12;
/// Failures that are printed.
const SHOWN: usize = 20;

/// What a column holds.
type Column = (&'static str, Metric, Statistic);

const UTILISATION: [Column; 5] = [
    ("cpu_pct", Metric::CpuUtilization, Statistic::Average),
    ("memory_pct", Metric::MemoryUtilization, Statistic::Average),
    ("gpu_pct", Metric::GpuUtilization, Statistic::Average),
    ("gpu_memory_pct", Metric::GpuMemoryUtilization, Statistic::Average),
    ("disk_pct", Metric::DiskUtilization, Statistic::Average),
];
const VARIANT: [Column; 5] = [
    ("samples", Metric::CpuUtilization, Statistic::SampleCount),
    ("invocations", Metric::Invocations, Statistic::Sum),
    ("errors_4xx", Metric::Invocation4xxErrors, Statistic::Sum),
    ("errors_5xx", Metric::Invocation5xxErrors, Statistic::Sum),
    ("latency_us", Metric::ModelLatency, Statistic::Average),
];

/// Name, part or nothing, host, hour and column of an array of cells.
type Place = (String, String, String, DateTime<Utc>, &'static str);
type Cells = BTreeMap<Place, Vec<Option<f64>>>;

/// What was compared, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    cells: usize,
    points: usize,
    windows: usize,
    restatements: i64,
    pub wrong: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} points in {} arrays and {} windows compared, {} restatements kept: {} wrong",
            self.points,
            self.cells,
            self.windows,
            self.restatements,
            self.wrong.len()
        )?;
        self.wrong.iter().take(SHOWN).try_for_each(|each| writeln!(f, "  {each}"))
    }
}

/// Compares everything that was read.
pub async fn compare(setting: &Setting, fleet: &Fleet) -> Result<Report> {
    let database = Database::connect(&setting.database_url, false).await?;
    let accounts = account::all(&database.ingest).await?;
    let scope = AccountScope::new(Origin::Aws, accounts.iter().map(|each| each.account_id).collect());
    let mut look = scope.begin(&database.ingest).await?;
    let closed = (fleet.now - Duration::minutes(15)).duration_trunc(Duration::hours(1))?;
    let mut report = Report::default();
    if accounts.len() != fleet.accounts.len() {
        report.wrong.push(format!("{} accounts are stored, {} there are", accounts.len(), fleet.accounts.len()));
    }
    let account = fleet.accounts.first().context("the fleet has an account")?;
    let region = account.regions.first().context("the account has a region")?;

    let truth = truth(fleet, &account.id, region, (setting.from, closed));
    let stored = stored(&mut look, (setting.from, closed)).await?;
    report.cells = truth.len();
    report.points = truth.values().flatten().flatten().count();
    for place in truth.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
        let (wanted, found) = (truth.get(place), stored.get(place));
        if wanted != found {
            let word = match (wanted, found) {
                (Some(_), None) => "lost",
                (None, Some(_)) => "invented",
                _ => "other",
            };
            report.wrong.push(format!("{word}: {place:?}: {wanted:?} is stored as {found:?}"));
        }
    }
    windows(&mut look, setting.from, closed, &mut report).await?;
    jobs(&mut look, region, fleet.now, &mut report).await?;
    report.restatements = sqlx::query_scalar("select count(*) from restatement").fetch_one(&mut *look).await?;
    Ok(report)
}

fn truth(fleet: &Fleet, account: &str, region: &Region, span: (DateTime<Utc>, DateTime<Utc>)) -> Cells {
    let mut cells = Cells::new();
    for job in region.jobs.iter().filter(|job| job.created <= fleet.now) {
        for host in 1..=job.instance_count {
            for column in UTILISATION {
                if job.kind == JobKind::Transform && column.0 == "disk_pct" {
                    continue; // CloudWatch has none
                }
                let series = Series::of_host(fleet, account, region, &job.name, host, column.1);
                let place = (job.name.clone(), String::new(), job.host_name(host));
                add(&mut cells, &place, column, series.as_ref(), span);
            }
        }
    }
    for endpoint in &region.endpoints {
        let variants = endpoint.configs.iter().flat_map(|config| &config.variants);
        for variant in variants {
            for column in UTILISATION.into_iter().chain(VARIANT) {
                let series = Series::of_variant(fleet, account, region, &endpoint.name, &variant.name, column.1);
                let place = (endpoint.name.clone(), variant.name.clone(), String::new());
                add(&mut cells, &place, column, series.as_ref(), span);
            }
        }
    }
    cells
}

fn add(
    cells: &mut Cells,
    (name, part, host): &(String, String, String),
    (column, _, statistic): Column,
    series: Option<&Series<'_>>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) {
    let Some(series) = series else { return };
    let mut hour = from;
    while hour < to {
        let minute = hour.timestamp() / 60;
        let cell = |cell| series.merged(minute + cell * 5, minute + cell * 5 + 5);
        let values: Vec<Option<f64>> =
            (0..CELLS).map(|each| cell(each).map(|datum| kept(datum.statistic(statistic)))).collect();
        if values.iter().any(Option::is_some) {
            cells.insert((name.clone(), part.clone(), host.clone(), hour, column), values);
        }
        hour += Duration::hours(1);
    }
}

/// Cells are kept in single precision.
fn kept(value: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "as stored")]
    let single = value as f32;
    f64::from(single)
}

async fn stored(connection: &mut PgConnection, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<Cells> {
    let columns = UTILISATION.into_iter().chain(VARIANT).map(|(column, _, _)| column);
    let arrays: Vec<String> = columns.clone().map(|column| format!("m.{column}::float8[]")).collect();
    let statement = format!(
        "select r.name, case when r.kind = 'endpoint' then e.part else '' end, m.host, m.hour, {}
         from metric_hour m
         join entity e using (account_id, entity_id)
         join resource r using (account_id, resource_id)
         where m.hour >= $1 and m.hour < $2",
        arrays.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(statement)).bind(from).bind(to).fetch_all(connection).await?;
    let mut cells = Cells::new();
    for row in rows {
        for (index, column) in columns.clone().enumerate() {
            let values: Option<Vec<Option<f64>>> = row.get(4 + index);
            let values = values.unwrap_or_default();
            if values.iter().any(Option::is_some) {
                let place = (row.get(0), row.get(1), row.get(2), row.get(3), column);
                cells.entry(place).or_insert(values);
            }
        }
    }
    Ok(cells)
}

/// The windows of metrics lie side by side, each whole, from the first hour to the last that is closed.
async fn windows(
    connection: &mut PgConnection,
    from: DateTime<Utc>,
    closed: DateTime<Utc>,
    report: &mut Report,
) -> Result<()> {
    let rows: Vec<(DateTime<Utc>, DateTime<Utc>, bool)> = sqlx::query_as(
        "select window_start, window_end,
                state = 'complete' and holes = '[]' and coverage = tstzmultirange(tstzrange(window_start, window_end))
         from window_ledger where source = 'metrics' order by window_start",
    )
    .fetch_all(connection)
    .await?;
    let mut at = from;
    for (start, end, is_whole) in &rows {
        if *start != at || !is_whole {
            report.wrong.push(format!("window {start} to {end} begins not at {at} or is not whole"));
        }
        at = *end;
    }
    if at != closed {
        report.wrong.push(format!("the windows end at {at} and not at {closed}"));
    }
    report.windows = rows.len();
    Ok(())
}

/// Each job is there once, used what it used, and nothing overlaps.
async fn jobs(connection: &mut PgConnection, region: &Region, now: DateTime<Utc>, report: &mut Report) -> Result<()> {
    let kept: Vec<(String, i64, f64)> = sqlx::query_as(
        "select r.name, count(distinct r.resource_id), coalesce(sum(u.instance_seconds), 0)::float8
         from resource r
         left join entity e using (account_id, resource_id)
         left join usage_hour u on u.account_id = e.account_id and u.entity_id = e.entity_id and u.state = 'serving'
         where r.kind in ('training', 'processing', 'transform')
         group by r.name",
    )
    .fetch_all(&mut *connection)
    .await?;
    let kept: BTreeMap<&str, (i64, f64)> = kept.iter().map(|(name, n, s)| (name.as_str(), (*n, *s))).collect();
    let there: Vec<&Job> = region.jobs.iter().filter(|job| job.created <= now).collect();
    if there.len() != kept.len() {
        report.wrong.push(format!("{} jobs are stored, {} there are", kept.len(), there.len()));
    }
    for job in there {
        let (count, seconds) = kept.get(job.name.as_str()).copied().unwrap_or_default();
        if count != 1 {
            report.wrong.push(format!("job {} is stored {count} times", job.name));
        }
        let ended = job.ended.is_some_and(|ended| ended <= now);
        let used = job.training_s.filter(|_| ended).map(|trained| trained as f64 * f64::from(job.instance_count));
        if used.is_some_and(|used| (used - seconds).abs() > 0.01) {
            report.wrong.push(format!("job {} used {used:?} s and {seconds} are stored", job.name));
        }
    }
    let overlaps: Vec<String> = sqlx::query_scalar(
        "select e.part || ' of ' || r.name
         from (select *, lead(from_at) over (partition by account_id, entity_id order by from_at) as next
               from capacity_span) s
         join entity e using (account_id, entity_id)
         join resource r using (account_id, resource_id)
         where s.next < coalesce(s.to_at, 'infinity')
         union all
         select 'day ' || day || ' of entity ' || entity_id || ' is not estimated' from stale_day",
    )
    .fetch_all(connection)
    .await?;
    report.wrong.extend(overlaps);
    Ok(())
}
