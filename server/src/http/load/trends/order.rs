//! The order of the groups in their table.

use std::cmp::Ordering;

use app::parts::figure;
use app::view::GroupRow;

/// What the groups can be sorted by.
pub const SORTS: [&str; 3] = ["name", "total", "change"];

/// The groups in an order, each with its parts after it. What is left of all others stays last, and so does what is not known.
/// As they are where no order is asked for.
pub(super) fn sorted(mut blocks: Vec<Vec<GroupRow>>, sort: Option<&str>) -> Vec<GroupRow> {
    let Some(sort) = sort else { return blocks.into_iter().flatten().collect() };
    let (key, descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    let number = |row: &GroupRow| match key {
        "change" => figure::change_percent(&row.value, &row.before),
        _ => row.value.figure().map(|figure| figure.central),
    };
    let compare = |a: &GroupRow, b: &GroupRow| {
        let turned = |order: Ordering| if descending { order.reverse() } else { order };
        match (key, number(a), number(b)) {
            ("name", _, _) => turned(a.label.to_lowercase().cmp(&b.label.to_lowercase())),
            (_, Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (_, a, b) => b.is_some().cmp(&a.is_some()),
        }
    };
    blocks.sort_by(|a, b| match (a.first(), b.first()) {
        (Some(a), Some(b)) => (a.colour == Some(0)).cmp(&(b.colour == Some(0))).then_with(|| compare(a, b)),
        _ => Ordering::Equal,
    });
    blocks.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::{Shown, Unit};

    #[test]
    fn groups_are_sorted_with_their_parts_and_the_others_stay_last() {
        let row = |label: &str, value: Option<f64>, before: f64, colour: Option<u8>| GroupRow {
            label: label.to_owned(),
            value: value.map_or_else(Shown::default, |value| Shown::exact(value, Unit::Usd)),
            before: Shown::exact(before, Unit::Usd),
            colour,
            is_part: colour.is_none(),
            ..GroupRow::default()
        };
        let blocks = || {
            vec![
                vec![row("vision", Some(9.0), 10.0, Some(1)), row("Training", Some(9.0), 9.0, None)],
                vec![row("Audio", Some(5.0), 2.0, Some(2))],
                vec![row("nlp", None, 2.0, Some(3))],
                vec![row("4 others", Some(99.0), 2.0, Some(0))],
            ]
        };
        let check = |sort: &str, expected: [&str; 5]| {
            let labels: Vec<String> = sorted(blocks(), Some(sort)).into_iter().map(|row| row.label).collect();
            assert_eq!(labels, expected, "{sort}");
        };
        check("-total", ["vision", "Training", "Audio", "nlp", "4 others"]);
        check("total", ["Audio", "vision", "Training", "nlp", "4 others"]);
        check("name", ["Audio", "nlp", "vision", "Training", "4 others"]);
        check("-name", ["vision", "Training", "nlp", "Audio", "4 others"]);
        assert_eq!(sorted(blocks(), None).len(), 5);
        check("-change", ["Audio", "vision", "Training", "nlp", "4 others"]);
    }
}
