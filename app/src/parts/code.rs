//! Text to be copied.

use leptos::prelude::*;

/// A block of code in a region that scrolls by itself; `label` names it.
#[must_use]
pub fn block(label: impl Into<String>, text: String) -> AnyView {
    view! { <pre class="code" role="region" aria-label=label.into() tabindex="0"><code>{text}</code></pre> }.into_any()
}
