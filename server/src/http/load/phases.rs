//! What a training job went through, as SageMaker tells it.

use app::view::{JobPhaseKind, JobPhaseRow, JobPhases, Shown, Unit};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::kind::Kind;
use crate::store::resource::Resource;

/// A phase as it is kept.
#[derive(Debug, Clone, Deserialize)]
struct Kept {
    status: String,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    message: Option<String>,
}

/// A phase with an end: its own, or the moment of reading while it lasts.
struct Stretch {
    kept: Kept,
    kind: JobPhaseKind,
    to: DateTime<Utc>,
    lasts: bool,
}

/// The phases of a job, or why there are none.
pub fn of(job: &Resource, now: DateTime<Utc>) -> JobPhases {
    let kept = match kept(job) {
        Ok(kept) => kept,
        Err(missing) => return JobPhases { missing: missing.to_owned(), ..without_times() },
    };
    let stretches = stretches(job, kept, now);
    let all: f64 = stretches.iter().map(|each| seconds(each.kept.from, each.to)).sum();
    let share = |length: f64| if all > 0.0 { 100.0 * length / all } else { 0.0 };
    let (on_instances, not_training) = held(job, &stretches, now);
    let rows = stretches.into_iter().map(|each| {
        let length = seconds(each.kept.from, each.to);
        JobPhaseRow {
            name: spoken(&each.kept.status).to_owned(),
            kind: each.kind,
            from: each.kept.from,
            to: (!each.lasts).then_some(each.to),
            seconds: length,
            share_percent: share(length),
            message: each.kept.message.unwrap_or_default(),
        }
    });
    JobPhases { rows: rows.collect(), missing: String::new(), on_instances, not_training }
}

fn without_times() -> JobPhases {
    let unknown = || Shown::Unknown("AWS gave no times".to_owned());
    JobPhases { on_instances: unknown(), not_training: unknown(), ..JobPhases::default() }
}

/// Oldest first, or a sentence about why there are none.
fn kept(job: &Resource) -> Result<Vec<Kept>, &'static str> {
    if Kind::parse(&job.kind) != Some(Kind::Training) {
        return Err("SageMaker tells the phases of training jobs only.");
    }
    let Some(training) = job.attributes.get("training").filter(|training| training.is_object()) else {
        return Err("Its phases are unknown: it was not read from SageMaker.");
    };
    let Some(phases) = training.get("phases") else {
        return Err("It was read before its phases were kept. Reading its day again brings them.");
    };
    let mut phases: Vec<Kept> = Vec::deserialize(phases).map_err(|_| "Its phases are not written in a known way.")?;
    phases.sort_by_key(|phase| phase.from);
    if phases.is_empty() { Err("SageMaker told of no phase of it.") } else { Ok(phases) }
}

/// A phase without an end lasted until the next one began; the last one lasts while the job does.
fn stretches(job: &Resource, kept: Vec<Kept>, now: DateTime<Utc>) -> Vec<Stretch> {
    let runs = matches!(job.status.as_str(), "InProgress" | "Stopping");
    let mut next: Vec<Option<DateTime<Utc>>> = kept.iter().skip(1).map(|phase| Some(phase.from)).collect();
    next.push(None);
    let stretch = |(kept, next): (Kept, Option<DateTime<Utc>>)| {
        let kind = kind(&kept.status);
        let lasts = kept.to.is_none() && next.is_none() && runs;
        let to = match kept.to.or(next) {
            Some(to) => to,
            None if lasts => now,
            // A final state is a moment.
            None => kept.from,
        };
        Stretch { kind, to: to.max(kept.from), lasts, kept }
    };
    kept.into_iter().zip(next).map(stretch).collect()
}

/// How long instances were held between AWS' start and end, and how much of it was no training. While spot capacity was
/// gone, and until there was some again, nothing was held.
fn held(job: &Resource, stretches: &[Stretch], now: DateTime<Utc>) -> (Shown, Shown) {
    let unknown = || Shown::Unknown("AWS gave no times".to_owned());
    let Some(start) = job.started_at else { return (unknown(), unknown()) };
    let end = job.ended_at.unwrap_or(now);
    let (mut all, mut training, mut is_lost) = (0.0, 0.0, false);
    for each in stretches {
        is_lost = match each.kind {
            JobPhaseKind::Interrupted => true,
            JobPhaseKind::Waiting => is_lost,
            _ => false,
        };
        if is_lost {
            continue;
        }
        let length = seconds(each.kept.from.max(start), each.to.min(end));
        all += length;
        if each.kind == JobPhaseKind::Training {
            training += length;
        }
    }
    if all > 0.0 {
        let rest = 100.0 * (all - training) / all;
        (Shown::exact(all / 3_600.0, Unit::Hours), Shown::exact(rest, Unit::Percent))
    } else {
        (unknown(), unknown())
    }
}

/// Never negative.
fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).as_seconds_f64().max(0.0)
}

fn kind(status: &str) -> JobPhaseKind {
    match status {
        "Pending" | "Starting" | "LaunchingMLInstances" => JobPhaseKind::Waiting,
        "PreparingTrainingStack" | "Downloading" | "DownloadingTrainingImage" => JobPhaseKind::Loading,
        "Training" => JobPhaseKind::Training,
        "Uploading" | "Stopping" => JobPhaseKind::Storing,
        "Interrupted" | "Restarting" => JobPhaseKind::Interrupted,
        _ => JobPhaseKind::Other,
    }
}

fn spoken(status: &str) -> &str {
    match status {
        "LaunchingMLInstances" => "Launching instances",
        "PreparingTrainingStack" => "Preparing instances",
        "DownloadingTrainingImage" => "Downloading image",
        "MaxRuntimeExceeded" => "Stopped at its time limit",
        "MaxWaitTimeExceeded" => "Stopped at its waiting limit",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn job(status: &str, (started, ended): (Option<i64>, Option<i64>), training: Value) -> Resource {
        Resource {
            account_id: 1,
            resource_id: 1,
            arn: String::new(),
            kind: "training".to_owned(),
            name: String::new(),
            region: String::new(),
            status: status.to_owned(),
            failure_reason: None,
            hosting_option: String::new(),
            created_at: at(0),
            started_at: started.map(at),
            ended_at: ended.map(at),
            gone_at: None,
            is_spot: None,
            max_runtime_s: None,
            training_seconds: None,
            billable_seconds: None,
            attributes: json!({ "training": training }),
            tag_keys: Vec::new(),
            tag_values: Vec::new(),
        }
    }

    fn phases(rows: &[(&str, i64, Option<i64>)]) -> Value {
        let row = |(status, from, to): &(&str, i64, Option<i64>)| json!({ "status": status, "from": at(*from), "to": to.map(at), "message": null });
        json!({ "phases": rows.iter().map(row).collect::<Vec<_>>() })
    }

    fn figures(shown: &JobPhases) -> (Option<f64>, Option<f64>) {
        let central = |shown: &Shown| shown.figure().map(|figure| figure.central);
        (central(&shown.on_instances).map(|hours| hours * 3_600.0), central(&shown.not_training))
    }

    #[test]
    fn what_is_not_training_is_counted_of_the_time_on_instances() {
        let told = phases(&[
            ("Starting", 0, Some(100)),
            ("Downloading", 100, Some(200)),
            ("Training", 200, Some(500)),
            ("Interrupted", 500, Some(600)),
            ("Starting", 600, Some(700)),
            ("Downloading", 700, Some(800)),
            ("Training", 800, Some(1_000)),
            ("Uploading", 1_000, Some(1_050)),
            ("Completed", 1_050, Some(1_050)),
        ]);
        // AWS' start lies within the first phase: instances are held while they are prepared.
        let shown = of(&job("Completed", (Some(50), Some(1_050)), told), at(9_999));
        assert_eq!(figures(&shown), (Some(800.0), Some(100.0 * 300.0 / 800.0)));
        let shares: f64 = shown.rows.iter().map(|row| row.share_percent).sum();
        assert!((shares - 100.0).abs() < 1e-9 && shown.missing.is_empty());
        assert_eq!((shown.rows[8].seconds, shown.rows[8].to), (0.0, Some(at(1_050))));
    }

    #[test]
    fn the_last_phase_lasts_while_the_job_does() {
        let told = phases(&[("Starting", 0, Some(100)), ("Training", 100, None)]);
        let shown = of(&job("InProgress", (Some(100), None), told.clone()), at(400));
        assert_eq!((shown.rows[1].seconds, shown.rows[1].to), (300.0, None));
        assert_eq!(figures(&shown), (Some(300.0), Some(0.0)));
        let over = of(&job("Stopped", (Some(100), Some(400)), told), at(9_999));
        assert_eq!((over.rows[1].seconds, over.rows[1].to), (0.0, Some(at(100))), "nobody says when it ended");
    }

    #[test]
    fn without_phases_it_says_why() {
        let none = |status: &str, training| of(&job(status, (None, None), training), at(0)).missing;
        assert!(none("Completed", json!({})).contains("before its phases were kept"));
        assert!(none("Completed", Value::Null).contains("not read from SageMaker"));
        assert!(none("Completed", json!({ "phases": [] })).contains("told of no phase"));
        let other = Resource { kind: "processing".to_owned(), ..job("Completed", (None, None), Value::Null) };
        assert!(of(&other, at(0)).missing.contains("training jobs only"));
        let waiting = of(&job("InProgress", (None, None), phases(&[("Starting", 0, None)])), at(60));
        assert_eq!((waiting.rows[0].seconds, figures(&waiting)), (60.0, (None, None)));
    }
}
