//! The stacked bars of the overview: days or weeks, by phase or by another dimension.

use app::parts::number;
use app::view::{Bar, DailyChart, Figure, Forecast, MarkRow, Partial, Series, SeriesKind, Shown, Unit};
use chrono::{Days, NaiveDate};

use super::ahead::Ahead;
use super::figures::{self, Sums};
use super::overview::{central, shown};
use super::{trends, whole};
use crate::http::lens::Lens;
use crate::kind::Phase;
use crate::store::day_note::Read;
use crate::store::overview::Day;
use crate::store::part::Part;
use crate::store::selection::{Measure, Period};

/// Bars of more days than these are of weeks.
const MOST_DAYS: u64 = 92;
/// Names that have a colour of their own; what is left of the others stands together.
const NAMED: usize = 6;

/// The parts of a period by the bars in which they are drawn.
pub(super) struct Bars<'a> {
    lens: &'a Lens,
    bar: Bar,
    periods: Vec<Period>,
    period: Period,
    /// Every day there is, also of other periods.
    days: &'a [Day],
    /// One list a bar.
    parts: Vec<Vec<&'a Day>>,
    /// Which days were read.
    read: &'a Read,
    /// The first day that is not over.
    today: NaiveDate,
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
    pub(super) fn of(
        lens: &'a Lens,
        period: Period,
        days: &'a [Day],
        marks: &[MarkRow],
        (read, today): (&'a Read, NaiveDate),
    ) -> Self {
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
        Self { lens, bar, periods, period, days, parts, read, today, marks }
    }

    /// What each bar comes to, of those days alone that `holds` lets pass. Where everything was read, what is not there is nothing.
    fn of_those(&self, measure: Measure, holds: impl Fn(&Day) -> bool) -> Vec<Option<f64>> {
        let sum = |(days, period): (&Vec<&Day>, &Period)| match days.iter().any(|day| holds(day)) {
            true => central(self.lens.basis, measure, days.iter().filter(|day| holds(day)).map(|day| &day.part)),
            false => self.read.is_whole(*period).then_some(0.0),
        };
        self.parts.iter().zip(&self.periods).map(sum).collect()
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
            layers.push(Layer {
                label: format!("{} others", number::count(names.len())),
                names,
                kind: SeriesKind::Rest,
            });
        }
        layers
    }

    /// Where the days of each bar are told.
    pub(super) fn hrefs(&self, of: impl Fn(Period) -> String) -> Vec<String> {
        self.periods.iter().map(|period| of(*period)).collect()
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
        now: &Sums,
        stack: Option<&[Layer]>,
        (measure, target): (Measure, Option<f64>),
    ) -> DailyChart {
        let (id, what) = match measure {
            Measure::Cost => ("cost-by-day", "Cost"),
            Measure::Emissions | Measure::Intensity => ("emissions-by-day", "Emissions"),
            Measure::Energy => ("energy-by-day", "Energy"),
        };
        let of = match self.bar {
            Bar::Day => "day",
            Bar::Week => "week",
        };
        let (totals, partial) = self.parts.iter().zip(&self.periods).map(|bar| self.whole_of(measure, bar)).unzip();
        DailyChart {
            id: id.to_owned(),
            title: format!("{what} by {of}"),
            unit: unit(measure),
            bar: self.bar,
            series: match stack {
                Some(layers) => layers.iter().map(|layer| self.layer(measure, layer)).collect(),
                None => Phase::ALL.into_iter().filter_map(|phase| self.phase(measure, phase)).collect(),
            },
            totals,
            partial,
            total: shown(measure, now).figure().copied(),
            target,
            days: self.periods.iter().map(|each| each.from).collect(),
            marks: self.marks.clone(),
            hrefs: Vec::new(),
            change: None,
            forecast: self.forecast(measure, shown(measure, now).figure().copied()),
        }
    }

    /// What bars that are not over will come to, where the period goes on.
    fn forecast(&self, measure: Measure, total: Option<Figure>) -> Option<Forecast> {
        let held = |day: NaiveDate| {
            let own = || self.days.iter().filter(move |each| each.day == day).map(|each| &each.part);
            own().next().map(|_| central(self.lens.basis, measure, own()))
        };
        let ahead = Ahead::of(self.period, self.today, self.read, held)?;
        let of = |(period, held): (&Period, Option<f64>)| ahead.figure(*period, held.unwrap_or(0.0), unit(measure));
        let held = total.map_or(0.0, |total| total.central);
        Some(Forecast {
            values: self.periods.iter().zip(self.central(measure)).map(of).collect(),
            total: ahead.figure(self.period, held, unit(measure))?,
            days: ahead.days(),
        })
    }

    /// The figure of a bar, and why it is not all of its time.
    fn whole_of(&self, measure: Measure, (days, period): (&Vec<&Day>, &Period)) -> (Option<Figure>, Option<Partial>) {
        if days.is_empty() && self.read.is_whole(*period) {
            return (Some(Figure::exact(0.0, unit(measure))), None);
        }
        let sums = figures::sum_closed(self.lens, days.iter().map(|day| &day.part));
        let shown: Shown = shown(measure, &sums);
        let length = match self.bar {
            Bar::Day => 1,
            Bar::Week => 7,
        };
        let time = whole::Time {
            is_cut: period.days() < length,
            is_open: period.to >= self.today,
            is_unread: self.read.lacks(*period),
        };
        let partial = whole::partial(time, &sums, &shown, measure != Measure::Cost);
        (shown.figure().copied(), partial)
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

const fn unit(measure: Measure) -> Unit {
    match measure {
        Measure::Cost => Unit::Usd,
        Measure::Emissions | Measure::Intensity => Unit::GramsCo2e,
        Measure::Energy => Unit::KilowattHours,
    }
}
