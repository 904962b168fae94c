//! What the pages of a job and of an endpoint have in common.

use app::view::{DayRow, Footprint, Ledger, PartRow, Shown, SpanRow, Unit, UtilisationRow};
use chrono::{DateTime, Utc};
use footprint::units::{Fraction, KilowattHours, Litres, LitresPerKilowattHour, Microlitres};
use footprint::{FactorSet, PartSums, Workload, estimate_workload, measured_in};

use super::figures::{self, Sums};
use crate::http::lens::Lens;
use crate::http::query::Query;
use crate::store::part::Part;
use crate::store::resource::{DayPart, HostMetric, Resource, Span, Usage};
use crate::store::selection::Period;

/// Lines of a chart have at most this many points.
const MOST_POINTS: i64 = 300;

/// The sums of a selection as a panel shows them.
pub fn footprint_of(sums: &Sums) -> Footprint {
    Footprint {
        instance_hours: sums.hours(),
        cost: sums.list_cost(),
        cost_basis: "list price".to_owned(),
        billed: sums.billed_cost(),
        effective: sums.effective_cost(),
        energy: sums.energy(),
        emissions: sums.total_emissions(),
        operational: sums.operational(),
        operational_market: sums.operational_market(),
        embodied: sums.embodied(),
        water: sums.water(),
    }
}

/// The parts of the days that a period holds.
pub fn within(days: &[DayPart], period: Period) -> impl Iterator<Item = &Part> {
    days.iter().filter(move |each| period.holds(each.day)).map(|each| &each.part)
}

/// Where the whole account of a resource in a period is, under the estimate that is being read.
pub fn why_href(list: &str, resource: &Resource, period: Period, query: &Query) -> String {
    let slug = figures::slug(&resource.name, resource.resource_id);
    let estimate = query.estimate.map(|estimate| format!("&estimate={estimate}")).unwrap_or_default();
    format!("/{list}/{slug}/why?from={}&to={}{estimate}", period.from, period.to)
}

/// One row a day of the period that has usage, oldest first; `why` tells where a period is accounted for.
pub fn day_rows(factors: &Lens, days: &[DayPart], period: Period, why: impl Fn(Period) -> String) -> Vec<DayRow> {
    let rows = days.chunk_by(|a, b| a.day == b.day).filter_map(|day| {
        let date = day.first().map(|each| each.day).filter(|date| period.holds(*date))?;
        let sums = figures::sum_closed(factors, day.iter().map(|each| &each.part));
        Some(DayRow {
            day: date,
            why_href: Some(why(Period { from: date, to: date })),
            hours: sums.hours(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
        })
    });
    rows.collect()
}

/// Capacity as a table shows it; `at_work` is the word for instances that do what they were started for.
pub fn span_rows(spans: &[Span], at_work: &str) -> Vec<SpanRow> {
    spans
        .iter()
        .map(|span| SpanRow {
            from: span.from_at,
            to: span.to_at,
            state: match (span.state.as_str(), span.purchase.as_str()) {
                ("serving", "provisioned") => "held ready".to_owned(),
                ("serving", _) => at_work.to_owned(),
                ("retained", _) => "kept warm".to_owned(),
                (other, _) => other.replace('_', " "),
            },
            instance_type: span.instance_type.clone(),
            count: u32::try_from(span.instance_count).unwrap_or_default(),
            source: match span.source.as_str() {
                "sample_count" => "CloudWatch sample counts".to_owned(),
                "billed" => "hours of the bill".to_owned(),
                "scaling_activity" => "scaling activities".to_owned(),
                _ => "described by SageMaker".to_owned(),
            },
        })
        .collect()
}

/// Hours of a chart's bucket, so that it keeps to its number of points.
pub fn step_hours(from: DateTime<Utc>, to: DateTime<Utc>) -> i32 {
    let hours = (to - from).num_hours().max(1);
    i32::try_from((hours + MOST_POINTS - 1) / MOST_POINTS).unwrap_or(i32::MAX)
}

/// Distributions in percent of the instance: CloudWatch publishes sums over cores and accelerators.
pub fn host_rows(factors: &FactorSet, spans: &[Span], hosts: &[HostMetric]) -> Vec<UtilisationRow> {
    hosts
        .iter()
        .map(|host| {
            let full = full_scale(factors, spans, &host.member, &host.metric);
            let percent = |value: f64| match full {
                Some(full) => Shown::exact((100.0 * value / full).min(100.0), Unit::Percent),
                None => Shown::Unknown("this type's cores are not in the factor tables".to_owned()),
            };
            let name = if host.host.is_empty() { &host.member } else { &host.host };
            UtilisationRow {
                host: name.clone(),
                metric: metric_name(&host.metric).to_owned(),
                min: percent(host.min),
                mean: percent(host.mean),
                p50: percent(host.p50),
                p95: percent(host.p95),
                max: percent(host.max),
                coverage_percent: share(host.points, host.places),
                tier: None,
            }
        })
        .collect()
}

/// Mean utilisation of everything, weighed by time: processors and accelerators.
pub fn mean_utilisation(usage: &[Usage]) -> (Option<Fraction>, Option<Fraction>) {
    let mean = |of: fn(&Usage) -> Option<f64>| {
        let (sum, seconds) = usage
            .iter()
            .filter_map(|each| of(each).map(|value| (value * each.instance_seconds, each.instance_seconds)))
            .fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        (seconds > 0.0).then(|| Fraction::clamped(sum / seconds))
    };
    (mean(|each| each.cpu), mean(|each| each.gpu))
}

/// Why the number is what it is: its exact parts, the calculation at the mean load, and every factor in it. Without the load
/// there is no calculation to show.
pub fn ledger(
    factors: &FactorSet,
    resource: &Resource,
    sums: &Sums,
    parts: &[&Part],
    usage: Option<&[Usage]>,
) -> Ledger {
    let mut ledger = Ledger { parts: part_rows(factors, parts), warnings: warnings(sums, parts), ..Ledger::default() };
    let Some(main) = parts
        .iter()
        .max_by(|a, b| a.instance_seconds.partial_cmp(&b.instance_seconds).unwrap_or(std::cmp::Ordering::Equal))
    else {
        return ledger;
    };
    let Some(usage) = usage else {
        ledger.warnings.push("No equations: the load could not be read.".to_owned());
        return ledger;
    };
    let (cpu, gpu) = mean_utilisation(usage);
    let workload = Workload {
        instance_type: main.instance_type.clone(),
        count: 1,
        hours: sums.seconds.unwrap_or_default() / 3600.0,
        region: resource.region.clone(),
        kind: main.kind.workload(),
        cpu,
        gpu,
        measured: main.group().map(|(key, sums)| measured_in(factors, &key, &sums)).unwrap_or_default(),
    };
    match estimate_workload(factors, &workload) {
        Ok(worked) => {
            // The calculator knows the dated prices alone; what this cost is known by the ledger.
            let is_of_price = |warning: &String| warning.starts_with("No list price");
            ledger.warnings.extend(worked.warnings.into_iter().filter(|warning| !is_of_price(warning)));
            ledger.equations = worked.equations.into_iter().map(Into::into).collect();
            ledger.factors = worked.factors.into_iter().map(Into::into).collect();
        }
        Err(refused) => ledger.warnings.push(format!("No equations: {refused}.")),
    }
    ledger
}

/// What energy, emissions and water consist of, with shares.
pub fn part_rows(factors: &FactorSet, parts: &[&Part]) -> Vec<PartRow> {
    let mut all = PartSums::default();
    for (_, sums) in parts.iter().filter_map(|part| part.footprint) {
        all += sums;
    }
    let kwh = |label: &str, uwh: i64| row(label, uwh, all.facility.0, 1e9, Unit::KilowattHours);
    let carbon = all.operational.0 + all.embodied().0;
    let grams = |label: &str, ug: i64| row(label, ug, carbon, 1e6, Unit::GramsCo2e);
    let on_site = on_site_water(factors, parts).min(all.water.0);
    let litres = |label: &str, ul: i64| row(label, ul, all.water.0, 1e6, Unit::Litres);
    [
        kwh("Host, idle", all.host_idle.0),
        kwh("Host, from the load", all.host_dynamic.0),
        kwh("Accelerators, idle", all.accelerator_idle.0),
        kwh("Accelerators, from the load", all.accelerator_dynamic.0),
        kwh("Storage", all.storage.0),
        kwh("Network", all.network.0),
        kwh("Cooling and power supply of the building", all.facility.0 - all.it().0),
        grams("Emissions of the electricity", all.operational.0),
        grams("Emissions of making the host", all.embodied_host.0),
        grams("Emissions of making the accelerators", all.embodied_accelerator.0),
        litres("Water on site", on_site),
        litres("Water of the power plants", all.water.0 - on_site),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Water used on site, µL: it follows IT energy, so that the rest of the sum is that of the power plants.
fn on_site_water(factors: &FactorSet, parts: &[&Part]) -> i64 {
    let of = |part: &&Part| {
        let (_, sums) = part.footprint?;
        let wue = factors.region(&part.region).ok()?.wue.as_ref()?.value();
        let water = footprint::water(sums.it().into(), LitresPerKilowattHour::new(wue), KilowattHours::new(0.0), None);
        Some(Microlitres::from(water.total()))
    };
    parts.iter().filter_map(of).sum::<Microlitres>().0
}

/// Water on site and of the power plants, L.
pub fn waters(factors: &FactorSet, part: &Part) -> Option<[f64; 2]> {
    let (_, sums) = part.footprint?;
    let on_site = on_site_water(factors, &[part]).min(sums.water.0);
    Some([on_site, sums.water.0 - on_site].map(|water| Litres::from(Microlitres(water)).get()))
}

/// A part with something in it.
fn row(label: &str, micro: i64, whole: i64, scale: f64, unit: Unit) -> Option<PartRow> {
    (micro > 0).then(|| PartRow {
        label: label.to_owned(),
        value: Shown::exact(figures::to_f64(micro) / scale, unit),
        share_percent: share(micro, whole),
    })
}

/// What is known to be left out or assumed, one sentence each.
pub fn warnings(sums: &Sums, parts: &[&Part]) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(part) = parts.iter().find(|part| part.cost.is_none() && part.instance_seconds.is_some()) {
        warnings.push(format!("No list price is known for {} in {}.", part.instance_type, part.region));
    }
    for unknown in &sums.unknown_types {
        warnings.push(format!("{unknown} is not in the factor tables, so its energy is unknown and left out."));
    }
    if sums.is_untimed {
        warnings.push("AWS gave no times for some of it, so its use is unknown and left out.".to_owned());
    }
    let untracked =
        parts.iter().any(|part| part.instance_seconds.is_some_and(|seconds| part.metric_seconds < seconds - 0.5));
    if untracked {
        warnings.push("Hours without a utilisation series are estimated from a default load.".to_owned());
    }
    warnings
}

/// What 100 % of the instance is in the metric's own counting; `None` where the type is unknown.
pub fn full_scale(factors: &FactorSet, spans: &[Span], member: &str, metric: &str) -> Option<f64> {
    if metric == "memory" {
        return Some(100.0);
    }
    let span = spans.iter().rev().find(|span| span.member == member)?;
    let instance = factors.instance(&span.instance_type).ok()?;
    let units = if metric == "cpu" { instance.vcpu? } else { instance.accelerator_count() };
    (units > 0).then(|| 100.0 * f64::from(units))
}

fn metric_name(metric: &str) -> &str {
    match metric {
        "cpu" => "Processors",
        "memory" => "Memory",
        "gpu" => "Accelerators",
        "gpu_memory" => "Accelerator memory",
        other => other,
    }
}

/// Percent, where there is a whole.
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * figures::to_f64(part) / figures::to_f64(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_keeps_to_its_points() {
        let from = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        for (hours, step) in [(1, 1), (300, 1), (301, 2), (600, 2), (8_760, 30)] {
            assert_eq!(step_hours(from, from + chrono::Duration::hours(hours)), step, "{hours} h");
        }
    }
}
