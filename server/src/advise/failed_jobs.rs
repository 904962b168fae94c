//! T04 on every team's jobs of the last complete ISO week. Each week is a finding of its own: what it wasted is past, and
//! the next week shows whether anything changed.

use std::collections::BTreeMap;

use crate::store::Connection;
use footprint::FactorSet;
use footprint::advise::failed_jobs::{self, Input, Job, Outcome};
use footprint::advise::{HOURS_PER_MONTH, Verdict, rule};
use rust_decimal::prelude::ToPrimitive;

use super::stored::{StoredEvaluation, monthly};
use super::{Round, Spoken, Subject, footprint_of, grouped};
use crate::kind::Section;
use crate::review::{IsoWeek, tally};
use crate::store::StoreError;
use crate::store::consumption::{self, Consumption};
use crate::store::evidence::{self, Reading};

pub(super) const RULE: &str = "T04";
const WEEK_SECONDS: f64 = 7.0 * 86_400.0;

pub(super) async fn judge(
    connection: &mut Connection,
    factors: &FactorSet,
    round: &Round,
) -> Result<Vec<Spoken>, StoreError> {
    let week = IsoWeek::last_complete(round.until);
    let jobs = Some(Section::Jobs);
    let used = consumption::within(connection, round.estimate_id, week.monday(), week.end(), jobs).await?;
    let readings = evidence::readings(connection, week.monday(), week.end()).await?;
    let ended: Vec<Consumption> = used.into_iter().filter(|row| outcome(row, week).is_some()).collect();
    let teams = grouped(&ended, |row| (row.account_id, row.team.as_str()));
    Ok(teams
        .into_iter()
        .map(|((account_id, team), rows)| {
            speak(factors, week, account_id, team, &rows, coverage(&readings, account_id))
        })
        .collect())
}

fn speak(
    factors: &FactorSet,
    week: IsoWeek,
    account_id: i32,
    team: &str,
    rows: &[&Consumption],
    coverage: f64,
) -> Spoken {
    let is_waste = |row: &&Consumption| matches!(outcome(row, week), Some(Outcome::Failed | Outcome::Stopped));
    let wasted: Vec<&Consumption> = rows.iter().copied().filter(is_waste).collect();
    let name = if team.is_empty() { "Jobs without a team" } else { team };
    let evaluation = failed_jobs::evaluate(&Input {
        team: name.to_owned(),
        week: week.to_string(),
        week_over: true,
        coverage,
        jobs: jobs(rows, week),
        waste: footprint_of(factors, &wasted),
    });
    let basis = match evaluation.verdict {
        Verdict::Fires => monthly(&tally::groups(&wasted), avoidable() * HOURS_PER_MONTH * 3_600.0 / WEEK_SECONDS),
        _ => Vec::new(),
    };
    let subject = Subject {
        account_id,
        kind: "team".to_owned(),
        key: format!("{team}@{week}"),
        name: format!("{name}, {week}"),
        resource_id: None,
        region: String::new(),
        team: team.to_owned(),
    };
    // A month holds a team's avoidable waste once, whichever of its weeks it is projected from.
    let group = format!("team:{team}:waste");
    Spoken { subject, stored: StoredEvaluation { evaluation, basis, group } }
}

fn jobs(rows: &[&Consumption], week: IsoWeek) -> Vec<Job> {
    let mut by_job: BTreeMap<i64, Vec<&Consumption>> = BTreeMap::new();
    for row in rows {
        by_job.entry(row.resource_id).or_default().push(row);
    }
    by_job.values().filter_map(|parts| job(parts, week)).collect()
}

fn job(parts: &[&Consumption], week: IsoWeek) -> Option<Job> {
    let first = parts.first()?;
    let energy = |part: &&Consumption| Some(part.footprint.as_ref()?.sums.facility.0 as f64 / 1e9);
    let grams = |part: &&Consumption| Some(part.footprint.as_ref()?.sums.operational.0 as f64 / 1e6);
    Some(Job {
        name: first.name.clone(),
        outcome: outcome(first, week)?,
        failure_reason: first.failure_reason.clone(),
        usd: parts.iter().map(|part| part.cost_list?.to_f64()).sum(),
        kwh: parts.iter().map(energy).sum(),
        operational_g: parts.iter().map(grams).sum(),
    })
}

/// How a job ended, if it ended in the week.
fn outcome(row: &Consumption, week: IsoWeek) -> Option<Outcome> {
    row.ended_at.filter(|at| (week.monday()..week.end()).contains(&at.date_naive()))?;
    match row.status.as_str() {
        "Completed" => Some(Outcome::Completed),
        "Failed" => Some(Outcome::Failed),
        "Stopped" => Some(Outcome::Stopped),
        _ => None,
    }
}

/// Share of the week in which the account's inventory was read, over its regions.
fn coverage(readings: &[Reading], account_id: i32) -> f64 {
    let own: Vec<&Reading> =
        readings.iter().filter(|reading| reading.account_id == account_id && reading.source == "inventory").collect();
    let covered: f64 = own.iter().map(|reading| reading.covered_seconds).sum();
    covered / (own.len() as f64 * WEEK_SECONDS).max(1.0)
}

fn avoidable() -> f64 {
    rule(RULE).and_then(|rule| rule.threshold("avoidable_share")).unwrap_or_default()
}
