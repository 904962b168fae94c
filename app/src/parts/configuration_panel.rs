//! States of configuration, each with how long it held.

use super::{facts, panel, table};
use crate::view::ConfigurationRow;
use leptos::prelude::*;

/// What was configured when, around one resource; nothing where nothing is known.
#[must_use]
pub fn around(rows: &[ConfigurationRow]) -> Option<AnyView> {
    let head = table::head(&["What", "Name", "What it says", "From, UTC", "Until, UTC"]);
    let body = rows.iter().map(|row| line(row, &row.kind)).collect_view().into_any();
    let listed = table::table("Configuration over time", head, body, None);
    (!rows.is_empty()).then(|| panel::panel("configuration", "Configuration over time", listed))
}

/// What a job was part of; nothing where it ran by itself.
#[must_use]
pub fn part_of(rows: &[ConfigurationRow]) -> Option<AnyView> {
    let items = rows
        .iter()
        .map(|row| {
            let name = match row.href.clone() {
                Some(href) => view! { <a href=href>{row.name.clone()}</a> }.into_any(),
                None => row.name.clone().into_any(),
            };
            view! { <li><strong>{capitalised(&row.kind)}</strong> " " {name} ": " {row.says.clone()}</li> }
        })
        .collect_view();
    (!rows.is_empty()).then(|| view! { <ul class="plain">{items}</ul> }.into_any())
}

/// One state; `first` is what stands before its name.
#[must_use]
pub fn line(row: &ConfigurationRow, first: &str) -> AnyView {
    view! {
        <tr>
            <td class="unbroken">{first.to_owned()}</td>
            <th scope="row">{row.name.clone()}</th>
            <td>{row.says.clone()}</td>
            <td class="unbroken">{row.from.map(facts::short_time)}</td>
            <td class="unbroken">{row.until.map_or_else(|| "now".into_any(), facts::short_time)}</td>
        </tr>
    }
    .into_any()
}

/// Words are written small inside sentences; names of AWS keep their capitals.
#[must_use]
pub fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
