//! Pages of a long table, by link.

use super::{number, table};
use crate::view::Listing;
use leptos::prelude::*;

/// Previous and next, and where one is; nothing if everything fits on one page.
#[must_use]
pub fn links(listing: &Listing) -> Option<AnyView> {
    let paging = listing.paging;
    if paging.pages <= 1 {
        return None;
    }
    let to = |page: u64| {
        let sorted = if listing.sort.is_empty() {
            listing.base.clone()
        } else {
            table::with(&listing.base, &format!("sort={}", listing.sort))
        };
        table::with(&sorted, &format!("page={page}"))
    };
    let previous = (paging.page > 1).then(|| view! { <a rel="prev" href=to(paging.page - 1)>"← Previous"</a> });
    let next = (paging.page < paging.pages).then(|| view! { <a rel="next" href=to(paging.page + 1)>"Next →"</a> });
    let place = format!(
        "Page {} of {} · {} rows",
        number::whole(paging.page),
        number::whole(paging.pages),
        number::whole(paging.rows)
    );
    Some(
        view! {
            <nav class="pagination" aria-label="Pages of the table">
                <span class="pagination-previous">{previous}</span>
                <span class="pagination-place">{place}</span>
                <span class="pagination-next">{next}</span>
            </nav>
        }
        .into_any(),
    )
}
