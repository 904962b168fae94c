use super::Shown;
use chrono::NaiveDate;

/// Our figures beside those AWS reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReconciliationView {
    /// Newest month first.
    pub months: Vec<ReconciledMonth>,
    pub grids: Vec<ReportedGrid>,
    /// Why AWS' figures are not there, and what to do about it.
    pub in_the_way: Vec<String>,
    pub csv_href: String,
}

/// One month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReconciledMonth {
    pub month: NaiveDate,
    /// The service names under which AWS files SageMaker, or all of them where none is known.
    pub services: String,
    /// Version of AWS' model; empty while AWS has not published the month.
    pub model_version: String,
    pub rows: Vec<ReconciledRow>,
}

/// One account in one region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReconciledRow {
    pub account: String,
    pub region: String,
    pub days_read: u32,
    pub days: u32,
    /// Location-based: ours beside AWS' scope 2.
    pub electricity: Compared,
    /// Market-based: ours beside AWS' scope 2.
    pub market: Compared,
    /// Making the hardware, beside AWS' scope 3.
    pub hardware: Compared,
}

/// Two figures and what AWS has above ours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    pub ours: Shown,
    pub theirs: Shown,
    pub residual: Shown,
}

/// What AWS' own figures say of a region's electricity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportedGrid {
    pub region: String,
    /// The months behind it, such as `2026-09 to 2026-10`.
    pub months: String,
    /// Market-based over location-based scope 2, percent.
    pub share: Shown,
    /// That share of our location-based intensity.
    pub implied: Shown,
    /// The market-based intensity that the estimate uses.
    pub in_force: Shown,
    pub propose_href: Option<String>,
}
