use super::{FormState, PageState, ReaderView, RunRow, Shown};
use chrono::{DateTime, NaiveDate, Utc};

/// Where the facts come from and how far they reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportsView {
    pub state: PageState,
    /// By account and region.
    pub sources: Vec<SourceGroup>,
    pub errors: Vec<ImportError>,
    pub missing: Vec<MissingPermission>,
    /// Everything that AWS is asked for, window by window or whole.
    pub listed: Vec<ListedRow>,
    /// Latest first.
    pub runs: Vec<RunRow>,
    pub reader: ReaderView,
    /// Gaps that nobody has explained.
    pub gaps: u64,
    /// Hourly grid intensity, from files or from a provider.
    pub intensity: Vec<IntensityRow>,
    /// Meters whose watts were imported.
    pub meters: Vec<MeterRow>,
    /// Billing months in force, newest first.
    pub bills: Vec<BillRow>,
    /// Exports of bills in S3.
    pub exports: Vec<ExportRow>,
    /// Whether a file may tell what ran: not where accounts are read from AWS.
    pub takes_usage: bool,
    /// What was wrong with the files that were sent.
    pub upload: FormState,
    /// Files that were sent, those that came together side by side, the last ones first.
    pub sent: Vec<Vec<SentFileRow>>,
}

/// A file that was sent, and what became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentFileRow {
    pub name: String,
    pub bytes: u64,
    /// What it was taken for, for example `Bill, CUR 2.0`; empty where it is none of the files that can be read.
    pub sort: String,
    pub outcome: SentOutcome,
    pub at: Option<DateTime<Utc>>,
}

/// What came of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum SentOutcome {
    /// One of the files of a bill.
    Billed {
        lines: u64,
        sagemaker_lines: u64,
        /// Taken together, this one included.
        files: u64,
        /// For example `November 2026`.
        months: Vec<String>,
        /// Of all files together.
        billed: Shown,
        /// Of it, what belongs to something that ran here, percent; unknown where it is not estimated yet, or not in force.
        matched: Shown,
    },
    /// It told what ran.
    Ran { resources: u64, parts_changed: u64 },
    /// It told what was measured.
    Measured { runs: u64, of_known_jobs: u64, changed: u64 },
    /// Why nothing was taken from it, and what to do.
    Refused(String),
}

impl Default for SentOutcome {
    fn default() -> Self {
        Self::Refused(String::new())
    }
}

/// Something that AWS is asked for in every account and region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedRow {
    /// For example `notebook instances`.
    pub list: String,
    /// Accounts and regions in which it was tried.
    pub tried: u64,
    /// Those of them in which AWS answered.
    pub granted: u64,
    /// When AWS answered last, where that is longest ago.
    pub read_at: Option<DateTime<Utc>>,
}

/// An export of a bill in S3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportRow {
    /// For example `s3://bucket/prefix`.
    pub location: String,
    pub account: String,
    pub months: u64,
    pub files: u64,
    pub tried_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    /// Why it was not read when last looked at, and what to do.
    pub failure: Option<(String, String)>,
}

/// A billing month of an account, as the last import has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BillRow {
    /// For example `November 2026`.
    pub month: String,
    pub account: String,
    pub billed: Shown,
    /// With commitments spread over what they covered.
    pub effective: Shown,
    /// Share of it that belongs to something that ran here, percent.
    pub matched: Shown,
    pub imported_at: Option<DateTime<Utc>>,
}

/// A meter's program with what it measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeterRow {
    /// For example `codecarbon`.
    pub source: String,
    pub resources: u64,
    pub hours: u64,
    pub last: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
}

/// One series of hourly grid intensity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IntensityRow {
    pub region: String,
    pub source: String,
    pub hours: u64,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    /// Why the provider gave nothing when last asked, and what to do.
    pub failure: Option<(String, String)>,
}

/// The sources of one account and region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceGroup {
    pub account: String,
    pub region: String,
    /// Everything before this moment is in, of all its sources.
    pub watermark: Option<DateTime<Utc>>,
    /// Hours behind what could be read by now.
    pub lag_hours: Option<u64>,
    pub stale: bool,
    pub failing: u64,
    pub rows: Vec<SourceRow>,
}

/// One source in one account and region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceRow {
    /// For example `CloudWatch metrics`.
    pub source: String,
    pub last_success: Option<DateTime<Utc>>,
    /// Everything before this moment is in.
    pub watermark: Option<DateTime<Utc>>,
    pub lag_hours: Option<u64>,
    pub stale: bool,
    /// Those of the days shown.
    pub windows_complete: u64,
    pub windows_pending: u64,
    pub windows_failed: u64,
    /// One entry a day, oldest first, at most 90.
    pub strip: Vec<StripDay>,
}

/// One day of the completeness strip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StripDay {
    pub day: NaiveDate,
    pub state: DayState,
}

/// How complete a day is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayState {
    Complete,
    Partial,
    Failed,
    #[default]
    Pending,
}

/// What went wrong, grouped by cause, and what helps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportError {
    pub what: String,
    pub remedy: String,
    pub windows: u64,
    /// Where it was met: source, account and region.
    pub places: Vec<String>,
}

/// A permission the role lacks and what stays dark without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingPermission {
    pub account: String,
    pub region: String,
    /// For example `cloudwatch:GetMetricData`.
    pub action: String,
    pub consequence: String,
}
