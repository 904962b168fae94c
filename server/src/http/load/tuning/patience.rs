//! What a search would have spared had it stopped once nothing got better any more.

use app::view::{JobStatus, PatienceRow, PatienceView, Shown, Unit};
use footprint::patience::{Replay, Trial, best_of, replay};

use super::{Search, Sums, Tried, figures, lists, share_of, text};
use crate::http::lens::Lens;

/// Trials in a row without a gain.
const PATIENCES: [usize; 3] = [3, 5, 10];
/// What counts as a gain, of the best before: that of SageMaker's own criterion.
const LEAST_GAIN: f64 = 0.01;

/// Nothing while the search goes on, or where it made too few trials to stop before its end.
pub(super) fn view(factors: &Lens, search: &Search<'_>, whole: &Sums) -> Option<PatienceView> {
    let status = lists::status(text(&search.tuning.document, "status").unwrap_or_default());
    if !matches!(status, JobStatus::Completed | JobStatus::Stopped | JobStatus::Failed) {
        return None;
    }
    let trial = |tried: &Tried<'_>| Trial {
        launched_s: tried.told.launched_at.map(|at| at.timestamp()),
        ended_s: tried.told.ended_at.map(|at| at.timestamp()),
        value: tried.told.value,
    };
    let trials: Vec<Trial> = search.trials.iter().map(trial).collect();
    let with_value = trials.iter().filter(|trial| trial.ended_s.is_some() && trial.value.is_some()).count();
    let best = best_of(search.goal, trials.iter().filter_map(|trial| trial.value))?;
    let rows: Vec<PatienceRow> = PATIENCES
        .into_iter()
        .filter(|patience| *patience < with_value)
        .map(|patience| {
            let replayed = replay(search.goal, &trials, patience, LEAST_GAIN);
            row(factors, (search, whole, best), patience, &replayed)
        })
        .collect();
    (!rows.is_empty()).then(|| PatienceView {
        least_gain_percent: 100.0 * LEAST_GAIN,
        best,
        rows,
        without_times: trials.iter().filter(|trial| trial.launched_s.is_none()).count() as u64,
    })
}

fn row(
    factors: &Lens,
    (search, whole, best): (&Search<'_>, &Sums, f64),
    patience: usize,
    replayed: &Replay,
) -> PatienceRow {
    let tried = |place: &usize| search.trials.get(*place);
    let spared = figures::sum(factors, replayed.spared.iter().filter_map(tried).flat_map(|trial| trial.parts));
    // What is not launched takes nothing; of what would have been, the estimate may be missing.
    let or_nothing =
        |shown: Shown, unit: Unit| if replayed.spared.is_empty() { Shown::exact(0.0, unit) } else { shown };
    PatienceRow {
        patience: patience as u64,
        stops_at: replayed.stops_after.as_ref().and_then(tried).and_then(|trial| trial.told.ended_at),
        spared: replayed.spared.len() as u64,
        cost: or_nothing(spared.cost(), Unit::Usd),
        energy: or_nothing(spared.energy(), Unit::KilowattHours),
        emissions: or_nothing(spared.emissions(), Unit::GramsCo2e),
        share_percent: share_of(&spared, whole),
        reached: replayed.reached,
        short_percent: replayed
            .reached
            .filter(|_| best.abs() > 0.0)
            .map(|reached| 100.0 * (reached - best).abs() / best.abs()),
    }
}
