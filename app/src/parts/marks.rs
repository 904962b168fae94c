//! Notes and events, under the numbers that charts show them by.

use super::number;
use crate::view::MarkRow;
use leptos::prelude::*;

/// The list; a note that may be removed brings its reader back to `address`.
#[must_use]
pub fn list(marks: &[MarkRow], address: &str) -> AnyView {
    let marks = marks.iter().map(|row| mark(row, address)).collect_view();
    view! { <ol class="marks" role="list">{marks}</ol> }.into_any()
}

fn mark(row: &MarkRow, address: &str) -> AnyView {
    let author = row.author.clone().map(|author| view! { <span class="quiet">{format!(" · {author}")}</span> });
    let remove = row.remove_action.clone().map(|action| {
        let id = format!("remove-{}", row.number);
        let which = format!(" note {}", row.number);
        view! {
            <form method="post" action=action class="row-form no-print">
                <input type="hidden" name="address" value=address.to_owned() />
                <label class="visually-hidden" for=id.clone()>"Your name"</label>
                <input id=id name="by" type="text" autocomplete="name" placeholder="Your name" required />
                <button type="submit">"Remove"<span class="visually-hidden">{which}</span></button>
            </form>
        }
    });
    view! {
        <li>
            <span class="mark-number">{row.number.clone()}</span>
            <span class="quiet">{number::weekday(row.day)}</span>
            <span>{row.text.clone()} {author}</span>
            {remove}
        </li>
    }
    .into_any()
}
