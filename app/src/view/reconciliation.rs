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
    /// AWS' own totals of cost beside the bill.
    pub cost: CostCheck,
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

/// AWS' own totals of cost beside what is held here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostCheck {
    /// Newest first; none while nobody asks Cost Explorer.
    pub months: Vec<CheckedMonth>,
    pub tags: Vec<CheckedTag>,
    pub csv_href: String,
}

/// One month of one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedMonth {
    pub month: NaiveDate,
    pub account: String,
    /// Days of which AWS told a total.
    pub days: u32,
    /// Of them, those that the bill has a line of.
    pub days_billed: u32,
    /// Whether AWS still revises it.
    pub is_estimated: bool,
    pub cost: CheckedCost,
    /// By day, newest first.
    pub rows: Vec<(NaiveDate, CheckedCost)>,
}

/// Each basis by itself: they are never added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedCost {
    /// Billed beside AWS' unblended cost.
    pub billed: Compared,
    /// Effective beside AWS' amortised cost.
    pub effective: Compared,
    /// List price times hours, for which AWS has no figure.
    pub list: Shown,
}

/// One value of a tag in one month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedTag {
    pub month: NaiveDate,
    pub account: String,
    pub key: String,
    /// Empty where a resource carries none.
    pub value: String,
    pub billed: Compared,
}
