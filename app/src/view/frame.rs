use super::{FilterView, Mass};
use chrono::{DateTime, Utc};

/// The part of the site a page belongs to; marks the entry in the navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Overview,
    Workloads,
    Jobs,
    Endpoints,
    Notebooks,
    Pipelines,
    Storage,
    Trends,
    Recommendations,
    Reviews,
    Imports,
    Calculator,
    Methodology,
    Settings,
    /// Error pages and anything outside the navigation.
    None,
}

/// Whether pages are light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the browser's system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the form and in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How a reader likes the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    pub theme: Theme,
    /// Whether single keys do anything.
    pub shortcuts: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: Theme::System, shortcuts: true }
    }
}

/// What surrounds every page: title, navigation, scope, freshness and where the numbers come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The page's own name, such as `Jobs` or a job's name; the document title is built from it and the scope.
    pub title: String,
    /// The path of this page without its query string.
    pub path: String,
    pub section: Section,
    /// Ancestors of this page, outermost first, without the page itself.
    pub breadcrumb: Vec<Crumb>,
    /// The filter bar; pages that no filter touches leave it out.
    pub filter: Option<FilterView>,
    /// What stands in the search field, where the page shows what was found.
    pub search: Option<String>,
    pub freshness: Vec<FreshnessItem>,
    /// Sources that cannot be read, of so many that were tried; `None` while all can.
    pub unread: Option<(u64, u64)>,
    /// True while the scope holds demo accounts.
    pub demo: bool,
    pub banners: Vec<Banner>,
    /// Some part could not be read, so that the page must not stand for what the ledger says.
    pub is_broken: bool,
    pub estimate: EstimateLabel,
    /// Running import, shown until it is done.
    pub ingest: Option<IngestProgress>,
    /// Days of resources whose figures are still to be computed.
    pub due_days: u64,
    /// Where this page's table can be had as CSV, with the same filters.
    pub csv_href: Option<String>,
    /// The address under which this page can be kept as a saved view; `None` where nobody would.
    pub save_address: Option<String>,
    /// Open recommendations in the scope, shown beside the navigation entry.
    pub open_recommendations: Option<u64>,
    /// Set when a review is due; a few words such as `due`.
    pub review_badge: Option<String>,
    /// Path of the stylesheet with its content hash.
    pub stylesheet: String,
    /// The nonce of this response's content security policy.
    pub nonce: String,
    pub appearance: Appearance,
    /// False where the browser part was not built; pages then carry no script at all.
    pub islands: bool,
    /// Where scripts are off, the page is loaded anew after so many seconds; for what changes while one looks.
    pub refresh_s: Option<u32>,
    /// The filter that the ways on and back keep, of a page that has no filter bar.
    pub kept_query: String,
    /// The size in which emissions are written.
    pub mass: Mass,
    /// What cost and emissions count, where that is not as usual.
    pub counted: Option<String>,
    /// When the numbers on this page were read, by the database's clock.
    pub generated_at: DateTime<Utc>,
    /// Full path with the canonical query string, printed on paper.
    pub permalink: String,
}

/// One step of the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

/// One source in the freshness strip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreshnessItem {
    /// What is fresh, for example `CloudWatch`.
    pub label: String,
    /// How fresh, for example `through 11 Jan 23:00 UTC`.
    pub text: String,
    pub state: FreshnessState,
}

/// How a source stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FreshnessState {
    Fresh,
    Stale,
    #[default]
    Missing,
}

/// A sentence above the page that everybody should read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banner {
    pub kind: BannerKind,
    pub text: String,
    /// A next step: its words and its address.
    pub link: Option<Crumb>,
}

/// How urgent a banner is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerKind {
    #[default]
    Note,
    Warning,
    Error,
}

/// Which estimate all figures on the page come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EstimateLabel {
    /// For example `2026.11`.
    pub factor_set: String,
    /// Content hash of the factor set, hexadecimal.
    pub factor_set_sha256: String,
    /// For example `1`.
    pub method_version: String,
}

/// How far the running import is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestProgress {
    pub windows_done: u64,
    pub windows_total: u64,
    /// What is being done, for example `Reading metrics of demo-research, us-east-1`.
    pub phase: String,
    pub failed: u64,
    /// Seconds until all of it is read, at the rate so far; `None` while nobody can tell.
    pub left_s: Option<u64>,
    /// The run's own page.
    pub href: String,
}
