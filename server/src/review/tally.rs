//! From what the resources used to the figures and rows of a review. Totals are sums of the very rows that are kept.

use std::collections::{BTreeMap, BTreeSet};

use footprint::{Completeness, Estimate, FactorSet, GroupKey, PartSums, Tier};
use rust_decimal::Decimal;

use super::canonical::{decimal, rounded};
use super::snapshot::{Kpi, Measure, Quality, ResourceRow, TierShare};
use super::week::IsoWeek;
use crate::kind::Section;
use crate::store::consumption::Consumption;
use crate::store::evidence::Reading;

const NOT_READ: &str = "No window of this week was read.";
/// Decimal places of an interval's ends.
const PLACES: usize = 6;

/// The ten figures of some accounts' consumption in a week.
pub fn kpis(factors: &FactorSet, week: IsoWeek, rows: &[&Consumption], was_read: bool) -> Vec<Kpi> {
    if rows.is_empty() && !was_read {
        return Measure::ALL.into_iter().map(|measure| Kpi::missing(measure, NOT_READ)).collect();
    }
    let seconds: f64 = rows.iter().map(|row| row.instance_seconds).sum();
    let mut kpis = vec![cost(rows, seconds)];
    kpis.extend(footprints(factors, rows));
    let is_untimed = rows.iter().any(|row| row.is_untimed);
    kpis.push(Kpi { is_lower_bound: is_untimed, ..share_or_hours(Measure::InstanceHours, seconds / 3_600.0) });
    kpis.push(idle_share(rows));
    kpis.push(Kpi::exact(Measure::Jobs, resources(rows, Section::Jobs).len().to_string()));
    kpis.push(Kpi::exact(Measure::Endpoints, resources(rows, Section::Endpoints).len().to_string()));
    kpis.push(failed_share(week, rows));
    kpis
}

/// How well some accounts' figures are backed.
pub fn quality(rows: &[&Consumption], readings: &[Reading]) -> Quality {
    let cost_where = |keep: &dyn Fn(&Consumption) -> bool| -> Decimal {
        rows.iter().filter(|row| keep(row)).filter_map(|row| row.cost_list).sum()
    };
    let all = cost_where(&|_| true);
    let share = |part: Decimal| percent_of(part, all);
    let expected: i64 = readings.iter().map(|reading| reading.expected_series).sum();
    let received: i64 = readings.iter().map(|reading| reading.received_series).sum();
    Quality {
        estimated_cost_share: share(cost_where(&|row| row.footprint.is_some())),
        data_completeness: percent_of(received.into(), expected.into()),
        attributed_share: share(cost_where(&|row| !row.team.is_empty())),
        tiers: Tier::ALL
            .into_iter()
            .filter_map(|tier| {
                let part = cost_where(&|row| row.footprint.as_ref().is_some_and(|found| found.tier == tier));
                let share = share(part).filter(|_| !part.is_zero())?;
                Some(TierShare { tier: tier.as_str().to_owned(), share })
            })
            .collect(),
    }
}

/// The rows of one list, one per resource, with the account each belongs to; ordered by account and address.
pub fn resource_rows(rows: &[Consumption], section: Section) -> Vec<(i32, ResourceRow)> {
    let mut grouped: BTreeMap<(i32, &str, i64), Vec<&Consumption>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind.section() == section) {
        grouped.entry((row.account_id, &row.arn, row.resource_id)).or_default().push(row);
    }
    grouped.into_iter().filter_map(|((account_id, ..), parts)| Some((account_id, resource_row(&parts)?))).collect()
}

fn resource_row(parts: &[&Consumption]) -> Option<ResourceRow> {
    let first = parts.first()?;
    let known: Vec<_> = parts.iter().filter_map(|part| part.footprint.as_ref()).collect();
    let mut sums = PartSums::default();
    for footprint in &known {
        sums += footprint.sums;
    }
    let shown = |count: i64, places: usize| (!known.is_empty()).then(|| decimal(count, places));
    let hours = |seconds: f64| rounded(seconds / 3_600.0, PLACES).unwrap_or_default();
    let costs: Vec<Decimal> = parts.iter().filter_map(|part| part.cost_list).collect();
    Some(ResourceRow {
        arn: first.arn.clone(),
        name: first.name.clone(),
        region: first.region.clone(),
        team: joined(parts.iter().map(|part| part.team.as_str())),
        status: first.status.clone(),
        instance_types: joined(parts.iter().map(|part| part.instance_type.as_str())),
        instance_hours: hours(parts.iter().map(|part| part.instance_seconds).sum()),
        idle_hours: hours(parts.iter().map(|part| part.idle_seconds).sum()),
        cost_list: (!costs.is_empty()).then(|| money(costs.into_iter().sum())),
        energy_kwh: shown(sums.facility.0, 9),
        operational_g: shown(sums.operational.0, 6),
        embodied_g: shown(sums.embodied().0, 6),
        tier: known.iter().map(|footprint| footprint.tier).max().map(|tier| tier.as_str().to_owned()),
        is_lower_bound: parts.iter().any(|part| part.is_untimed)
            || known.len() < parts.len()
            || known.iter().any(|footprint| footprint.is_lower_bound),
    })
}

fn cost(rows: &[&Consumption], seconds: f64) -> Kpi {
    let costs: Vec<Decimal> = rows.iter().filter_map(|row| row.cost_list).collect();
    if costs.is_empty() && !rows.is_empty() {
        return Kpi::missing(Measure::CostList, "No list price is known for what ran.");
    }
    let priced: f64 = rows.iter().map(|row| row.priced_seconds).sum();
    // A second of slack: the two are sums of binary fractions.
    let is_lower_bound = priced + 1.0 < seconds || rows.iter().any(|row| row.cost_list.is_none());
    Kpi { is_lower_bound, ..Kpi::exact(Measure::CostList, money(costs.into_iter().sum())) }
}

fn footprints(factors: &FactorSet, rows: &[&Consumption]) -> Vec<Kpi> {
    const NONE: &str = "No factor is known for the instance types that ran.";
    let measures = [Measure::Energy, Measure::Operational, Measure::Embodied, Measure::Emissions];
    let groups = groups(rows);
    if groups.is_empty() && !rows.is_empty() {
        return measures.into_iter().map(|measure| Kpi::missing(measure, NONE)).collect();
    }
    let mut sums = PartSums::default();
    for (_, part) in &groups {
        sums += *part;
    }
    let totals = footprint::totals(factors, &groups);
    let partial = rows.iter().any(|row| row.footprint.as_ref().is_none_or(|found| found.is_lower_bound))
        || totals.completeness == Completeness::LowerBound;
    let ends = [
        ends(&totals.energy, footprint::units::KilowattHours::get),
        ends(&totals.operational, footprint::units::Grams::get),
        ends(&totals.embodied, footprint::units::Grams::get),
        ends(&totals.emissions, footprint::units::Grams::get),
    ];
    let central = [
        decimal(sums.facility.0, 9),
        decimal(sums.operational.0, 6),
        decimal(sums.embodied().0, 6),
        decimal((sums.operational + sums.embodied()).0, 6),
    ];
    let tier = (!groups.is_empty()).then(|| totals.worst_tier.as_str().to_owned());
    measures
        .into_iter()
        .zip(central)
        .zip(ends)
        .map(|((measure, central), (low, high))| Kpi {
            low,
            high,
            tier: tier.clone(),
            is_lower_bound: partial,
            ..Kpi::exact(measure, central)
        })
        .collect()
}

/// The sums of each group that shares its draws.
pub fn groups(rows: &[&Consumption]) -> Vec<(GroupKey, PartSums)> {
    let mut groups: BTreeMap<GroupKey, PartSums> = BTreeMap::new();
    for (key, sums) in rows.iter().filter_map(|row| row.group()) {
        *groups.entry(key).or_default() += sums;
    }
    groups.into_iter().collect()
}

// Outward, so that the central value stays inside.
fn ends<U: Copy>(estimate: &Estimate<U>, get: impl Fn(U) -> f64) -> (Option<String>, Option<String>) {
    let scale = 1e6;
    let low = (get(estimate.low) * scale).floor() / scale;
    let high = (get(estimate.high) * scale).ceil() / scale;
    (rounded(low, PLACES), rounded(high, PLACES))
}

fn idle_share(rows: &[&Consumption]) -> Kpi {
    let serving = || rows.iter().filter(|row| row.kind.section() == Section::Endpoints);
    let seconds: f64 = serving().map(|row| row.instance_seconds).sum();
    if seconds <= 0.0 {
        return Kpi::missing(Measure::IdleShare, "No endpoint ran.");
    }
    let idle: f64 = serving().map(|row| row.idle_seconds).sum();
    if idle <= 0.0 && serving().all(|row| row.metric_seconds <= 0.0) {
        return Kpi::missing(Measure::IdleShare, "No metrics tell what the endpoints served.");
    }
    share_or_hours(Measure::IdleShare, idle / seconds * 100.0)
}

fn failed_share(week: IsoWeek, rows: &[&Consumption]) -> Kpi {
    let ended: BTreeMap<(i32, i64), bool> = rows
        .iter()
        .filter(|row| row.kind.section() == Section::Jobs)
        .filter(|row| row.ended_at.is_some_and(|at| (week.monday()..week.end()).contains(&at.date_naive())))
        .map(|row| ((row.account_id, row.resource_id), row.status == "Failed"))
        .collect();
    let failed = ended.values().filter(|failed| **failed).count();
    match percent_of(failed.into(), ended.len().into()) {
        Some(share) => Kpi::exact(Measure::FailedShare, share),
        None => Kpi::missing(Measure::FailedShare, "No job ended in this week."),
    }
}

fn share_or_hours(measure: Measure, value: f64) -> Kpi {
    match rounded(value, PLACES) {
        Some(value) => Kpi::exact(measure, value),
        None => Kpi::missing(measure, "The value is not a number."),
    }
}

fn resources(rows: &[&Consumption], section: Section) -> BTreeSet<(i32, i64)> {
    rows.iter().filter(|row| row.kind.section() == section).map(|row| (row.account_id, row.resource_id)).collect()
}

fn percent_of(part: Decimal, whole: Decimal) -> Option<String> {
    let share = (part * Decimal::ONE_HUNDRED).checked_div(whole)?;
    Some(share.round_dp(4).normalize().to_string())
}

/// A sum of money as exact text, eight places as the ledger keeps them.
pub fn money(amount: Decimal) -> String {
    amount.round_dp(8).normalize().to_string()
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}
