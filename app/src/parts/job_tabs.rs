//! The pages about jobs, side by side above each of them.

use leptos::prelude::*;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobTab {
    /// Job by job.
    List,
    /// Family by family.
    Families,
    /// Tuning jobs.
    Tuning,
    /// How jobs are run.
    Practice,
}

impl JobTab {
    const ALL: [Self; 4] = [Self::List, Self::Families, Self::Tuning, Self::Practice];

    const fn label(self) -> &'static str {
        match self {
            Self::List => "Job by job",
            Self::Families => "By family",
            Self::Tuning => "Tuning",
            Self::Practice => "Practice",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::List => "/jobs?",
            Self::Families => "/jobs?group=family&",
            Self::Tuning => "/jobs/tuning?",
            Self::Practice => "/jobs/practice?",
        }
    }
}

/// Links to all of them that keep the filter.
#[must_use]
pub fn tabs(current: JobTab, query_string: &str) -> AnyView {
    let links = JobTab::ALL
        .into_iter()
        .map(|tab| {
            let href = format!("{}{query_string}", tab.path());
            let href = href.trim_end_matches(['?', '&']).to_owned();
            view! { <li><a href=href aria-current=(tab == current).then_some("page")>{tab.label()}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="Pages about jobs"><ul role="list">{links}</ul></nav> }.into_any()
}
