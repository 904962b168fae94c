//! What a printed page must say of itself, since paper has no address and no menu.

use super::number;
use crate::view::Frame;
use leptos::prelude::*;

/// What money and emissions are counted in, by which method and factors, how far the sources reach, when it was read, and where
/// it is found again. On paper alone, above everything else.
#[must_use]
pub fn block(frame: &Frame) -> AnyView {
    let estimate = &frame.estimate;
    let mut basis = vec![format!("Money in US dollars, {}, days in UTC", counted(frame))];
    if !estimate.factor_set.is_empty() {
        let hash = estimate.factor_set_sha256.get(..12).unwrap_or_default();
        basis.push(format!("method {}", estimate.method_version));
        basis.push(format!("factor set {} ({hash})", estimate.factor_set));
    }
    let mut sources: Vec<String> =
        frame.freshness.iter().map(|source| format!("{} {}", source.label, source.text)).collect();
    if let Some((unread, tried)) = frame.unread {
        sources.push(format!("{unread} of {tried} sources cannot be read"));
    }
    if frame.generated_at.timestamp() > 0 {
        sources.push(format!("read {} UTC", number::moment(frame.generated_at)));
    }
    if frame.demo {
        sources.push("demo data from a simulated fleet".to_owned());
    }
    let link = (!frame.permalink.is_empty()).then(|| view! { <p class="permalink">{frame.permalink.clone()}</p> });
    view! {
        <div class="print-only provenance">
            <p>{basis.join(" · ")}</p>
            <p>{sources.join(" · ")}</p>
            {link}
        </div>
    }
    .into_any()
}

/// What cost and emissions count, inside a sentence.
#[must_use]
pub fn counted(frame: &Frame) -> &str {
    frame.counted.as_deref().unwrap_or("emissions location-based in CO₂e")
}

/// A mark across every printed page of what is no real fleet.
#[must_use]
pub fn watermark(frame: &Frame) -> Option<AnyView> {
    frame.demo.then(|| view! { <p class="watermark" aria-hidden="true">"Demo data"</p> }.into_any())
}
