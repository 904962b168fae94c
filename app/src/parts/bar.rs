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

/// A value beside what is wanted of it: a bar from zero and a stroke at the target. Decoration beside the words.
#[must_use]
pub fn bullet(value: f64, target: f64) -> Option<AnyView> {
    let whole = value.max(target) * 1.15;
    if !(value >= 0.0 && target >= 0.0 && whole > 0.0 && whole.is_finite()) {
        return None;
    }
    let place = |amount: f64| format!("{:.1}", amount / whole * 100.0);
    Some(
        view! {
            <svg class="bullet" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="share-track" width="100" height="8"></rect>
                <rect class="share-value" y="2" width=place(value) height="4"></rect>
                <rect class="bullet-target" x=place(target) width="1" height="8"></rect>
            </svg>
        }
        .into_any(),
    )
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

#[cfg(test)]
mod tests {
    use super::bullet;
    use leptos::prelude::*;

    #[test]
    fn a_bullet_puts_value_and_target_on_one_scale() {
        let html = bullet(100.0, 50.0).unwrap().to_html();
        assert!(html.contains(r#"width="87.0""#) && html.contains(r#"x="43.5""#), "{html}");
        for (value, target) in [(0.0, 0.0), (-1.0, 5.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0)] {
            assert!(bullet(value, target).is_none(), "{value} of {target}");
        }
    }
}
