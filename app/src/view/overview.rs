use super::{Better, DailyChart, FindingRow, MarkRow, PageState, Preset, Remark, Shown, TargetView, TrendChart, Unit};
use chrono::NaiveDate;

/// The Monday page: what the period cost, what changed, what to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverviewView {
    pub state: PageState,
    /// The period in words, for example `9–15 Nov 2026`.
    pub period: String,
    /// The period compared with, in words; empty where nothing is compared.
    pub compared_with: String,
    /// Why nothing is compared, or what is compared otherwise than asked for.
    pub remark: Option<Remark>,
    pub cards: Vec<KpiCard>,
    /// The figure that lists go by and that stands first.
    pub first: Lead,
    /// What bars can be stacked by.
    pub stacked_by: Vec<Preset>,
    /// Notes and events on the days of the charts.
    pub marks: Vec<MarkRow>,
    /// What a unit of work caused by the day; only where it is asked for first.
    pub work: Option<TrendChart>,
    /// Small multiples over the same days, the first figure first.
    pub charts: Vec<DailyChart>,
    /// Why emissions, cost and energy changed; empty where one of the periods is.
    pub changed: Vec<Changed>,
    /// The largest changes against the compared period.
    pub changes: Vec<ChangeRow>,
    pub top_jobs: Vec<TopRow>,
    pub top_endpoints: Vec<TopRow>,
    /// The best open findings by the low end of their savings.
    pub findings: Vec<FindingRow>,
    pub open_findings: u64,
    pub review: Option<ReviewCard>,
    pub coverage: Coverage,
}

/// Which figure of a page stands first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lead {
    #[default]
    Cost,
    Energy,
    Emissions,
}

/// One key figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KpiCard {
    pub label: String,
    pub value: Shown,
    /// The same figure in the compared period.
    pub previous: Shown,
    pub better: Better,
    /// Whether the change keeps its sign under common draws; `None` where it is exact.
    pub is_clear: Option<bool>,
    /// One point a day of the period, oldest first.
    pub points: Vec<Option<f64>>,
    /// A few words below, for example `list price` or `87 % operational`.
    pub note: Option<String>,
    /// Where the figure is explained.
    pub href: Option<String>,
    /// What somebody wants it to be.
    pub target: Option<TargetView>,
}

/// A resource whose use changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeRow {
    pub href: String,
    pub name: String,
    /// `training` or `endpoint`.
    pub kind: String,
    pub team: Option<String>,
    /// Signed differences; `Shown::Ready` with a negative value is a saving.
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Why, in a few words: `new`, `more hours`, `gone`.
    pub reason: String,
}

/// A line of a top list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopRow {
    pub href: String,
    pub name: String,
    pub team: Option<String>,
    pub instance: String,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Share of the period's sum of the first figure, 0 to 100.
    pub share_percent: Option<f64>,
}

/// The state of the weekly review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewCard {
    /// For example `2026-W46`.
    pub week: String,
    pub href: String,
    /// One sentence: `Due today.` or `Signed by Ada on 16 Nov.`
    pub text: String,
    pub signed: bool,
    pub open_actions: u64,
    pub overdue_actions: u64,
    pub due: Option<NaiveDate>,
}

/// How much of the period the numbers stand for. Percentages 0 to 100.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Share of the cost that has an energy and carbon estimate.
    pub estimated_cost: Shown,
    /// Metric points received of those expected.
    pub data_completeness: Shown,
    /// Share of the cost with a team.
    pub attributed: Shown,
    /// Cost by evidence tier: tier as text and share.
    pub tiers: Vec<(super::Tier, f64)>,
}

/// From one period to the next, term by term; the terms add up to the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Unique on its page, a valid HTML id.
    pub id: String,
    /// For example `Emissions`.
    pub title: String,
    pub unit: Unit,
    pub before: f64,
    pub after: f64,
    pub terms: Vec<ChangeTerm>,
}

/// One reason for a change.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeTerm {
    /// For example `Activity`.
    pub label: String,
    /// In a few words.
    pub what: String,
    /// In the unit of the sums; less than nothing for a saving.
    pub change: f64,
    pub shown: Shown,
}
