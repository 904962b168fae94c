//! What a filter offers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::kind::{Kind, Phase};
use crate::store::common_tag;
use crate::store::selection::{Attribute, family_of};

/// What a filter offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// The values of each attribute, in the order they are offered; the empty one stands for none. Those of regions were read, those
    /// of frameworks are of jobs and models, all others are named by any day of the ledger.
    pub values: BTreeMap<Attribute, Vec<String>>,
    /// The tags that most resources carry, with values, those of most resources first; a few.
    pub tags: Vec<(String, Vec<String>)>,
    /// The newest revisions of the latest twelve reviewed weeks, `2026-W47` or `2026-W47-r2`, latest first.
    pub reviews: Vec<String>,
    /// The first day of the ledger.
    pub first_day: Option<NaiveDate>,
}

impl Facets {
    /// Of words of the ledger such as `team=vision` or `type=ml.g5.xlarge`, ascending.
    pub(super) fn of_days(words: &[String]) -> Self {
        let of = |key: &'static str| words.iter().filter_map(move |word| word.strip_prefix(key)?.strip_prefix('='));
        let owned = |key| of(key).map(str::to_owned).collect::<Vec<_>>();
        let kinds: Vec<Kind> =
            Kind::ALL.into_iter().filter(|kind| of("kind").any(|word| word == kind.as_str())).collect();
        let phases = Phase::ALL.into_iter().filter(|phase| kinds.iter().any(|kind| kind.phase() == *phase));
        let families: BTreeSet<&str> = of("type").map(family_of).collect();
        let values = [
            (Attribute::Team, owned("team")),
            (Attribute::Project, owned("project")),
            (Attribute::Environment, owned("environment")),
            (Attribute::Phase, phases.map(|phase| phase.as_str().to_owned()).collect()),
            (Attribute::Kind, kinds.iter().map(|kind| kind.as_str().to_owned()).collect()),
            (Attribute::InstanceFamily, families.into_iter().map(str::to_owned).collect()),
            (Attribute::InstanceType, owned("type")),
        ];
        Self { values: values.into(), ..Self::default() }
    }

    /// The values of one attribute.
    #[must_use]
    pub fn of(&self, attribute: Attribute) -> &[String] {
        self.values.get(&attribute).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The first keys with their first values, of pairs in which the values of a key follow each other.
pub(super) fn offered(pairs: impl Iterator<Item = (String, String)>) -> Vec<(String, Vec<String>)> {
    let mut tags: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in pairs {
        match tags.last_mut() {
            Some((last, values)) if *last == key => values.push(value),
            _ => tags.push((key, vec![value])),
        }
    }
    tags.truncate(common_tag::MOST_KEYS);
    for (_, values) in &mut tags {
        values.truncate(common_tag::MOST_VALUES);
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_tags_those_that_come_first_are_offered() {
        let pairs = (0..20).flat_map(|key| (0..20).map(move |value| (format!("key-{key}"), format!("{value}"))));
        let tags = offered(pairs);
        let shape: Vec<(&str, usize)> = tags.iter().map(|(key, values)| (key.as_str(), values.len())).collect();
        assert_eq!(shape, [("key-0", 8), ("key-1", 8), ("key-2", 8), ("key-3", 8), ("key-4", 8), ("key-5", 8)]);
        assert_eq!(tags[0].1[..2], ["0", "1"]);
    }

    #[test]
    fn kinds_and_phases_are_offered_in_their_own_order_and_types_by_family() {
        let words = [
            "kind=app",
            "kind=endpoint",
            "kind=training",
            "team=",
            "team=a=b",
            "type=",
            "type=ml.g5.2xlarge",
            "type=ml.g5.xlarge",
        ];
        let facets = Facets::of_days(&words.map(str::to_owned));
        assert_eq!(facets.of(Attribute::Kind), ["training", "endpoint", "app"]);
        assert_eq!(facets.of(Attribute::Phase), ["train", "deploy", "dev"]);
        assert_eq!(facets.of(Attribute::Team), ["", "a=b"]);
        assert_eq!(facets.of(Attribute::InstanceFamily), ["", "g5"]);
        assert_eq!(facets.of(Attribute::InstanceType), ["", "ml.g5.2xlarge", "ml.g5.xlarge"]);
        assert!(facets.of(Attribute::Project).is_empty() && facets.of(Attribute::Region).is_empty());
    }
}
