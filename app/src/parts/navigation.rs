//! The ways through the house: the main navigation and the way back.

use super::icon;
use crate::view::{Crumb, Frame, Section};
use leptos::prelude::*;

/// Where an entry leads, what it is called, and what it is called where there is little room.
const ENTRIES: [(Section, &str, &str, &str); 14] = [
    (Section::Overview, "/", "Overview", "Overview"),
    (Section::Workloads, "/workloads", "Workloads", "All"),
    (Section::Jobs, "/jobs", "Jobs", "Jobs"),
    (Section::Endpoints, "/endpoints", "Endpoints", "Endpoints"),
    (Section::Notebooks, "/notebooks", "Notebooks", "Notebooks"),
    (Section::Pipelines, "/pipelines", "Pipelines", "Pipelines"),
    (Section::Storage, "/storage", "Storage", "Storage"),
    (Section::Trends, "/trends", "Trends", "Trends"),
    (Section::Recommendations, "/recommendations", "Recommendations", "Advice"),
    (Section::Reviews, "/reviews", "Reviews", "Reviews"),
    (Section::Imports, "/imports", "Imports", "Imports"),
    (Section::Calculator, "/calculator", "Calculator", "Calculate"),
    (Section::Methodology, "/methodology", "Methodology", "Method"),
    (Section::Settings, "/settings/accounts", "Settings", "Settings"),
];

/// The main navigation. Entries keep the filter, since it belongs to the reader and not to the page. Where there is room for a
/// few only, the others open above them.
#[must_use]
pub fn main(frame: &Frame) -> AnyView {
    let query = frame.filter.as_ref().map_or_else(|| frame.kept_query.clone(), |filter| filter.query_string.clone());
    let entries = ENTRIES.into_iter().map(|entry| whole(frame, entry, &query)).collect_view();
    let more = ENTRIES.into_iter().filter(|(section, ..)| is_secondary(*section));
    let is_below = is_secondary(frame.section).then_some("true");
    let more = more.map(|entry| further(frame, entry, &query)).collect_view();
    view! {
        <nav class="nav" aria-label="Main">
            <ul role="list">
                {entries}
                <li class="nav-more">
                    <details>
                        <summary aria-current=is_below>{icon::more()} <span>"More"</span></summary>
                        <ul role="list">{more}</ul>
                    </details>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

type Entry = (Section, &'static str, &'static str, &'static str);

fn whole(frame: &Frame, (section, path, long, short): Entry, query: &str) -> AnyView {
    view! {
        <li class=is_secondary(section).then_some("nav-secondary")>
            <a href=href(section, path, query) aria-current=current(frame, section, path)>
                {icon::section(section)}
                <span class="nav-long">{long}</span>
                <span class="nav-short">{short}</span>
                {mark(frame, section)}
            </a>
        </li>
    }
    .into_any()
}

fn further(frame: &Frame, (section, path, long, _): Entry, query: &str) -> AnyView {
    view! {
        <li>
            <a href=href(section, path, query) aria-current=current(frame, section, path)>
                {icon::section(section)} <span>{long}</span>
            </a>
        </li>
    }
    .into_any()
}

fn href(section: Section, path: &str, query: &str) -> String {
    let filtered = matches!(
        section,
        Section::Overview
            | Section::Workloads
            | Section::Jobs
            | Section::Endpoints
            | Section::Notebooks
            | Section::Pipelines
            | Section::Storage
            | Section::Trends
            | Section::Recommendations
    );
    if filtered && !query.is_empty() { format!("{path}?{query}") } else { path.to_owned() }
}

fn current(frame: &Frame, section: Section, path: &str) -> Option<&'static str> {
    (section == frame.section).then_some(if path == frame.path { "page" } else { "true" })
}

/// What stands under "More" where there is little room.
const fn is_secondary(section: Section) -> bool {
    !matches!(
        section,
        Section::Overview | Section::Jobs | Section::Endpoints | Section::Recommendations | Section::Reviews
    )
}

/// The way back to the list this page came from.
#[must_use]
pub fn breadcrumb(crumbs: &[Crumb]) -> Option<AnyView> {
    (!crumbs.is_empty()).then(|| {
        let steps = crumbs
            .iter()
            .map(|crumb| view! { <li><a href=crumb.href.clone()>{crumb.label.clone()}</a></li> })
            .collect_view();
        view! { <nav class="breadcrumb" aria-label="Breadcrumb"><ol role="list">{steps}</ol></nav> }.into_any()
    })
}

fn mark(frame: &Frame, section: Section) -> Option<AnyView> {
    match section {
        Section::Recommendations => frame.open_recommendations.filter(|open| *open > 0).map(|open| {
            let text = super::number::whole(open);
            view! { <span class="nav-mark">{text} <span class="visually-hidden">" open"</span></span> }.into_any()
        }),
        Section::Reviews => {
            frame.review_badge.clone().map(|text| view! { <span class="nav-mark">{text}</span> }.into_any())
        }
        _ => None,
    }
}
