//! One run, and the runs in the list: what was written down of them, added up over accounts and regions.

use std::collections::BTreeMap;

use app::view::{
    CallRow, FormState, LiveView, PhaseRow, PhaseState, PlaceRow, ReaderView, RunProblem, RunRow, RunState, RunView,
    Shown, Unit, WaitingRow,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::aws::Traffic;
use crate::ingest::forecast::{self, USD_PER_METRIC};
use crate::ingest::pace::Pace;
use crate::ingest::progress::{Phase, Problem};
use crate::kind::Kind;
use crate::store::account::Account;
use crate::store::request::{self, Schedule};
use crate::store::run::{self, Run};
use crate::store::{Connection, Origin, StoreError};

/// Runs in the list.
const LISTED: i64 = 12;

/// Loads a run; `None` where there is none of this number among what the visitor may see.
///
/// # Errors
/// When the database refuses.
pub async fn load(
    connection: &mut Connection,
    origin: Origin,
    accounts: &[Account],
    run_id: Uuid,
    form: FormState,
) -> Result<Option<RunView>, StoreError> {
    let Some(found) = run::latest(connection, origin, Some(run_id), 1).await?.pop() else { return Ok(None) };
    let noted = run::phases(connection, run_id).await?;
    let readers = request::readers(connection, origin).await?;
    let phases = phase_rows(&noted);
    let problems: Vec<Problem> = serde_json::from_value(found.problems.clone()).unwrap_or_default();
    Ok(Some(RunView {
        run_id: found.run_id.to_string(),
        state: state(&found.state),
        started_at: found.started_at,
        seen_at: found.seen_at,
        from: found.from_at,
        to: found.to_at,
        left_s: left(&phases),
        phases,
        places: places(&noted, accounts),
        problems: problems.into_iter().map(problem).collect(),
        calls: traffic(&found)
            .into_iter()
            .map(|(operation, sent)| CallRow {
                operation,
                calls: sent.calls,
                throttled: sent.throttled,
                repeated: sent.repeated,
            })
            .collect(),
        fee: fee(found.series),
        error: found.error,
        cancelled_by: found.cancelled_by,
        can_read: readers.is_there,
        form,
    }))
}

/// The runs of the list, latest first.
///
/// # Errors
/// When the database refuses.
pub async fn rows(connection: &mut Connection, origin: Origin) -> Result<Vec<RunRow>, StoreError> {
    Ok(run::latest(connection, origin, None, LISTED).await?.into_iter().map(row).collect())
}

/// Who reads, when next, and what was asked for.
///
/// # Errors
/// When the database refuses.
pub async fn reader(connection: &mut Connection, origin: Origin, form: FormState) -> Result<ReaderView, StoreError> {
    let Schedule { readers, waiting, lanes, passes, series } = request::schedule(connection, origin).await?;
    let waiting = waiting.into_iter().map(|each| WaitingRow { by: each.by, at: each.at, span: each.span }).collect();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let live = LiveView {
        read_to: lanes.iter().map(|lane| lane.read_to).min(),
        followed: lanes.iter().map(|lane| count(lane.followed.into())).sum(),
        passes: count(passes),
        usd: forecast::usd_of(count(series)),
    };
    Ok(ReaderView { is_there: readers.is_there, next_at: readers.next_at, waiting, form, live })
}

fn row(found: Run) -> RunRow {
    let count = |name: &str| {
        let summary = found.summary.as_ref();
        summary.and_then(|summary| summary.get(name)).and_then(serde_json::Value::as_u64)
    };
    RunRow {
        run_id: found.run_id.to_string(),
        state: state(&found.state),
        started_at: found.started_at,
        seen_at: found.seen_at,
        from: found.from_at,
        to: found.to_at,
        accounts: count("accounts"),
        windows: whole(found.done),
        points: count("points"),
        calls: traffic(&found).values().map(|sent| sent.calls).sum(),
        fee: fee(found.series),
    }
}

fn traffic(found: &Run) -> BTreeMap<String, Traffic> {
    serde_json::from_value(found.traffic.clone()).unwrap_or_default()
}

fn fee(series: i64) -> Shown {
    // Exact for any number of metrics that a run can ask for.
    let series = u32::try_from(series).map_or(f64::MAX, f64::from);
    Shown::exact(series * USD_PER_METRIC, Unit::Usd)
}

fn state(word: &str) -> RunState {
    match word {
        "running" => RunState::Running,
        "ending" => RunState::Ending,
        "complete" => RunState::Complete,
        "partial" => RunState::Partial,
        "cancelled" => RunState::Cancelled,
        "failed" => RunState::Failed,
        _ => RunState::Interrupted,
    }
}

fn problem(problem: Problem) -> RunProblem {
    let Problem { operation, regions, message, remedy, times } = problem;
    RunProblem { operation, regions, message, remedy, times }
}

fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).to_std().unwrap_or_default().as_secs_f64()
}

fn phase_rows(noted: &[run::Phase]) -> Vec<PhaseRow> {
    let mut rows: Vec<PhaseRow> = Phase::ALL.into_iter().filter_map(|phase| phase_row(phase, noted)).collect();
    let is_reading = |row: &PhaseRow| matches!(row.state, PhaseState::Waiting | PhaseState::Running);
    if rows.iter().any(|row| row.label == label(Phase::Metrics) && is_reading(row)) {
        // What is due is soon done, but every window that is read makes more of it due.
        for row in rows.iter_mut().filter(|row| row.label == label(Phase::Estimate)) {
            row.left_s = None;
        }
    }
    rows
}

/// A phase over all accounts and regions; `None` where the run does not have it.
fn phase_row(phase: Phase, noted: &[run::Phase]) -> Option<PhaseRow> {
    let own: Vec<&run::Phase> = noted.iter().filter(|each| each.phase == phase.as_str()).collect();
    let ended = own.iter().map(|each| each.seen_at).max()?;
    let began = own.iter().filter_map(|each| each.started_at).min();
    let pace = Pace {
        done: own.iter().map(|each| whole(each.done)).sum(),
        total: own.iter().map(|each| each.total.map(whole)).sum(),
        elapsed_s: began.map_or(0.0, |began| seconds(began, ended)),
    };
    let is_over = own.iter().all(|each| each.is_finished);
    let state = match (began, is_over) {
        (None, _) => PhaseState::Waiting,
        (Some(_), false) => PhaseState::Running,
        (Some(_), true) if pace.total.is_none_or(|total| pace.done >= total) => PhaseState::Done,
        (Some(_), true) => PhaseState::Short,
    };
    Some(PhaseRow {
        label: label(phase).to_owned(),
        done: pace.done,
        total: pace.total,
        unit: phase.unit().to_owned(),
        percent: pace.percent(),
        per_minute: pace.per_minute(),
        left_s: pace.left().map(|left| left.as_secs()),
        state,
    })
}

/// As people say it.
const fn label(phase: Phase) -> &'static str {
    match phase {
        Phase::Inventory(Kind::Training) => "Training jobs",
        Phase::Inventory(Kind::Processing) => "Processing jobs",
        Phase::Inventory(Kind::Transform) => "Batch transform jobs",
        Phase::Inventory(Kind::Endpoint) => "Endpoints",
        Phase::Inventory(Kind::Notebook) => "Notebook instances",
        Phase::Inventory(Kind::App) => "Studio apps",
        Phase::Inventory(Kind::Cluster) => "HyperPod clusters",
        Phase::Configuration => "Configuration",
        Phase::Metrics => "Metrics",
        Phase::Prices => "List prices",
        Phase::Reported => "AWS' own emissions",
        Phase::Bills => "Bills in S3",
        Phase::Explored => "AWS' own totals of cost",
        Phase::Estimate => "Estimate",
        Phase::Findings => "Findings",
    }
}

/// The longest of what goes on; unknown while metrics have not begun everywhere.
fn left(phases: &[PhaseRow]) -> Option<u64> {
    let metrics = phases.iter().find(|phase| phase.label == label(Phase::Metrics))?;
    if metrics.state == PhaseState::Waiting || (metrics.state == PhaseState::Running && metrics.left_s.is_none()) {
        return None;
    }
    let running = phases.iter().filter(|phase| phase.state == PhaseState::Running);
    running.filter_map(|phase| phase.left_s).max()
}

fn places(noted: &[run::Phase], accounts: &[Account]) -> Vec<PlaceRow> {
    let mut places: BTreeMap<(i32, &str), PlaceRow> = BTreeMap::new();
    for each in noted.iter().filter(|each| !each.region.is_empty()) {
        let Some(account_id) = each.account_id else { continue };
        let place = places.entry((account_id, &each.region)).or_insert_with(|| {
            let account = accounts.iter().find(|account| account.account_id == account_id);
            PlaceRow {
                account: account.map(|account| account.name.clone()).unwrap_or_default(),
                region: each.region.clone(),
                inventory: (0, Some(0)),
                metrics: (0, None),
            }
        });
        let (done, total) = (whole(each.done), each.total.map(whole));
        match Phase::parse(&each.phase) {
            Some(Phase::Inventory(_)) => {
                place.inventory =
                    (place.inventory.0 + done, place.inventory.1.zip(total).map(|(sum, more)| sum + more));
            }
            Some(Phase::Metrics) => place.metrics = (done, total),
            _ => {}
        }
    }
    places.into_values().collect()
}

/// How a run stands in one sentence that changes seldom, for those who hear the page.
#[must_use]
pub fn said(view: &RunView) -> String {
    let running = view.phases.iter().find(|phase| phase.state == PhaseState::Running);
    match running {
        None => String::new(),
        Some(PhaseRow { label, percent: None, .. }) => format!("{label} began."),
        Some(PhaseRow { label, percent: Some(percent), .. }) => {
            format!("{label}: {:.0} percent done.", (percent / 10.0).floor() * 10.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_132_800 + second, 0).unwrap()
    }

    fn noted(phase: &str, region: &str, done: i64, total: Option<i64>, began: Option<i64>) -> run::Phase {
        run::Phase {
            account_id: Some(1),
            region: region.to_owned(),
            phase: phase.to_owned(),
            done,
            total,
            started_at: began.map(at),
            seen_at: at(60),
            is_finished: total == Some(done),
        }
    }

    #[test]
    fn an_estimate_has_no_end_while_windows_arrive() {
        let estimate = run::Phase { account_id: None, ..noted("estimate", "", 40, Some(44), Some(0)) };
        let left = |metrics: run::Phase| {
            let rows = phase_rows(&[metrics, estimate.clone()]);
            rows.iter().find(|row| row.label == "Estimate").and_then(|row| row.left_s)
        };
        assert_eq!(left(noted("metrics", "a", 10, Some(40), Some(0))), None);
        assert_eq!(left(noted("metrics", "a", 40, Some(40), Some(0))), Some(6));
    }

    #[test]
    fn regions_are_one_phase_and_its_rate_is_theirs_together() {
        let row = |noted: &[run::Phase]| phase_row(Phase::Metrics, noted).unwrap();
        let both = [noted("metrics", "a", 10, Some(40), Some(0)), noted("metrics", "b", 20, Some(50), Some(30))];
        let sum = row(&both);
        assert_eq!((sum.done, sum.total, sum.per_minute, sum.left_s), (30, Some(90), Some(30.0), Some(120)));
        assert_eq!(sum.state, PhaseState::Running);
        assert_eq!(left(&[sum]), Some(120));
        let early = [noted("metrics", "a", 10, Some(40), Some(0)), noted("metrics", "b", 0, None, None)];
        let sum = row(&early);
        assert_eq!((sum.total, sum.left_s, sum.state), (None, None, PhaseState::Running));
        assert_eq!(left(&[sum]), None, "a region that has not begun may hold anything");
        assert_eq!(row(&[noted("metrics", "a", 5, Some(5), Some(0))]).state, PhaseState::Done);
        let short = run::Phase { is_finished: true, ..noted("metrics", "a", 4, Some(5), Some(0)) };
        assert_eq!(row(&[short]).state, PhaseState::Short);
        assert!(phase_row(Phase::Prices, &both).is_none());
    }
}
