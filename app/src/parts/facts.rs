//! Names and values side by side: what a job ran on, where, and when.

use super::number;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// A list of facts; absent ones leave no gap.
#[must_use]
pub fn list(rows: Vec<(&'static str, Option<AnyView>)>) -> AnyView {
    let rows = rows
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }))
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// A text that is there or not.
#[must_use]
pub fn text(value: &str) -> Option<AnyView> {
    (!value.is_empty()).then(|| value.to_owned().into_any())
}

/// A moment in UTC.
#[must_use]
pub fn moment(at: Option<DateTime<Utc>>) -> Option<AnyView> {
    at.map(time)
}

/// A moment as a `time` element.
#[must_use]
pub fn time(at: DateTime<Utc>) -> AnyView {
    view! { <time datetime=at.to_rfc3339()>{number::moment(at)}</time> }.into_any()
}

/// A recent moment without its year, the whole of it in the tooltip.
#[must_use]
pub fn short_time(at: DateTime<Utc>) -> AnyView {
    let text = at.format("%-d %b %H:%M").to_string();
    view! { <time datetime=at.to_rfc3339() title=number::moment(at)>{text}</time> }.into_any()
}

/// Tags as small labels.
#[must_use]
pub fn tags(tags: &[(String, String)]) -> Option<AnyView> {
    (!tags.is_empty()).then(|| {
        let tags = tags
            .iter()
            .map(|(key, value)| view! { <li class="tag"><span class="tag-key">{key.clone()} ": "</span>{value.clone()}</li> })
            .collect_view();
        view! { <ul class="tags" role="list">{tags}</ul> }.into_any()
    })
}
