//! Tuning jobs: what their trials reached, and what that took.

use std::collections::BTreeMap;

use app::view::{
    BestSoFarChart, BestSoFarTrial, EarlyStopping, EffortRow, PageState, ScatterChart, ScatterPoint, Shown, TrialPlace,
    TrialRow, TuningRow, TuningView, TuningsView, Unit,
};
use chrono::{DateTime, Utc};
use footprint::pareto::{self, Goal, Outcome};
use serde_json::Value;

use super::configuration::{last_segment, text};
use super::figures::{self, Sums, number, slug};
use super::lists;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::{Allowed, Query};
use crate::ingest::key;
use crate::store::lifetime;
use crate::store::part::Part;
use crate::store::tuning::{self, Trial, Tuning};

mod patience;

/// Tuning jobs that a page lists.
const MOST: i64 = 100;

/// What the list understands.
pub const ALLOWED: Allowed = Allowed { sorts: &[], search: true, own: &[] };

/// Loads the list.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, query: &Query) -> Result<TuningsView, Problem> {
    let filter = desk.filter(query);
    let query_string = query.filter_string(filter.period);
    let (now, estimate_id) = (desk.now, desk.estimate.as_ref().map(|estimate| estimate.estimate_id));
    let mut tunings = tuning::list(desk.connection(), estimate_id, &filter, now, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let is_cut = tunings.len() > most;
    tunings.truncate(most);
    let (trials, lives) = read(desk, &tunings).await?;
    let rows: Vec<TuningRow> = tunings
        .iter()
        .map(|tuning| {
            let own = trials.iter().filter(|trial| trial.tuning == tuning.arn).collect();
            row(desk, &Search::of(&desk.factors, tuning, own, &lives), &query_string)
        })
        .collect();
    let state = match rows.len() {
        0 if desk.accounts.is_empty() => PageState::NoSource,
        0 if filter.narrows() => {
            let all = tuning::list(desk.connection(), estimate_id, &filter.only_period(), now, i64::MAX).await?;
            lists::filtered_away(query, filter.period, all.len() as u64)
        }
        0 => PageState::TrulyZero,
        _ => PageState::Ready,
    };
    Ok(TuningsView { state, rows, is_cut, query_string })
}

/// Loads a tuning job by the last segment of its address.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn load(desk: &mut Desk, slug: &str, query: &Query) -> Result<TuningView, Problem> {
    let missing = || Problem::NoSuchThing { what: "tuning job", list: "/jobs/tuning" };
    let id = number(slug).ok_or_else(missing)?;
    let name = slug.rsplit_once('.').map(|(name, _)| name).ok_or_else(missing)?;
    let mut found = tuning::named(desk.connection(), name).await?;
    found.retain(|tuning| key::number(&tuning.arn) == id);
    let (trials, lives) = read(desk, &found).await?;
    let tuning = found.first().ok_or_else(missing)?;
    let search = Search::of(&desk.factors, tuning, trials.iter().collect(), &lives);
    let document = &tuning.document;
    let filtered = query.filter_string(query.period(desk.today()));
    let rows = search.rows(desk.now, &filtered);
    let whole = search.sums_of(&desk.factors, |_| true);
    let limit = |name: &str| document.get(name).and_then(Value::as_u64);
    Ok(TuningView {
        name: tuning.name.clone(),
        arn: tuning.arn.clone(),
        account: desk.account_name(tuning.account_id),
        region: tuning.region.clone(),
        status: lists::status(text(document, "status").unwrap_or_default()),
        strategy: text(document, "strategy").unwrap_or_default().to_owned(),
        objective: search.objective().to_owned(),
        more_is_better: search.goal == Goal::Maximise,
        stops_early: stops_early(document),
        created_at: tuning.created_at,
        ended_at: text(document, "ended_at").and_then(|at| at.parse().ok()),
        most_trials: limit("most_trials"),
        most_parallel: limit("most_parallel"),
        totals: lists::totals(&whole, search.trials.len() as u64),
        chart: search.chart(),
        best_so_far: search.best_so_far(),
        efforts: search.efforts(&desk.factors, &whole),
        patience: patience::view(&desk.factors, &search, &whole),
        best: rows.iter().find(|row| row.place == TrialPlace::Best).cloned(),
        trials: rows,
    })
}

type Lives = BTreeMap<i64, Vec<Part>>;

/// The trials of some tuning jobs, and what they took.
async fn read(desk: &mut Desk, tunings: &[Tuning]) -> Result<(Vec<Trial>, Lives), Problem> {
    let arns: Vec<String> = tunings.iter().map(|tuning| tuning.arn.clone()).collect();
    let trials = tuning::trials(desk.connection(), &arns).await?;
    let ids: Vec<i64> = trials.iter().filter_map(|trial| trial.resource_id).collect();
    let lives = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => lifetime::parts(desk.connection(), estimate_id, &ids).await?,
        None => Lives::new(),
    };
    Ok((trials, lives))
}

fn row(desk: &Desk, search: &Search<'_>, filtered: &str) -> TuningRow {
    let tuning = search.tuning;
    let document = &tuning.document;
    let whole = search.sums_of(&desk.factors, |_| true);
    let waste = search.sums_of(&desk.factors, is_waste);
    let goal = if search.goal == Goal::Maximise { "more is better" } else { "less is better" };
    TuningRow {
        href: format!("{}?{filtered}", href(&tuning.name, &tuning.arn)),
        name: tuning.name.clone(),
        account: desk.account_name(tuning.account_id),
        region: tuning.region.clone(),
        status: lists::status(text(document, "status").unwrap_or_default()),
        created_at: tuning.created_at,
        objective: format!("{}, {goal}", search.objective()),
        best: search.trials.iter().find(|trial| trial.place == TrialPlace::Best).and_then(|trial| trial.told.value),
        trials: search.trials.len() as u64,
        without_value: search.trials.iter().filter(|trial| trial.place == TrialPlace::Without).count() as u64,
        stops_early: stops_early(document),
        cost: whole.cost(),
        energy: whole.energy(),
        emissions: whole.emissions(),
        waste: share_of(&waste, &whole).map_or_else(
            || Shown::Unknown("its trials have no estimate".to_owned()),
            |percent| Shown::exact(percent, Unit::Percent),
        ),
    }
}

/// Where a tuning job has its page.
pub(super) fn href(name: &str, arn: &str) -> String {
    format!("/jobs/tuning/{}", slug(name, key::number(arn)))
}

/// Whether hopeless trials are given up. Hyperband does so by itself.
pub(super) fn stops_early(document: &Value) -> EarlyStopping {
    match (text(document, "early_stopping"), text(document, "strategy")) {
        (Some("Auto"), _) => EarlyStopping::Auto,
        (_, Some("Hyperband")) => EarlyStopping::Hyperband,
        (Some("Off"), _) => EarlyStopping::Off,
        _ => EarlyStopping::Unknown,
    }
}

/// No result rests on what is beaten or has none.
const fn is_waste(place: TrialPlace) -> bool {
    matches!(place, TrialPlace::Beaten | TrialPlace::Without)
}

/// Emissions of some trials in those of all, percent.
fn share_of(some: &Sums, all: &Sums) -> Option<f64> {
    let all = all.grams().filter(|grams| *grams > 0.0)?;
    Some(100.0 * some.grams().unwrap_or(0.0) / all)
}

/// A trial with what it took and how it stands.
struct Tried<'a> {
    told: &'a Trial,
    parts: &'a [Part],
    sums: Sums,
    place: TrialPlace,
}

/// A tuning job with its trials, judged.
struct Search<'a> {
    tuning: &'a Tuning,
    goal: Goal,
    trials: Vec<Tried<'a>>,
}

impl<'a> Search<'a> {
    fn of(factors: &Lens, tuning: &'a Tuning, told: Vec<&'a Trial>, lives: &'a Lives) -> Self {
        let goal = match text(&tuning.document, "goal") {
            Some("Minimize") => Goal::Minimise,
            _ => Goal::Maximise,
        };
        let mut trials: Vec<Tried<'a>> = told
            .into_iter()
            .map(|told| {
                let parts = told.resource_id.and_then(|id| lives.get(&id)).map(Vec::as_slice).unwrap_or_default();
                let sums = figures::sum_closed(factors, parts);
                let is_open = told.value.is_some() || matches!(told.status.as_str(), "InProgress" | "Stopping");
                let place = if is_open { TrialPlace::Unjudged } else { TrialPlace::Without };
                Tried { told, parts, sums, place }
            })
            .collect();
        judge(goal, &mut trials);
        Self { tuning, goal, trials }
    }

    fn objective(&self) -> &str {
        text(&self.tuning.document, "objective").unwrap_or("objective")
    }

    fn sums_of(&self, factors: &Lens, wanted: impl Fn(TrialPlace) -> bool) -> Sums {
        figures::sum(factors, self.trials.iter().filter(|trial| wanted(trial.place)).flat_map(|trial| trial.parts))
    }

    fn chart(&self) -> Option<ScatterChart> {
        let points: Vec<ScatterPoint> = self
            .trials
            .iter()
            .filter_map(|trial| {
                let outcome = trial.outcome()?;
                Some(ScatterPoint {
                    label: last_segment(&trial.told.arn).to_owned(),
                    value: outcome.value,
                    spent: outcome.spent,
                    place: trial.place,
                })
            })
            .collect();
        (!points.is_empty()).then(|| ScatterChart {
            id: "trials-by-emissions".to_owned(),
            title: format!("{} and emissions of each trial", self.objective()),
            value: self.objective().to_owned(),
            more_is_better: self.goal == Goal::Maximise,
            unit: Unit::GramsCo2e,
            points,
        })
    }

    /// In the order in which the trials began; those of which nothing is known, last.
    fn best_so_far(&self) -> Option<BestSoFarChart> {
        let mut told: Vec<&Trial> = self.trials.iter().map(|trial| trial.told).collect();
        told.sort_by_key(|trial| (trial.started_at.is_none(), trial.started_at, last_segment(&trial.arn).to_owned()));
        let mut best: Option<f64> = None;
        let mut step = |trial: &&Trial| {
            let rises = trial.value.is_some_and(|value| best.is_none_or(|best| self.goal.is_better(value, best)));
            best = if rises { trial.value } else { best };
            let label = last_segment(&trial.arn).to_owned();
            BestSoFarTrial { label, at: trial.started_at, value: trial.value, best, rises }
        };
        let trials: Vec<BestSoFarTrial> = told.iter().map(&mut step).collect();
        best.map(|_| BestSoFarChart {
            id: "best-so-far".to_owned(),
            title: "Best so far".to_owned(),
            value: self.objective().to_owned(),
            more_is_better: self.goal == Goal::Maximise,
            trials,
        })
    }

    /// Where the effort went; groups without a trial are left out.
    fn efforts(&self, factors: &Lens, whole: &Sums) -> Vec<EffortRow> {
        let groups: [Sort; 4] = [
            ("On the front", false, |place| matches!(place, TrialPlace::Best | TrialPlace::Front)),
            ("Not judged yet: running, or emissions unknown", false, |place| place == TrialPlace::Unjudged),
            ("Beaten by another", true, |place| place == TrialPlace::Beaten),
            ("Failed or stopped, without a value", true, |place| place == TrialPlace::Without),
        ];
        let row = |(label, is_waste, of): (&str, bool, fn(TrialPlace) -> bool)| {
            let sums = self.sums_of(factors, of);
            EffortRow {
                label: label.to_owned(),
                is_waste,
                trials: self.trials.iter().filter(|trial| of(trial.place)).count() as u64,
                hours: sums.hours(),
                cost: sums.cost(),
                energy: sums.energy(),
                emissions: sums.emissions(),
                share_percent: share_of(&sums, whole),
            }
        };
        groups.into_iter().map(row).filter(|row| row.trials > 0).collect()
    }

    /// Best first, those without a value last.
    fn rows(&self, now: DateTime<Utc>, filtered: &str) -> Vec<TrialRow> {
        let mut trials: Vec<&Tried<'_>> = self.trials.iter().collect();
        trials.sort_by(|a, b| match (a.told.value, b.told.value) {
            (Some(a), Some(b)) if self.goal == Goal::Minimise => a.total_cmp(&b),
            (Some(a), Some(b)) => b.total_cmp(&a),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        trials.into_iter().map(|trial| trial.row(now, filtered)).collect()
    }
}

impl Tried<'_> {
    /// What it reached and emitted, where both are known.
    fn outcome(&self) -> Option<Outcome> {
        let spent = self.sums.grams()?;
        Some(Outcome { value: self.told.value?, spent })
    }

    fn row(&self, now: DateTime<Utc>, filtered: &str) -> TrialRow {
        let told = self.told;
        let name = last_segment(&told.arn).to_owned();
        TrialRow {
            href: told.resource_id.map(|id| format!("/jobs/{}?{filtered}", slug(&name, id))),
            name,
            status: lists::status(&told.status),
            value: told.value,
            place: self.place,
            duration: lists::lasted(now, &told.status, told.started_at, told.ended_at),
            cost: self.sums.cost(),
            energy: self.sums.energy(),
            emissions: self.sums.emissions(),
        }
    }
}

/// Sets the place of every trial whose value and emissions are known.
fn judge(goal: Goal, trials: &mut [Tried<'_>]) {
    let weighed: Vec<(usize, Outcome)> =
        trials.iter().enumerate().filter_map(|(place, trial)| Some((place, trial.outcome()?))).collect();
    let outcomes: Vec<Outcome> = weighed.iter().map(|(_, outcome)| *outcome).collect();
    let front = pareto::front(goal, &outcomes);
    // The front runs from the cheapest to the best.
    let best = front.last().copied();
    for (place, (trial, _)) in weighed.into_iter().enumerate() {
        if let Some(trial) = trials.get_mut(trial) {
            trial.place = match best {
                Some(best) if best == place => TrialPlace::Best,
                _ if front.contains(&place) => TrialPlace::Front,
                _ => TrialPlace::Beaten,
            };
        }
    }
}

/// A sort of trials: its name, whether it counts, and which trials are of it.
type Sort = (&'static str, bool, fn(TrialPlace) -> bool);
