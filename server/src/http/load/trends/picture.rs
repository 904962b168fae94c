//! The picture of a trend: series or a field of cells.

use app::view::{
    BeforeLine, BucketLabel, Drawn, Figure, Forecast, HeatChart, HeatRow, MarkRow, Shown, TrendChart, TrendPlot,
    TrendSeries,
};
use rust_decimal::Decimal;

use super::asked::{Asked, Drawing};
use super::pile::{Group, Heaped, Name, Pile};
use super::shown_closed;
use crate::http::lens::Lens;
use crate::store::part::Part;
use crate::store::selection::{Dimension, Period};
use crate::store::trend::{Cell, WeekHour};
use crate::trend::{Amount, Metric};
use crate::working::WEEKDAYS;

/// Lines that are few enough to have those of the period before beside them.
const FEW_LINES: usize = 4;
/// Lines that are few enough for their bands to be told apart.
const MOST_BANDS: usize = 6;
/// Marks that a picture has room for; beyond that it shows notes alone.
const MOST_MARKS: usize = 16;

/// What a picture is drawn from.
pub(super) struct Picture<'a> {
    pub(super) asked: &'a Asked,
    pub(super) heaped: &'a Heaped,
    pub(super) cells: &'a [Cell],
    /// The place of a cell among the buckets.
    pub(super) place: &'a dyn Fn(&Cell) -> Option<usize>,
    /// Which buckets were read whole.
    pub(super) read: &'a [bool],
    pub(super) labels: Vec<BucketLabel>,
    pub(super) total: Shown,
    pub(super) marks: Vec<(usize, String)>,
    /// What each bucket is wanted to be at most; empty where nothing is wanted of the whole.
    pub(super) target: Vec<f64>,
    pub(super) names: &'a dyn Fn(&Name, Option<Dimension>) -> String,
    pub(super) factors: &'a Lens,
    /// The period compared with, in words; nothing where none is.
    pub(super) before: Option<String>,
    /// How the whole changed, as the begin of a sentence.
    pub(super) change: Option<String>,
    /// What buckets that are not over will come to.
    pub(super) forecast: Option<Forecast>,
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
        let has_bands = drawn == Drawn::Lines && self.groups().count() <= MOST_BANDS;
        let series = self
            .groups()
            .map(|group| TrendSeries {
                label: (self.names)(&group.name, self.asked.group),
                values: group.pile.drawn(metric, self.read),
                before: if beside { self.values(&group.pile.before_over_time) } else { Vec::new() },
                band: if has_bands { self.band(group) } else { Vec::new() },
                is_rest: matches!(group.name, Name::Others(_)),
            })
            .collect();
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
            totals: self.totals(),
            before,
            // Lines of groups stand for parts: of a part of a sum nobody wants anything, a ratio is wanted of all alike.
            target: match (drawn, self.asked.group) {
                (Drawn::Lines, Some(_)) if !metric.is_ratio() => Vec::new(),
                _ => self.target,
            },
            marks: self.marks,
            total: self.total,
            change: self.change,
            forecast: self.forecast,
            scale_to: None,
            buckets: self.labels,
        })
    }

    /// The figure of every bucket.
    fn totals(&self) -> Vec<Option<Figure>> {
        let metric = self.asked.metric;
        let total = |(pile, read): (&Pile, &bool)| match *read && pile.is_empty() && metric.is_nothing_zero() {
            true => Some(Figure::exact(0.0, metric.unit())),
            false => shown_closed(metric, self.factors, pile.parts(), pile.now).figure().copied(),
        };
        self.heaped.buckets.iter().zip(self.read).map(total).collect()
    }

    /// The interval of a group in every bucket; nothing where none of them has one.
    fn band(&self, group: &Group) -> Vec<Option<(f64, f64)>> {
        let metric = self.asked.metric;
        let is_named = |cell: &Cell| self.heaped.groups.iter().any(|each| is_of(each, cell));
        let is_own = |cell: &&Cell| match group.name {
            Name::Value(_) => is_of(group, cell),
            Name::Others(_) => !is_named(cell),
        };
        let mut parts: Vec<Vec<&Part>> = vec![Vec::new(); self.labels.len()];
        for cell in self.cells.iter().filter(|cell| !cell.is_before && metric.concerns(cell.part.kind)).filter(is_own) {
            if let Some(own) = (self.place)(cell).and_then(|bucket| parts.get_mut(bucket)) {
                own.push(&cell.part);
            }
        }
        let band = |(parts, amount): (Vec<&Part>, &Amount)| -> Option<(f64, f64)> {
            let shown = shown_closed(metric, self.factors, parts, *amount);
            shown.figure().filter(|figure| figure.has_interval()).map(|figure| (figure.low, figure.high))
        };
        let band: Vec<_> = parts.into_iter().zip(&group.pile.over_time).map(band).collect();
        if band.iter().any(Option::is_some) { band } else { Vec::new() }
    }

    fn field(self) -> TrendPlot {
        let row = |group: &Group| HeatRow {
            label: (self.names)(&group.name, self.asked.group),
            values: group.pile.drawn(self.asked.metric, self.read),
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

/// Whether a cell belongs to a group that has a name.
fn is_of(group: &Group, cell: &Cell) -> bool {
    matches!(&group.name, Name::Value(value) if *value == cell.first)
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

/// The hours of the week, of what footprints alone tell.
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
        ..BucketLabel::default()
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
    let micro = |units: i64| Some(Decimal::from_i128_with_scale(i128::from(units), 6));
    let energy = Some(Decimal::from_i128_with_scale(i128::from(hour.facility_uwh), 9));
    let top = match metric {
        Metric::Energy => energy,
        Metric::Water => micro(hour.water_ul),
        Metric::OperationalLocation | Metric::Grid => micro(hour.operational_ug),
        Metric::OperationalMarket => hour.market_ug.and_then(micro),
        Metric::MarketEmissions => hour.market_ug.and_then(|market| micro(market + hour.embodied_ug)),
        Metric::Embodied => micro(hour.embodied_ug),
        _ => micro(hour.operational_ug + hour.embodied_ug),
    };
    Amount { top, bottom: energy.filter(|_| metric.is_ratio()), lacks: top.is_none() }
}
