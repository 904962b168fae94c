//! From a key to what it does on the page.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent};

/// Hears every key of the page; a first `g` is kept until the next key.
pub(super) fn listen() {
    let waits = std::cell::Cell::new(false);
    let heard = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let key = event.key();
        let waited = waits.take();
        if event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if key == "Escape" {
            // What else the key does stays: a field of search is emptied, a dialog closed.
            _ = click("details[open]:is(.facet, .drawer) > summary");
        } else if !is_typing(&event) {
            waits.set(key == "g" && !waited);
            if does(&key, waited) {
                event.prevent_default();
            }
        }
    });
    _ = window().add_event_listener_with_callback("keydown", heard.as_ref().unchecked_ref());
    // It lives as long as the page.
    heard.forget();
}

/// Whether somebody types, chooses, moves a cursor over a chart, or looks at the list of keys.
fn is_typing(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    at.is_some_and(|at| at.closest("input, select, textarea, dialog, [contenteditable]").is_ok_and(|at| at.is_some()))
}

/// Does what a key is for; whether there was anything to do.
fn does(key: &str, goes: bool) -> bool {
    if goes {
        return match key {
            "o" => click(".nav a[href='/'], .nav a[href^='/?']"),
            "j" => click(".nav a[href^='/jobs']"),
            "e" => click(".nav a[href^='/endpoints']"),
            "r" => click(".nav a[href^='/recommendations']"),
            "w" => click(".nav a[href^='/reviews']"),
            _ => false,
        };
    }
    match key {
        "?" => html("#shortcuts")
            .and_then(|list| list.dyn_into::<HtmlDialogElement>().ok())
            .is_some_and(|list| list.show_modal().is_ok()),
        "/" => focus("#search"),
        "f" => focus(".filter form input:not([type=hidden])"),
        "c" => focus("select[name=cmp]"),
        "m" => {
            click(".measures li:has([aria-current]) + li a")
                || click(".measures a")
                || focus(".chooser select[name=metric]")
        }
        "t" => ["figure:focus-within .twin > summary", "figure .twin > summary"]
            .into_iter()
            .any(|twin| focus(twin) && click(twin)),
        "x" => click("tr:focus-within input[type=checkbox]"),
        "[" => click("a[rel=prev]"),
        "]" => click("a[rel=next]"),
        _ => false,
    }
}

fn html(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|element| element.dyn_into().ok())
}

fn click(selector: &str) -> bool {
    html(selector).map(|element| element.click()).is_some()
}

fn focus(selector: &str) -> bool {
    html(selector).is_some_and(|element| element.focus().is_ok())
}
