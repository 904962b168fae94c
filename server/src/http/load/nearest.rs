//! How near two names are.

use std::collections::BTreeMap;

/// Names that share less than this of their pairs of letters are not near.
const LEAST: f64 = 0.3;

/// The places of the names that come nearest to a text, the nearest first; at most `most`.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>, most: usize) -> Vec<usize> {
    let wanted = pairs(text);
    let mut near: Vec<(f64, usize)> = names
        .enumerate()
        .map(|(place, name)| (likeness(&wanted, &pairs(name)), place))
        .filter(|(likeness, _)| *likeness >= LEAST)
        .collect();
    near.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.cmp(second)));
    near.into_iter().take(most).map(|(_, place)| place).collect()
}

type Pairs = BTreeMap<(char, char), usize>;

/// Neighbouring letters and how often they stand together. The edges of the name count as letters, so that a name of one letter
/// has pairs too and beginnings weigh more.
fn pairs(name: &str) -> Pairs {
    let mut pairs = Pairs::new();
    let letters: Vec<char> =
        std::iter::once('^').chain(name.to_lowercase().chars()).chain(std::iter::once('$')).collect();
    for pair in letters.windows(2) {
        if let [first, second] = pair {
            *pairs.entry((*first, *second)).or_default() += 1;
        }
    }
    pairs
}

/// Dice's coefficient: twice the pairs in common over the pairs of both.
fn likeness(one: &Pairs, other: &Pairs) -> f64 {
    let common: usize = one.iter().map(|(pair, count)| other.get(pair).map_or(0, |more| *count.min(more))).sum();
    let all: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    let likeness = 2.0 * common as f64 / all as f64;
    likeness
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_finds_the_name() {
        let names = ["resnet-sweep-0311", "search-rerank", "churn-scoring-prod", "llm-adapter-nightly", "research"];
        for (typed, expected) in [
            ("serch-rerank", vec![1]),
            ("churn-scorin", vec![2]),
            ("LLM adapter nightly", vec![3]),
            ("reserch", vec![4, 1]),
            ("zzzz", vec![]),
            ("", vec![]),
        ] {
            let found = nearest(typed, names.into_iter(), 3);
            assert_eq!(found.first(), expected.first(), "{typed}: {found:?}");
        }
        assert_eq!(nearest("resnet-sweep", names.into_iter().chain(["resnet-sweep"]), 1), [5], "the same name first");
    }
}
