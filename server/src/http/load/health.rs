//! What needs somebody now, as the overview shows it.

use app::parts::number;
use app::view::{HealthRow, HealthView, Shown, Unit};

use super::figures::slug;
use crate::store::overview::{Failed, Health, RunningJob, Sounding};

/// Letters of a reason that are shown.
const SHORT: usize = 72;

/// Everything as it stands; `filtered` keeps period and filter in links.
pub(super) fn view(health: &Health, filtered: &str) -> HealthView {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let Health { alarms, failures, running } = health;
    HealthView {
        alarms: alarms.iter().map(|alarm| sounding(alarm, filtered)).collect(),
        sounding: alarms.first().map_or(0, |first| count(first.of_so_many)),
        failures: failures.newest.iter().map(|job| failed(job, filtered)).collect(),
        failed: count(failures.failed),
        ended: count(failures.ended),
        running: running.first.iter().map(|job| run(job, filtered)).collect(),
        running_jobs: count(running.jobs),
        overdue: count(running.overdue),
        burn: match running.usd_hour {
            // What has no price costs something too.
            Some(usd) if running.unpriced > 0 => match Shown::exact(usd, Unit::Usd) {
                Shown::Ready(figure) => Shown::Ready(figure.lower_bound()),
                other => other,
            },
            Some(usd) => Shown::exact(usd, Unit::Usd),
            None => Shown::Unknown("none of them has a price yet".to_owned()),
        },
    }
}

fn sounding(alarm: &Sounding, filtered: &str) -> HealthRow {
    HealthRow {
        href: format!("/endpoints/{}?{filtered}", slug(&alarm.name, alarm.resource_id)),
        name: alarm.name.clone(),
        what: alarm.alarm.clone(),
        at: alarm.since,
        stands_out: false,
    }
}

fn failed(job: &Failed, filtered: &str) -> HealthRow {
    HealthRow {
        href: format!("/jobs/{}?{filtered}", slug(&job.name, job.resource_id)),
        name: job.name.clone(),
        what: job.why.as_deref().filter(|why| !why.is_empty()).map_or_else(|| "AWS gave no reason".to_owned(), short),
        at: job.since,
        stands_out: false,
    }
}

/// As much of a sentence as two lines hold.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = text.get(..end).unwrap_or(text);
            let whole = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
            format!("{}…", whole.trim_end_matches([',', '.', ' ']))
        }
    }
}

fn run(job: &RunningJob, filtered: &str) -> HealthRow {
    let took = span(job.running_s);
    let usual = match job.longest_s {
        Some(longest) => format!("{took}; the longest of its last {} runs took {}", job.runs, span(longest)),
        None => took,
    };
    let what = match job.usd_hour {
        Some(usd) => {
            format!(
                "{usual} · {} so far",
                app::parts::figure::text(&Shown::exact(usd * job.running_s / 3600.0, Unit::Usd))
            )
        }
        None => usual,
    };
    HealthRow {
        href: format!("/jobs/{}?{filtered}", slug(&job.name, job.resource_id)),
        name: job.name.clone(),
        what,
        at: None,
        stands_out: job.is_overdue.unwrap_or(false),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds that a job runs, never below zero"
)]
fn span(seconds: f64) -> String {
    number::time_span(seconds.max(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::Completeness;

    use crate::store::overview::{Failures, Running};

    fn job(running_s: f64, longest_s: Option<f64>, usd_hour: Option<f64>) -> RunningJob {
        RunningJob {
            resource_id: 1,
            name: "train-7".to_owned(),
            running_s,
            longest_s,
            runs: 12,
            usd_hour,
            is_overdue: longest_s.map(|longest| running_s > longest),
        }
    }

    fn health(running: Running) -> Health {
        Health { alarms: Vec::new(), failures: Failures::default(), running }
    }

    #[test]
    fn a_job_that_outlasts_its_family_stands_out() {
        let first =
            vec![job(18_000.0, Some(3_600.0), Some(2.0)), job(600.0, Some(3_600.0), None), job(600.0, None, None)];
        let view = view(&health(Running { jobs: 3, usd_hour: Some(2.0), unpriced: 2, overdue: 1, first }), "q=x");
        let rows: Vec<(&str, bool)> = view.running.iter().map(|row| (row.what.as_str(), row.stands_out)).collect();
        assert_eq!(
            rows,
            [
                ("5 h; the longest of its last 12 runs took 60 min · $10.00 so far", true),
                ("10 min; the longest of its last 12 runs took 60 min", false),
                ("10 min", false)
            ]
        );
        assert!(
            view.burn.figure().is_some_and(|figure| figure.completeness == Completeness::LowerBound),
            "two have no price"
        );
        assert!(view.running[0].href.ends_with("?q=x"));
    }

    #[test]
    fn a_long_reason_is_cut_between_words() {
        assert_eq!(short("CapacityError"), "CapacityError");
        let long = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.44 GiB. GPU 0 has a total";
        assert_eq!(short(long), "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.44 GiB…");
        assert_eq!(short(&"é".repeat(100)), format!("{}…", "é".repeat(72)));
    }

    #[test]
    fn nothing_that_runs_costs_nothing_that_is_known() {
        let view = view(&health(Running::default()), "");
        assert_eq!((view.running_jobs, view.sounding, view.ended), (0, 0, 0));
        assert_eq!(view.burn.figure(), None);
    }
}
