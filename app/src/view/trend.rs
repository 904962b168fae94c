use super::{Choice, Figure, Forecast, FormState, Listing, PageState, Partial, Remark, Shown, Unit};
use chrono::{DateTime, NaiveDate, Utc};

/// The ledger over time, by group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsView {
    pub state: PageState,
    /// What can be chosen: metric, groupings, steps, drawing.
    pub choosers: Vec<Chooser>,
    /// What the form of choices carries along: the filter.
    pub carried: Vec<(String, String)>,
    /// What was chosen otherwise than asked for, and why; one sentence each.
    pub remarks: Vec<String>,
    /// Why nothing is compared, or what is compared otherwise than asked for.
    pub remark: Option<Remark>,
    pub plot: Option<TrendPlot>,
    /// A small chart for each group by the second grouping, largest first, on a common scale.
    pub multiples: Vec<TrendChart>,
    /// What has no small chart, in a sentence.
    pub without_chart: Option<String>,
    pub groups: GroupTable,
    /// What stands on the days of the period, in order.
    pub marks: Vec<MarkRow>,
    /// The form of a new note, as it was typed.
    pub note: FormState,
    /// This page, for its forms to lead back to.
    pub address: String,
    /// The chart as a file.
    pub svg_href: String,
}

/// A list to choose one of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chooser {
    /// Its name in the address.
    pub name: String,
    pub label: String,
    pub groups: Vec<Choices>,
}

/// Values of a list that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// What they have in common; empty where the list is not parted.
    pub label: String,
    pub options: Vec<Choice>,
}

/// The picture.
#[derive(Clone, Debug, PartialEq)]
pub enum TrendPlot {
    Series(TrendChart),
    Heat(HeatChart),
}

/// Bars, areas or lines over buckets of time.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendChart {
    /// Unique on its page, a valid HTML id.
    pub id: String,
    pub title: String,
    pub unit: Unit,
    pub drawn: Drawn,
    pub buckets: Vec<BucketLabel>,
    /// The groups, largest first; the last one may be what is left of all others.
    pub series: Vec<TrendSeries>,
    /// The whole bucket with its interval, one a bucket.
    pub totals: Vec<Option<Figure>>,
    /// The period before, moved onto the buckets of this one.
    pub before: Option<BeforeLine>,
    /// What somebody wants each bucket to be at most, in the base unit; empty where nothing is wanted.
    pub target: Vec<f64>,
    /// Numbers of marks and the bucket each stands in.
    pub marks: Vec<(usize, String)>,
    /// The whole period.
    pub total: Shown,
    /// How the whole changed, as the begin of a sentence: `Fell 12 %, mostly vision`.
    pub change: Option<String>,
    /// What buckets that are not over will come to.
    pub forecast: Option<Forecast>,
    /// How high the plane reaches at least, in the base unit: charts beside each other share it.
    pub scale_to: Option<f64>,
}

/// How series are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawn {
    #[default]
    Bars,
    Area,
    Lines,
}

/// A bucket of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketLabel {
    /// Under the axis, such as `W46`.
    pub short: String,
    /// In words, such as `Week 46, 9–15 Nov 2026`.
    pub long: String,
    /// Why it is not all of its time; `None` if it is.
    pub partial: Option<Partial>,
    /// The same page with its days alone.
    pub href: Option<String>,
    /// When it begins, where it is an hour.
    pub hour: Option<DateTime<Utc>>,
}

/// A group over the buckets; `None` is no data, not zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendSeries {
    pub label: String,
    pub values: Vec<Option<f64>>,
    /// The same in the period before; empty where it is not drawn.
    pub before: Vec<Option<f64>>,
    /// Lower and upper end of the interval, one pair a bucket; empty where none is drawn.
    pub band: Vec<Option<(f64, f64)>>,
    /// What is left of all other groups.
    pub is_rest: bool,
}

/// The whole in the period before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BeforeLine {
    /// For example `2–8 Nov 2026`.
    pub label: String,
    pub values: Vec<Option<f64>>,
}

/// A field of coloured cells: rows by columns.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatChart {
    pub id: String,
    pub title: String,
    pub unit: Unit,
    /// What a row is, for example `Team`.
    pub row_head: String,
    pub rows: Vec<HeatRow>,
    pub columns: Vec<BucketLabel>,
    /// What all cells of a column are together; the last one is the whole.
    pub total: Shown,
    /// A sentence after the usual one.
    pub remark: String,
}

/// One row of cells; `None` is no data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatRow {
    pub label: String,
    pub values: Vec<Option<f64>>,
}

/// The groups with their sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupTable {
    /// For example `Energy by team`.
    pub title: String,
    /// What a row is, for example `Team`.
    pub head: String,
    /// What the period is compared with; nothing where it is not.
    pub compared_with: Option<String>,
    pub rows: Vec<GroupRow>,
    pub total: Shown,
    pub before: Shown,
    /// A sum has shares; a ratio has none.
    pub has_shares: bool,
    /// By what the groups are sorted.
    pub listing: Listing,
}

/// One group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupRow {
    pub label: String,
    /// The page narrowed to the group.
    pub href: Option<String>,
    /// Its place among the colours of the chart, from 1; 0 for the rest.
    pub colour: Option<u8>,
    /// Whether it is a part of the row before it.
    pub is_part: bool,
    pub value: Shown,
    pub before: Shown,
    /// Of the whole, 0 to 100.
    pub share_percent: Option<f64>,
    pub points: Vec<Option<f64>>,
}

/// Something on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkRow {
    /// As the chart numbers it.
    pub number: String,
    pub day: NaiveDate,
    pub text: String,
    /// Who wrote it; `None` for what happened by itself.
    pub author: Option<String>,
    /// Where a note is taken away.
    pub remove_action: Option<String>,
}
