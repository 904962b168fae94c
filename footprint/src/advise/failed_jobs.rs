//! T04: work that was paid for and thrown away, per team and ISO week.

use super::catalogue::FAILED_JOBS;
use super::failure::{base_name, normalised_failure};
use super::verdict::{Confidence, Evaluation, Evidence, Footprint, Priority, Savings, Verdict, measured};
use super::{HOURS_PER_MONTH, LEAST_COVERAGE};
use crate::units::Fraction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hours in the window.
const WEEK_HOURS: f64 = 168.0;
/// The week's waste over the week's spending, above which the rule fires.
pub(super) const WASTE_SHARE: f64 = 0.05;
/// One wasted job above this many US dollars fires alone.
pub(super) const SINGLE_JOB_USD: f64 = 100.0;
/// One wasted job above this many grams fires alone.
pub(super) const SINGLE_JOB_G: f64 = 5_000.0;
/// As many failures of one base name make it urgent.
pub(super) const REPEAT_FAILURES: usize = 3;
/// The part of the waste that is counted as a saving.
pub(super) const AVOIDABLE: f64 = 0.5;
/// Groups of reasons that are listed.
const LISTED: usize = 5;

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It gave its result.
    Completed,
    /// It failed.
    Failed,
    /// Somebody or a limit stopped it.
    Stopped,
    /// Early stopping ended it on purpose: not waste.
    StoppedEarly,
}

/// A job that ended in the week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What SageMaker says of the failure.
    pub failure_reason: Option<String>,
    /// What it cost, US dollars; `None` where no price is known.
    pub usd: Option<f64>,
    /// Facility energy, kWh, central; `None` where it could not be estimated.
    pub kwh: Option<f64>,
    /// Location-based emissions, gCO2e, central; `None` where they could not be estimated.
    pub operational_g: Option<f64>,
}

/// What is known of a team's week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The team.
    pub team: String,
    /// The ISO week, such as `2026-W47`.
    pub week: String,
    /// Whether the week is over.
    pub week_over: bool,
    /// Share of the week's windows that were read, 0 to 1.
    pub coverage: f64,
    /// Every job of the team that ended in the week.
    pub jobs: Vec<Job>,
    /// Footprint of the wasted jobs together, with one interval; `None` where it could not be estimated.
    pub waste: Option<Footprint>,
}

/// The week in numbers.
struct Week<'a> {
    wasted: Vec<&'a Job>,
    /// Dollars wasted and spent; `None` as soon as one job has no price.
    usd: Option<(f64, f64)>,
    /// Kilowatt-hours wasted and used; `None` as soon as one job has none.
    kwh: Option<(f64, f64)>,
    repeated: Vec<(&'a str, usize)>,
}

impl Week<'_> {
    /// The wasted share, by money where every job has a price, else by energy.
    fn share(&self) -> Option<(f64, &'static str)> {
        let of = |(part, whole): (f64, f64)| if whole > 0.0 { part / whole } else { 0.0 };
        self.usd.map(|pair| (of(pair), "cost")).or_else(|| self.kwh.map(|pair| (of(pair), "energy")))
    }

    fn single(&self) -> Option<&Job> {
        self.wasted
            .iter()
            .find(|job| {
                measured(job.usd).is_some_and(|usd| usd > SINGLE_JOB_USD)
                    || measured(job.operational_g).is_some_and(|grams| grams > SINGLE_JOB_G)
            })
            .copied()
    }
}

/// Judges one team's week.
#[must_use]
pub fn evaluate(input: &Input) -> Evaluation {
    let week = week(input);
    if !input.week_over {
        return judged(input, &week, Verdict::TooNew, format!("{} is not over.", input.week));
    }
    if coverage(input) < LEAST_COVERAGE {
        let percent = coverage(input) * 100.0;
        return judged(
            input,
            &week,
            Verdict::NotEvaluated,
            format!("Only {percent:.0} % of {} was read: no verdict on missing data.", input.week),
        );
    }
    if week.wasted.is_empty() {
        return judged(input, &week, Verdict::DoesNotFire, "No job failed or stopped.".to_owned());
    }
    let count = week.wasted.len();
    let jobs = if count == 1 { "1 job".to_owned() } else { format!("{count} jobs") };
    let single = week.single().map(|job| format!("{} alone wasted more than a single job may.", job.name));
    match (week.share(), single) {
        (Some((share, basis)), _) if share > WASTE_SHARE => {
            let reason =
                format!("{jobs} of {} failed or stopped: {:.1} % of the week's {basis}.", input.team, share * 100.0);
            judged(input, &week, Verdict::Fires, reason)
        }
        (_, Some(reason)) => judged(input, &week, Verdict::Fires, reason),
        (Some((share, basis)), None) => {
            let reason = format!(
                "{jobs} failed or stopped: {:.1} % of the week's {basis}, within what is normal.",
                share * 100.0
            );
            judged(input, &week, Verdict::DoesNotFire, reason)
        }
        (None, None) => judged(
            input,
            &week,
            Verdict::NotEvaluated,
            "Neither cost nor energy is known for every job of the week.".to_owned(),
        ),
    }
}

/// The share of the week that was read; what is no share was not read.
fn coverage(input: &Input) -> f64 {
    Fraction::clamped(input.coverage).get()
}

fn week(input: &Input) -> Week<'_> {
    let wasted: Vec<&Job> =
        input.jobs.iter().filter(|job| matches!(job.outcome, Outcome::Failed | Outcome::Stopped)).collect();
    let pair = |of: fn(&Job) -> Option<f64>| {
        let whole = input.jobs.iter().map(of).sum::<Option<f64>>()?;
        Some((wasted.iter().map(|job| of(job)).sum::<Option<f64>>()?, whole))
    };
    let mut failures: BTreeMap<&str, usize> = BTreeMap::new();
    for job in wasted.iter().filter(|job| job.outcome == Outcome::Failed) {
        *failures.entry(base_name(&job.name)).or_default() += 1;
    }
    Week {
        usd: pair(|job| measured(job.usd)),
        kwh: pair(|job| measured(job.kwh)),
        repeated: failures.into_iter().filter(|(_, count)| *count >= REPEAT_FAILURES).collect(),
        wasted,
    }
}

fn judged(input: &Input, week: &Week<'_>, verdict: Verdict, reason: String) -> Evaluation {
    let fires = verdict == Verdict::Fires;
    Evaluation {
        rule_id: FAILED_JOBS.id.to_owned(),
        rule_version: FAILED_JOBS.version.to_owned(),
        verdict,
        stage: None,
        priority: if fires && !week.repeated.is_empty() { Priority::High } else { Priority::Normal },
        // Without every price the share is inferred from energy.
        confidence: if week.usd.is_some() { Confidence::High } else { Confidence::Low },
        coverage: coverage(input),
        reason,
        evidence: evidence(input, week),
        savings: if fires { savings(input, week) } else { Savings::none("Nothing is proposed.") },
    }
}

fn evidence(input: &Input, week: &Week<'_>) -> Vec<Evidence> {
    let at = |name: &str, value: String, unit: &str| Evidence::new(name, value, unit, &input.week);
    let amount = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.2}"));
    let mut rows = vec![
        at("Jobs that ended", input.jobs.len().to_string(), "jobs"),
        at("Jobs failed or stopped", week.wasted.len().to_string(), "jobs"),
        at("Waste, cost", amount(week.usd.map(|(wasted, _)| wasted)), "USD"),
        at("All jobs, cost", amount(week.usd.map(|(_, all)| all)), "USD"),
        at("Waste, energy", amount(input.waste.map(|waste| waste.kwh.central)), "kWh"),
        at("Waste, emissions", amount(input.waste.map(|waste| waste.operational_g.central)), "gCO2e"),
    ];
    if let Some((share, basis)) = week.share() {
        rows.push(at(&format!("Waste, share of {basis}"), format!("{:.1}", share * 100.0), "%"));
    }
    rows.extend(reasons(week).into_iter().take(LISTED).map(|(reason, count)| at(&reason, count.to_string(), "jobs")));
    rows.extend(
        week.repeated
            .iter()
            .map(|(base, count)| at(&format!("Failed again and again: {base}"), count.to_string(), "jobs")),
    );
    rows
}

/// Reasons with their counts, most frequent first.
fn reasons(week: &Week<'_>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for job in &week.wasted {
        let reason = match job.outcome {
            Outcome::Failed => {
                format!("Failed: {}", normalised_failure(job.failure_reason.as_deref().unwrap_or_default()))
            }
            _ => "Stopped".to_owned(),
        };
        *counts.entry(reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

fn savings(input: &Input, week: &Week<'_>) -> Savings {
    let scale = AVOIDABLE * HOURS_PER_MONTH / WEEK_HOURS;
    Savings::scaled(
        week.usd.map(|(wasted, _)| wasted),
        input.waste,
        scale,
        ["A job of the week has no known price.", "The footprint of a wasted job could not be estimated."],
    )
}

#[cfg(test)]
mod tests;
