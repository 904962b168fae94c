//! The ways through the house: the main navigation and the way back.

use super::icon;
use crate::view::{Crumb, Frame, Section};
use leptos::prelude::*;

/// Where an entry leads, what it is called, and what it is called where there is little room.
const ENTRIES: [(Section, &str, &str, &str); 13] = [
    (Section::Overview, "/", "Overview", "Overview"),
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
    (Section::Settings, "/settings/teams", "Settings", "Settings"),
];

/// The main navigation. Entries keep the filter, since it belongs to the reader and not to the page.
#[must_use]
pub fn main(frame: &Frame) -> AnyView {
    let query = frame.filter.as_ref().map(|filter| filter.query_string.clone()).unwrap_or_default();
    let entries = ENTRIES
        .into_iter()
        .map(|(section, path, long, short)| {
            let filtered = matches!(
                section,
                Section::Overview
                    | Section::Jobs
                    | Section::Endpoints
                    | Section::Notebooks
                    | Section::Pipelines
                    | Section::Storage
                    | Section::Trends
                    | Section::Recommendations
            );
            let href = if filtered && !query.is_empty() { format!("{path}?{query}") } else { path.to_owned() };
            let current = (section == frame.section).then_some(if path == frame.path { "page" } else { "true" });
            let class = matches!(
                section,
                Section::Notebooks
                    | Section::Pipelines
                    | Section::Storage
                    | Section::Trends
                    | Section::Imports
                    | Section::Calculator
                    | Section::Methodology
                    | Section::Settings
            )
            .then_some("nav-secondary");
            view! {
                <li class=class>
                    <a href=href aria-current=current>
                        {icon::section(section)}
                        <span class="nav-long">{long}</span>
                        <span class="nav-short">{short}</span>
                        {mark(frame, section)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="nav" aria-label="Main"><ul role="list">{entries}</ul></nav> }.into_any()
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
