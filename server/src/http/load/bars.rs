//! The stacked bars of the overview: days or weeks, by phase or by another dimension.

use app::view::{Bar, DailyChart, Figure, MarkRow, Series, SeriesKind, Unit};
use chrono::Days;
use footprint::FactorSet;

use super::figures::{self, Sums};
use super::overview::{central, shown};
use super::trends;
use crate::kind::Phase;
use crate::store::overview::Day;
use crate::store::part::Part;
use crate::store::selection::{Measure, Period};

/// Bars of more days than these are of weeks.
const MOST_DAYS: u64 = 92;
/// Names that have a colour of their own; what is left of the others stands together.
const NAMED: usize = 6;

/// The parts of a period by the bars in which they are drawn.
pub(super) struct Bars<'a> {
    bar: Bar,
    periods: Vec<Period>,
    /// One list a bar.
    parts: Vec<Vec<&'a Day>>,
    /// Numbers of marks and the bar each stands in.
    marks: Vec<(usize, String)>,
}

/// A layer of every bar: the names of which it is made, and how it is drawn.
pub(super) struct Layer {
    names: Vec<String>,
    label: String,
    kind: SeriesKind,
}

impl<'a> Bars<'a> {
    /// Days, or weeks where days would be too many to tell apart.
    pub(super) fn of(period: Period, days: &'a [Day], marks: &[MarkRow]) -> Self {
        let bar = if period.days() > MOST_DAYS { Bar::Week } else { Bar::Day };
        let periods: Vec<Period> = match bar {
            Bar::Day => period.each_day().map(|day| Period { from: day, to: day }).collect(),
            Bar::Week => period.weeks().collect(),
        };
        let mut parts: Vec<Vec<&Day>> = periods.iter().map(|_| Vec::new()).collect();
        for each in days.iter().filter(|each| period.holds(each.day)) {
            let own = periods.partition_point(|bar| bar.to < each.day);
            if let Some(own) = parts.get_mut(own) {
                own.push(each);
            }
        }
        let marks = trends::placed(marks, &periods);
        Self { bar, periods, parts, marks }
    }

    /// What each bar comes to, of those days alone that `holds` lets pass.
    fn of_those(&self, measure: Measure, holds: impl Fn(&Day) -> bool) -> Vec<Option<f64>> {
        let sum = |days: &Vec<&Day>| central(measure, days.iter().filter(|day| holds(day)).map(|day| &day.part));
        self.parts.iter().map(sum).collect()
    }

    /// What each bar comes to.
    pub(super) fn central(&self, measure: Measure) -> Vec<Option<f64>> {
        self.of_those(measure, |_| true)
    }

    /// The names of the dimension as layers, those with most of a measure first: every chart of a page has the same.
    pub(super) fn heaviest(&self, measure: Measure, said: &dyn Fn(&str) -> String) -> Vec<Layer> {
        let mut names: Vec<&str> = self.parts.iter().flatten().map(|day| day.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let sum = |name: &str| -> f64 { self.of_those(measure, |day| day.name == name).into_iter().flatten().sum() };
        let mut heavy: Vec<(f64, &str)> = names.into_iter().map(|name| (sum(name), name)).collect();
        heavy.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let rest = heavy.split_off(if heavy.len() > NAMED + 1 { NAMED } else { heavy.len() });
        let layer = |(place, (_, name)): (u8, (f64, &str))| Layer {
            names: vec![name.to_owned()],
            label: said(name),
            kind: SeriesKind::Group(place),
        };
        let mut layers: Vec<Layer> = (1..).zip(heavy).map(layer).collect();
        if !rest.is_empty() {
            let names: Vec<String> = rest.iter().map(|(_, name)| (*name).to_owned()).collect();
            layers.push(Layer { label: format!("{} others", names.len()), names, kind: SeriesKind::Rest });
        }
        layers
    }

    /// The days of a whole bar.
    pub(super) fn whole(&self, period: Period) -> Period {
        let days = match self.bar {
            Bar::Day => 1,
            Bar::Week => 7,
        };
        Period { from: period.from, to: period.from + Days::new(days - 1) }
    }

    /// A chart of a measure: by these layers, or by phase. The target is that of a whole bar.
    pub(super) fn chart(
        &self,
        factors: &FactorSet,
        now: &Sums,
        stack: Option<&[Layer]>,
        (measure, target): (Measure, Option<f64>),
    ) -> DailyChart {
        let (id, what, unit) = match measure {
            Measure::Cost => ("cost-by-day", "Cost", Unit::Usd),
            Measure::Emissions | Measure::Intensity => ("emissions-by-day", "Emissions", Unit::GramsCo2e),
            Measure::Energy => ("energy-by-day", "Energy", Unit::KilowattHours),
        };
        let (of, length) = match self.bar {
            Bar::Day => ("day", 1),
            Bar::Week => ("week", 7),
        };
        let total = |days: &Vec<&Day>| -> Option<Figure> {
            let parts = days.iter().map(|day| &day.part);
            shown(measure, &figures::sum_closed(factors, parts)).figure().copied()
        };
        DailyChart {
            id: id.to_owned(),
            title: format!("{what} by {of}"),
            unit,
            bar: self.bar,
            series: match stack {
                Some(layers) => layers.iter().map(|layer| self.layer(measure, layer)).collect(),
                None => Phase::ALL.into_iter().filter_map(|phase| self.phase(measure, phase)).collect(),
            },
            totals: self.parts.iter().map(total).collect(),
            partial: self.periods.iter().map(|each| each.days() < length).collect(),
            total: shown(measure, now).figure().copied(),
            target,
            days: self.periods.iter().map(|each| each.from).collect(),
            marks: self.marks.clone(),
        }
    }

    fn layer(&self, measure: Measure, layer: &Layer) -> Series {
        let values = self.of_those(measure, |day| layer.names.contains(&day.name));
        Series { kind: layer.kind, label: layer.label.clone(), values }
    }

    /// A phase in which anything ran.
    fn phase(&self, measure: Measure, phase: Phase) -> Option<Series> {
        let is_of = |part: &Part| part.kind.phase() == phase;
        let kind = match phase {
            Phase::Prep => SeriesKind::Preparation,
            Phase::Train => SeriesKind::Training,
            Phase::Deploy => SeriesKind::Endpoint,
            Phase::Dev => SeriesKind::Development,
        };
        let values = self.of_those(measure, |day| is_of(&day.part));
        let has_run = self.parts.iter().flatten().any(|day| is_of(&day.part));
        has_run.then(|| Series { kind, label: phase.label().to_owned(), values })
    }
}
