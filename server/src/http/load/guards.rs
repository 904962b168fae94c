//! How a training job was guarded against lost work and against work for nothing, by the rules of the page of practice.

use app::parts::figure;
use app::view::{EarlyStopping, GuardRow, GuardState, Shown, Unit};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::kind::Kind;
use crate::store::resource::Resource;

/// From here on a job is long enough for checkpoints to be worth it, in seconds.
const LONG_S: f64 = 3_600.0;

/// What is known around a job.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// Whether the search gives up hopeless trials, where it is a trial of one.
    pub search: Option<EarlyStopping>,
    /// Whether the next run of its family came while a warm pool could have waited for it.
    pub is_followed: bool,
    /// What counts as now.
    pub now: DateTime<Utc>,
}

/// One row a guard; of what is no training job, the time limit alone.
pub fn rows(job: &Resource, around: Around) -> Vec<GuardRow> {
    if Kind::parse(&job.kind) != Some(Kind::Training) {
        let others = "Spot, checkpoints, warm pool, early stopping, Debugger, Profiler";
        return vec![limit(job, around.now), row(others, GuardState::NotApplicable, "For training jobs only.")];
    }
    let training = job.attributes.get("training").filter(|training| training.is_object());
    vec![
        spot(job, training),
        checkpoints(job, training),
        limit(job, around.now),
        warm_pool(job, training, around.is_followed),
        early_stopping(around.search),
        debugger(training),
        profiler(training),
    ]
}

fn row(name: &str, state: GuardState, says: impl Into<String>) -> GuardRow {
    GuardRow { name: name.to_owned(), state, says: says.into() }
}

fn unknown(name: &str) -> GuardRow {
    row(name, GuardState::Unknown, "AWS did not tell.")
}

fn is_on(training: Option<&Value>, name: &str) -> Option<bool> {
    training?.get(name)?.as_bool()
}

fn keeps_warm(training: Option<&Value>) -> Option<f64> {
    training?.get("keep_alive_seconds")?.as_f64().filter(|seconds| *seconds > 0.0)
}

fn spot(job: &Resource, training: Option<&Value>) -> GuardRow {
    let saved = job.training_seconds.zip(job.billable_seconds).and_then(|(worked, billed)| {
        let (worked, billed) = (f64::from(i32::try_from(worked).ok()?), f64::from(i32::try_from(billed).ok()?));
        (worked > 0.0 && billed < worked).then(|| 100.0 * (1.0 - billed / worked))
    });
    match (job.is_spot, keeps_warm(training)) {
        (Some(true), _) => row(
            "Spot",
            GuardState::Used,
            match saved {
                Some(saved) => {
                    format!("{} of its time was not billed.", figure::text(&Shown::exact(saved, Unit::Percent)))
                }
                None => "It ran on spot capacity.".to_owned(),
            },
        ),
        (None, _) => unknown("Spot"),
        (Some(false), Some(_)) => row("Spot", GuardState::NotApplicable, "A warm pool and spot exclude each other."),
        (Some(false), None) => {
            row("Spot", GuardState::Available, "It ran on demand. Spot costs less and may be interrupted.")
        }
    }
}

fn checkpoints(job: &Resource, training: Option<&Value>) -> GuardRow {
    let name = "Checkpoints";
    let lasted = job.started_at.zip(job.ended_at).map(|(from, to)| (to - from).as_seconds_f64());
    match is_on(training, "checkpoints") {
        Some(true) => row(name, GuardState::Used, "It could go on from where it was interrupted."),
        None => unknown(name),
        Some(false) if job.is_spot == Some(true) => {
            row(name, GuardState::Available, "An interruption would have it begin anew.")
        }
        Some(false) if lasted.is_some_and(|lasted| lasted >= LONG_S) => {
            row(name, GuardState::Available, "It ran for an hour or longer; a failure loses all of it.")
        }
        Some(false) => row(name, GuardState::NotApplicable, "On demand and shorter than an hour."),
    }
}

/// AWS always has one; what counts is how far it is from what the job takes.
fn limit(job: &Resource, now: DateTime<Utc>) -> GuardRow {
    let name = "Longest run time";
    let Some(most) = job.max_runtime_s.filter(|seconds| *seconds > 0.0) else { return unknown(name) };
    let hours = |seconds: f64| figure::text(&Shown::exact(seconds / 3_600.0, Unit::Hours));
    let runs = matches!(job.status.as_str(), "InProgress" | "Stopping");
    let took = job.started_at.zip(job.ended_at.or(runs.then_some(now)));
    let says = match took {
        Some((from, to)) => {
            let took = (to - from).as_seconds_f64().max(0.0);
            let share = figure::text(&Shown::exact(100.0 * took / most, Unit::Percent));
            format!("AWS stops it after {}; it took {}, {share} of that.", hours(most), hours(took))
        }
        None => format!("AWS stops it after {}.", hours(most)),
    };
    row(name, GuardState::Used, says)
}

fn warm_pool(job: &Resource, training: Option<&Value>, is_followed: bool) -> GuardRow {
    let name = "Warm pool";
    let is_told = training.is_some_and(|training| training.get("keep_alive_seconds").is_some());
    match keeps_warm(training) {
        Some(seconds) => {
            let kept = figure::text(&Shown::exact(seconds / 3_600.0, Unit::Hours));
            row(name, GuardState::Used, format!("Instances were to be kept for {kept} after its end."))
        }
        None if !is_told => unknown(name),
        None if job.is_spot == Some(true) => {
            row(name, GuardState::NotApplicable, "A warm pool and spot exclude each other.")
        }
        None if is_followed => {
            row(name, GuardState::Available, "The next run of its family came within an hour and waited for instances.")
        }
        None => row(name, GuardState::NotApplicable, "No run of its family followed within an hour."),
    }
}

fn early_stopping(search: Option<EarlyStopping>) -> GuardRow {
    let name = "Early stopping";
    match search {
        None => row(name, GuardState::NotApplicable, "It is no trial of a tuning job."),
        Some(EarlyStopping::Auto) => row(name, GuardState::Used, "Its tuning job stops hopeless trials."),
        Some(EarlyStopping::Hyperband) => row(name, GuardState::Used, "Hyperband stops hopeless trials by itself."),
        Some(EarlyStopping::Off) => {
            row(name, GuardState::Available, "It is off in its tuning job, so hopeless trials run to their end.")
        }
        Some(EarlyStopping::Unknown) => unknown(name),
    }
}

fn debugger(training: Option<&Value>) -> GuardRow {
    let name = "Debugger";
    let Some(rules) = training.and_then(|training| training.get("debugger_rules")).and_then(Value::as_array) else {
        return unknown(name);
    };
    let rule = |each: &Value| Some(format!("{}: {}", each.get(0)?.as_str()?, found(each.get(1)?.as_str()?)));
    let found: Vec<String> = rules.iter().filter_map(rule).collect();
    if found.is_empty() {
        return row(name, GuardState::Available, "No rule watched it.");
    }
    row(name, GuardState::Used, found.join(", "))
}

fn profiler(training: Option<&Value>) -> GuardRow {
    match is_on(training, "profiler") {
        Some(true) => row("Profiler", GuardState::Used, "It was on."),
        Some(false) => row("Profiler", GuardState::Available, "It was off."),
        None => unknown("Profiler"),
    }
}

/// AWS writes `NoIssuesFound`.
fn found(status: &str) -> String {
    match status {
        "NoIssuesFound" => "no issues found".to_owned(),
        "IssuesFound" => "issues found".to_owned(),
        other => other.to_lowercase(),
    }
}
