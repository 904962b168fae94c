//! The work of a period on the overview: one unit, or none that all have in common.

use app::parts::number;
use app::view::{Better, BucketLabel, Drawn, KpiCard, Shown, TrendChart, TrendSeries, Unit};

use super::kpi::PerUnit;
use super::kpis;
use super::work::{self, Tally};
use crate::http::lens::Lens;
use crate::store::selection::Period;
use crate::store::target::Target;
use crate::store::work_unit::Unit as WorkUnit;
use crate::store::worked::Worked;

/// Units that are named where there are several.
const NAMED: usize = 3;

/// What was done in the period and in the one it is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done<'a> {
    /// The units in force.
    pub(super) units: &'a [WorkUnit],
    /// The days of both periods.
    pub(super) days: &'a [Worked],
    /// The period.
    pub(super) period: Period,
    /// The one it is compared with.
    pub(super) before: Option<Period>,
}

impl Done<'_> {
    /// The units that anything of the period belongs to.
    fn present(&self) -> Vec<&WorkUnit> {
        let ran = |unit: &&WorkUnit| self.within(self.period).any(|each| each.unit == unit.key);
        self.units.iter().filter(ran).collect()
    }

    fn within(&self, period: Period) -> impl Iterator<Item = &Worked> {
        self.days.iter().filter(move |each| period.holds(each.day))
    }

    /// The carbon intensity of work, if there is one unit; else why there is no such figure.
    pub(super) fn card(&self, factors: &Lens, targets: &[Target], filtered: &str) -> KpiCard {
        let present = self.present();
        let card = KpiCard {
            label: PerUnit::Carbon.label().to_owned(),
            better: Better::Lower,
            href: Some(format!("/settings/units?{filtered}")),
            ..KpiCard::default()
        };
        let [unit] = present.as_slice() else {
            return several(card, &present, self.units.is_empty());
        };
        let Some(now) = work::tally(factors, unit, self.within(self.period), false) else { return card };
        let before = self.before.and_then(|before| work::tally(factors, unit, self.within(before), true));
        let value = now.grams();
        let mut note = format!("per {}", unit.label);
        if let Some(left_out) = now.left_out() {
            note.push_str(&format!(". {left_out}"));
        }
        KpiCard {
            previous: before.map_or_else(Shown::default, |before| before.grams()),
            points: self.by_day(factors, unit).iter().map(Option::as_ref).map(middle).collect(),
            note: Some(note),
            target: kpis::of_work(targets, PerUnit::Carbon, &unit.key, &value),
            value,
            ..card
        }
    }

    /// The intensity by the day, if there is one unit.
    pub(super) fn chart(&self, factors: &Lens, targets: &[Target]) -> Option<TrendChart> {
        let present = self.present();
        let [unit] = present.as_slice() else { return None };
        let total = work::tally(factors, unit, self.within(self.period), false)?.grams();
        let target = kpis::of_work(targets, PerUnit::Carbon, &unit.key, &total);
        let target = target.and_then(|target| target.value.figure().map(|figure| figure.central));
        let tallies = self.by_day(factors, unit);
        let days: Vec<_> = self.period.each_day().collect();
        let few = days.len() <= 8;
        let label = |day: &chrono::NaiveDate| BucketLabel {
            short: day.format(if few { "%a %-d" } else { "%-d %b" }).to_string(),
            long: number::weekday(*day),
            ..BucketLabel::default()
        };
        Some(TrendChart {
            id: "intensity-by-day".to_owned(),
            title: format!("Emissions per {} by day", unit.label),
            unit: Unit::GramsPerUnit,
            drawn: Drawn::Lines,
            buckets: days.iter().map(label).collect(),
            series: vec![TrendSeries {
                label: format!("per {}", unit.label),
                values: tallies.iter().map(Option::as_ref).map(middle).collect(),
                before: Vec::new(),
                band: tallies.iter().map(Option::as_ref).map(range).collect(),
                is_rest: false,
            }],
            totals: tallies.iter().map(|tally| tally.as_ref()?.grams().figure().copied()).collect(),
            before: None,
            target: days.iter().filter_map(|_| target).collect(),
            marks: Vec::new(),
            total,
            change: None,
            forecast: None,
            scale_to: None,
        })
    }

    fn by_day(&self, factors: &Lens, unit: &WorkUnit) -> Vec<Option<Tally>> {
        let of = |day| work::tally(factors, unit, self.days.iter().filter(|each| each.day == day), true);
        self.period.each_day().map(of).collect()
    }
}

/// The card where the work could not be read.
pub(super) fn unread() -> KpiCard {
    KpiCard {
        label: PerUnit::Carbon.label().to_owned(),
        value: Shown::Unknown("the work done could not be read".to_owned()),
        better: Better::Lower,
        ..KpiCard::default()
    }
}

fn middle(tally: Option<&Tally>) -> Option<f64> {
    tally?.grams().figure().map(|figure| figure.central)
}

fn range(tally: Option<&Tally>) -> Option<(f64, f64)> {
    tally?.grams().figure().filter(|figure| figure.has_interval()).map(|figure| (figure.low, figure.high))
}

/// What is counted in different units has no intensity in common.
fn several(card: KpiCard, present: &[&WorkUnit], none_is_set: bool) -> KpiCard {
    let (reason, note) = match (present.len(), none_is_set) {
        (0, true) => ("no unit of work is set", "No unit of work is set".to_owned()),
        (0, false) => ("nothing that a unit counts ran in this period", "Nothing here is counted in a unit".to_owned()),
        (many, _) => {
            let named: Vec<&str> = present.iter().take(NAMED).map(|unit| unit.label.as_str()).collect();
            let more = if many > NAMED { format!(" and {} more", many - NAMED) } else { String::new() };
            let note = format!("Counted in {many} units: {}{more}", named.join(", "));
            ("work is counted in several units, which have no sum", note)
        }
    };
    KpiCard { value: Shown::Unknown(reason.to_owned()), better: Better::Neither, note: Some(note), ..card }
}
