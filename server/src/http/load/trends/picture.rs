//! The picture of a trend: series or a field of cells.

use app::view::{
    BeforeLine, BucketLabel, Drawn, HeatChart, HeatRow, MarkRow, Shown, TrendChart, TrendPlot, TrendSeries,
};
use footprint::FactorSet;
use rust_decimal::Decimal;

use super::asked::{Asked, Drawing};
use super::pile::{Group, Heaped, Name};
use super::shown_closed;
use crate::store::selection::{Dimension, Period};
use crate::store::trend::WeekHour;
use crate::trend::{Amount, Metric};

/// Lines that are few enough to have those of the period before beside them.
const FEW_LINES: usize = 4;
/// Marks that a picture has room for; beyond that it shows notes alone.
const MOST_MARKS: usize = 16;
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What a picture is drawn from.
pub(super) struct Picture<'a> {
    pub(super) asked: &'a Asked,
    pub(super) heaped: &'a Heaped,
    pub(super) labels: Vec<BucketLabel>,
    pub(super) total: Shown,
    pub(super) marks: Vec<(usize, String)>,
    /// What each bucket is wanted to be at most; empty where nothing is wanted of the whole.
    pub(super) target: Vec<f64>,
    pub(super) names: &'a dyn Fn(&Name, Option<Dimension>) -> String,
    pub(super) factors: &'a FactorSet,
    /// The period compared with, in words; nothing where none is.
    pub(super) before: Option<String>,
}

impl Picture<'_> {
    pub(super) fn draw(self) -> TrendPlot {
        match self.asked.drawing {
            Drawing::Bars => self.series(Drawn::Bars),
            Drawing::Area => self.series(Drawn::Area),
            Drawing::Lines => self.series(Drawn::Lines),
            Drawing::Heat | Drawing::Week => self.field(),
        }
    }

    /// The groups that ran in the period; those of the period before alone come last and have nothing to draw.
    fn groups(&self) -> impl Iterator<Item = &Group> {
        let metric = self.asked.metric;
        self.heaped.groups.iter().filter(move |group| group.pile.now.drawn(metric).is_some())
    }

    fn values(&self, amounts: &[Amount]) -> Vec<Option<f64>> {
        amounts.iter().map(|amount| amount.drawn(self.asked.metric)).collect()
    }

    fn series(self, drawn: Drawn) -> TrendPlot {
        let metric = self.asked.metric;
        let beside = self.before.is_some() && drawn == Drawn::Lines && self.groups().count() <= FEW_LINES;
        let series = self
            .groups()
            .map(|group| TrendSeries {
                label: (self.names)(&group.name, self.asked.group),
                values: self.values(&group.pile.over_time),
                before: if beside { self.values(&group.pile.before_over_time) } else { Vec::new() },
                is_rest: matches!(group.name, Name::Others(_)),
            })
            .collect();
        let total =
            |pile: &super::pile::Pile| shown_closed(metric, self.factors, pile.parts(), pile.now).figure().copied();
        let before = self.before.as_ref().filter(|_| drawn != Drawn::Lines).map(|before| BeforeLine {
            label: format!("Total of {before}"),
            values: self.values(&self.heaped.whole.before_over_time),
        });
        TrendPlot::Series(TrendChart {
            id: "trend".to_owned(),
            title: self.asked.title(),
            unit: metric.unit(),
            drawn,
            series,
            totals: self.heaped.buckets.iter().map(total).collect(),
            before,
            // Lines of groups stand for parts: of a part of a sum nobody wants anything, a ratio is wanted of all alike.
            target: match (drawn, self.asked.group) {
                (Drawn::Lines, Some(_)) if !metric.is_ratio() => Vec::new(),
                _ => self.target,
            },
            marks: self.marks,
            total: self.total,
            scale_to: None,
            buckets: self.labels,
        })
    }

    fn field(self) -> TrendPlot {
        let row = |group: &Group| HeatRow {
            label: (self.names)(&group.name, self.asked.group),
            values: self.values(&group.pile.over_time),
        };
        TrendPlot::Heat(HeatChart {
            id: "trend".to_owned(),
            title: self.asked.title(),
            unit: self.asked.metric.unit(),
            row_head: self.asked.group.map_or("All together", Dimension::label).to_owned(),
            rows: self.groups().map(row).collect(),
            columns: self.labels.clone(),
            total: self.total.clone(),
            remark: String::new(),
        })
    }
}

/// The marks by bucket, as the picture numbers them.
pub fn placed(marks: &[MarkRow], buckets: &[Period]) -> Vec<(usize, String)> {
    let few = marks.len() <= MOST_MARKS;
    let mut placed: Vec<(usize, &str, &str)> = Vec::new();
    for mark in marks.iter().filter(|mark| few || mark.remove_action.is_some()) {
        let Some(bucket) = buckets.iter().position(|bucket| bucket.holds(mark.day)) else { continue };
        match placed.last_mut() {
            Some((known, _, last)) if *known == bucket => *last = &mark.number,
            _ => placed.push((bucket, &mark.number, &mark.number)),
        }
    }
    let number = |(bucket, first, last): (usize, &str, &str)| {
        (bucket, if first == last { first.to_owned() } else { format!("{first}-{last}") })
    };
    placed.into_iter().map(number).collect()
}

/// The hours of the week: energy, emissions or the intensity that the two make.
pub(super) fn week(metric: Metric, hours: &[WeekHour], days: u64, total: Shown) -> TrendPlot {
    let mut cells = vec![vec![None; 24]; 7];
    for hour in hours {
        let (Ok(row), Ok(column)) = (usize::try_from(hour.weekday - 1), usize::try_from(hour.hour)) else { continue };
        if let Some(cell) = cells.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = of_hour(metric, hour).drawn(metric);
        }
    }
    let column = |hour: usize| BucketLabel {
        short: format!("{hour:02}"),
        long: format!("{hour:02}:00 to {:02}:00 UTC", hour + 1),
        is_partial: false,
    };
    let remark = if days.is_multiple_of(7) || metric.is_ratio() {
        String::new()
    } else {
        "The period is not made of whole weeks, so some weekdays are in it more often than others.".to_owned()
    };
    TrendPlot::Heat(HeatChart {
        id: "trend".to_owned(),
        title: format!("{} by hour of the week", metric.label()),
        unit: metric.unit(),
        row_head: "Weekday".to_owned(),
        rows: WEEKDAYS
            .into_iter()
            .zip(cells)
            .map(|(label, values)| HeatRow { label: label.to_owned(), values })
            .collect(),
        columns: (0..24).map(column).collect(),
        total,
        remark,
    })
}

fn of_hour(metric: Metric, hour: &WeekHour) -> Amount {
    let grams = |micro: i64| Some(Decimal::from_i128_with_scale(i128::from(micro), 6));
    let energy = Some(Decimal::from_i128_with_scale(i128::from(hour.facility_uwh), 9));
    match metric {
        Metric::Energy => Amount { top: energy, bottom: None },
        Metric::Grid => Amount { top: grams(hour.operational_ug), bottom: energy },
        _ => Amount { top: grams(hour.operational_ug + hour.embodied_ug), bottom: None },
    }
}
