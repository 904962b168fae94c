//! Text where the renderer would not write it as it should stand: commands in sentences, elements that hold text alone.

use leptos::prelude::*;

/// A sentence in which what stands between backticks is set as code.
#[must_use]
pub fn with_code(text: &str) -> AnyView {
    text.split('`')
        .enumerate()
        .map(|(place, part)| {
            let part = part.to_owned();
            if place % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
        })
        .collect_view()
        .into_any()
}

/// Text as HTML. The renderer marks where a text ends with a comment, which `title` and `textarea` would show; there the
/// text goes in through `inner_html`, escaped here.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_code_and_markup_stays_text() {
        // Leptos marks where a text ends; the mark says nothing here.
        let html = with_code("Run `aws <x>` & wait.").to_html().replace("<!>", "");
        assert_eq!(html, "Run <code>aws &lt;x&gt;</code> &amp; wait.");
    }
}
