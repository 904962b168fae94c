use super::{Figure, JobStatus, MarkRow, Shown, Unit};
use chrono::{DateTime, NaiveDate, Utc};

/// What a series stands for; decides its colour, pattern and place in the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeriesKind {
    Preparation,
    Training,
    Endpoint,
    Development,
    /// Serving capacity that did work.
    Busy,
    /// Capacity that ran without doing work.
    Idle,
    /// One of many groups, from 1.
    Group(u8),
    /// What is left of all other groups.
    Rest,
}

/// A stacked bar a day. Every series has one value a day; `None` is no data, not zero.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyChart {
    /// Unique on its page, a valid HTML id.
    pub id: String,
    pub title: String,
    pub unit: Unit,
    /// What a bar stands for.
    pub bar: Bar,
    /// The first day of each bar.
    pub days: Vec<NaiveDate>,
    pub series: Vec<Series>,
    /// The bar's total with its interval, one a bar, where the unit is estimated.
    pub totals: Vec<Option<Figure>>,
    /// Why a bar is not all of its time, one a bar; empty means all are.
    pub partial: Vec<Option<Partial>>,
    /// The whole period, from the same query as the days.
    pub total: Option<Figure>,
    /// What somebody wants a bar to be at most, in the base unit.
    pub target: Option<f64>,
    /// Numbers of marks and the bar each stands in.
    pub marks: Vec<(usize, String)>,
    /// Where each bar's days are told, one a bar; empty for nowhere.
    pub hrefs: Vec<String>,
    /// How the whole changed, as the begin of a sentence: `Fell 12 %, mostly fewer hours`.
    pub change: Option<String>,
    /// What bars that are not over will come to.
    pub forecast: Option<Forecast>,
}

/// Why a bar or bucket is not all of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partial {
    /// The period cuts it.
    Cut,
    /// Its last day is not over.
    Open,
    /// Not all of its days were read.
    Unread,
    /// Something that ran is left out of its figure.
    LowerBound,
    /// The load of most of its instance-hours was not measured.
    Assumed,
}

impl Partial {
    /// Behind a number of days or the name of one: `3 days not all read`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cut => "cut by the period",
            Self::Open => "not over",
            Self::Unread => "not all read",
            Self::LowerBound => "known in part",
            Self::Assumed => "with load mostly assumed",
        }
    }
}

/// What bars or buckets that are not over will come to, from days that are.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// What each will come to, with what is in it already; `None` for those that are over.
    pub values: Vec<Option<Figure>>,
    /// The whole period: what it holds, and what is expected of the days to come.
    pub total: Figure,
    /// How many complete days it was made from.
    pub days: u64,
}

/// The time that a bar of a chart stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bar {
    /// A day.
    #[default]
    Day,
    /// A week from Monday on; the first and the last may be cut.
    Week,
}

/// One layer of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub kind: SeriesKind,
    pub label: String,
    pub values: Vec<Option<f64>>,
}

/// Lines over time, such as utilisation in percent. At most 300 points a line.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeChart {
    pub id: String,
    pub title: String,
    pub unit: Unit,
    pub times: Vec<DateTime<Utc>>,
    pub lines: Vec<Line>,
    /// Top of the scale, for example 100 for percent; otherwise the largest value.
    pub scale_to: Option<f64>,
}

/// One line; `None` is a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub label: String,
    pub values: Vec<Option<f64>>,
    /// Lower and upper edge of a band around the line, one pair a point; empty for none.
    pub band: Vec<Option<(f64, f64)>>,
}

/// Instances that stood ready, and how many of them were in use, in equal buckets on one axis. The area between is unused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapacityChart {
    pub id: String,
    pub title: String,
    /// Length of a bucket in hours: 1, or whole days.
    pub step_hours: u32,
    /// Begin of each bucket.
    pub times: Vec<DateTime<Utc>>,
    /// Mean instances; `None` where nobody knows.
    pub capacity: Vec<Option<f64>>,
    /// Instances times the busier of processors and accelerators; `None` where no metric tells.
    pub used: Vec<Option<f64>>,
    /// Requests in the bucket.
    pub requests: Vec<Option<f64>>,
    /// Buckets of which a part is unknown or not over.
    pub partial: Vec<bool>,
    /// Instance-hours that stood ready.
    pub hours: Shown,
    pub unused: Unused,
    /// Numbers of marks and the bucket each stands in.
    pub marks: Vec<(usize, String)>,
    /// What the numbers stand for.
    pub events: Vec<MarkRow>,
    /// Days with events that are not marked, so that the chart stays readable.
    pub more_events: usize,
}

/// What stood ready without being used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unused {
    pub hours: Shown,
    pub cost: Shown,
    pub emissions: Shown,
}

/// What trials reached, over what they took; better is up, cheaper is left.
#[derive(Clone, Debug, PartialEq)]
pub struct ScatterChart {
    pub id: String,
    pub title: String,
    /// What is counted upwards, for example `validation:recall`.
    pub value: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// Unit of what is counted across.
    pub unit: Unit,
    pub points: Vec<ScatterPoint>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq)]
pub struct ScatterPoint {
    pub label: String,
    pub value: f64,
    /// In the base of the chart's unit.
    pub spent: f64,
    pub place: TrialPlace,
}

/// What the trials of a search reached, in the order in which they began.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSoFarChart {
    pub id: String,
    pub title: String,
    /// What is counted upwards, for example `validation:recall`.
    pub value: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    pub trials: Vec<BestSoFarTrial>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSoFarTrial {
    pub label: String,
    /// When it began, where that is known.
    pub at: Option<DateTime<Utc>>,
    /// What it reached; nothing where it ended without a value, or runs.
    pub value: Option<f64>,
    /// The best of it and those before.
    pub best: Option<f64>,
    /// Whether none before reached as much.
    pub rises: bool,
}

/// How a trial stands among those of its search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrialPlace {
    /// None reached more.
    Best,
    /// None reached as much for less.
    Front,
    /// Another reached as much for less.
    Beaten,
    /// It runs still, or what it took is unknown.
    Unjudged,
    /// It ended without a value.
    #[default]
    Without,
}

/// Runs of one family beside each other, in several measures: small charts over the same runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsChart {
    pub id: String,
    pub title: String,
    /// Oldest first.
    pub runs: Vec<RunBar>,
    pub measures: Vec<RunMeasure>,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunBar {
    pub href: String,
    pub name: String,
    pub at: Option<DateTime<Utc>>,
    pub status: JobStatus,
    /// Whether the page is about it.
    pub is_this: bool,
}

/// One measure of every run; `None` is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMeasure {
    /// For example `Duration`.
    pub label: String,
    pub unit: Unit,
    pub values: Vec<Option<f64>>,
    /// The middle of the runs that completed.
    pub median: Option<f64>,
}
