//! What changed against the period compared with, and why.

use app::parts::figure;
use app::view::{ChangeTerm, Changed, Shown, Unit};
use footprint::decompose::{Measure, Terms, Use, decompose};
use rust_decimal::prelude::ToPrimitive as _;

use app::pages::overview::RESTATED;

use super::figures::to_f64;
use crate::store::part::Part;
use crate::store::selection::{Basis, CostBasis};

/// Below this share of a frozen figure it is not restated but rounded.
const ROUNDED: f64 = 1e-6;

/// How a sum moved and what moved it most, as the begin of a sentence: `Fell 12 %, mostly fewer instance-hours`.
pub(super) fn in_words(changed: &Changed) -> Option<String> {
    let shown = |value| Shown::exact(value, changed.unit);
    let moved = figure::moved(&shown(changed.after), &shown(changed.before))?;
    let whole = changed.after - changed.before;
    let along = changed.terms.iter().filter(|term| term.change * whole > 0.0);
    let most = along.max_by(|a, b| a.change.abs().total_cmp(&b.change.abs()));
    Some(match most {
        Some(term) => format!("{moved}, mostly {}", reason(&term.label, term.change > 0.0)),
        None => moved,
    })
}

/// A term with its direction.
fn reason(label: &str, is_more: bool) -> &'static str {
    match (label, is_more) {
        ("Activity", true) => "more instance-hours",
        ("Activity", false) => "fewer instance-hours",
        ("Load", true) => "more energy an hour",
        ("Load", false) => "less energy an hour",
        ("Grid", true) => "more carbon a kilowatt-hour",
        ("Grid", false) => "less carbon a kilowatt-hour",
        ("Price", true) => "higher prices",
        ("Price", false) => "lower prices",
        ("Hardware", _) => "other instance types",
        _ => "what has been restated since",
    }
}

/// What was frozen of the period compared with; `None` where the ledger's own sum is the beginning.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frozen {
    pub(super) usd: Option<f64>,
    pub(super) kilowatt_hours: Option<f64>,
    pub(super) grams: Option<f64>,
}

/// Emissions, cost and energy, explained, as far as both periods know them; nothing where one of the periods is empty.
pub(super) fn explain(basis: Basis, before: &[&Part], after: &[&Part], frozen: Frozen) -> Vec<Changed> {
    if before.is_empty() || after.is_empty() {
        return Vec::new();
    }
    let operational = terms(before, after, Measure::Emissions, |part| {
        part.of_electricity(basis.electricity).map_or(0.0, |grams| to_f64(grams.0) / 1e6)
    });
    // Made once and shared out by the hour: no load and no grid changes it.
    let embodied = terms(before, after, Measure::Energy, |part| {
        part.of_hardware(basis.hardware).map_or(0.0, |grams| to_f64(grams.0) / 1e6)
    });
    let energy = terms(before, after, Measure::Energy, kilowatt_hours);
    let cost = terms(before, after, Measure::Cost, |part| {
        part.usd(basis.cost).and_then(|cost| cost.to_f64()).unwrap_or_default()
    });
    let emissions = Explained {
        before: operational.before + embodied.before,
        after: operational.after + embodied.after,
        terms: Terms {
            activity: operational.terms.activity + embodied.terms.activity,
            hardware: operational.terms.hardware + embodied.terms.hardware + embodied.terms.efficiency,
            efficiency: operational.terms.efficiency,
            grid: operational.terms.grid + embodied.terms.grid,
            price: 0.0,
        },
    };
    let both = [before, after];
    let emissions = both.iter().all(|parts| has_emissions(basis, parts)).then_some(emissions);
    let cost = both.iter().all(|parts| has_cost(basis, parts)).then_some(cost);
    let emissions = emissions.map(|all| all.told("emissions-changed", "Emissions", Unit::GramsCo2e, frozen.grams));
    let cost = cost.map(|all| all.told("cost-changed", "Cost", Unit::Usd, frozen.usd));
    let energy = energy.told("energy-changed", "Energy", Unit::KilowattHours, frozen.kilowatt_hours);
    emissions.into_iter().chain(cost).chain([energy]).collect()
}

/// Without a bill there is no billed cost to explain, not one of nothing.
fn has_cost(basis: Basis, parts: &[&Part]) -> bool {
    basis.cost == CostBasis::List || parts.iter().any(|part| part.usd(basis.cost).is_some())
}

/// Emissions of a part of the electricity are none of the whole.
fn has_emissions(basis: Basis, parts: &[&Part]) -> bool {
    parts.iter().all(|part| part.footprint.is_none() || part.emissions(basis).is_some())
}

/// A sum in both periods, and the terms of its difference.
struct Explained {
    before: f64,
    after: f64,
    terms: Terms,
}

impl Explained {
    fn told(self, id: &str, title: &str, unit: Unit, frozen: Option<f64>) -> Changed {
        let Terms { activity, hardware, efficiency, grid, price } = self.terms;
        let restated = frozen
            .map(|frozen| self.before - frozen)
            .filter(|restated| restated.abs() > ROUNDED * self.before.abs().max(f64::MIN_POSITIVE));
        let all = [
            (RESTATED, "factors, method and data of its week since it was frozen", restated.unwrap_or_default()),
            ("Activity", "more or fewer instance-hours", activity),
            ("Hardware", "hours on other instance types", hardware),
            ("Load", "energy an hour of the same type", efficiency),
            ("Grid", "other regions, and grams a kWh where it ran", grid),
            ("Price", "dollars an hour of the same type: list, spot share, commitments", price),
        ];
        let has = |label: &str| match label {
            RESTATED => restated.is_some(),
            "Price" => unit == Unit::Usd,
            "Load" => unit != Unit::Usd,
            _ => true,
        };
        let terms = all.into_iter().filter(|(label, _, _)| has(label));
        Changed {
            id: id.to_owned(),
            title: title.to_owned(),
            unit,
            before: self.before - restated.unwrap_or_default(),
            after: self.after,
            terms: terms
                .map(|(label, what, change)| ChangeTerm {
                    label: label.to_owned(),
                    what: what.to_owned(),
                    change,
                    shown: Shown::exact(change, unit),
                })
                .collect(),
        }
    }
}

fn terms(before: &[&Part], after: &[&Part], measure: Measure, amount: impl Fn(&Part) -> f64) -> Explained {
    let uses = |parts: &[&'_ Part]| -> f64 { parts.iter().map(|part| amount(part)).sum() };
    let (old, new) = (listed(before, &amount), listed(after, &amount));
    Explained { before: uses(before), after: uses(after), terms: decompose(&old, &new, measure) }
}

fn listed<'a>(parts: &[&'a Part], amount: &impl Fn(&Part) -> f64) -> Vec<Use<'a>> {
    let use_of = |part: &&'a Part| Use {
        instance_type: &part.instance_type,
        region: &part.region,
        hours: part.instance_seconds.unwrap_or_default() / 3600.0,
        kilowatt_hours: kilowatt_hours(part),
        amount: amount(part),
    };
    parts.iter().map(use_of).collect()
}

fn kilowatt_hours(part: &Part) -> f64 {
    part.footprint.as_ref().map_or(0.0, |(_, sums)| to_f64(sums.facility.0) / 1e9)
}

#[cfg(test)]
mod tests {
    use footprint::units::{MicroWattHours, Micrograms};
    use footprint::{PartSums, Tier};
    use rust_decimal::Decimal;

    use super::*;
    use crate::http::load::overview::central;
    use crate::kind::Kind;
    use crate::store::selection::{Electricity, Measure as Sum};

    fn part(market: Option<i64>, billed: Option<i64>) -> Part {
        let sums = PartSums { operational: Micrograms(4_000_000), ..PartSums::default() };
        Part {
            instance_type: "ml.g5.xlarge".to_owned(),
            region: "us-east-1".to_owned(),
            kind: Kind::Training,
            footprint: Some((Tier::T2, sums)),
            market: market.map(Micrograms),
            hourly: MicroWattHours(0),
            is_partial: false,
            instance_seconds: Some(3_600.0),
            is_untimed: false,
            idle_seconds: 0.0,
            metric_seconds: 3_600.0,
            requests: None,
            cost: Some(Decimal::from(8)),
            priced_seconds: 3_600.0,
            indicative_seconds: 0.0,
            cost_billed: billed.map(Decimal::from),
            cost_effective: None,
            billed_seconds: 0.0,
            attributed_cost: Decimal::ZERO,
            team: None,
        }
    }

    #[test]
    fn what_one_of_the_periods_does_not_know_is_not_explained() {
        let basis = Basis { cost: CostBasis::Billed, electricity: Electricity::Market, ..Basis::default() };
        let (known, unknown) = (part(Some(1_000_000), Some(3)), part(None, None));
        let titles = |basis, before: &[&Part], after: &[&Part]| {
            let all = explain(basis, before, after, Frozen::default());
            all.into_iter().map(|each| each.title).collect::<Vec<_>>()
        };
        let everything = ["Emissions", "Cost", "Energy"];
        assert_eq!(titles(basis, &[&known], &[&known]), everything);
        assert_eq!(titles(basis, &[&unknown], &[&known]), ["Energy"]);
        assert_eq!(
            titles(basis, &[&known], &[&known, &unknown]),
            ["Cost", "Energy"],
            "a part of the bill is a lower bound"
        );
        assert_eq!(titles(Basis::default(), &[&unknown], &[&unknown]), everything);
        let parts = [&known, &unknown];
        assert_eq!(central(basis, Sum::Emissions, parts), None);
        assert_eq!(central(Basis::default(), Sum::Emissions, parts), Some(8.0));
    }

    #[test]
    fn a_change_names_what_moved_it_its_way() {
        let term = |label: &str, change: f64| ChangeTerm {
            label: label.to_owned(),
            what: String::new(),
            change,
            shown: Shown::exact(change, Unit::Usd),
        };
        let changed = |terms: Vec<ChangeTerm>| Changed {
            id: "c".to_owned(),
            title: "Cost".to_owned(),
            unit: Unit::Usd,
            before: 100.0,
            after: 100.0 + terms.iter().map(|term| term.change).sum::<f64>(),
            terms,
        };
        // The largest term of all went the other way.
        let fell = changed(vec![term("Price", 30.0), term("Activity", -27.0), term("Hardware", -15.0)]);
        assert_eq!(in_words(&fell).unwrap(), "Fell 12\u{202f}%, mostly fewer instance-hours");
        assert_eq!(
            in_words(&changed(vec![term("Grid", 20.0)])).unwrap(),
            "Rose 20\u{202f}%, mostly more carbon a kilowatt-hour"
        );
        assert_eq!(in_words(&changed(Vec::new())).unwrap(), "Held level");
    }
}
