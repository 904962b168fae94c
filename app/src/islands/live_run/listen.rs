//! The stream of a run that is open in the browser.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{Element, EventSource, MessageEvent};

/// Draws what arrives; when the run has ended the page is loaded once more, with what can be done now.
pub(super) fn listen(address: &str, said: RwSignal<String>) {
    let Ok(stream) = EventSource::new(address) else { return };
    on(&stream, "progress", move |html| draw(&html));
    on(&stream, "said", move |text| said.set(text));
    let ended = stream.clone();
    on(&stream, "ended", move |_| {
        ended.close();
        _ = window().location().reload();
    });
}

fn on(stream: &EventSource, name: &str, heard: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        heard(event.data().as_string().unwrap_or_default());
    });
    _ = stream.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    // It lives as long as the page.
    listener.forget();
}

/// The text comes from `pages::run::progress`, which escapes what AWS said. What was opened stays open.
fn draw(html: &str) {
    let Some(place) = document().get_element_by_id("run-live") else { return };
    let is_open = |id: &&str| detail(id).is_some_and(|detail| detail.has_attribute("open"));
    let open: Vec<&str> = ["run-places", "run-calls"].into_iter().filter(is_open).collect();
    place.set_inner_html(html);
    for detail in open.into_iter().filter_map(detail) {
        _ = detail.set_attribute("open", "");
    }
}

fn detail(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
