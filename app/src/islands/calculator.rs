use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod follow;

#[cfg(feature = "hydrate")]
use follow::follow;

/// What the island says of its last computation.
#[derive(Clone, Copy, Debug)]
struct Said {
    live: RwSignal<bool>,
    /// The central figures in a few words, for those who do not see them change.
    summary: RwSignal<String>,
    /// The estimates as JSON, alternative by alternative, an empty line between two; nothing for one that is refused.
    estimates: RwSignal<String>,
}

/// Follows the calculator's form: computes as one types, with the functions and the factors of the server, and keeps the
/// address. Until it is awake the form is sent to the server, which answers with the same page.
#[island]
pub fn LiveCalculator(
    /// Where the factors are.
    factors: String,
) -> impl IntoView {
    let said = Said {
        live: RwSignal::new(false),
        summary: RwSignal::new(String::new()),
        estimates: RwSignal::new(String::new()),
    };
    Effect::new(move |_| follow(factors.clone(), said));
    view! {
        <p
            class="visually-hidden"
            role="status"
            data-live=move || said.live.get().then_some("true")
            data-estimates=move || said.live.get().then(|| said.estimates.get())
        >
            {move || said.summary.get()}
        </p>
    }
}

/// The server has no form to follow.
#[cfg(not(feature = "hydrate"))]
fn follow(_: String, _: Said) {}
