//! Tables: a labelled region that scrolls by itself on narrow screens, and headings that sort by link.

use crate::view::Listing;
use leptos::prelude::*;

/// A table in its scrolling region. `label` is read as the table's caption.
#[must_use]
pub fn table(label: impl Into<String>, head: AnyView, body: AnyView, foot: Option<AnyView>) -> AnyView {
    let label = label.into();
    // A landmark's name may not be that of the panel around it.
    let region = format!("{label}, table");
    view! {
        <div class="scroll" role="region" aria-label=region tabindex="0">
            <table>
                <caption class="visually-hidden">{label}</caption>
                <thead>{head}</thead>
                <tbody>{body}</tbody>
                {foot.map(|foot| view! { <tfoot>{foot}</tfoot> })}
            </table>
        </div>
    }
    .into_any()
}

/// One heading row of plain columns; a leading `#` marks a column of numbers.
#[must_use]
pub fn head(columns: &[&'static str]) -> AnyView {
    let cells = columns
        .iter()
        .map(|column| match column.strip_prefix('#') {
            Some(numeric) => view! { <th scope="col" class="number">{numeric}</th> }.into_any(),
            None => view! { <th scope="col">{*column}</th> }.into_any(),
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}

/// Which way a column sorts when it is first chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Names from A.
    Ascending,
    /// Numbers from the largest.
    Descending,
}

/// A heading that sorts by its key when followed.
#[must_use]
pub fn sort_head(listing: &Listing, label: impl Into<String>, key: &'static str, first: First) -> AnyView {
    let (current, descending) = match listing.sort.strip_prefix('-') {
        Some(current) => (current == key, true),
        None => (listing.sort == key, false),
    };
    let next_descending = if current { !descending } else { first == First::Descending };
    let order = if next_descending { format!("-{key}") } else { key.to_owned() };
    let aria_sort = current.then_some(if descending { "descending" } else { "ascending" });
    let arrow = match (current, descending) {
        (true, true) => "↓",
        (true, false) => "↑",
        (false, _) => "",
    };
    let class = if first == First::Descending { "number sortable" } else { "sortable" };
    view! {
        <th scope="col" class=class aria-sort=aria_sort>
            <a href=with(&listing.base, &format!("sort={order}"))>
                {label.into()} <span class="arrow" aria-hidden="true">{arrow}</span>
            </a>
        </th>
    }
    .into_any()
}

/// Adds a parameter to an address that may or may not have some already.
#[must_use]
pub fn with(base: &str, parameter: &str) -> String {
    let joint = match base.chars().last() {
        Some('?' | '&') => "",
        _ if base.contains('?') => "&",
        _ => "?",
    };
    format!("{base}{joint}{parameter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_any_address() {
        for (base, expected) in [
            ("/jobs", "/jobs?a=1"),
            ("/jobs?", "/jobs?a=1"),
            ("/jobs?b=2", "/jobs?b=2&a=1"),
            ("/jobs?b=2&", "/jobs?b=2&a=1"),
        ] {
            assert_eq!(with(base, "a=1"), expected);
        }
    }

    #[test]
    fn a_sorted_column_says_so_and_turns_round() {
        let listing = Listing { base: "/jobs?from=x".into(), sort: "-cost".into(), ..Listing::default() };
        let html = sort_head(&listing, "Cost", "cost", First::Descending).to_html();
        assert!(html.contains(r#"aria-sort="descending""#) && html.contains("sort=cost"), "{html}");
        let html = sort_head(&listing, "Name", "name", First::Ascending).to_html();
        assert!(!html.contains("aria-sort") && html.contains("sort=name"), "{html}");
    }
}
