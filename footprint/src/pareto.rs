//! Which trials of a search were worth their emissions: those that no other trial beats.

/// What a search wants of its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// More is better, such as accuracy.
    Maximise,
    /// Less is better, such as loss.
    Minimise,
}

/// What a trial reached, and what that took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The objective, in whatever unit it is counted in.
    pub value: f64,
    /// What was spent, such as emissions in grams; less is better.
    pub spent: f64,
}

impl Goal {
    /// Whether one value is strictly better than another; nothing is better than or worse than what is no number.
    #[must_use]
    pub fn is_better(self, value: f64, than: f64) -> bool {
        match self {
            Self::Maximise => value > than,
            Self::Minimise => value < than,
        }
    }
}

/// Whether one outcome is nowhere worse than another and somewhere better.
#[must_use]
pub fn dominates(goal: Goal, one: Outcome, other: Outcome) -> bool {
    let no_worse = !goal.is_better(other.value, one.value) && one.spent <= other.spent;
    no_worse && is_a_number(one) && (goal.is_better(one.value, other.value) || one.spent < other.spent)
}

/// The places of the outcomes that nothing dominates, from the cheapest to the best. Of outcomes that are alike, all are on
/// the front; what is no number never is.
#[must_use]
pub fn front(goal: Goal, outcomes: &[Outcome]) -> Vec<usize> {
    // Adding zero makes both zeros one, which the order of floats tells apart.
    let plain = |outcome: &Outcome| Outcome { value: outcome.value + 0.0, spent: outcome.spent + 0.0 };
    let mut by_spent: Vec<(usize, Outcome)> =
        outcomes.iter().map(plain).enumerate().filter(|(_, outcome)| is_a_number(*outcome)).collect();
    by_spent.sort_by(|(_, a), (_, b)| {
        let better_first = match goal {
            Goal::Maximise => b.value.total_cmp(&a.value),
            Goal::Minimise => a.value.total_cmp(&b.value),
        };
        a.spent.total_cmp(&b.spent).then(better_first)
    });
    let mut front: Vec<(usize, Outcome)> = Vec::new();
    for (place, outcome) in by_spent {
        let stays = front.last().is_none_or(|(_, best)| goal.is_better(outcome.value, best.value) || outcome == *best);
        if stays {
            front.push((place, outcome));
        }
    }
    front.into_iter().map(|(place, _)| place).collect()
}

fn is_a_number(outcome: Outcome) -> bool {
    !outcome.value.is_nan() && !outcome.spent.is_nan()
}

#[cfg(test)]
mod tests {
    use super::{Goal, Outcome, front};

    fn outcomes(pairs: &[(f64, f64)]) -> Vec<Outcome> {
        pairs.iter().map(|(value, spent)| Outcome { value: *value, spent: *spent }).collect()
    }

    #[test]
    fn the_front_runs_from_the_cheapest_to_the_best() {
        let trials = outcomes(&[(0.7, 5.0), (0.6, 2.0), (0.65, 4.0), (0.6, 3.0), (0.9, 9.0), (0.7, 5.0)]);
        assert_eq!(front(Goal::Maximise, &trials), [1, 2, 0, 5, 4]);
        assert_eq!(front(Goal::Minimise, &trials), [1]);
        assert_eq!(front(Goal::Maximise, &outcomes(&[(f64::NAN, 1.0), (0.5, f64::NAN)])), [0_usize; 0]);
        assert_eq!(front(Goal::Minimise, &[]), [0_usize; 0]);
    }
}
