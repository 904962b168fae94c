//! One small chart for each group of the first dimension, drawn by the second one: on a common scale, in common colours.

use std::collections::BTreeMap;

use app::parts::number;
use app::view::{BucketLabel, Drawn, Figure, TrendChart, TrendSeries};

use super::asked::Asked;
use super::pile::{self, Group, Heaped, NAMED, Name};
use super::shown_closed;
use crate::http::lens::Lens;
use crate::store::selection::Dimension;
use crate::store::trend::Cell;
use crate::trend::Amount;

/// What the charts are drawn from.
pub(super) struct Multiples<'a> {
    pub(super) asked: &'a Asked,
    pub(super) cells: &'a [Cell],
    pub(super) heaped: &'a Heaped,
    /// Which buckets were read whole.
    pub(super) read: &'a [bool],
    pub(super) labels: &'a [BucketLabel],
    pub(super) marks: &'a [(usize, String)],
    pub(super) names: &'a dyn Fn(&Name, Option<Dimension>) -> String,
    pub(super) factors: &'a Lens,
}

/// The amounts of one group: by the place of the second value, and of a bucket; `None` where nothing of it ran.
type Amounts = BTreeMap<usize, Vec<Option<Amount>>>;

impl Multiples<'_> {
    /// The charts, largest group first, and a sentence about the groups that have none.
    pub(super) fn draw(
        &self,
        drawn: Drawn,
        place: impl Fn(&Cell) -> Option<usize>,
    ) -> (Vec<TrendChart>, Option<String>) {
        let metric = self.asked.metric;
        let parts = self.parts(&place);
        let groups: Vec<&Group> =
            self.heaped.groups.iter().filter(|group| group.pile.now.drawn(metric).is_some()).collect();
        let amounts = self.amounts(&parts, &place);
        let mut charts = Vec::new();
        let mut left_out = None;
        for (group, number) in groups.into_iter().zip(1_usize..) {
            match &group.name {
                Name::Value(value) => {
                    let own = amounts.get(value.as_str());
                    charts.push(self.chart(drawn, number, group, &parts, own));
                }
                Name::Others(others) => left_out = Some(sentence(self.asked.group, *others)),
            }
        }
        let scale = charts.iter().map(highest).fold(0.0, f64::max);
        for chart in &mut charts {
            chart.scale_to = Some(scale);
        }
        (charts, left_out)
    }

    /// The values of the second dimension, heaviest first over all groups, so that each has one colour in all charts.
    fn parts(&self, place: &impl Fn(&Cell) -> Option<usize>) -> Vec<Name> {
        let swapped: Vec<Cell> = self
            .cells
            .iter()
            .map(|cell| Cell { first: cell.second.clone(), second: String::new(), ..cell.clone() })
            .collect();
        let heaped = pile::heaped(self.asked.metric, &swapped, self.labels.len(), place);
        heaped.groups.into_iter().map(|group| group.name).collect()
    }

    fn amounts(&self, parts: &[Name], place: &impl Fn(&Cell) -> Option<usize>) -> BTreeMap<&str, Amounts> {
        let metric = self.asked.metric;
        let mut amounts: BTreeMap<&str, Amounts> = BTreeMap::new();
        let of_the_period = self.cells.iter().filter(|cell| !cell.is_before && metric.concerns(cell.part.kind));
        for cell in of_the_period {
            let own = parts.iter().position(|name| matches!(name, Name::Value(value) if *value == cell.second));
            // Whatever has no name of its own belongs to the others, which come last.
            let part = own.unwrap_or(parts.len().saturating_sub(1));
            let series = amounts.entry(&cell.first).or_default().entry(part);
            let series = series.or_insert_with(|| vec![None; self.labels.len()]);
            if let Some(amount) = place(cell).and_then(|bucket| series.get_mut(bucket)) {
                amount.get_or_insert_default().add(Amount::of(metric, &cell.part));
            }
        }
        amounts
    }

    fn chart(&self, drawn: Drawn, number: usize, group: &Group, parts: &[Name], own: Option<&Amounts>) -> TrendChart {
        let metric = self.asked.metric;
        let nothing = vec![None; self.labels.len()];
        let series = parts.iter().enumerate().map(|(place, name)| TrendSeries {
            label: (self.names)(name, self.asked.second),
            values: self.values(own.and_then(|own| own.get(&place)).unwrap_or(&nothing)),
            before: Vec::new(),
            band: Vec::new(),
            is_rest: matches!(name, Name::Others(_)),
        });
        let total = |value: Option<f64>| value.map(|value| Figure::exact(value, metric.unit()));
        TrendChart {
            id: format!("trend-{number}"),
            title: (self.names)(&group.name, self.asked.group),
            unit: metric.unit(),
            drawn,
            buckets: self.labels.to_vec(),
            series: series.collect(),
            totals: group.pile.drawn(metric, self.read).into_iter().map(total).collect(),
            before: None,
            target: Vec::new(),
            marks: self.marks.to_vec(),
            total: shown_closed(metric, self.factors, group.pile.parts(), group.pile.now),
            change: None,
            forecast: None,
            scale_to: None,
        }
    }

    fn values(&self, amounts: &[Option<Amount>]) -> Vec<Option<f64>> {
        let metric = self.asked.metric;
        let nothing = |read: &bool| (*read && metric.is_nothing_zero()).then_some(0.0);
        let value = |(amount, read): (&Option<Amount>, &bool)| match amount {
            Some(amount) => amount.drawn(metric),
            None => nothing(read),
        };
        amounts.iter().zip(self.read).map(value).collect()
    }
}

/// The highest point of a chart, in the base unit.
fn highest(chart: &TrendChart) -> f64 {
    let points = chart.series.iter().flat_map(|series| series.values.iter().flatten().copied());
    match chart.drawn {
        Drawn::Lines => points.fold(0.0, f64::max),
        Drawn::Bars | Drawn::Area => chart.totals.iter().flatten().map(|figure| figure.central).fold(0.0, f64::max),
    }
}

fn sentence(dimension: Option<Dimension>, others: usize) -> String {
    let what = dimension.map_or("group", Dimension::label).to_lowercase();
    match others {
        1 => format!("The {NAMED} largest are drawn; one more {what} is in the table and the file alone."),
        many => format!(
            "The {NAMED} largest are drawn; {} more ({what}) are in the table and the file alone.",
            number::count(many)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_chart_is_counted() {
        assert!(sentence(Some(Dimension::Team), 1).contains("one more team"));
        assert!(sentence(Some(Dimension::InstanceType), 7).contains("7 more (instance type)"));
    }
}
