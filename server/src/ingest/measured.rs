//! Measured power onto the hours of a job.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use footprint::{FactorSet, Measured};
use serde::Serialize;

use super::codecarbon::{self, CodeCarbonError, Run};
use crate::store::capacity::{self, Span, State};
use crate::store::inventory;
use crate::store::measured::{self, JobPart, Reading};
use crate::store::{AccountScope, Connection, Database, StoreError};

/// The name a file's readings are kept under.
const CODECARBON: &str = "codecarbon";
/// Beyond a hundred kilowatts an instance is a mistake.
pub(super) const MOST_WATTS: f64 = 1e5;
/// A tracker may start before and stop after what AWS counts as training.
const SLACK_SECONDS: f64 = 300.0;

/// Which job a file is of, and what of it may be believed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Name of the job.
    pub job: &'a str,
    /// Its region, where the name alone does not tell.
    pub region: Option<&'a str>,
    /// Its instance group, where it has several.
    pub group: Option<&'a str>,
    /// Run of the tracker, where the file holds several.
    pub run: Option<&'a str>,
    /// Processor and memory were measured, not modelled.
    pub with_host: bool,
}

/// What an import did; printed as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imported {
    /// Run of the tracker.
    pub run: String,
    /// Mean W of the accelerators of one instance.
    pub accelerators_w: Option<f64>,
    /// Mean W of one host.
    pub host_w: Option<f64>,
    /// Hours of the job that now carry it.
    pub hours: usize,
    /// Days with an hour that carried something else before.
    pub days_changed: usize,
}

/// Why nothing was written; each with the next step.
#[derive(Debug, thiserror::Error)]
pub enum MeasuredError {
    /// The file.
    #[error(transparent)]
    File(#[from] CodeCarbonError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No job of this name.
    #[error(
        "no job called {0} has been read; look its name up on /jobs, or read AWS first with `wattledger ingest --once`"
    )]
    NoJob(String),
    /// More than one.
    #[error("{count} jobs are called {name} ({places}); say which with --region or --account")]
    SeveralJobs {
        /// The name.
        name: String,
        /// How many.
        count: usize,
        /// Where they are.
        places: String,
    },
    /// One file cannot stand for machines of several kinds.
    #[error("{name} has the instance groups {groups}; say with --group on which of them the file was written")]
    SeveralGroups {
        /// The job.
        name: String,
        /// Its groups.
        groups: String,
    },
    /// Its hours are not complete yet.
    #[error("{0} has not ended as far as has been read; read AWS again with `wattledger ingest --once`, then import")]
    NotEnded(String),
    /// AWS gave no times.
    #[error("AWS gave no times for {0}, so there is no hour that the measurement could belong to")]
    NoHours(String),
    /// The tracker ran longer than the job.
    #[error("the run was tracked for {tracked:.0} s and {name} ran for {ran:.0} s: name the job that the file is of")]
    AnotherJob {
        /// The job.
        name: String,
        /// Seconds of the run.
        tracked: f64,
        /// Seconds of the job.
        ran: f64,
    },
    /// More than an instance can draw.
    #[error("a mean of {0:.0} W is more than an instance can draw; check the file's energies and duration")]
    TooMuch(f64),
    /// The type has no accelerators, and nothing else was measured.
    #[error("{0} has no accelerators to measure. If the processor was read from RAPL, say so with --host")]
    NoAccelerators(String),
}

/// Writes what a CodeCarbon file measured to every hour of the job, in one transaction, and marks its days as due.
///
/// The mean of one instance stands for every instance of the job's group in every hour; a second import of the same file
/// changes nothing.
///
/// # Errors
/// A sentence and a next step; then nothing is written.
pub async fn import(
    database: &Database,
    scope: &AccountScope,
    factors: &FactorSet,
    file: &str,
    wanted: Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<Imported, MeasuredError> {
    let run = codecarbon::run(file, wanted.run, wanted.with_host)?;
    let mut transaction = scope.begin(&database.ingest).await?;
    let part = one(measured::job_parts(&mut transaction, wanted.job, wanted.region).await?, wanted)?;
    let kept = keep(&mut transaction, factors, &part, &run, wanted.job, now).await?;
    transaction.commit().await.map_err(StoreError::on("commit the measured power"))?;
    Ok(Imported {
        run: run.id,
        accelerators_w: kept.measured.accelerators.map(|watts| watts.get()),
        host_w: kept.measured.host.map(|watts| watts.get()),
        hours: kept.hours,
        days_changed: kept.days.len(),
    })
}

/// What was written of a run.
pub(super) struct Kept {
    measured: Measured,
    hours: usize,
    /// Days with an hour that carried something else before.
    pub(super) days: Vec<NaiveDate>,
}

/// Writes what a run measured to every hour of a part of a job, and marks the days on which that is news.
pub(super) async fn keep(
    connection: &mut Connection,
    factors: &FactorSet,
    part: &JobPart,
    run: &Run,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Kept, MeasuredError> {
    let measured = plausible(run, part, factors)?;
    inventory::lock_entities(connection, part.account_id, &[part.entity_id]).await?;
    let spans = capacity::spans(connection, part.account_id, part.entity_id).await?;
    let hours: Vec<_> = hours_of(&spans, part, run, name)?.into_iter().map(|hour| (hour, measured)).collect();
    let reading = Reading {
        account_id: part.account_id,
        entity_id: part.entity_id,
        hours: &hours,
        source: CODECARBON,
        read_at: now,
    };
    let days = measured::write(connection, &reading).await?;
    for day in &days {
        inventory::mark_stale(connection, part.account_id, part.entity_id, *day, *day).await?;
    }
    Ok(Kept { measured, hours: hours.len(), days })
}

/// The one part that a file can be of.
fn one(parts: Vec<JobPart>, wanted: Wanted<'_>) -> Result<JobPart, MeasuredError> {
    let name = || wanted.job.to_owned();
    let resources: BTreeSet<(i32, i64)> = parts.iter().map(|part| (part.account_id, part.resource_id)).collect();
    if resources.len() > 1 {
        let places = joined(parts.iter().map(|part| format!("{} {}", part.region, part.created_at.format("%F"))));
        return Err(MeasuredError::SeveralJobs { name: name(), count: resources.len(), places });
    }
    let groups = joined(parts.iter().map(|part| part.part.clone()));
    let mut left: Vec<JobPart> =
        parts.into_iter().filter(|part| wanted.group.is_none_or(|group| part.part == group)).collect();
    match left.pop() {
        Some(part) if left.is_empty() => Ok(part),
        None if groups.is_empty() => Err(MeasuredError::NoJob(name())),
        _ => Err(MeasuredError::SeveralGroups { name: name(), groups }),
    }
}

fn joined(names: impl Iterator<Item = String>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// What of the run can be true of this instance type.
fn plausible(run: &Run, part: &JobPart, factors: &FactorSet) -> Result<Measured, MeasuredError> {
    let mut measured = run.measured;
    if let Some(most) =
        [measured.accelerators, measured.host].into_iter().flatten().find(|watts| watts.get() > MOST_WATTS)
    {
        return Err(MeasuredError::TooMuch(most.get()));
    }
    let plain = factors.instance(&part.instance_type).is_ok_and(|instance| instance.accelerator_count() == 0);
    if plain {
        measured.accelerators = None;
    }
    if measured == Measured::default() {
        return Err(MeasuredError::NoAccelerators(part.instance_type.clone()));
    }
    Ok(measured)
}

/// The starts of the hours in which the job ran.
fn hours_of(spans: &[Span], part: &JobPart, run: &Run, name: &str) -> Result<Vec<DateTime<Utc>>, MeasuredError> {
    if part.ended_at.is_none() {
        return Err(MeasuredError::NotEnded(name.to_owned()));
    }
    let ran: Vec<(DateTime<Utc>, DateTime<Utc>)> = spans
        .iter()
        .filter(|span| span.state == State::Serving && span.count > 0)
        .filter_map(|span| Some((span.from, span.to?)))
        .collect();
    let seconds: i64 = ran.iter().map(|(from, to)| (*to - *from).num_seconds()).sum();
    if seconds <= 0 {
        return Err(MeasuredError::NoHours(name.to_owned()));
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of a job are exact in an f64")]
    let seconds = seconds as f64;
    if run.seconds > seconds + SLACK_SECONDS {
        return Err(MeasuredError::AnotherJob { name: name.to_owned(), tracked: run.seconds, ran: seconds });
    }
    let mut hours = BTreeSet::new();
    for (from, to) in ran {
        let mut hour = from
            - Duration::seconds(from.timestamp().rem_euclid(3600))
            - Duration::nanoseconds(i64::from(from.timestamp_subsec_nanos()));
        while hour < to {
            hours.insert(hour);
            hour += Duration::hours(1);
        }
    }
    Ok(hours.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::capacity::{Purchase, Source};
    use footprint::units::Watts;

    fn at(hour: f64) -> DateTime<Utc> {
        #[expect(clippy::cast_possible_truncation, reason = "test times")]
        let seconds = (hour * 3600.0) as i64;
        DateTime::from_timestamp(1_790_000_000 / 86_400 * 86_400 + seconds, 0).unwrap()
    }

    fn part(resource_id: i64, group: &str, instance_type: &str) -> JobPart {
        JobPart {
            account_id: 1,
            resource_id,
            entity_id: resource_id,
            region: "us-east-1".to_owned(),
            part: group.to_owned(),
            instance_type: instance_type.to_owned(),
            created_at: at(0.0),
            ended_at: Some(at(9.0)),
        }
    }

    fn run(seconds: f64, watts: f64) -> Run {
        Run { id: "a".to_owned(), seconds, measured: Measured { accelerators: Some(Watts::new(watts)), host: None } }
    }

    #[test]
    fn one_part_is_found_or_asked_for() {
        let gpu = |resource, group| part(resource, group, "ml.g5.xlarge");
        for (parts, group, expected) in [
            (vec![gpu(1, "")], None, ""),
            (vec![gpu(1, "a"), gpu(1, "b")], Some("b"), ""),
            (vec![], None, "no job called x has been read"),
            (vec![gpu(1, ""), gpu(2, "")], None, "2 jobs are called x (us-east-1"),
            (vec![gpu(1, "a"), gpu(1, "b")], None, "x has the instance groups a, b"),
            (vec![gpu(1, "a"), gpu(1, "b")], Some("c"), "x has the instance groups a, b"),
        ] {
            let said = one(parts, Wanted { job: "x", group, ..Wanted::default() });
            let said = said.map(|_| String::new()).unwrap_or_else(|error| error.to_string());
            assert!(said.starts_with(expected) && said.is_empty() == expected.is_empty(), "{said}");
        }
    }

    #[test]
    fn every_hour_that_ran_is_named_once() {
        let span = |from: f64, to: f64| Span {
            from: at(from),
            to: Some(at(to)),
            instance_type: "ml.g5.xlarge".to_owned(),
            count: 1,
            purchase: Purchase::OnDemand,
            state: State::Serving,
            source: Source::Described,
        };
        let part = part(1, "", "ml.g5.xlarge");
        let hours = hours_of(&[span(1.5, 2.5), span(2.75, 4.0)], &part, &run(3_600.0, 200.0), "x").unwrap();
        assert_eq!(hours, [at(1.0), at(2.0), at(3.0)]);
        let said = |spans: &[Span], part: &JobPart, seconds: f64| {
            hours_of(spans, part, &run(seconds, 200.0), "x").unwrap_err().to_string()
        };
        assert!(said(&[span(1.0, 2.0)], &part, 7_200.0).contains("name the job that the file is of"));
        assert!(said(&[], &part, 60.0).contains("gave no times"));
        let running = JobPart { ended_at: None, ..part.clone() };
        assert!(said(&[span(1.0, 2.0)], &running, 60.0).contains("has not ended"));
    }

    #[test]
    fn what_the_type_cannot_draw_is_refused() {
        let factors = FactorSet::builtin().unwrap();
        let said = |kind: &str, watts: f64| plausible(&run(60.0, watts), &part(1, "", kind), &factors);
        assert!(said("ml.g5.xlarge", 200.0).is_ok());
        assert!(said("ml.z9.large", 200.0).is_ok(), "a type without factors may get them one day");
        assert!(said("ml.m5.xlarge", 200.0).unwrap_err().to_string().contains("no accelerators to measure"));
        assert!(said("ml.g5.xlarge", 2e5).unwrap_err().to_string().contains("more than an instance can draw"));
    }
}
