//! What a search would have spared had it stopped once nothing got better any more.

use crate::pareto::Goal;

/// A trial of a search. Moments are seconds since whatever moment, the same for all trials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// When it was launched, where that is known.
    pub launched_s: Option<i64>,
    /// When it ended, where it did and that is known.
    pub ended_s: Option<i64>,
    /// What it reached at its end, where it reached something.
    pub value: Option<f64>,
}

/// A search as it would have gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The place of the trial with whose end the search stops; `None` where it goes on to its own end.
    pub stops_after: Option<usize>,
    /// The places of the trials that are not launched, ascending.
    pub spared: Vec<usize>,
    /// The best value of the trials that are made.
    pub reached: Option<f64>,
}

/// Replays a search that stops once `patience` trials in a row, by the order in which they ended, have bettered the best value
/// before them by less than `least_gain` of it (0.01 is a hundredth).
///
/// What was launched by then goes on to its end. A trial without a value is not counted, and one of which nobody knows when it
/// was launched is made. Of a best value of zero every better one is a gain.
#[must_use]
pub fn replay(goal: Goal, trials: &[Trial], patience: usize, least_gain: f64) -> Replay {
    let value = |trial: &Trial| trial.value.filter(|value| !value.is_nan());
    let mut ended: Vec<(i64, usize, f64)> =
        trials.iter().enumerate().filter_map(|(place, trial)| Some((trial.ended_s?, place, value(trial)?))).collect();
    ended.sort_by_key(|(at, place, _)| (*at, *place));
    let mut best: Option<f64> = None;
    let mut in_vain = 0;
    let mut stop = None;
    for (at, place, value) in ended {
        in_vain = if best.is_none_or(|best| gains(goal, value, best, least_gain)) { 0 } else { in_vain + 1 };
        best = best.filter(|best| !goal.is_better(value, *best)).or(Some(value));
        if in_vain > 0 && in_vain >= patience {
            stop = Some((at, place));
            break;
        }
    }
    let is_spared = |trial: &Trial| stop.is_some_and(|(at, _)| trial.launched_s.is_some_and(|launched| launched > at));
    let made = trials.iter().filter(|trial| !is_spared(trial)).filter_map(value);
    Replay {
        stops_after: stop.map(|(_, place)| place),
        spared: trials.iter().enumerate().filter(|(_, trial)| is_spared(trial)).map(|(place, _)| place).collect(),
        reached: best_of(goal, made),
    }
}

/// The best of some values; what is no number is none of them.
#[must_use]
pub fn best_of(goal: Goal, values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let values = values.into_iter().filter(|value| !value.is_nan());
    values.reduce(|best, value| if goal.is_better(value, best) { value } else { best })
}

/// Whether a value betters the best by so much of it.
fn gains(goal: Goal, value: f64, best: f64, least: f64) -> bool {
    goal.is_better(value, best) && (value - best).abs() >= least * best.abs()
}

#[cfg(test)]
mod tests {
    use super::{Replay, Trial, replay};
    use crate::pareto::Goal;

    /// Trials one after the other, an hour each.
    fn in_turn(values: &[f64]) -> Vec<Trial> {
        let trial = |(place, value): (i64, &f64)| Trial {
            launched_s: Some(3_600 * place + 1),
            ended_s: Some(3_600 * (place + 1)),
            value: Some(*value),
        };
        (0..).zip(values).map(trial).collect()
    }

    #[test]
    fn the_search_stops_when_its_patience_is_at_its_end() {
        let trials = in_turn(&[0.5, 0.6, 0.6, 0.603, 0.59, 0.9, 0.1]);
        let stopped = replay(Goal::Maximise, &trials, 3, 0.01);
        assert_eq!(stopped, Replay { stops_after: Some(4), spared: vec![5, 6], reached: Some(0.603) });
        let patient = replay(Goal::Maximise, &trials, 4, 0.01);
        assert_eq!(patient, Replay { stops_after: None, spared: vec![], reached: Some(0.9) });
        // A gain of any size counts where the least one is none.
        assert_eq!(replay(Goal::Maximise, &trials, 3, 0.0).stops_after, None);
        assert_eq!(replay(Goal::Minimise, &trials, 3, 0.01).stops_after, Some(3));
    }

    #[test]
    fn what_was_launched_goes_on_and_what_has_no_value_is_not_counted() {
        let mut trials = in_turn(&[0.5, 0.4, 0.4, 0.9]);
        trials[3].launched_s = trials[2].ended_s;
        let failed = Trial { value: None, ..trials[1] };
        trials.push(failed);
        let replayed = replay(Goal::Maximise, &trials, 2, 0.01);
        assert_eq!(replayed, Replay { stops_after: Some(2), spared: vec![], reached: Some(0.9) });
        trials[3].launched_s = None;
        assert!(replay(Goal::Maximise, &trials, 2, 0.01).spared.is_empty());
    }

    #[test]
    fn better_than_a_best_of_zero_is_a_gain() {
        assert_eq!(replay(Goal::Minimise, &in_turn(&[0.0, -1e-9, -2e-9]), 1, 0.5).stops_after, None);
        assert_eq!(replay(Goal::Maximise, &[], 3, 0.01).reached, None);
    }
}
