use super::{PageState, Reach, Shown};
use chrono::{DateTime, Utc};

/// What is kept rather than run, what nobody tends first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StorageView {
    pub state: PageState,
    pub reach: Reach,
    /// The chosen period in words.
    pub period: String,
    /// Days without a read or a write after which a feature group counts as unused.
    pub unused_days: u64,
    pub summary: StorageSummary,
    pub buckets: Vec<BucketRow>,
    pub log_groups: Vec<LogGroupRow>,
    pub feature_groups: Vec<FeatureGroupRow>,
    /// Log groups that are there and not listed on the page.
    pub log_groups_left: u64,
}

/// How much there is, and how much of it nobody tends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StorageSummary {
    pub buckets: u64,
    /// Own buckets that keep everything for ever.
    pub buckets_kept: u64,
    pub log_groups: u64,
    /// Log groups that never expire.
    pub logs_kept: u64,
    /// Of all log groups, in words; `None` where AWS told no size.
    pub log_bytes: Option<String>,
    pub feature_groups: u64,
    pub groups_unused: u64,
}

/// Something to see at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    pub weight: NoteWeight,
    pub words: String,
}

/// How a note is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteWeight {
    /// Nothing to do.
    Good,
    /// Not known, or somebody else's.
    #[default]
    Open,
    /// Worth a look.
    Problem,
}

/// A bucket that something reads or writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BucketRow {
    pub name: String,
    pub account: String,
    /// Where its objects lie; empty where nobody told.
    pub region: String,
    pub notes: Vec<Note>,
    /// What the rules do, in words; empty where they could not be read.
    pub lifecycle: String,
    pub encryption: String,
    pub versioning: String,
    /// What it is used for, in words.
    pub used_for: String,
    /// Who uses it, in words.
    pub used_by: String,
}

/// A log group of SageMaker's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogGroupRow {
    pub name: String,
    pub account: String,
    pub region: String,
    pub note: Note,
    pub retention_days: Option<u64>,
    /// In words.
    pub stored: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
}

/// A feature group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureGroupRow {
    pub name: String,
    pub account: String,
    pub region: String,
    pub note: Note,
    /// Other groups that hold the same.
    pub twins: Vec<TwinRow>,
    pub features: Option<u64>,
    /// Size and mode of the online store, in words; `None` where there is none.
    pub online: Option<String>,
    /// The bucket of the offline store; `None` where there is none.
    pub offline: Option<String>,
    /// Units consumed inside the period.
    pub reads: Shown,
    pub writes: Shown,
    pub used_at: Option<DateTime<Utc>>,
}

/// Another feature group that holds the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TwinRow {
    pub name: String,
    pub href: String,
    /// Its account and region.
    pub place: String,
    /// Both are written to one place in S3; else they have the same features by the same identifier.
    pub is_one_place: bool,
}
