use super::{
    Better, DailyChart, FindingRow, Loaded, MarkRow, PageState, Preset, Remark, Shown, TargetView, TrendChart, Unit,
};
use chrono::{DateTime, NaiveDate, Utc};

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
    pub movers: Loaded<Movers>,
    pub to_do: Loaded<ToDo>,
    pub review: Loaded<ReviewCard>,
    /// What needs somebody now, whatever the period.
    pub health: Loaded<HealthView>,
    pub coverage: Coverage,
    /// The query string that keeps period and filter in links to other pages, without `?`.
    pub query_string: String,
}

impl OverviewView {
    /// The address of another page, with the period and the filter of this one.
    #[must_use]
    pub fn keeping(&self, path: &str) -> String {
        if self.query_string.is_empty() { path.to_owned() } else { format!("{path}?{}", self.query_string) }
    }
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

/// The resources that matter most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Movers {
    /// The largest changes against the compared period.
    pub changes: Vec<ChangeRow>,
    pub top_jobs: Vec<TopRow>,
    pub top_endpoints: Vec<TopRow>,
}

/// What can be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToDo {
    /// The best open findings by the low end of their savings.
    pub findings: Vec<FindingRow>,
    /// How many are open.
    pub open: u64,
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

/// What needs somebody now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HealthView {
    /// Alarms that sound on endpoints; some of them.
    pub alarms: Vec<HealthRow>,
    /// How many sound.
    pub sounding: u64,
    /// Jobs that failed in the last seven days; some of them.
    pub failures: Vec<HealthRow>,
    pub failed: u64,
    /// Jobs that ended in the last seven days.
    pub ended: u64,
    /// Jobs that run; those first that run longest beside what their family takes.
    pub running: Vec<HealthRow>,
    pub running_jobs: u64,
    /// Of them, those that run longer than any of the last runs of their family.
    pub overdue: u64,
    /// What an hour of all of them costs.
    pub burn: Shown,
}

/// A thing that needs somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthRow {
    pub href: String,
    pub name: String,
    /// What is the matter, in a few words.
    pub what: String,
    /// Since when, or when it happened.
    pub at: Option<DateTime<Utc>>,
    /// Whether it stands out among the others.
    pub stands_out: bool,
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
    /// Share of the instance-hours in which metrics tell how busy the instances were.
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
