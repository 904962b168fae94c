//! The few icons of the navigation, drawn for a grid of 20 with a stroke of 1.5.

use crate::view::Section;
use leptos::prelude::*;

/// The mark of the product: a ledger's lines, the last one charged.
#[must_use]
pub fn mark() -> AnyView {
    view! {
        <svg class="mark-logo" viewBox="0 0 24 24" aria-hidden="true">
            <rect class="mark-ground" width="24" height="24" rx="6"></rect>
            <path class="mark-line" d="M6 7.5h7M6 12h4M6 16.5h5"></path>
            <path class="mark-bolt" d="M16.8 5.5 12.6 12.7h3.2l-1.6 5.8 4.6-7.6h-3.3z"></path>
        </svg>
    }
    .into_any()
}

/// The icon of a section; decoration beside its name.
#[must_use]
pub fn section(section: Section) -> AnyView {
    let path = match section {
        Section::Overview => "M3 16.5V9.5M8 16.5V4M13 16.5V7.5M17.5 16.5V12",
        Section::Workloads => "M3 5h14M3 10h14M3 15h14M3 5h.01M3 10h.01M3 15h.01",
        Section::Jobs => "M10 2.5 17 6v8l-7 3.5L3 14V6zM3 6l7 3.5L17 6M10 9.5v8",
        Section::Endpoints => "M3 4.5h14v4.5H3zM3 11.5h14V16H3zM6 6.75h.01M6 13.75h.01M10 6.75h4M10 13.75h4",
        Section::Notebooks => "M5 2.5h11v15H5zM5 6H3M5 10H3M5 14H3M8 6.5h5M8 10h5",
        Section::Pipelines => "M2.5 7.5h5v5h-5zM12.5 3h5v5h-5zM12.5 12h5v5h-5zM7.5 10h2.5M12.5 5.5H10v9h2.5",
        Section::Storage => "M3.5 5c0-3 13-3 13 0v10c0 3-13 3-13 0zM3.5 5c0 3 13 3 13 0M3.5 10c0 3 13 3 13 0",
        Section::Trends => "M3 3v14h14M5.5 12.5l3.5-4 3 2.5 4.5-6",
        Section::Recommendations => {
            "M7.5 14.5h5M8.5 17.5h3M10 2.5a5.5 5.5 0 0 0-3 10.1V14.5h6V12.6a5.5 5.5 0 0 0-3-10.1z"
        }
        Section::Reviews => "M5 3h10v14.5H5zM8 2h4v2.5H8zM7.5 11l1.8 1.8L12.8 9",
        Section::Imports => "M10 3v9.5M6 9l4 3.8L14 9M3.5 13v4h13v-4",
        Section::Calculator => {
            "M4.5 2.5h11v15h-11zM7.5 5.5h5v2.5h-5zM7.5 11h.01M10 11h.01M12.5 11h.01M7.5 14h.01M10 14h.01M12.5 14h.01"
        }
        Section::Settings => {
            "M7 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5M13 4a3 3 0 0 1 0 5.5M14 12c2 .4 3.5 1.8 3.5 4.5"
        }
        Section::Methodology | Section::None => {
            "M4 3.5h9.5a2.5 2.5 0 0 1 2.5 2.5v10.5H6.5A2.5 2.5 0 0 1 4 14zM4 14a2.5 2.5 0 0 1 2.5-2.5H16M7.5 7h5"
        }
    };
    drawn(path)
}

/// For what is folded away.
#[must_use]
pub fn more() -> AnyView {
    drawn("M4 10h.01M10 10h.01M16 10h.01")
}

fn drawn(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
