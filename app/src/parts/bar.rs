//! Bars inside tables and lists: hand-written SVG, since a width in a style attribute is not allowed to exist.

use leptos::prelude::*;

/// A share of a whole, 0 to 100; decoration beside the printed number.
#[must_use]
pub fn share(percent: f64) -> AnyView {
    let width = format!("{:.1}", percent.clamp(0.0, 100.0));
    view! {
        <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="share-track" width="100" height="4"></rect>
            <rect class="share-value" width=width height="4"></rect>
        </svg>
    }
    .into_any()
}

/// A signed change as a bar to the left (less) or to the right (more) of a middle line; `largest` sets the scale.
#[must_use]
pub fn diverging(value: f64, largest: f64) -> AnyView {
    let length = if largest > 0.0 { (value.abs() / largest * 100.0).clamp(1.0, 100.0) } else { 0.0 };
    let x = if value < 0.0 { -length } else { 0.0 };
    let class = if value < 0.0 { "less" } else { "more" };
    view! {
        <svg class="diverging" viewBox="-100 0 200 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class=class x=format!("{x:.1}") width=format!("{length:.1}") height="8"></rect>
            <rect class="middle" x="-0.5" width="1" height="8"></rect>
        </svg>
    }
    .into_any()
}
