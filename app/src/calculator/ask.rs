//! The address of a comparison: read in any order, written in one.

use super::field::{Field, Typed};
use std::fmt::Write;

/// How many alternatives stand side by side.
pub const MOST_ALTERNATIVES: usize = 4;

/// What a query string asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// One to four alternatives.
    pub alternatives: Vec<Typed>,
    /// What was there and means nothing here.
    pub ignored: Vec<String>,
    /// Set where a button of the form asked for one more or one less: the address of what it means.
    pub changed: Option<String>,
}

impl Ask {
    /// Reads the parameters of an address; without any alternative it is the example.
    pub fn read<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut slots: [Typed; MOST_ALTERNATIVES] = std::array::from_fn(|_| Typed::default());
        let (mut ignored, mut adds, mut removes) = (Vec::new(), false, None);
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref().trim());
            match (key, place(key)) {
                _ if value.is_empty() => {}
                ("add", _) => adds = true,
                ("remove", _) => removes = value.parse::<usize>().ok(),
                (_, Some((field, slot))) => {
                    if let Some(typed) = slots.get_mut(slot) {
                        typed.set(field, value);
                    }
                }
                (_, None) => ignored.push(key.chars().filter(|letter| !letter.is_control()).take(40).collect()),
            }
        }
        if let Some(removed) = removes.and_then(|number| slots.get_mut(number.checked_sub(1)?)) {
            *removed = Typed::default();
        }
        let mut alternatives: Vec<Typed> = slots.into_iter().filter(|typed| !typed.is_blank()).map(usual).collect();
        if adds && alternatives.len() < MOST_ALTERNATIVES {
            alternatives.extend(alternatives.last().cloned());
        }
        if alternatives.is_empty() {
            alternatives = vec![Typed::example("us-east-1"), Typed::example("eu-north-1")];
        }
        let ask = Self { alternatives, ignored, changed: None };
        let changed = (adds || removes.is_some()).then(|| ask.address());
        Self { changed, ..ask }
    }

    /// The page's address, in canonical order.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/calculator?{}", self.query())
    }

    /// The query string in canonical order: alternative after alternative, blanks left out.
    #[must_use]
    pub fn query(&self) -> String {
        query(self.alternatives.iter().filter(|typed| !typed.is_blank()))
    }
}

/// The query string of one alternative by itself.
#[must_use]
pub(super) fn query_of(typed: &Typed) -> String {
    query(std::iter::once(typed))
}

fn query<'a>(alternatives: impl Iterator<Item = &'a Typed>) -> String {
    let mut text = String::new();
    for (typed, number) in alternatives.zip(1..) {
        for field in Field::ALL.into_iter().filter(|field| !typed.get(*field).is_empty()) {
            let joint = if text.is_empty() { "" } else { "&" };
            // Writing into a `String` cannot fail.
            let _ = write!(text, "{joint}{}{number}=", field.name());
            escape_into(&mut text, typed.get(field));
        }
    }
    text
}

/// The field and the place of a parameter such as `type2`.
fn place(key: &str) -> Option<(Field, usize)> {
    let digit = key.chars().last()?.to_digit(10)?;
    let slot = usize::try_from(digit).ok()?.checked_sub(1).filter(|slot| *slot < MOST_ALTERNATIVES)?;
    let name = key.get(..key.len() - 1)?;
    Field::ALL.into_iter().find(|field| field.name() == name).map(|field| (field, slot))
}

fn usual(mut typed: Typed) -> Typed {
    for (field, value) in [(Field::Count, "1"), (Field::Kind, "training")] {
        if typed.get(field).is_empty() {
            typed.set(field, value);
        }
    }
    typed
}

fn escape_into(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Ask {
        Ask::read(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    const ONE: &str = "type1=ml.m5.xlarge&count1=1&hours1=2&region1=us-east-1&kind1=training";

    #[test]
    fn one_comparison_has_one_address() {
        for (sent, canonical) in [
            (ONE, ONE),
            ("hours1=2&region1=us-east-1&type1=ml.m5.xlarge", ONE),
            ("cpu1=&price1= &hours3=2&region3=us-east-1&type3=ml.m5.xlarge&kind2=training", ONE),
            ("type4=<b>", "type1=%3Cb%3E&count1=1&kind1=training"),
        ] {
            let ask = read(sent);
            assert_eq!(ask.query(), canonical, "{sent}");
            assert!(ask.ignored.is_empty() && ask.changed.is_none());
        }
    }

    #[test]
    fn an_empty_address_is_the_example_and_strange_parameters_are_listed() {
        let ask = read("colour=red&type5=x&type0=x&type=x&1=x");
        assert_eq!(ask.alternatives.len(), 2);
        assert_eq!(ask.ignored, ["colour", "type5", "type0", "type", "1"]);
        assert!(ask.query().starts_with("type1=ml.p4d.24xlarge&count1=1&hours1=24&region1=us-east-1"));
    }

    #[test]
    fn buttons_add_a_copy_and_remove_one() {
        let added = read(&format!("{ONE}&add=1"));
        assert_eq!(added.alternatives.len(), 2);
        let address = added.changed.unwrap();
        let removed = read(&format!("{}&remove=1", address.split_once('?').unwrap().1));
        assert_eq!(removed.changed.unwrap(), format!("/calculator?{ONE}"));
        let four = (1..=4).map(|number| ONE.replace("1=", &format!("{number}="))).collect::<Vec<_>>().join("&");
        assert_eq!(read(&format!("{four}&add=1")).alternatives.len(), 4);
        assert_eq!(read(&format!("{ONE}&remove=9")).query(), ONE);
    }
}
