use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod press;

/// Single keys for what the page has already: each one clicks a link, opens a form or moves the focus to it. What they are
/// is listed in a dialog that the server has drawn. Never while somebody types, nor with another key held down.
#[island]
pub fn Shortcuts() -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move |_| {
        listen();
        live.set(true);
    });
    view! { <span class="shortcuts" hidden=true data-live=move || live.get().then_some("true")></span> }
}

#[cfg(feature = "hydrate")]
use press::listen;

/// The server has no keys.
#[cfg(not(feature = "hydrate"))]
fn listen() {}
