//! What the browser loads: the islands of `app`, and nothing else.

// Without a mention, an island in another crate is not linked at all.
extern crate app;

/// Wakes every island on the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
