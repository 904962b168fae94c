//! What stood ready, how much of it was used, and what the rest cost and caused.

use app::parts::number;
use app::view::{CapacityChart, Figure, MarkRow, Shown, Unused};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use footprint::PartSums;
use footprint::units::{MicroWattHours, Micrograms};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};
use std::collections::BTreeMap;

use super::{Told, members, scaling};
use crate::aws::facts::{ItemKind, is_serverless};
use crate::http::lens::Lens;
use crate::http::load::figures::{self, to_f64};
use crate::store::part::Part;
use crate::store::resource::{DayPart, Usage};
use crate::store::selection::Period;

/// Up to so many days an hour is one bucket.
const DAYS_BY_HOUR: i64 = 14;
/// Days with marks, so that their numbers stay apart.
const MOST_MARKS: usize = 12;
/// Things that happened on one day, told one by one.
const MOST_TOLD: usize = 4;

/// Hours of a bucket: one up to two weeks, else days, as many as a line of 300 points has room for.
pub(super) fn step_hours(period: Period) -> i32 {
    let days = i64::try_from(period.days()).unwrap_or(i64::MAX);
    if days <= DAYS_BY_HOUR { 1 } else { i32::try_from(24 * ((days + 299) / 300)).unwrap_or(24) }
}

/// The chart; `None` where nothing stands by: AWS holds what serverless variants run on.
pub(super) fn chart(
    factors: &Lens,
    told: &Told<'_>,
    usage: &[Usage],
    days: &[DayPart],
    step_hours: i32,
) -> Option<CapacityChart> {
    let machine = |name: &str| told.spans.iter().rev().find(|span| span.member == name).map(|span| &span.instance_type);
    let counted: Vec<&str> = members(told.spans)
        .into_iter()
        .filter(|name| machine(name).is_some_and(|machine| !is_serverless(machine)))
        .collect();
    let usage: Vec<&Usage> = usage.iter().filter(|each| counted.contains(&each.member.as_str())).collect();
    let buckets = buckets(told, step_hours);
    if counted.is_empty() || buckets.is_empty() {
        return None;
    }
    let shares: BTreeMap<&str, f64> =
        counted.iter().filter_map(|name| Some((*name, unused_share(&usage, days, name)?))).collect();
    let is_partly_known = usage.iter().any(|each| !is_known(each));
    let (marks, events, more_events) = marks(told, &buckets, step_hours);
    let own = days.iter().filter(|each| counted.contains(&each.member.as_str()));
    let rows: Vec<Bucket> = buckets.iter().map(|at| bucket(told, &usage, &counted, *at, step_hours)).collect();
    Some(CapacityChart {
        id: "demand-and-capacity".to_owned(),
        title: "Demand against capacity".to_owned(),
        step_hours: u32::try_from(step_hours).unwrap_or(1),
        times: buckets,
        capacity: rows.iter().map(|row| row.capacity).collect(),
        used: rows.iter().map(|row| row.used).collect(),
        requests: rows.iter().map(|row| row.requests).collect(),
        partial: rows.iter().map(|row| row.is_partial).collect(),
        hours: figures::sum_closed(factors, own.clone().map(|each| &each.part)).hours(),
        unused: unused(factors, own, &shares, is_partly_known),
        marks,
        events,
        more_events,
    })
}

#[derive(Debug, Clone, PartialEq)]
struct Bucket {
    capacity: Option<f64>,
    used: Option<f64>,
    requests: Option<f64>,
    is_partial: bool,
}

/// Begins of the buckets in which the endpoint was there, up to now.
fn buckets(told: &Told<'_>, step_hours: i32) -> Vec<DateTime<Utc>> {
    let (from, to) = told.bounds;
    let step = Duration::hours(i64::from(step_hours));
    let end = to.min(told.now).min(told.endpoint.gone_at.unwrap_or(to));
    let at = |place: i32| from + step * place;
    (0..).map(at).take_while(|at| *at < end).filter(|at| *at + step > told.endpoint.created_at).collect()
}

fn bucket(told: &Told<'_>, usage: &[&Usage], counted: &[&str], at: DateTime<Utc>, step_hours: i32) -> Bucket {
    let end = at + Duration::hours(i64::from(step_hours));
    let hours = (end.min(told.now) - at).as_seconds_f64() / 3_600.0;
    let own: Vec<&&Usage> = usage.iter().filter(|each| each.at == at).collect();
    let instances = |seconds: f64| seconds / 3_600.0 / hours.max(1e-9);
    let stands = told.spans.iter().any(|span| {
        let is_there = span.from_at < end && span.to_at.is_none_or(|to| to > at);
        is_there && span.instance_count > 0 && counted.contains(&span.member.as_str())
    });
    let capacity = match own.is_empty() {
        true => (!stands).then_some(0.0),
        false => Some(instances(own.iter().map(|each| each.instance_seconds).sum())),
    };
    let used: Option<f64> = own
        .iter()
        .filter(|each| each.instance_seconds > 0.0)
        .map(|each| busier(each).map(|share| share * each.instance_seconds))
        .sum::<Option<f64>>()
        .map(instances);
    let answers = told.around.answers.iter().filter(|each| each.at == at && counted.contains(&each.member.as_str()));
    Bucket {
        used: used.filter(|_| capacity.is_some()),
        requests: answers.filter_map(|each| each.requests).reduce(|a, b| a + b),
        is_partial: end > told.now || capacity.is_none() || !own.iter().all(|each| is_known(each)),
        capacity,
    }
}

/// Whether a metric tells of all its hours.
fn is_known(usage: &Usage) -> bool {
    usage.known_seconds >= usage.instance_seconds - 0.5
}

/// How much of the instance the busier of its processors and accelerators used, 0 to 1.
fn busier(usage: &Usage) -> Option<f64> {
    match (usage.cpu, usage.gpu) {
        (Some(cpu), Some(gpu)) => Some(cpu.max(gpu)),
        (one, other) => one.or(other),
    }
    .map(|share| share.clamp(0.0, 1.0))
}

/// Of all instance-seconds of a variant, those that were not used, 0 to 1; hours of which no metric tells count as used.
fn unused_share(usage: &[&Usage], days: &[DayPart], name: &str) -> Option<f64> {
    let own = usage.iter().filter(|each| each.member == name);
    let unused = own.filter_map(|each| busier(each).map(|share| (1.0 - share) * each.known_seconds));
    let unused = unused.reduce(|a, b| a + b)?;
    let all: f64 = days.iter().filter(|each| each.member == name).filter_map(|each| each.part.instance_seconds).sum();
    (all > 0.0).then(|| (unused / all).min(1.0))
}

/// The shares of the ledger's parts that bought nothing.
fn unused<'a>(
    factors: &Lens,
    days: impl Iterator<Item = &'a DayPart>,
    shares: &BTreeMap<&str, f64>,
    is_partly_known: bool,
) -> Unused {
    let parts: Vec<Part> =
        days.filter_map(|each| shares.get(each.member.as_str()).map(|share| scaled(&each.part, *share))).collect();
    if parts.is_empty() {
        let unknown = || Shown::Unknown("no metrics tell how busy it was".to_owned());
        return Unused { hours: unknown(), cost: unknown(), emissions: unknown() };
    }
    let sums = figures::sum(factors, &parts);
    let at_least = |shown: Shown| match shown {
        Shown::Ready(figure) if is_partly_known => Shown::Ready(Figure::lower_bound(figure)),
        other => other,
    };
    Unused { hours: at_least(sums.hours()), cost: at_least(sums.cost()), emissions: at_least(sums.emissions()) }
}

/// A part by its unused share: what the machines draw doing nothing, what was paid for them, and their share of being made.
fn scaled(part: &Part, share: f64) -> Part {
    let of_cost = Decimal::from_f64(share).unwrap_or_default();
    Part {
        footprint: part.footprint.map(|(tier, sums)| (tier, waiting(&sums, share))),
        instance_seconds: part.instance_seconds.map(|seconds| seconds * share),
        cost: part.cost.map(|cost| cost * of_cost),
        priced_seconds: part.priced_seconds * share,
        ..part.clone()
    }
}

fn waiting(sums: &PartSums, share: f64) -> PartSums {
    let times = |micro: i64, share: f64| (to_f64(micro) * share).round().to_i64().unwrap_or_default();
    let idle = to_f64(sums.host_idle.0 + sums.accelerator_idle.0) / to_f64(sums.it().0).max(1.0);
    PartSums {
        host_idle: MicroWattHours(times(sums.host_idle.0, share)),
        accelerator_idle: MicroWattHours(times(sums.accelerator_idle.0, share)),
        host_dynamic: MicroWattHours::default(),
        accelerator_dynamic: MicroWattHours::default(),
        storage: MicroWattHours::default(),
        network: MicroWattHours::default(),
        facility: MicroWattHours(times(sums.facility.0, share * idle)),
        operational: Micrograms(times(sums.operational.0, share * idle)),
        embodied_host: Micrograms(times(sums.embodied_host.0, share)),
        embodied_accelerator: Micrograms(times(sums.embodied_accelerator.0, share)),
        water: footprint::units::Microlitres(times(sums.water.0, share * idle)),
        instance_seconds: sums.instance_seconds * share,
    }
}

/// Something that happened, and whether it stands before what happens every day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Happened {
    at: DateTime<Utc>,
    text: String,
    is_rare: bool,
}

type Marks = (Vec<(usize, String)>, Vec<MarkRow>, usize);

/// What happened, a mark a day at its first hour; of many days those with what is rare stand first.
fn marks(told: &Told<'_>, buckets: &[DateTime<Utc>], step_hours: i32) -> Marks {
    let Some(first) = buckets.first() else { return (Vec::new(), Vec::new(), 0) };
    let mut by_day: BTreeMap<NaiveDate, Vec<Happened>> = BTreeMap::new();
    for each in happened(told) {
        by_day.entry(each.at.date_naive()).or_default().push(each);
    }
    let mut days: Vec<(NaiveDate, Vec<Happened>)> = by_day.into_iter().collect();
    let all = days.len();
    days.sort_by_key(|(day, events)| (!events.iter().any(|each| each.is_rare), std::cmp::Reverse(*day)));
    days.truncate(MOST_MARKS);
    days.sort_by_key(|(day, _)| *day);
    let mut marks = Vec::new();
    let mut rows = Vec::new();
    for (number, (day, mut events)) in (1..).zip(days) {
        events.sort_by_key(|each| each.at);
        let Some(begin) = events.first().map(|each| each.at) else { continue };
        let bucket = usize::try_from((begin - *first).num_hours() / i64::from(step_hours.max(1))).unwrap_or_default();
        marks.push((bucket.min(buckets.len() - 1), number.to_string()));
        let more = events.len().saturating_sub(MOST_TOLD);
        events.sort_by_key(|each| (!each.is_rare, each.at));
        events.truncate(MOST_TOLD);
        events.sort_by_key(|each| each.at);
        let mut told: Vec<String> =
            events.iter().map(|each| format!("{} {}", each.at.format("%H:%M"), each.text)).collect();
        told.extend((more > 0).then(|| format!("{} more", number::count(more))));
        rows.push(MarkRow {
            number: number.to_string(),
            day,
            text: told.join("; "),
            author: None,
            remove_action: None,
        });
    }
    let left_out = all - rows.len();
    (marks, rows, left_out)
}

/// Changes of configuration and of alarms, and what was scaled.
fn happened(told: &Told<'_>) -> Vec<Happened> {
    let (from, to) = (told.bounds.0.max(told.endpoint.created_at), told.bounds.1.min(told.now));
    let is_within = |at: DateTime<Utc>| from < at && at < to;
    let configured = told.items.iter().filter(|item| is_within(item.valid_from)).filter_map(|item| {
        let text = match ItemKind::ALL.into_iter().find(|kind| kind.as_str() == item.kind)? {
            ItemKind::EndpointConfig => format!("configuration {}", item.name),
            ItemKind::ScalableTarget => format!("scaling limits of {}", scaling::layer_of(&item.parent)),
            ItemKind::ScalingPolicy => format!("scaling policy {}", item.name),
            _ => return None,
        };
        Some(Happened { at: item.valid_from, text, is_rare: true })
    });
    let alarms = told.around.alarm_changes.iter().filter(|change| change.new_state == "ALARM" && is_within(change.at));
    let alarms =
        alarms.map(|change| Happened { at: change.at, text: format!("alarm {}", change.alarm), is_rare: true });
    let scaled = told.around.activities.iter().filter(|each| is_within(each.began_at)).filter_map(|each| {
        let layer = scaling::layer_of(&each.target);
        match (each.status.as_str(), each.count) {
            ("Successful", Some(count)) => {
                Some(Happened { at: each.began_at, text: format!("{layer} to {count}"), is_rare: false })
            }
            ("Failed" | "Unfulfilled", _) => {
                Some(Happened { at: each.began_at, text: format!("scaling of {layer} failed"), is_rare: true })
            }
            _ => None,
        }
    });
    configured.chain(alarms).chain(scaled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::load::endpoint::tests::{at, endpoint, item, span, told};
    use crate::store::endpoint::Activity;
    use serde_json::json;

    fn usage(hour: i64, instances: f64, cpu: Option<f64>, gpu: Option<f64>) -> Usage {
        Usage {
            at: at(hour),
            member: "main".to_owned(),
            instance_seconds: instances * 3_600.0,
            hours: 1,
            known_seconds: if cpu.or(gpu).is_some() { instances * 3_600.0 } else { 0.0 },
            cpu,
            gpu,
            last_request_at: None,
        }
    }

    fn part(factors: &Lens, hours: f64) -> DayPart {
        let input = footprint::HourInput {
            instance_type: "ml.g5.xlarge",
            region: "us-east-1",
            kind: footprint::WorkloadKind::Endpoint,
            instance_seconds: hours * 3_600.0,
            cpu: Some(footprint::units::Fraction::clamped(0.25)),
            gpu: Some(footprint::units::Fraction::clamped(0.5)),
            measured: footprint::Measured::default(),
            storage_gb: None,
            network_gb: None,
        };
        let parts = footprint::estimate_hour(factors, &input).unwrap();
        let part = Part {
            instance_type: "ml.g5.xlarge".to_owned(),
            region: "us-east-1".to_owned(),
            kind: crate::kind::Kind::Endpoint,
            footprint: Some((parts.tier, PartSums::of(&parts, hours * 3_600.0))),
            market: None,
            hourly: MicroWattHours::default(),
            is_partial: false,
            instance_seconds: Some(hours * 3_600.0),
            is_untimed: false,
            idle_seconds: 0.0,
            metric_seconds: hours * 3_600.0,
            requests: None,
            cost: Some(Decimal::from(8)),
            priced_seconds: hours * 3_600.0,
            indicative_seconds: 0.0,
            cost_billed: None,
            cost_effective: None,
            billed_seconds: 0.0,
            attributed_cost: Decimal::ZERO,
            team: None,
        };
        DayPart { day: at(0).date_naive(), member: "main".to_owned(), owner: None, part }
    }

    #[test]
    fn what_is_not_used_is_the_area_between() {
        let factors = Lens::builtin();
        let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 2)]);
        let told = told(&endpoint, &[], &spans);
        let days = [part(&factors, 8.0)];
        let usage = [
            usage(0, 2.0, Some(0.25), Some(0.5)),
            usage(1, 2.0, Some(0.75), Some(0.5)),
            usage(2, 2.0, None, Some(0.0)),
            usage(3, 2.0, None, None),
        ];
        let chart = chart(&factors, &told, &usage, &days, 1).unwrap();
        assert_eq!(chart.capacity[..4], [Some(2.0); 4]);
        assert_eq!(chart.used[..4], [Some(1.0), Some(1.5), Some(0.0), None]);
        assert_eq!(chart.partial[..5], [false, false, false, true, true], "and of the fifth nobody told");
        let figure = |shown: &Shown| shown.figure().copied().unwrap();
        // 1 + 0.5 + 2 hours of eight, of which two are unknown.
        let hours = figure(&chart.unused.hours);
        assert!((hours.central - 3.5).abs() < 1e-9 && hours.completeness == app::view::Completeness::LowerBound);
        assert!((figure(&chart.unused.cost).central - 3.5).abs() < 1e-9, "eight dollars for eight hours");
        let all = figure(&figures::sum(&factors, days.iter().map(|each| &each.part)).emissions());
        let unused = figure(&chart.unused.emissions);
        assert!(unused.central > 0.0 && unused.central < 3.5 / 8.0 * all.central, "the load's own power is not waste");
        assert!(unused.low < unused.central && unused.central < unused.high);
    }

    #[test]
    fn at_zero_nothing_stands_and_shares_of_machines_are_no_capacity() {
        let factors = Lens::builtin();
        let queue = endpoint("async");
        let spans = [span("main", 0, Some(2), 1), span("main", 2, None, 0)];
        let drawn = chart(&factors, &told(&queue, &[], &spans), &[usage(0, 1.0, Some(1.0), None)], &[], 1).unwrap();
        assert_eq!(drawn.capacity[..4], [Some(1.0), None, Some(0.0), Some(0.0)]);
        assert_eq!(drawn.used[2], Some(0.0));
        assert!(drawn.unused.hours.figure().is_none(), "nothing of it is in the ledger");
        let share =
            [crate::store::resource::Span { instance_type: "serverless-2048".to_owned(), ..span("main", 0, None, 1) }];
        assert_eq!(chart(&factors, &told(&queue, &[], &share), &[], &[], 1), None);
    }

    #[test]
    fn a_day_has_one_mark_and_what_is_rare_comes_first() {
        let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 1)]);
        let mut config = item(ItemKind::EndpointConfig, "", json!({}));
        config.valid_from = at(26);
        let items = [config];
        let mut told = told(&endpoint, &items, &spans);
        told.around.activities = (2..8)
            .map(|hour| Activity {
                target: "endpoint/chat/variant/main".to_owned(),
                began_at: at(hour),
                status: "Successful".to_owned(),
                cause: String::new(),
                description: String::new(),
                count: Some(2),
            })
            .collect();
        let (marks, rows, left_out) = marks(&told, &buckets(&told, 1), 1);
        assert_eq!(marks, [(2, "1".to_owned()), (26, "2".to_owned())]);
        assert_eq!(
            rows[0].text,
            "02:00 Variant main to 2; 03:00 Variant main to 2; 04:00 Variant main to 2; 05:00 Variant main to 2; 2 more"
        );
        assert_eq!((rows[1].text.as_str(), left_out), ("02:00 configuration endpoint_config", 0));
    }

    #[test]
    fn hours_up_to_two_weeks_and_days_beyond() {
        let day = |text: &str| text.parse().unwrap();
        let step = |to: &str| step_hours(Period { from: day("2026-01-01"), to: day(to) });
        assert_eq!((step("2026-01-14"), step("2026-01-15"), step("2026-10-27"), step("2026-10-28")), (1, 24, 24, 48));
    }
}
