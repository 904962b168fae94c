use super::{FactorRow, Footprint, FormState, GainRow, PartRow, RateRow, ShareRow, Shown, Tier};
use chrono::{DateTime, Utc};

/// Everything one figure was made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhyView {
    /// What the figure is about, such as a job's name.
    pub subject: String,
    pub footprint: Footprint,
    /// Market-based emissions of the electricity, beside the location-based ones.
    pub market: Shown,
    pub chain: Vec<ChainRow>,
    pub parts: Vec<PartRow>,
    pub factors: Vec<FactorRow>,
    /// The newest windows.
    pub windows: Vec<WindowRow>,
    pub windows_count: u64,
    pub windows_complete: u64,
    /// What is known to be left out, one sentence each.
    pub left_out: Vec<String>,
    /// How the location-based intensity was resolved in time, in words.
    pub resolution: String,
    /// The hourly series that stood in for the average of the year, one sentence each.
    pub series: Vec<String>,
    /// What makes the ranges wide, largest share of the emissions first.
    pub shares: Vec<ShareRow>,
    /// What would make them narrower, largest first.
    pub gains: Vec<GainRow>,
    /// Emissions per unit of work.
    pub rates: Vec<RateRow>,
    /// Work of the reader's own counting: what was typed, and what the form must carry along.
    pub own_work: FormState,
    /// The page's own path.
    pub own_work_action: String,
    pub own_work_carries: Vec<(String, String)>,
    /// Where the same account is served as JSON.
    pub json_href: String,
}

/// usage × power × PUE × intensity for one instance type, region, kind and tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainRow {
    pub instance_type: String,
    /// Region and kind, for people.
    pub place: String,
    /// `None` where the type has no factor.
    pub tier: Option<Tier>,
    pub hours: Shown,
    pub power: Shown,
    pub it: Shown,
    pub pue: Shown,
    pub energy: Shown,
    pub intensity: Shown,
    pub operational: Shown,
    pub embodied: Shown,
    pub water: Shown,
    pub cost: Shown,
}

/// One window of metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowRow {
    pub place: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub state: String,
    pub completed_at: Option<DateTime<Utc>>,
    pub expected_series: Option<u32>,
    pub received_series: Option<u32>,
    pub points: Option<u64>,
}
