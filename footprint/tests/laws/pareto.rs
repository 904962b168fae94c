//! The front of a search: nothing on it is dominated, everything else is.

use crate::anything::holds;
use footprint::pareto::{Goal, Outcome, dominates, front};
use proptest::prelude::*;

fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
    // Coarse values, so that outcomes are often alike in one respect or in both.
    let coarse =
        || prop_oneof![4 => (0..6_i32).prop_map(f64::from), 2 => -1e3..1e3_f64, 1 => Just(-0.0), 1 => Just(f64::NAN)];
    prop::collection::vec((coarse(), coarse()).prop_map(|(value, spent)| Outcome { value, spent }), 0..40)
}

#[test]
fn nothing_on_the_front_is_dominated_and_everything_else_is() {
    let goal = prop_oneof![Just(Goal::Maximise), Just(Goal::Minimise)];
    holds(3_000, &(goal, outcomes()), &["dominated", "alike", "no number"], |seen, (goal, all)| {
        let on_front = front(goal, &all);
        let beaten = |place: usize| all.iter().any(|other| dominates(goal, *other, all[place]));
        for (place, outcome) in all.iter().enumerate() {
            if outcome.value.is_nan() || outcome.spent.is_nan() {
                seen.note("no number");
                prop_assert!(!on_front.contains(&place));
                continue;
            }
            if all.iter().enumerate().any(|(other, same)| other != place && same == outcome) {
                seen.note("alike");
            }
            if !on_front.contains(&place) {
                seen.note("dominated");
            }
            prop_assert_eq!(on_front.contains(&place), !beaten(place), "{:?} of {:?}", outcome, all);
        }
        for pair in on_front.windows(2) {
            let (cheap, dear) = (all[pair[0]], all[pair[1]]);
            prop_assert!(cheap.spent <= dear.spent && !goal.is_better(cheap.value, dear.value), "{cheap:?} {dear:?}");
        }
        Ok(())
    });
}
