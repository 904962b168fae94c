//! The calculator: fields and figures of what the address asks for.

use app::calculator::{Ask, Field, MOST_ALTERNATIVES, Typed, Worked, compare, work};
use app::view::{Alternative, CalculatorView, Choice, Field as FieldError, FormState};
use footprint::{FactorSet, WorkloadKind};

/// Loads the page from the factors it computes with.
#[must_use]
pub fn load(factors: &FactorSet, ask: &Ask) -> CalculatorView {
    let worked = work(factors, ask);
    let alternatives = ask.alternatives.iter().zip(&worked).zip(1..);
    let sha256 = factors.sha256_hex();
    CalculatorView {
        alternatives: alternatives
            .map(|((typed, worked), number)| alternative(factors, typed, worked, number))
            .collect(),
        can_add: ask.alternatives.len() < MOST_ALTERNATIVES,
        types: factors.instances().map(|instance| instance.name.clone()).collect(),
        comparison: compare(factors, ask, &worked),
        factors_href: format!("/calculator/factors.json?v={sha256}"),
        factor_set: factors.label().to_owned(),
        factor_set_sha256: sha256,
        ignored: ask.ignored.clone(),
    }
}

fn alternative(factors: &FactorSet, typed: &Typed, worked: &Worked, number: usize) -> Alternative {
    let errors = match worked {
        Worked::Refused(wrong) => wrong
            .iter()
            .map(|(field, sentence)| FieldError { name: field.name().to_owned(), message: sentence.clone() })
            .collect(),
        Worked::Estimated(_) => Vec::new(),
    };
    let values = Field::ALL.into_iter().map(|field| (field.name().to_owned(), typed.get(field).to_owned())).collect();
    let regions =
        factors.regions().map(|region| (region.name.clone(), format!("{}, {}", region.name, region.location)));
    let kinds = [WorkloadKind::Training, WorkloadKind::Endpoint]
        .map(|kind| (kind.as_str().to_owned(), kind.as_str().to_owned()));
    Alternative {
        number,
        form: FormState { values, errors },
        regions: choices(regions, &typed.region),
        kinds: choices(kinds, &typed.kind),
    }
}

/// Every value there is, and the one that was asked for even if there is no such thing.
fn choices(known: impl IntoIterator<Item = (String, String)>, asked: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> =
        known.into_iter().map(|(value, label)| Choice { selected: value == asked, value, label }).collect();
    if !choices.iter().any(|choice| choice.selected) {
        let label = if asked.is_empty() { "choose" } else { asked };
        choices.insert(0, Choice { value: asked.to_owned(), label: label.to_owned(), selected: true });
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(query: &str) -> CalculatorView {
        let ask = Ask::read(query.split('&').filter_map(|pair| pair.split_once('=')));
        load(&FactorSet::builtin().unwrap(), &ask)
    }

    #[test]
    fn the_first_visit_shows_an_example_with_figures() {
        let view = view("");
        assert_eq!((view.alternatives.len(), view.can_add), (2, true));
        assert!(view.comparison.columns.iter().all(|column| column.measures.emissions.figure().is_some()));
        assert!(view.types.len() > 400 && view.factors_href.ends_with(&view.factor_set_sha256));
        let first = &view.alternatives[0];
        assert!(first.regions.iter().any(|region| region.selected && region.value == "us-east-1"));
        assert!(first.form.errors.is_empty());
    }

    #[test]
    fn what_cannot_be_used_stands_in_its_field_with_a_sentence() {
        let view = view("type1=ml.g5.xlarge&hours1=soon&region1=mars-1&type2=ml.g5.xlarge&hours2=1&region2=us-east-1");
        let first = &view.alternatives[0];
        assert_eq!(first.form.value("hours"), "soon");
        assert!(first.form.error("hours").is_some());
        assert_eq!(first.regions[0], Choice { value: "mars-1".into(), label: "mars-1".into(), selected: true });
        assert!(view.comparison.columns[1].measures.energy.figure().is_some(), "the other alternative still shows");
    }

    #[test]
    fn four_are_the_most() {
        let four: Vec<String> = (1..=4).map(|number| format!("type{number}=ml.g5.xlarge")).collect();
        let view = view(&four.join("&"));
        assert_eq!((view.alternatives.len(), view.can_add), (4, false));
    }
}
