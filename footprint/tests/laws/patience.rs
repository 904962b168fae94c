//! A search that stops: never before its patience is at its end, and never for what it could not know by then.

use crate::anything::holds;
use footprint::pareto::Goal;
use footprint::patience::{Replay, Trial, best_of, replay};
use proptest::prelude::*;

fn trials() -> impl Strategy<Value = Vec<Trial>> {
    let value = || {
        prop_oneof![
            4 => (-3..6_i32).prop_map(f64::from),
            3 => (100..104_i32).prop_map(|value| f64::from(value) * 0.5),
            1 => Just(0.0),
            1 => Just(f64::NAN)
        ]
    };
    let trial = (
        prop::option::weighted(0.9, 0..30_i64),
        0..10_i64,
        prop::bool::weighted(0.9),
        prop::option::weighted(0.8, value()),
    );
    let trial = trial.prop_map(|(launched_s, lasted, is_over, value)| Trial {
        launched_s,
        ended_s: launched_s.filter(|_| is_over).map(|launched| launched + lasted),
        value,
    });
    prop::collection::vec(trial, 0..25)
}

fn goal() -> impl Strategy<Value = Goal> {
    prop_oneof![Just(Goal::Maximise), Just(Goal::Minimise)]
}

/// Values in the order in which they ended, with their places.
fn ended(trials: &[Trial]) -> Vec<(usize, f64)> {
    let mut all: Vec<(i64, usize, f64)> = Vec::new();
    for (place, trial) in trials.iter().enumerate() {
        if let (Some(at), Some(value)) = (trial.ended_s, trial.value.filter(|value| !value.is_nan())) {
            all.push((at, place, value));
        }
    }
    all.sort_by_key(|each| (each.0, each.1));
    all.into_iter().map(|(_, place, value)| (place, value)).collect()
}

/// Whether the value at a place of the order is no gain on the best before it.
fn is_in_vain(goal: Goal, order: &[(usize, f64)], place: usize, least_gain: f64) -> bool {
    let Some(best) = best_of(goal, order[..place].iter().map(|(_, value)| *value)) else { return false };
    let gain = match goal {
        Goal::Maximise => order[place].1 - best,
        Goal::Minimise => best - order[place].1,
    };
    !(gain > 0.0 && gain >= least_gain * best.abs())
}

#[test]
fn it_stops_at_the_first_end_of_its_patience_and_spares_what_was_launched_later() {
    let least = prop_oneof![Just(0.0), Just(0.01), Just(0.2)];
    let cases = (goal(), trials(), 1..6_usize, least);
    holds(4_000, &cases, &["stops", "goes on", "spares", "misses"], |seen, (goal, all, patience, least)| {
        let Replay { stops_after, spared, reached } = replay(goal, &all, patience, least);
        let order = ended(&all);
        let row_of_vain = |last: usize| {
            last + 1 >= patience && (last + 1 - patience..=last).all(|place| is_in_vain(goal, &order, place, least))
        };
        let first = (0..order.len()).find(|last| row_of_vain(*last));
        prop_assert_eq!(stops_after, first.map(|last| order[last].0));
        seen.note(if stops_after.is_some() { "stops" } else { "goes on" });
        for (place, trial) in all.iter().enumerate() {
            let later = stops_after.and_then(|stop| Some(trial.launched_s? > all[stop].ended_s?)).unwrap_or(false);
            prop_assert_eq!(spared.contains(&place), later);
        }
        prop_assert!(spared.windows(2).all(|pair| pair[0] < pair[1]));
        if !spared.is_empty() {
            seen.note("spares");
        }
        let best = best_of(goal, all.iter().filter_map(|trial| trial.value));
        match (reached, best) {
            (Some(reached), Some(best)) => prop_assert!(!goal.is_better(reached, best), "{reached} {best}"),
            (reached, best) => prop_assert!(reached.is_none() && (best.is_none() || !spared.is_empty())),
        }
        if reached != best {
            seen.note("misses");
        }
        Ok(())
    });
}

#[test]
fn more_patience_spares_no_more_and_reaches_no_less() {
    holds(3_000, &(goal(), trials(), 1..6_usize), &["spares less"], |seen, (goal, all, patience)| {
        let [less, more] = [patience, patience + 1].map(|patience| replay(goal, &all, patience, 0.01));
        prop_assert!(more.spared.iter().all(|place| less.spared.contains(place)), "{less:?} {more:?}");
        if more.spared.len() < less.spared.len() {
            seen.note("spares less");
        }
        if let Some(reached) = less.reached {
            prop_assert!(more.reached.is_some_and(|more| !goal.is_better(reached, more)), "{less:?} {more:?}");
        }
        Ok(())
    });
}

#[test]
fn what_is_spared_has_no_say_and_the_other_goal_is_the_mirror() {
    holds(3_000, &(goal(), trials(), 1..6_usize), &["spares"], |seen, (goal, all, patience)| {
        let whole = replay(goal, &all, patience, 0.01);
        let made: Vec<Trial> = all
            .iter()
            .enumerate()
            .filter(|(place, _)| !whole.spared.contains(place))
            .map(|(_, trial)| *trial)
            .collect();
        if !whole.spared.is_empty() {
            seen.note("spares");
        }
        let again = replay(goal, &made, patience, 0.01);
        prop_assert_eq!(
            again.stops_after.map(|place| made[place].ended_s),
            whole.stops_after.map(|place| all[place].ended_s)
        );
        prop_assert!(again.spared.is_empty());
        prop_assert_eq!(again.reached, whole.reached);

        let turned: Vec<Trial> =
            all.iter().map(|trial| Trial { value: trial.value.map(|value| -value), ..*trial }).collect();
        let other = match goal {
            Goal::Maximise => Goal::Minimise,
            Goal::Minimise => Goal::Maximise,
        };
        let mirrored = replay(other, &turned, patience, 0.01);
        prop_assert_eq!((mirrored.stops_after, &mirrored.spared), (whole.stops_after, &whole.spared));
        prop_assert_eq!(mirrored.reached.map(|value| -value), whole.reached);
        Ok(())
    });
}
