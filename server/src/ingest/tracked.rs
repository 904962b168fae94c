//! A file of CodeCarbon as it was written: its runs, each a job with what was measured of it.
//!
//! A run whose project is named as a job that is known, and that ran while that job did, is a measurement of the job. Any
//! other run is a job of its own, in an account that files alone tell of; where accounts are read from AWS there is none.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use footprint::{FactorSet, Measured};
use serde::Serialize;

use super::codecarbon::{self, CodeCarbonError, Row};
use super::measured::{self, MeasuredError};
use super::uploaded::{self, Part, Uploaded};
use super::{key, machine};
use crate::kind::Kind;
use crate::store::capacity::{Purchase, Source, Span, State};
use crate::store::load::Load;
use crate::store::measured::{self as store_measured, JobPart};
use crate::store::{AccountScope, Connection, Database, Origin, StoreError, account, inventory as store_inventory};

/// The account of runs that no job is known of.
const ACCOUNT: &str = "CodeCarbon";
/// A tracker may start before and stop after what AWS counts as training.
const SLACK: Duration = Duration::minutes(5);

/// What the file does not tell, from the person who sends it; it goes before what the file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// AWS region.
    pub region: Option<String>,
    /// Instance type.
    pub instance_type: Option<String>,
    /// Processor and memory were measured, not modelled.
    pub with_host: bool,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Runs of the file.
    pub runs: usize,
    /// Of them, those that belong to a job that was known.
    pub of_known_jobs: usize,
    /// Runs that say something else than was known.
    pub changed: usize,
}

/// Why a file was not taken; nothing of it was written then.
#[derive(Debug, thiserror::Error)]
pub enum TrackedError {
    /// It cannot be opened, or is no text.
    #[error("{name} cannot be read as text; send the emissions.csv that CodeCarbon wrote")]
    Unreadable {
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// It says nothing usable.
    #[error(transparent)]
    File(#[from] CodeCarbonError),
    /// Where a run took place decides its emissions.
    #[error("line {line}: the file does not say in which AWS region run {run} was; fill in Region beside the file")]
    NoRegion {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
    },
    /// No figure of its grid is known.
    #[error("line {line}: no grid is known for region {region:?}; fill in Region beside the file, such as us-east-1")]
    UnknownRegion {
        /// Counted from 1, with the header.
        line: u64,
        /// What was read or filled in.
        region: String,
    },
    /// The machine decides what was not measured, and what making it cost.
    #[error("line {line}: run {run} ran on {of}; fill in Instance type beside the file, such as ml.g5.xlarge")]
    NoInstanceType {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
        /// What is known.
        of: String,
    },
    /// When it ran decides the hours.
    #[error("line {line}: run {run} has no timestamp; take the file as CodeCarbon wrote it")]
    NoTimestamp {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
    },
    /// The future.
    #[error(
        "line {line}: run {run} ends after now; check the clock of the machine, whose timestamps are taken for UTC"
    )]
    InTheFuture {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
    },
    /// Accounts are read from AWS, and what ran in them AWS tells.
    #[error(
        "line {line}: no job called {project:?} that ran at the time of run {run} has been read; give the tracker the \
         job's name as its project_name, or name the job with `wattledger measured --job`"
    )]
    NoJob {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
        /// Its project.
        project: String,
    },
    /// What was measured cannot be.
    #[error("line {line}: {source}")]
    Measured {
        /// Counted from 1, with the header.
        line: u64,
        /// What is wrong.
        source: Box<MeasuredError>,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a file, all of it or nothing; the same file once more changes nothing.
///
/// # Errors
/// A sentence with its line and the next step; nothing is written then.
pub async fn import(
    database: &Database,
    scope: &AccountScope,
    factors: &FactorSet,
    file: &Path,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<Imported, TrackedError> {
    let text = tokio::fs::read_to_string(file).await.map_err(|source| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        TrackedError::Unreadable { name, source }
    })?;
    let rows = codecarbon::rows(&text)?;
    if rows.is_empty() {
        return Err(CodeCarbonError::Empty.into());
    }
    let mut imported = Imported { runs: rows.len(), ..Imported::default() };
    let mut own: BTreeMap<&str, (&Row, Place)> = BTreeMap::new();
    let mut transaction = scope.begin(&database.ingest).await?;
    for row in rows.values() {
        let (from, to) = times(row, now)?;
        let run = codecarbon::measured(row, known.with_host)?;
        match job_of(&mut transaction, row, (from, to)).await? {
            Some(part) => {
                let kept = measured::keep(&mut transaction, factors, &part, &run, &row.project, now).await;
                let kept = kept.map_err(|error| measured_error(row, error))?;
                imported.of_known_jobs += 1;
                imported.changed += usize::from(!kept.days.is_empty());
            }
            None if scope.origin() == Origin::Aws && !scope.ids().is_empty() => {
                let (run, project) = (row.run_id.clone(), row.project.clone());
                return Err(TrackedError::NoJob { line: row.line, run, project });
            }
            None => _ = own.insert(&row.run_id, (row, place(row, known, factors, (from, to))?)),
        }
    }
    if !own.is_empty() {
        let account_id = account::ensure(&database.ingest, Origin::Upload, None, ACCOUNT).await?;
        let scope = AccountScope::new(Origin::Upload, vec![account_id]);
        let mut runs = scope.begin(&database.ingest).await?;
        for (row, place) in own.into_values() {
            imported.changed += usize::from(write(&mut runs, account_id, factors, row, &place, known, now).await?);
        }
        runs.commit().await.map_err(StoreError::on("keep the runs"))?;
    }
    transaction.commit().await.map_err(StoreError::on("keep the measured power"))?;
    Ok(imported)
}

/// Where a run of its own took place.
struct Place {
    region: String,
    instance_type: String,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

fn times(row: &Row, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), TrackedError> {
    let (line, run) = (row.line, || row.run_id.clone());
    let times = row.began_at().zip(row.written_at);
    let (from, to) = times.ok_or_else(|| TrackedError::NoTimestamp { line, run: run() })?;
    if to > now {
        return Err(TrackedError::InTheFuture { line, run: run() });
    }
    Ok((from, to))
}

/// The job that a run measured: named as its project, of one part, and running at that time.
async fn job_of(
    connection: &mut Connection,
    row: &Row,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<JobPart>, StoreError> {
    let parts = store_measured::job_parts(connection, &row.project, None).await?;
    let ran =
        |part: &JobPart| part.created_at <= from + SLACK && part.ended_at.is_some_and(|ended| to <= ended + SLACK);
    let mut fitting: Vec<JobPart> = parts.into_iter().filter(ran).collect();
    let found = fitting.pop();
    Ok(found.filter(|_| fitting.is_empty()))
}

fn place(
    row: &Row,
    known: &Known,
    factors: &FactorSet,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Place, TrackedError> {
    let (line, run) = (row.line, || row.run_id.clone());
    let region = known.region.clone().or_else(|| row.region.clone());
    let region = region.ok_or_else(|| TrackedError::NoRegion { line, run: run() })?;
    if factors.region(&region).is_err() {
        return Err(TrackedError::UnknownRegion { line, region });
    }
    let instance_type = match &known.instance_type {
        Some(named) => named.clone(),
        None => told_by_parts(factors, row).map_err(|of| TrackedError::NoInstanceType { line, run: run(), of })?,
    };
    Ok(Place { region, instance_type, from, to })
}

/// The instance type that has the parts which the file tells of, or what is known instead.
fn told_by_parts(factors: &FactorSet, row: &Row) -> Result<String, String> {
    let candidates = machine::candidates(factors, &row.hardware);
    match candidates.as_slice() {
        [one] => Ok(one.name.clone()),
        [] => Err("a machine that is none of AWS' as far as the file tells".to_owned()),
        several => {
            let names: Vec<&str> = several.iter().map(|each| each.name.as_str()).take(4).collect();
            let more = if several.len() > names.len() { " and others" } else { "" };
            Err(format!("a machine that can be {}{more}", names.join(", ")))
        }
    }
}

/// Writes a run as a job of its own; whether it says something else than was known.
async fn write(
    connection: &mut Connection,
    account_id: i32,
    factors: &FactorSet,
    row: &Row,
    place: &Place,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<bool, TrackedError> {
    let arn = format!("codecarbon:{}", row.run_id);
    let found = store_inventory::newest(connection, account_id, &arn).await?;
    let (arn, born) = found.unwrap_or((arn, place.from));
    let name = name(row);
    let uploaded = Uploaded {
        arn: &arn,
        name: &name,
        born,
        region: &place.region,
        kind: Kind::Training,
        is_async: false,
        known_from: "codecarbon",
    };
    let span = Span {
        from: place.from,
        to: Some(place.to),
        instance_type: place.instance_type.clone(),
        count: 1,
        purchase: Purchase::OnDemand,
        state: State::Serving,
        source: Source::Described,
    };
    let (cpu, gpu) = (row.cpu_utilisation, row.gpu_utilisation.filter(|_| row.hardware.gpu_count > 0));
    let load =
        (cpu.is_some() || gpu.is_some()).then_some(Load { from: place.from, to: place.to, cpu, gpu, whole: None });
    let entity = key::entity(&uploaded.identity(), "", "", 1, &place.instance_type);
    let part = JobPart {
        account_id,
        resource_id: key::number(&uploaded.identity()),
        entity_id: entity.entity_id,
        region: place.region.clone(),
        part: String::new(),
        instance_type: place.instance_type.clone(),
        created_at: born,
        ended_at: Some(place.to),
    };
    let parts = [Part { entity, spans: vec![span], loads: load.into_iter().collect() }];
    let mut changed = uploaded::write(connection, account_id, &uploaded, &parts, None, now).await? > 0;
    let run = codecarbon::measured(row, known.with_host)?;
    // Of a run that measured nothing the power is modelled, as that of any other job.
    if run.measured != Measured::default() {
        let kept = measured::keep(connection, factors, &part, &run, &name, now).await;
        changed |= !kept.map_err(|error| measured_error(row, error))?.days.is_empty();
    }
    Ok(changed)
}

/// The project, and what tells its runs apart.
fn name(row: &Row) -> String {
    let project = if row.project.is_empty() { "codecarbon" } else { &row.project };
    let project: String = project.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let run: String = row.run_id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("{project}-{run}")
}

fn measured_error(row: &Row, error: MeasuredError) -> TrackedError {
    match error {
        MeasuredError::Store(error) => error.into(),
        error => TrackedError::Measured { line: row.line, source: Box::new(error) },
    }
}
