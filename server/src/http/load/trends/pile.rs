//! The ledger over time, heaped up: the whole, each group and each group within a group.

use std::collections::BTreeMap;

use crate::kind::Kind;
use crate::store::part::Part;
use crate::store::trend::Cell;
use crate::trend::{Amount, Metric};

/// Groups that are named; what is left of them stands together.
pub const NAMED: usize = 12;
/// The same within a group.
pub const NAMED_WITHIN: usize = 6;

/// What tells parts apart: type, region, kind, and the evidence tier, where anything is estimated.
type Key = (String, String, Kind, Option<&'static str>);

/// The sums of what was put on it.
#[derive(Debug, Clone, Default)]
pub struct Pile {
    /// The parts of the period, one of each kind.
    parts: BTreeMap<Key, Part>,
    /// Of the period.
    pub now: Amount,
    /// Of the period before.
    pub before: Amount,
    /// Of each bucket.
    pub over_time: Vec<Amount>,
    /// Of each bucket, in the period before.
    pub before_over_time: Vec<Amount>,
    /// Whether anything of it ran in each bucket: what did not run holds nothing, what ran may hold something unknown.
    pub ran: Vec<bool>,
}

impl Pile {
    fn empty(buckets: usize) -> Self {
        Self {
            over_time: vec![Amount::default(); buckets],
            before_over_time: vec![Amount::default(); buckets],
            ran: vec![false; buckets],
            ..Self::default()
        }
    }

    fn put(&mut self, cell: &Cell, bucket: usize, amount: Amount) {
        let (sum, over) = if cell.is_before {
            (&mut self.before, &mut self.before_over_time)
        } else {
            (&mut self.now, &mut self.over_time)
        };
        sum.add(amount);
        if let Some(each) = over.get_mut(bucket) {
            each.add(amount);
        }
        if !cell.is_before {
            heap(&mut self.parts, &cell.part);
            if let Some(ran) = self.ran.get_mut(bucket) {
                *ran = true;
            }
        }
    }

    /// What is drawn of each bucket: nothing is zero where all of it was read, and not known elsewhere.
    pub fn drawn(&self, metric: Metric, read: &[bool]) -> Vec<Option<f64>> {
        let of = |((amount, ran), read): ((&Amount, &bool), &bool)| match *read && !ran && metric.is_nothing_zero() {
            true => Some(0.0),
            false => amount.drawn(metric),
        };
        self.over_time.iter().zip(&self.ran).zip(read).map(of).collect()
    }

    /// Puts everything of another pile on this one.
    fn take_in(&mut self, other: &Self) {
        self.now.add(other.now);
        self.before.add(other.before);
        for (own, others) in
            [(&mut self.over_time, &other.over_time), (&mut self.before_over_time, &other.before_over_time)]
        {
            for (own, other) in own.iter_mut().zip(others) {
                own.add(*other);
            }
        }
        for (own, other) in self.ran.iter_mut().zip(&other.ran) {
            *own |= other;
        }
        for part in other.parts.values() {
            heap(&mut self.parts, part);
        }
    }

    /// Whether nothing of it ran in the period.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The parts of the period.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.values()
    }
}

fn heap(parts: &mut BTreeMap<Key, Part>, part: &Part) {
    let tier = part.footprint.as_ref().map(|(tier, _)| tier.as_str());
    let key = (part.instance_type.clone(), part.region.clone(), part.kind, tier);
    match parts.get_mut(&key) {
        Some(known) => known.add(part),
        None => {
            parts.insert(key, part.clone());
        }
    }
}

/// What a group is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// The value of its dimension.
    Value(String),
    /// What is left of so many others.
    Others(usize),
}

/// A group with what it is made of.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it is called.
    pub name: Name,
    /// Its sums.
    pub pile: Pile,
    /// The groups within it.
    pub within: Vec<Group>,
}

/// Everything, and by group.
#[derive(Debug, Clone, Default)]
pub struct Heaped {
    /// The whole.
    pub whole: Pile,
    /// The whole of each bucket.
    pub buckets: Vec<Pile>,
    /// The groups, heaviest first, what is left of them last.
    pub groups: Vec<Group>,
}

/// Heaps the cells up. `bucket_of` finds the place of a step among so many buckets.
pub fn heaped(metric: Metric, cells: &[Cell], buckets: usize, bucket_of: impl Fn(&Cell) -> Option<usize>) -> Heaped {
    let mut whole = Pile::empty(buckets);
    let mut each_bucket = vec![Pile::default(); buckets];
    let mut groups: BTreeMap<&str, (Pile, BTreeMap<&str, Pile>)> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| metric.concerns(cell.part.kind)) {
        let Some(bucket) = bucket_of(cell) else { continue };
        let amount = Amount::of(metric, &cell.part);
        whole.put(cell, bucket, amount);
        if let Some(pile) = each_bucket.get_mut(bucket) {
            pile.put(cell, bucket, amount);
        }
        let (pile, within) = groups.entry(&cell.first).or_insert_with(|| (Pile::empty(buckets), BTreeMap::new()));
        pile.put(cell, bucket, amount);
        within.entry(&cell.second).or_insert_with(|| Pile::empty(buckets)).put(cell, bucket, amount);
    }
    let groups = groups.into_iter().map(|(name, (pile, within))| Group {
        name: Name::Value(name.to_owned()),
        pile,
        within: ordered(metric, within.into_iter().map(leaf).collect(), NAMED_WITHIN, buckets),
    });
    Heaped { whole, buckets: each_bucket, groups: ordered(metric, groups.collect(), NAMED, buckets) }
}

fn leaf((name, pile): (&str, Pile)) -> Group {
    Group { name: Name::Value(name.to_owned()), pile, within: Vec::new() }
}

/// The heaviest groups first; beyond `named` they stand together, so that nothing of the sum is hidden.
fn ordered(metric: Metric, mut groups: Vec<Group>, named: usize, buckets: usize) -> Vec<Group> {
    let weight = |group: &Group| (group.pile.now.weight(metric), group.pile.before.weight(metric));
    // Groups come by name, and equal ones keep that order.
    groups.sort_by_key(|group| std::cmp::Reverse(weight(group)));
    if groups.len() <= named {
        return groups;
    }
    let others = groups.split_off(named);
    let mut pile = Pile::empty(buckets);
    for other in &others {
        pile.take_in(&other.pile);
    }
    groups.push(Group { name: Name::Others(others.len()), pile, within: Vec::new() });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};
    use footprint::units::Micrograms;
    use footprint::{PartSums, Tier};
    use rust_decimal::Decimal;

    fn cell(first: &str, second: &str, day: u32, cost: i64, is_before: bool) -> Cell {
        Cell {
            is_before,
            start: begin() + TimeDelta::days(i64::from(day) - 1),
            first: first.to_owned(),
            second: second.to_owned(),
            part: Part {
                instance_type: "ml.m5.large".to_owned(),
                region: "us-east-1".to_owned(),
                kind: Kind::Training,
                footprint: None,
                market: None,
                hourly: footprint::units::MicroWattHours(0),
                is_partial: false,
                instance_seconds: Some(60.0),
                is_untimed: false,
                idle_seconds: 0.0,
                metric_seconds: 0.0,
                requests: None,
                cost: Some(Decimal::new(cost, 2)),
                priced_seconds: 60.0,
                indicative_seconds: 0.0,
                cost_billed: None,
                cost_effective: None,
                billed_seconds: 0.0,
                attributed_cost: Decimal::ZERO,
                team: None,
            },
        }
    }

    fn begin() -> DateTime<Utc> {
        "2026-11-01T00:00:00Z".parse().unwrap()
    }

    fn place(cell: &Cell) -> Option<usize> {
        usize::try_from((cell.start - begin()).num_days()).ok()
    }

    #[test]
    fn what_is_not_named_is_in_the_rest_and_the_sum_stays() {
        let cells: Vec<Cell> = (1..=15)
            .map(|group| cell(&format!("team-{group:02}"), "a", 1 + group % 3, i64::from(group), false))
            .collect();
        let heaped = heaped(Metric::Cost, &cells, 3, place);
        assert_eq!(heaped.groups.len(), NAMED + 1);
        assert_eq!(heaped.groups[0].name, Name::Value("team-15".to_owned()), "the heaviest first");
        assert_eq!(heaped.groups[NAMED].name, Name::Others(3));
        assert_eq!(heaped.groups[NAMED].pile.now.top, Some(Decimal::new(1 + 2 + 3, 2)));
        let sum: Decimal = heaped.groups.iter().filter_map(|group| group.pile.now.top).sum();
        assert_eq!(Some(sum), heaped.whole.now.top);
        for bucket in 0..3 {
            let sum: Decimal = heaped.groups.iter().filter_map(|group| group.pile.over_time[bucket].top).sum();
            assert_eq!(Some(sum), heaped.buckets[bucket].now.top, "bucket {bucket}");
        }
        assert_eq!(heaped.whole.parts().count(), 1, "parts of one kind are one part");
    }

    #[test]
    fn the_period_before_stands_beside_and_not_within() {
        let cells = [cell("a", "x", 1, 100, true), cell("a", "y", 1, 50, false), cell("b", "x", 2, 70, true)];
        let heaped = heaped(Metric::Cost, &cells, 2, place);
        let of = |amount: Amount| amount.top;
        assert_eq!(of(heaped.whole.now), Some(Decimal::new(50, 2)));
        assert_eq!(of(heaped.whole.before), Some(Decimal::new(170, 2)));
        assert_eq!(of(heaped.groups[1].pile.now), None, "nothing ran, which is not nothing spent");
        let read = [true, true];
        let drawn = |group: usize| heaped.groups[group].pile.drawn(Metric::Cost, &read);
        assert_eq!(drawn(0), [Some(0.5), Some(0.0)], "what was read and did not run is nothing");
        assert_eq!(heaped.groups[0].pile.drawn(Metric::Cost, &[false, false]), [Some(0.5), None]);
        assert_eq!(heaped.groups[0].pile.drawn(Metric::Billed, &read), [Some(0.5), None], "no bill is no zero");
        let within: Vec<_> = heaped.groups[0].within.iter().map(|group| group.name.clone()).collect();
        assert_eq!(within, [Name::Value("y".to_owned()), Name::Value("x".to_owned())]);
    }

    #[test]
    fn a_whole_is_not_known_where_a_part_of_its_electricity_has_no_market_based_factor() {
        let with = |first: &str, kind: Kind, market: Option<i64>| {
            let mut cell = cell(first, "x", 1, 100, false);
            let sums = PartSums { operational: Micrograms(2_000_000), ..PartSums::default() };
            cell.part = Part { kind, footprint: Some((Tier::T2, sums)), market: market.map(Micrograms), ..cell.part };
            cell
        };
        let cells = [with("a", Kind::Training, Some(1_500_000)), with("b", Kind::Endpoint, None)];
        let value = |metric: Metric| {
            let heaped = heaped(metric, &cells, 1, place);
            let of = |name: &str| {
                let is_named = |group: &&Group| group.name == Name::Value(name.to_owned());
                heaped.groups.iter().find(is_named).unwrap().pile.drawn(metric, &[true])[0]
            };
            (heaped.whole.now.drawn(metric), of("a"), of("b"))
        };
        assert_eq!(value(Metric::OperationalMarket), (None, Some(1.5), None));
        assert_eq!(value(Metric::OperationalLocation), (Some(4.0), Some(2.0), Some(2.0)));
    }
}
