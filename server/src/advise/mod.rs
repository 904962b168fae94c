//! Runs the rules on what was read and keeps their findings alive from day to day.
//!
//! A subject has a row in `finding` as soon as a rule says anything but "does not fire" about it: a rule that could not
//! be evaluated is as visible as one that fires. From then on its verdict is kept for every day.

use std::collections::{BTreeMap, HashMap};

use crate::store::Connection;
use chrono::{DateTime, Days, NaiveDate, Utc};
use footprint::FactorSet;
use footprint::advise::Footprint;
pub use footprint::advise::Verdict;

use crate::store::consumption::Consumption;
use crate::store::evaluation::{self, Judged, Known};
use crate::store::{AccountScope, Database, Origin, StoreError, evidence};

mod failed_jobs;
mod idle_endpoints;
pub mod portfolio;
pub mod stored;
pub mod subject;
pub mod workflow;

use stored::StoredEvaluation;
pub use subject::{FindingId, Subject};

/// What a run of the rules did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Verdicts that were reached, the unremarkable ones included.
    pub evaluations: u64,
    /// Rules that fire.
    pub fires: u64,
    /// Subjects that could not be evaluated or are too new.
    pub undecided: u64,
    /// Findings that were not known before.
    pub new_findings: u64,
    /// Verdicts that differ from what was stored for the day.
    pub changed_verdicts: u64,
    /// Dismissals that ran out while the rule still fires.
    pub reopened: u64,
}

/// Why the rules could not be run.
#[derive(Debug, thiserror::Error)]
pub enum AdviseError {
    /// The database refused something.
    #[error("could not run the rules")]
    Store(#[from] StoreError),
    /// Two subjects share an address.
    #[error("the subjects {one} and {other} share the address of a finding")]
    Collision {
        /// The key that is stored.
        one: String,
        /// The key that came.
        other: String,
    },
}

/// Evaluates every rule on every subject of the scope for `day`, and writes findings and verdicts in one transaction.
///
/// Only whole UTC days are looked at, the last of them `day` or, where that is not over or not read yet, the one before.
/// Running twice changes nothing.
///
/// # Errors
/// When the database refuses a statement; nothing is written then.
pub async fn run(
    database: &Database,
    scope: &AccountScope,
    factors: &FactorSet,
    estimate_id: i32,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Summary, AdviseError> {
    let mut transaction = scope.begin(&database.ingest).await?;
    let round =
        Round { origin: scope.origin(), estimate_id, until: end_of_facts(&mut transaction, day, now).await?, now };
    let mut judged = Vec::new();
    let mut summary = Summary::default();

    let known = evaluation::known(&mut transaction, idle_endpoints::RULE, day).await?;
    let spoken = idle_endpoints::judge(&mut transaction, factors, &round, &known).await?;
    summary.count(&spoken);
    judged.extend(settle(spoken, &known, day)?);

    let known = evaluation::known(&mut transaction, failed_jobs::RULE, day).await?;
    let spoken = failed_jobs::judge(&mut transaction, factors, &round).await?;
    summary.count(&spoken);
    judged.extend(settle(spoken, &known, day)?);

    summary.new_findings = evaluation::write_findings(&mut transaction, now, &judged).await?;
    summary.changed_verdicts = evaluation::write_verdicts(&mut transaction, day, estimate_id, now, &judged).await?;
    summary.reopened = evaluation::reopen_expired(&mut transaction, day, now).await?;
    transaction.commit().await.map_err(StoreError::on("save the verdicts"))?;
    Ok(summary)
}

/// What is common to all rules of a run.
struct Round {
    origin: Origin,
    estimate_id: i32,
    /// The first day that no window holds.
    until: NaiveDate,
    now: DateTime<Utc>,
}

/// A rule's verdict on a subject.
struct Spoken {
    subject: Subject,
    stored: StoredEvaluation,
}

impl Summary {
    fn count(&mut self, spoken: &[Spoken]) {
        for each in spoken {
            self.evaluations += 1;
            match each.stored.evaluation.verdict {
                Verdict::Fires => self.fires += 1,
                Verdict::NotEvaluated | Verdict::TooNew => self.undecided += 1,
                Verdict::DoesNotFire => {}
            }
        }
    }
}

/// The first day that cannot be judged yet. CloudWatch is minutes late, so just after midnight the day that ended is not
/// read whole; a day without verdicts would be worse than a window that ends one day earlier.
async fn end_of_facts(
    connection: &mut Connection,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<NaiveDate, StoreError> {
    let until = day.checked_add_days(Days::new(1)).unwrap_or(day).min(now.date_naive());
    let last = days_before(until, 1);
    let read = evidence::days_read(connection, days_before(until, 2), until).await?;
    let is_read = |wanted: NaiveDate| read.iter().any(|(_, _, day)| *day == wanted);
    Ok(if !is_read(last) && is_read(days_before(until, 2)) { last } else { until })
}

/// Turns verdicts into rows: all that says something, and all whose subject has a finding already.
fn settle(spoken: Vec<Spoken>, known: &HashMap<FindingId, Known>, day: NaiveDate) -> Result<Vec<Judged>, AdviseError> {
    let mut judged = Vec::new();
    for Spoken { subject, stored } in spoken {
        let id = subject.finding_id(&stored.evaluation.rule_id);
        let verdict = stored.evaluation.verdict;
        let before = known.get(&id);
        if let Some(before) = before
            && before.subject.key != subject.key
        {
            return Err(AdviseError::Collision { one: before.subject.key.clone(), other: subject.key });
        }
        if before.is_none() && verdict == Verdict::DoesNotFire {
            continue;
        }
        let (first_seen_on, last_seen_on) = seen(before, verdict == Verdict::Fires, day);
        judged.push(Judged { id, subject, first_seen_on, last_seen_on, stored });
    }
    Ok(judged)
}

/// First and last day it fired; as long as it never has, first and last day it was looked at.
fn seen(before: Option<&Known>, fires: bool, day: NaiveDate) -> (NaiveDate, NaiveDate) {
    match before {
        None => (day, day),
        Some(before) if fires && !before.has_fired => (day, day),
        Some(before) if fires || !before.has_fired => (before.first_seen_on.min(day), before.last_seen_on.max(day)),
        Some(before) => (before.first_seen_on, before.last_seen_on),
    }
}

/// The footprint of some consumption with its interval; `None` where any of it is unknown.
fn footprint_of(factors: &FactorSet, rows: &[&Consumption]) -> Option<Footprint> {
    if rows.is_empty() || rows.iter().any(|row| row.footprint.is_none()) {
        return None;
    }
    let totals = footprint::totals(factors, &crate::review::tally::groups(rows));
    Some(Footprint::of(totals.energy, totals.operational, totals.embodied))
}

fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// Consumption by whatever tells its owners apart.
fn grouped<'a, K: Ord>(
    rows: &'a [Consumption],
    key: impl Fn(&'a Consumption) -> K,
) -> BTreeMap<K, Vec<&'a Consumption>> {
    let mut groups: BTreeMap<K, Vec<&Consumption>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn a_finding_remembers_the_days_it_fired() {
        let before = |first: u32, last: u32, has_fired: bool| Known {
            subject: Subject {
                account_id: 1,
                kind: "entity".to_owned(),
                key: "k".to_owned(),
                name: "n".to_owned(),
                resource_id: None,
                region: String::new(),
                team: String::new(),
            },
            first_seen_on: day(first),
            last_seen_on: day(last),
            has_fired,
        };
        let check = |known: Option<Known>, fires: bool, expected: (u32, u32)| {
            assert_eq!(seen(known.as_ref(), fires, day(20)), (day(expected.0), day(expected.1)), "{known:?} {fires}");
        };
        check(None, true, (20, 20));
        check(None, false, (20, 20));
        check(Some(before(3, 19, false)), false, (3, 20));
        check(Some(before(3, 19, false)), true, (20, 20));
        check(Some(before(3, 19, true)), true, (3, 20));
        check(Some(before(3, 19, true)), false, (3, 19));
        check(Some(before(3, 20, true)), true, (3, 20));
    }
}
