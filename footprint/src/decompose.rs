//! Why a sum changed: activity, hardware mix, efficiency, place and grid, price; the terms add up to the difference.
//!
//! A sum over machines is a product of factors, type by type and region by region:
//!
//! `sum = H * share of type * share of region within type * energy per hour * grams per kWh`,
//!
//! for money with dollars per hour in place of the last two. The difference of two such sums is shared out by the
//! logarithmic mean Divisia index (Ang 2004, "Decomposition analysis for policymaking in energy", LMDI-I): each factor gets
//! `L(after, before) * ln(factor after / factor before)`, which leaves no rest and treats both periods alike. What was there
//! in one period only has no factors in the other: its whole sum is a change of the mix.

use std::collections::BTreeMap;

/// What one type of machine did in one region over a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Use<'a> {
    /// The instance type.
    pub instance_type: &'a str,
    /// The region.
    pub region: &'a str,
    /// Hours times instances.
    pub hours: f64,
    /// Facility energy, kWh.
    pub kilowatt_hours: f64,
    /// The sum that is explained: kWh, grams or dollars.
    pub amount: f64,
}

/// What is explained: decides which factors there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Facility energy, kWh.
    Energy,
    /// Emissions, g.
    Emissions,
    /// Money, dollars.
    Cost,
}

/// The terms of a difference, in the unit of the amounts; they add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// More or fewer instance-hours altogether.
    pub activity: f64,
    /// Hours on other instance types, types that came and types that went.
    pub hardware: f64,
    /// Energy per hour of the same type in the same region: its load.
    pub efficiency: f64,
    /// Hours in other regions, and grams per kWh of the same region.
    pub grid: f64,
    /// Dollars per hour of the same type in the same region.
    pub price: f64,
}

impl Terms {
    /// The difference that they explain.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.activity + self.hardware + self.efficiency + self.grid + self.price
    }
}

/// Explains the difference between two periods. Uses without hours or amounts say nothing and are left out; each type and
/// region may come in several parts.
#[must_use]
pub fn decompose(before: &[Use<'_>], after: &[Use<'_>], measure: Measure) -> Terms {
    let (before, after) = (Side::of(before), Side::of(after));
    let mut terms = Terms::default();
    let mut keys: Vec<_> = before.cells.keys().chain(after.cells.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        match (before.cells.get(&key), after.cells.get(&key)) {
            (Some(old), Some(new)) => explain(&mut terms, (&before, old), (&after, new), key.0, measure),
            (old, new) => {
                let change = new.map_or(0.0, |cell| cell.amount) - old.map_or(0.0, |cell| cell.amount);
                // A type that ran elsewhere in both periods has moved; one that did not has come or gone.
                if before.types.contains_key(key.0) && after.types.contains_key(key.0) {
                    terms.grid += change;
                } else {
                    terms.hardware += change;
                }
            }
        }
    }
    terms
}

/// What one type did in one region.
#[derive(Clone, Copy, Default)]
struct Cell {
    hours: f64,
    kilowatt_hours: f64,
    amount: f64,
}

/// One period.
struct Side<'a> {
    cells: BTreeMap<(&'a str, &'a str), Cell>,
    types: BTreeMap<&'a str, f64>,
    hours: f64,
}

impl<'a> Side<'a> {
    fn of(uses: &[Use<'a>]) -> Self {
        let mut side = Self { cells: BTreeMap::new(), types: BTreeMap::new(), hours: 0.0 };
        for each in uses.iter().filter(|each| each.hours > 0.0 && each.amount > 0.0) {
            let cell = side.cells.entry((each.instance_type, each.region)).or_default();
            cell.hours += each.hours;
            cell.kilowatt_hours += each.kilowatt_hours;
            cell.amount += each.amount;
            *side.types.entry(each.instance_type).or_default() += each.hours;
            side.hours += each.hours;
        }
        side
    }

    fn hours_of(&self, instance_type: &str) -> f64 {
        self.types.get(instance_type).copied().unwrap_or_default()
    }
}

fn explain(
    terms: &mut Terms,
    (before, old): (&Side<'_>, &Cell),
    (after, new): (&Side<'_>, &Cell),
    instance_type: &str,
    measure: Measure,
) {
    let weight = logarithmic_mean(new.amount, old.amount);
    let types = (after.hours_of(instance_type), before.hours_of(instance_type));
    let share = |new: f64, old: f64| weight * libm::log(new / old);
    terms.activity += share(after.hours, before.hours);
    terms.hardware += share(types.0 / after.hours, types.1 / before.hours);
    terms.grid += share(new.hours / types.0, old.hours / types.1);
    let per_hour = share(new.amount / new.hours, old.amount / old.hours);
    match measure {
        Measure::Energy => terms.efficiency += per_hour,
        Measure::Cost => terms.price += per_hour,
        Measure::Emissions if new.kilowatt_hours > 0.0 && old.kilowatt_hours > 0.0 => {
            terms.efficiency += share(new.kilowatt_hours / new.hours, old.kilowatt_hours / old.hours);
            terms.grid += share(new.amount / new.kilowatt_hours, old.amount / old.kilowatt_hours);
        }
        Measure::Emissions => terms.grid += per_hour,
    }
}

/// `(a - b) / ln(a / b)`, and `a` where both are equal.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let ratio = a / b;
    // The quotient loses its digits where both are nearly equal; the series has them.
    if (ratio - 1.0).abs() < 1e-6 { b * (1.0 + (ratio - 1.0) / 2.0) } else { (a - b) / libm::log(ratio) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn machine(instance_type: &'static str, region: &'static str, hours: f64, kwh: f64, grams: f64) -> Use<'static> {
        Use { instance_type, region, hours, kilowatt_hours: kwh, amount: grams }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
    }

    #[test]
    fn a_change_of_one_factor_is_its_term_alone() {
        let base = [machine("a", "x", 100.0, 50.0, 20_000.0), machine("b", "x", 300.0, 30.0, 12_000.0)];
        let double: Vec<_> = base
            .iter()
            .map(|m| Use { hours: m.hours * 2.0, kilowatt_hours: m.kilowatt_hours * 2.0, amount: m.amount * 2.0, ..*m })
            .collect();
        let more = decompose(&base, &double, Measure::Emissions);
        assert!(near(more.activity, 32_000.0) && near(more.sum(), 32_000.0), "{more:?}");

        let cleaner: Vec<_> = base.iter().map(|m| Use { amount: m.amount / 2.0, ..*m }).collect();
        let grid = decompose(&base, &cleaner, Measure::Emissions);
        assert!(near(grid.grid, -16_000.0) && near(grid.sum(), -16_000.0), "{grid:?}");

        let idle: Vec<_> =
            base.iter().map(|m| Use { kilowatt_hours: m.kilowatt_hours / 2.0, amount: m.amount / 2.0, ..*m }).collect();
        assert!(near(decompose(&base, &idle, Measure::Emissions).efficiency, -16_000.0));
        let cheaper = decompose(&base, &cleaner, Measure::Cost);
        assert!(near(cheaper.price, -16_000.0) && near(cheaper.grid, 0.0), "{cheaper:?}");
    }

    #[test]
    fn what_came_is_mix_and_what_moved_is_place() {
        let before = [machine("a", "x", 100.0, 50.0, 20_000.0)];
        let other = decompose(&before, &[machine("b", "x", 100.0, 10.0, 4_000.0)], Measure::Emissions);
        assert!(near(other.hardware, -16_000.0), "{other:?}");
        let moved = decompose(&before, &[machine("a", "y", 100.0, 50.0, 1_000.0)], Measure::Emissions);
        assert!(near(moved.grid, -19_000.0), "{moved:?}");
        assert_eq!(decompose(&[], &[], Measure::Energy), Terms::default());
        let first = decompose(&[], &before, Measure::Emissions);
        assert!(near(first.hardware, 20_000.0));
    }

    fn uses() -> impl Strategy<Value = Vec<Use<'static>>> {
        let place = (0..4_usize, 0..3_usize, 0.0..1e4_f64, 0.0..1e3_f64, 0.0..1e6_f64);
        prop::collection::vec(place, 0..12).prop_map(|rows| {
            let (types, regions) = (["a", "b", "c", "d"], ["x", "y", "z"]);
            rows.into_iter()
                .map(|(t, r, hours, kwh, amount)| machine(types[t], regions[r], hours, kwh, amount))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_terms_add_up_and_turn_round(before in uses(), after in uses()) {
            let total = |uses: &[Use<'_>]| -> f64 {
                uses.iter().filter(|each| each.hours > 0.0 && each.amount > 0.0).map(|each| each.amount).sum()
            };
            for measure in [Measure::Energy, Measure::Emissions, Measure::Cost] {
                let terms = decompose(&before, &after, measure);
                let difference = total(&after) - total(&before);
                let scale = 1.0 + total(&after) + total(&before);
                prop_assert!((terms.sum() - difference).abs() < 1e-9 * scale, "{terms:?} {difference}");
                let back = decompose(&after, &before, measure);
                for (there, back) in [
                    (terms.activity, back.activity),
                    (terms.hardware, back.hardware),
                    (terms.efficiency, back.efficiency),
                    (terms.grid, back.grid),
                    (terms.price, back.price),
                ] {
                    prop_assert!((there + back).abs() < 1e-9 * scale, "{there} {back}");
                }
            }
        }
    }
}
