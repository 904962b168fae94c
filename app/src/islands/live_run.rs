use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod listen;

#[cfg(feature = "hydrate")]
use listen::listen;

/// Follows a run: the server sends the changed part of the page, drawn as on the page itself. Until it is awake, and
/// where scripts are off, the page is loaded anew every few seconds.
#[island]
pub fn LiveRun(
    /// Where the events are.
    events: String,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| listen(&events, said));
    view! { <p class="visually-hidden" role="status">{move || said.get()}</p> }
}

/// The server has nobody to listen for.
#[cfg(not(feature = "hydrate"))]
fn listen(_: &str, _: RwSignal<String>) {}
