//! Alternatives side by side, each beside the first.

use super::ask::{Ask, query_of};
use super::field::{Asked, Field, Typed};
use crate::view::{Column, Comparison, Figure, Measures, Shown, Unit};
use footprint::units::{Hours, UsdPerHour};
use footprint::{
    Change, Comparison as Difference, Completeness, Estimate, FactorSet, Refused, WorkloadEstimate, difference,
    estimate_workload,
};

/// One alternative with its estimate, or a sentence for each field that stands against it.
#[derive(Clone, Debug)]
pub enum Worked {
    Estimated(Box<(Asked, WorkloadEstimate)>),
    Refused(Vec<(Field, String)>),
}

/// Estimates every alternative.
#[must_use]
pub fn work(factors: &FactorSet, ask: &Ask) -> Vec<Worked> {
    ask.alternatives.iter().map(|typed| estimated(factors, typed)).collect()
}

fn estimated(factors: &FactorSet, typed: &Typed) -> Worked {
    let asked = match typed.read() {
        Ok(asked) => asked,
        Err(wrong) => return Worked::Refused(with_unknown_names(factors, typed, wrong)),
    };
    match estimate_workload(factors, &asked.workload) {
        Ok(estimate) => Worked::Estimated(Box::new((asked, estimate))),
        Err(refused) => Worked::Refused(with_unknown_names(factors, typed, vec![said(&refused)])),
    }
}

/// What is wrong with an alternative, with every name that the tables do not hold, so that nothing is mended twice.
fn with_unknown_names(factors: &FactorSet, typed: &Typed, mut wrong: Vec<(Field, String)>) -> Vec<(Field, String)> {
    let unknown = [
        factors.instance(&typed.instance_type).err().filter(|_| !typed.instance_type.is_empty()),
        factors.region(&typed.region).err().filter(|_| !typed.region.is_empty()),
    ];
    for refused in unknown.into_iter().flatten() {
        if !wrong.iter().any(|(field, _)| *field == Field::of(&refused)) {
            wrong.push(said(&refused));
        }
    }
    wrong
}

fn said(refused: &Refused) -> (Field, String) {
    (Field::of(refused), sentence(&refused.to_string()))
}

/// The alternatives as columns.
#[must_use]
pub fn compare(factors: &FactorSet, ask: &Ask, worked: &[Worked]) -> Comparison {
    let first = worked.first();
    let columns = ask.alternatives.iter().zip(worked).zip(1..).map(|((typed, worked), number)| {
        let others = if number == 1 { None } else { first };
        column(factors, typed, worked, others, number)
    });
    Comparison { columns: columns.collect() }
}

fn column(factors: &FactorSet, typed: &Typed, worked: &Worked, first: Option<&Worked>, number: usize) -> Column {
    let name = match typed.instance_type.as_str() {
        "" => "no type chosen".to_owned(),
        name => name.to_owned(),
    };
    let Worked::Estimated(estimated) = worked else {
        let Worked::Refused(wrong) = worked else { return Column::default() };
        let refused = wrong.iter().map(|(_, sentence)| sentence.clone()).collect();
        return Column { number, name, refused, ..Column::default() };
    };
    let (asked, estimate) = estimated.as_ref();
    let cost = cost(asked, estimate);
    Column {
        number,
        name,
        setting: setting(typed, asked),
        refused: Vec::new(),
        tier: Some(estimate.energy.tier),
        is_lower_bound: estimate.completeness == Completeness::LowerBound,
        measures: measures(estimate, cost),
        differences: first.map(|first| differences(factors, first, asked, estimate, cost)),
        price: price(asked, estimate),
        warnings: estimate.warnings.clone(),
        equations: estimate.equations.iter().cloned().map(Into::into).collect(),
        factors: estimate.factors.iter().cloned().map(Into::into).collect(),
        json_href: format!("/calculator.json?{}", query_of(typed)),
    }
}

fn setting(typed: &Typed, asked: &Asked) -> String {
    let workload = &asked.workload;
    let instances = if workload.count == 1 { "1 instance".to_owned() } else { format!("{} instances", workload.count) };
    let mut text = format!("{instances}, {} h {} in {}", workload.hours, workload.kind, workload.region);
    for (part, percent) in [("processor", &typed.cpu), ("accelerator", &typed.gpu)] {
        if !percent.is_empty() {
            text = format!("{text}, {part} {percent}\u{202f}%");
        }
    }
    text
}

fn measures(estimate: &WorkloadEstimate, cost: Option<f64>) -> Measures {
    let is_bound = estimate.completeness == Completeness::LowerBound;
    let is_dry = is_bound || estimate.parts.water_completeness == Completeness::LowerBound;
    let grams = |grams: Estimate<footprint::units::Grams>| {
        shown(grams.map(footprint::units::Grams::get), Unit::GramsCo2e, is_bound)
    };
    Measures {
        energy: shown(estimate.energy.map(|kwh| kwh.get()), Unit::KilowattHours, is_bound),
        emissions: grams(estimate.emissions),
        operational: grams(estimate.operational),
        embodied: grams(estimate.embodied),
        market: estimate.market.map_or_else(no_market, grams),
        water: shown(estimate.water.map(|litres| litres.get()), Unit::Litres, is_dry),
        cost: cost.map_or_else(no_price, |usd| Shown::exact(usd, Unit::Usd)),
        marginal: Shown::Unknown("a grid has a margin for changes alone".to_owned()),
    }
}

fn differences(
    factors: &FactorSet,
    first: &Worked,
    asked: &Asked,
    estimate: &WorkloadEstimate,
    cost: Option<f64>,
) -> Measures {
    let Worked::Estimated(first) = first else {
        return nothing("the first alternative has no figures");
    };
    let (one, one_estimate) = first.as_ref();
    let usd = match (super::compare::cost(one, one_estimate), cost) {
        (Some(before), Some(after)) => Shown::exact(after - before, Unit::Usd),
        _ => no_price(),
    };
    let is_bound = |of: fn(&WorkloadEstimate) -> Completeness| {
        [one_estimate, estimate].into_iter().any(|each| of(each) == Completeness::LowerBound)
    };
    if is_bound(|estimate| estimate.completeness) {
        return Measures { cost: usd, ..nothing("a lower bound has no difference") };
    }
    let Ok(less) = difference(factors, &one.workload, &asked.workload) else {
        return Measures { cost: usd, ..nothing("one of the two has no figures") };
    };
    let mut shown = subtracted(&less, usd);
    if is_bound(|estimate| estimate.parts.water_completeness) {
        shown.water = Shown::Unknown("a lower bound has no difference".to_owned());
    }
    shown
}

fn subtracted(less: &Difference, cost: Shown) -> Measures {
    let tier = less.worst_tier;
    let figure = |central, low, high, unit| shown(Estimate { central, low, high, tier }, unit, false);
    let grams = |change: Change<footprint::units::Grams>| {
        figure(change.central.get(), change.low.get(), change.high.get(), Unit::GramsCo2e)
    };
    let (energy, water) = (less.energy, less.water);
    Measures {
        energy: figure(energy.central.get(), energy.low.get(), energy.high.get(), Unit::KilowattHours),
        emissions: grams(less.emissions),
        operational: grams(less.operational),
        embodied: grams(less.embodied),
        market: less.market.map_or_else(no_market, grams),
        water: figure(water.central.get(), water.low.get(), water.high.get(), Unit::Litres),
        cost,
        marginal: less.marginal.map_or_else(no_marginal, grams),
    }
}

fn nothing(why: &str) -> Measures {
    let unknown = || Shown::Unknown(why.to_owned());
    Measures {
        energy: unknown(),
        emissions: unknown(),
        operational: unknown(),
        embodied: unknown(),
        market: unknown(),
        water: unknown(),
        cost: unknown(),
        marginal: unknown(),
    }
}

fn shown(estimate: Estimate<f64>, unit: Unit, is_bound: bool) -> Shown {
    let figure = Figure::estimated(estimate.central, estimate.low, estimate.high, unit, estimate.tier);
    Shown::Ready(if is_bound { figure.lower_bound() } else { figure })
}

fn no_market() -> Shown {
    Shown::Unknown("no market-based figure is published for this region".to_owned())
}

fn no_marginal() -> Shown {
    Shown::Unknown("no marginal intensity is published for one of the regions".to_owned())
}

fn no_price() -> Shown {
    Shown::Unknown("no list price is known for this type in this region".to_owned())
}

/// The visitor's price goes before the list price.
fn cost(asked: &Asked, estimate: &WorkloadEstimate) -> Option<f64> {
    let hours = Hours::new(asked.workload.hours * f64::from(asked.workload.count));
    let own = asked.price.map(|price| (UsdPerHour::new(price) * hours).get());
    own.or_else(|| estimate.cost.as_ref().map(|cost| cost.usd.get()))
}

/// Which price was taken, in words.
fn price(asked: &Asked, estimate: &WorkloadEstimate) -> String {
    match (asked.price, &estimate.cost) {
        (Some(own), _) => format!("your price, ${own} an hour"),
        (None, Some(list)) => format!("list price of {}, ${} an hour", list.as_of, list.usd_per_hour_text),
        (None, None) => "No list price is known here. Enter one above.".to_owned(),
    }
}

/// A message as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map_or('\0', |letter| letter.to_ascii_uppercase());
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(query: &str) -> Vec<Column> {
        let factors = FactorSet::builtin().unwrap();
        let ask = Ask::read(query.split('&').filter_map(|pair| pair.split_once('=')));
        let worked = work(&factors, &ask);
        compare(&factors, &ask, &worked).columns
    }

    #[test]
    fn a_refused_alternative_leaves_the_others_alone() {
        let got = columns(
            "type1=ml.g5.xlarge&hours1=2&region1=us-east-1&type2=ml.p99.xlarge&hours2=2&region2=us-east-1\
             &type3=ml.g5.xlarge&hours3=x&region3=us-east-1&type4=ml.g5.xlarge&hours4=2&region4=mars-1",
        );
        assert!(got[0].refused.is_empty() && got[0].measures.energy.figure().is_some());
        for (column, sentence) in got[1..].iter().zip([
            "The instance type `ml.p99.xlarge` is not in the factor tables.",
            "Hours are a number from 0, such as 24 or 0.5.",
            "The region `mars-1` is not in the factor tables.",
        ]) {
            assert_eq!(column.refused, [sentence]);
            assert!(column.measures.energy.figure().is_none());
        }
    }

    #[test]
    fn a_lower_bound_says_at_least_and_has_no_difference() {
        let got =
            columns("type1=ml.g5.xlarge&hours1=2&region1=us-east-1&type2=ml.trn1.32xlarge&hours2=2&region2=us-east-1");
        assert!(got[1].is_lower_bound && got[1].measures.energy.figure().is_some());
        assert!(got[1].differences.as_ref().unwrap().energy.figure().is_none());
        let both = columns("type1=ml.none&hours1=2&region1=mars-1");
        assert_eq!(both[0].refused.len(), 2, "{:?}", both[0].refused);
        let none = columns("type1=ml.eia1.large&hours1=2&region1=us-east-1");
        assert_eq!(none[0].refused, ["No power figure is published for any part of `ml.eia1.large`."]);
    }

    #[test]
    fn a_price_is_the_visitors_or_the_lists_or_missing() {
        let at = |rest: &str| columns(&format!("type1=ml.p4d.24xlarge&hours1=2&count1=3&region1={rest}"))[0].clone();
        let list = at("us-east-1");
        assert_eq!(list.measures.cost.figure().unwrap().central, 37.688 * 6.0, "{}", list.price);
        let own = at("us-east-1&price1=10.5");
        assert_eq!(own.measures.cost.figure().unwrap().central, 63.0);
        assert!(own.price.contains("your price") && list.price.contains("list price"));
        let none = at("eu-north-1");
        assert!(none.measures.cost.figure().is_none() && none.price.contains("No list price"));
    }

    #[test]
    fn the_difference_is_to_the_first() {
        let got = columns("");
        assert!(got[0].differences.is_none());
        let less = got[1].differences.as_ref().unwrap().operational.figure().copied().unwrap();
        let of = |column: &Column| column.measures.operational.figure().unwrap().central;
        assert!((less.central - (of(&got[1]) - of(&got[0]))).abs() < 1e-6);
        assert!(less.high < 0.0, "Sweden's grid is cleaner in every draw: {less:?}");
        let margin = |column: &Column| column.differences.as_ref().unwrap().marginal.figure().copied();
        assert!(margin(&got[1]).unwrap().central > 0.0, "at the margin coal answers in Sweden, gas in Virginia");
        let none =
            columns("type1=ml.g5.xlarge&hours1=2&region1=us-east-1&type2=ml.g5.xlarge&hours2=2&region2=ap-east-2");
        assert!(margin(&none[1]).is_none(), "Taipei has no marginal figure");
    }
}
