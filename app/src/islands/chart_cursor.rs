use leptos::prelude::*;
use leptos::web_sys;
use serde::{Deserialize, Serialize};

/// One place the cursor can stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CursorPoint {
    /// Where, as a fraction of the chart's width.
    pub x: f32,
    /// What stands there, such as a day.
    pub label: String,
    /// The values there, ready to read, parted by [`BETWEEN`].
    pub text: String,
}

/// What stands between the values of a point.
pub const BETWEEN: &str = " · ";

/// A cursor over a chart that the server has drawn. It shows and announces the values at one point,
/// by mouse or by the keys Left, Right, Home, End and Escape. Down and Up go through the values at that point one by one, and
/// Enter follows the link of its row in the table. Until it is alive it takes no part in the page.
#[island]
pub fn ChartCursor(
    /// What the chart is about; the cursor's name.
    name: String,
    points: Vec<CursorPoint>,
) -> impl IntoView {
    let live = RwSignal::new(false);
    let chosen = RwSignal::new(None::<usize>);
    Effect::new(move |_| live.set(true));

    let last = points.len().saturating_sub(1);
    let points = StoredValue::new(points);
    let at = move |read: fn(&CursorPoint) -> String| {
        chosen.get().and_then(|index| points.with_value(|points| points.get(index).map(read)))
    };
    let x = move || at(|point| (point.x * 1000.0).to_string());
    let label = move || at(|point| point.label.clone());
    // Which value is read alone, from 1; 0 is all of them.
    let part = RwSignal::new(0_usize);
    let text = move || {
        let text = at(|point| point.text.clone())?;
        Some(text.split(BETWEEN).nth(part.get().wrapping_sub(1)).map_or_else(|| text.clone(), str::to_owned))
    };

    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let next = match event.key().as_str() {
            "ArrowDown" => {
                let parts = at(|point| point.text.clone()).map_or(0, |text| text.split(BETWEEN).count());
                part.update(|part| *part = (*part + 1) % (parts + 1));
                chosen.get_untracked().or(Some(last))
            }
            "ArrowUp" => {
                part.update(|part| *part = part.saturating_sub(1));
                chosen.get_untracked().or(Some(last))
            }
            "Enter" => {
                follow(&event_target(&event), chosen.get_untracked());
                return;
            }
            "ArrowLeft" => Some(chosen.get_untracked().map_or(last, |index| index.saturating_sub(1))),
            "ArrowRight" => Some(chosen.get_untracked().map_or(0, |index| (index + 1).min(last))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
    };
    let on_mouse = move |event: leptos::ev::MouseEvent| {
        let width = event_target::<web_sys::Element>(&event).client_width();
        if width > 0 {
            let x = f64::from(event.offset_x()) / f64::from(width);
            chosen.set(points.with_value(|points| nearest(points, x)));
        }
    };

    view! {
        <div class="cursor" data-live=move || live.get().then_some("true")>
            <svg class="cursor-line" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
                <line x1=x x2=x y1="0" y2="100"></line>
            </svg>
            <div
                class="cursor-pad"
                role=move || live.get().then_some("slider")
                tabindex=move || live.get().then_some("0")
                aria-label=move || live.get().then(|| name.clone())
                aria-valuemin=move || live.get().then_some("0")
                aria-valuemax=move || live.get().then(|| (last + 1).to_string())
                aria-valuenow=move || live.get().then(|| chosen.get().map_or(0, |index| index + 1).to_string())
                aria-valuetext=move || live.get().then(|| label().unwrap_or_else(|| "nothing chosen".to_owned()))
                on:keydown=on_key
                on:mousemove=on_mouse
                on:click=on_mouse
                on:mouseleave=move |_| chosen.set(None)
            ></div>
            <output class="cursor-readout" aria-live="polite">
                {move || label().map(|label| view! { <strong>{label}</strong> })}
                {move || text().map(|text| view! { <span>{text}</span> })}
            </output>
        </div>
    }
}

/// Clicks the link of a point's row in the table of the same figure.
fn follow(pad: &web_sys::Element, chosen: Option<usize>) {
    let row = format!("tbody tr:nth-child({}) a", chosen.map_or(0, |index| index + 1));
    let figure = pad.closest("figure").ok().flatten();
    if let Some(link) = figure.and_then(|figure| figure.query_selector(&row).ok().flatten()) {
        use leptos::wasm_bindgen::JsCast as _;
        link.unchecked_ref::<web_sys::HtmlElement>().click();
    }
}

/// The point closest to a place.
fn nearest(points: &[CursorPoint], x: f64) -> Option<usize> {
    let distance = |point: &CursorPoint| (f64::from(point.x) - x).abs();
    points
        .iter()
        .enumerate()
        .min_by(|(_, one), (_, other)| distance(one).total_cmp(&distance(other)))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stands_at_the_nearest_point() {
        let point = |x| CursorPoint { x, label: String::new(), text: String::new() };
        let points = [point(0.1), point(0.5), point(0.9)];
        for (x, expected) in [(0.0, 0), (0.29, 0), (0.31, 1), (0.8, 2), (2.0, 2)] {
            assert_eq!(nearest(&points, x), Some(expected), "{x}");
        }
        assert_eq!(nearest(&[], 0.5), None);
    }
}
