//! How far a run has come: counted in memory where the work is done, written to Postgres once a second whatever happens
//! in between, so that a page in another process can show it and a dead run is told from a slow one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use super::pace::Pace;
use super::{Source, explored, inventory, prices, reported};
use crate::aws::{AwsError, Client, Traffic};
use crate::kind::Kind;
use crate::store::run::{Note, PhaseNote};
use crate::store::{self, AccountScope, Database, StoreError};

/// How often progress is written.
const BEAT: Duration = Duration::from_secs(1);
/// Causes of failures that are kept; more would be one cause with many names.
const MOST_CAUSES: usize = 40;

/// What a run does, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Finding what there is of a kind.
    Inventory(Kind),
    /// What is configured, and what was scaled.
    Configuration,
    /// Metric points.
    Metrics,
    /// AWS' Price List.
    Prices,
    /// AWS' own emissions.
    Reported,
    /// Exports of bills.
    Bills,
    /// AWS' own totals of cost.
    Explored,
    /// Facts to footprints and ledger.
    Estimate,
    /// The rules.
    Findings,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 15] = [
        Self::Inventory(Kind::Training),
        Self::Inventory(Kind::Processing),
        Self::Inventory(Kind::Transform),
        Self::Inventory(Kind::Endpoint),
        Self::Inventory(Kind::Notebook),
        Self::Inventory(Kind::App),
        Self::Inventory(Kind::Cluster),
        Self::Configuration,
        Self::Metrics,
        Self::Prices,
        Self::Reported,
        Self::Bills,
        Self::Explored,
        Self::Estimate,
        Self::Findings,
    ];

    /// The word stored in `ingest_run_phase.phase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inventory(kind) => inventory::feature(kind),
            Self::Configuration => "configuration",
            Self::Metrics => "metrics",
            Self::Prices => prices::FEATURE,
            Self::Reported => reported::FEATURE,
            Self::Bills => "bills",
            Self::Explored => explored::FEATURE,
            Self::Estimate => "estimate",
            Self::Findings => "findings",
        }
    }

    /// The phase of a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == word)
    }

    /// What is counted.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Inventory(Kind::Training | Kind::Processing | Kind::Transform) | Self::Metrics => "windows",
            Self::Inventory(_) | Self::Configuration => "lists",
            Self::Prices => "price lists",
            Self::Reported | Self::Explored => "accounts",
            Self::Bills => "exports",
            Self::Estimate => "days",
            Self::Findings => "passes",
        }
    }

    const fn counts_windows(self) -> bool {
        matches!(self, Self::Metrics | Self::Inventory(Kind::Training | Kind::Processing | Kind::Transform))
    }

    fn place(self) -> i16 {
        let place = Self::ALL.iter().position(|phase| *phase == self);
        place.and_then(|place| i16::try_from(place).ok()).unwrap_or(i16::MAX)
    }

    /// The run's own word for it, as every page shows it.
    const fn of_run(self) -> &'static str {
        match self {
            Self::Inventory(_) | Self::Configuration => "inventory",
            Self::Metrics | Self::Prices | Self::Reported | Self::Bills | Self::Explored => "metrics",
            Self::Estimate => "estimate",
            Self::Findings => "advise",
        }
    }
}

/// A phase in an account and region, or over all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    phase: Phase,
    account_id: Option<i32>,
    region: String,
}

impl Step {
    /// A phase of one account and region.
    #[must_use]
    pub fn of(phase: Phase, source: &Source, region: &str) -> Self {
        Self { phase, account_id: Some(source.account_id), region: region.to_owned() }
    }

    /// A phase of the whole run.
    #[must_use]
    pub const fn whole(phase: Phase) -> Self {
        Self { phase, account_id: None, region: String::new() }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    done: u64,
    total: Option<u64>,
    began: Option<Instant>,
    ended: Option<Instant>,
    is_written: bool,
}

/// A cause of failures, with how often and where it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// For example `cloudwatch:GetMetricData`.
    pub operation: String,
    /// Regions.
    pub regions: Vec<String>,
    /// What AWS said.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// How often.
    pub times: u64,
}

#[derive(Debug, Default)]
struct State {
    steps: BTreeMap<Step, Count>,
    series: u64,
    problems: Vec<Problem>,
}

/// How far a run has come; shared by everything that works for it.
#[derive(Debug, Default)]
pub struct Progress {
    state: Mutex<State>,
    cancelled: AtomicBool,
}

/// A phase over all accounts and regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    /// The phase.
    pub phase: Phase,
    /// How far and how fast.
    pub pace: Pace,
    /// Whether it goes on.
    pub is_running: bool,
}

impl Progress {
    /// Names what will be done, so that it is shown as waiting.
    pub fn expect(&self, step: Step) {
        self.state().steps.entry(step).or_default();
    }

    /// A phase begins, with what there is to do where that is known.
    pub fn start(&self, step: &Step, total: Option<u64>) {
        self.change(step, |count| {
            count.began = count.began.or_else(|| Some(Instant::now()));
            count.total = total;
        });
    }

    /// Something more is done.
    pub fn add(&self, step: &Step, done: u64) {
        self.change(step, |count| {
            count.done += done;
            // What was found on the way is part of the whole.
            count.total = count.total.map(|total| total.max(count.done));
        });
    }

    /// What is left, which may have grown.
    pub fn left(&self, step: &Step, left: u64) {
        self.change(step, |count| count.total = Some(count.done + left));
    }

    /// A phase has ended; what is not done by now is left.
    pub fn finish(&self, step: &Step) {
        self.change(step, |count| {
            count.began = count.began.or_else(|| Some(Instant::now()));
            count.ended = Some(Instant::now());
            count.total = count.total.or(Some(count.done));
        });
    }

    /// Metrics were asked of CloudWatch.
    pub fn asked(&self, series: usize) {
        self.state().series += u64::try_from(series).unwrap_or_default();
    }

    /// AWS refused or failed.
    pub fn failed(&self, error: &AwsError) {
        let remedy = error.remedy();
        let mut state = self.state();
        let known = state
            .problems
            .iter_mut()
            .find(|problem| (problem.operation.as_str(), &problem.message) == (error.operation, &error.message));
        if let Some(problem) = known {
            problem.times += 1;
            if !problem.regions.contains(&error.region) {
                problem.regions.push(error.region.clone());
            }
        } else if state.problems.len() < MOST_CAUSES {
            state.problems.push(Problem {
                operation: error.operation.to_owned(),
                regions: vec![error.region.clone()],
                message: error.message.clone(),
                remedy,
                times: 1,
            });
        }
    }

    /// No further window is begun.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for: no further window is begun.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Every phase over all accounts and regions, in order.
    pub fn sums(&self) -> Vec<Sum> {
        let state = self.state();
        let now = Instant::now();
        let mut sums = Vec::new();
        for phase in Phase::ALL {
            let counts: Vec<&Count> =
                state.steps.iter().filter(|(step, _)| step.phase == phase).map(|(_, count)| count).collect();
            let Some(began) = counts.iter().filter_map(|count| count.began).min() else { continue };
            let is_running = counts.iter().any(|count| count.ended.is_none());
            let ended = if is_running { None } else { counts.iter().filter_map(|count| count.ended).max() };
            let pace = Pace {
                done: counts.iter().map(|count| count.done).sum(),
                total: counts.iter().map(|count| count.total).sum(),
                elapsed_s: ended.unwrap_or(now).saturating_duration_since(began).as_secs_f64(),
            };
            sums.push(Sum { phase, pace, is_running });
        }
        sums
    }

    fn change(&self, step: &Step, change: impl FnOnce(&mut Count)) {
        let mut state = self.state();
        let count = state.steps.entry(step.clone()).or_default();
        change(count);
        count.is_written = false;
    }

    /// What is to be written now: phases that changed, and those that go on.
    fn note(&self, traffic: &BTreeMap<String, Traffic>) -> Note {
        let mut state = self.state();
        let now = Instant::now();
        let ago = |at: Option<Instant>| at.map(|at| now.saturating_duration_since(at).as_secs_f64());
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut note = Note {
            phase: "plan",
            series: whole(state.series),
            traffic: serde_json::to_value(traffic).unwrap_or_default(),
            problems: serde_json::to_value(&state.problems).unwrap_or_default(),
            ..Note::default()
        };
        for (step, count) in &mut state.steps {
            if step.phase.counts_windows() {
                note.done += whole(count.done);
                note.total += whole(count.total.unwrap_or_default());
            }
            let is_running = count.began.is_some() && count.ended.is_none();
            // The first of what goes on: days are estimated beside all of it.
            if is_running && note.phase == "plan" {
                note.phase = step.phase.of_run();
            }
            if count.is_written && !is_running {
                continue;
            }
            count.is_written = true;
            note.phases.push(PhaseNote {
                account_id: step.account_id,
                region: step.region.clone(),
                phase: step.phase.as_str(),
                place: step.phase.place(),
                done: whole(count.done),
                total: count.total.map(whole),
                began_s: ago(count.began),
                ended_s: ago(count.ended),
            });
        }
        note
    }

    /// A panic elsewhere leaves counts that are still usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who writes the progress of a run down.
#[derive(Debug)]
pub struct Keeper<'a> {
    database: &'a Database,
    scope: &'a AccountScope,
    sources: &'a [Source],
    run_id: Uuid,
    before: BTreeMap<String, Traffic>,
}

impl<'a> Keeper<'a> {
    /// A keeper who counts the calls from now on.
    pub fn new(database: &'a Database, scope: &'a AccountScope, sources: &'a [Source], run_id: Uuid) -> Self {
        Self { database, scope, sources, run_id, before: traffic_of(sources) }
    }

    /// What went out to AWS since the run began, by operation.
    pub fn traffic(&self) -> BTreeMap<String, Traffic> {
        let mut traffic = traffic_of(self.sources);
        for (operation, now) in &mut traffic {
            *now = now.since(self.before.get(operation).copied().unwrap_or_default());
        }
        traffic.retain(|_, traffic| traffic.calls > 0);
        traffic
    }

    /// Writes once, and hears whether the run is to end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn write(&self, progress: &Progress) -> Result<(), StoreError> {
        let due = store::due::count(&self.database.ingest, self.scope).await?;
        let estimate = Step::whole(Phase::Estimate);
        if progress.state().steps.get(&estimate).is_some_and(|count| count.ended.is_none()) {
            progress.left(&estimate, due);
        }
        let note = progress.note(&self.traffic());
        if store::run::note(&self.database.ingest, self.scope, self.run_id, &note).await? {
            progress.cancel();
        }
        Ok(())
    }

    /// Writes every second until the work is over, and then once more. A database that hesitates costs a second of news
    /// and no run.
    pub async fn keep(&self, progress: &Progress, mut over: watch::Receiver<bool>) {
        loop {
            let is_over = *over.borrow();
            if let Err(error) = self.write(progress).await {
                tracing::warn!(%error, "the progress of the run was not written");
            }
            if is_over {
                return;
            }
            // Whoever worked and is gone has ended too.
            _ = tokio::time::timeout(BEAT, over.wait_for(|over| *over)).await;
        }
    }
}

/// What went out through all clients since they were made.
fn traffic_of(sources: &[Source]) -> BTreeMap<String, Traffic> {
    let mut all = BTreeMap::<String, Traffic>::new();
    for (operation, traffic) in sources.iter().flat_map(|source| &source.clients).flat_map(Client::traffic) {
        let sum = all.entry(operation.to_owned()).or_default();
        *sum = sum.and(traffic);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_is_found_by_its_word() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.as_str()), Some(phase));
        }
        assert_eq!(Phase::parse("plan"), None);
    }

    #[test]
    fn regions_add_up_and_only_news_is_written() {
        let progress = Progress::default();
        let step = |region: &str| Step { phase: Phase::Metrics, account_id: Some(1), region: region.to_owned() };
        progress.expect(step("a"));
        assert!(progress.sums().is_empty(), "what waits has no pace");
        progress.start(&step("a"), Some(4));
        progress.start(&step("b"), Some(2));
        progress.add(&step("a"), 1);
        progress.add(&step("b"), 3);
        let sum = progress.sums()[0];
        assert_eq!((sum.pace.done, sum.pace.total, sum.is_running), (4, Some(7), true));
        let note = progress.note(&BTreeMap::new());
        assert_eq!((note.done, note.total, note.phases.len(), note.phase), (4, 7, 2, "metrics"));
        progress.finish(&step("a"));
        progress.finish(&step("b"));
        assert_eq!(progress.note(&BTreeMap::new()).phases.len(), 2);
        assert!(progress.note(&BTreeMap::new()).phases.is_empty());
        assert!(!progress.sums()[0].is_running);
    }
}
