//! The form and the figures of the page that is open in the browser.

use super::Said;
use crate::calculator::{Ask, Field, MOST_ALTERNATIVES, Typed, Worked, compare, work};
use crate::parts::{comparison, figure};
use crate::view::{Column, Comparison};
use footprint::FactorSet;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlInputElement, Response};

/// Fetches the factors, then follows every change of the form. Without them it stays asleep.
pub(super) fn follow(href: String, said: Said) {
    leptos::task::spawn_local(async move {
        let text = fetched(&href).await;
        let Some(factors) = text.and_then(|text| FactorSet::from_json(&text).ok()) else { return };
        said.live.set(true);
        update(&factors, said);
        _ = window_event_listener(ev::input, move |_| update(&factors, said));
    });
}

async fn fetched(href: &str) -> Option<String> {
    let answer = JsFuture::from(window().fetch_with_str(href)).await.ok()?.unchecked_into::<Response>();
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Computes what is typed, and shows it.
fn update(factors: &FactorSet, said: Said) {
    let ask = Ask { alternatives: (1..=MOST_ALTERNATIVES).map_while(typed).collect(), ..Ask::default() };
    let worked = work(factors, &ask);
    for (worked, number) in worked.iter().zip(1..) {
        mark(worked, number);
    }
    let compared = compare(factors, &ask, &worked);
    said.summary.set(summary(&compared));
    said.estimates.set(worked.iter().map(json).collect::<Vec<_>>().join("\n\n"));
    draw("comparison", &comparison::table(&compared));
    for column in &compared.columns {
        draw(&format!("working{}", column.number), &comparison::working(column));
    }
    keep(&ask.address());
}

/// What stands in the fields of one alternative; `None` where the form has no such alternative.
fn typed(number: usize) -> Option<Typed> {
    let mut typed = Typed::default();
    for field in Field::ALL {
        let control = element(&format!("{}{number}", field.name()))?;
        // A select has the same property.
        typed.set(field, &control.unchecked_into::<HtmlInputElement>().value());
    }
    Some(typed)
}

/// Puts each sentence under its field, and takes away those that no longer hold.
fn mark(worked: &Worked, number: usize) {
    let wrong: &[(Field, String)] = match worked {
        Worked::Refused(wrong) => wrong,
        Worked::Estimated(_) => &[],
    };
    for field in Field::ALL {
        let sentence = wrong.iter().find(|(named, _)| *named == field).map(|(_, sentence)| sentence.as_str());
        let id = format!("{}{number}", field.name());
        let (Some(control), Some(error)) = (element(&id), element(&format!("{id}-error"))) else { continue };
        error.set_text_content(sentence);
        // Both fail on names that are none; these are.
        _ = error.toggle_attribute_with_force("hidden", sentence.is_none());
        _ = match sentence {
            Some(_) => control.set_attribute("aria-invalid", "true"),
            None => control.remove_attribute("aria-invalid"),
        };
    }
}

fn json(worked: &Worked) -> String {
    match worked {
        Worked::Estimated(estimated) => estimated.1.to_json().unwrap_or_default(),
        Worked::Refused(_) => String::new(),
    }
}

fn summary(comparison: &Comparison) -> String {
    let each = |column: &Column| {
        if column.refused.is_empty() {
            let [energy, emissions] = [&column.measures.energy, &column.measures.emissions].map(figure::text);
            format!("Alternative {}: {energy}, {emissions} CO₂e.", column.number)
        } else {
            format!("Alternative {}: {}", column.number, column.refused.join(" "))
        }
    };
    comparison.columns.iter().map(each).collect::<Vec<_>>().join(" ")
}

/// Writes the address of what is shown, for whoever copies, reloads or prints the page.
fn keep(address: &str) {
    if let Ok(history) = window().history() {
        // A browser may refuse when it is asked too often; the next change says it again.
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
    if let Ok(Some(printed)) = document().query_selector(".permalink") {
        printed.set_text_content(Some(address));
    }
}

/// The text comes from `parts::comparison`, which escapes what was typed.
fn draw(id: &str, html: &str) {
    if let Some(place) = element(id) {
        place.set_inner_html(html);
    }
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
