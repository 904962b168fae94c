//! How busy the hosts of a job were, as lines over time.

use std::collections::BTreeMap;

use app::view::{Line, TimeChart, Unit};
use chrono::{DateTime, TimeDelta, Utc};
use footprint::FactorSet;

use super::detail;
use crate::store::resource::{HostLoad, Span};

/// Points of a line.
const MOST_POINTS: i64 = 300;
/// Points of a line of one of several hosts.
const MOST_POINTS_OF_HOST: usize = 48;
/// Hosts that are drawn by themselves.
const MOST_HOSTS: usize = 8;

/// What the store calls a metric, what the page calls it, and where a host keeps it.
type Metric = (&'static str, &'static str, fn(&HostLoad) -> Option<f64>);

/// The metrics in the order of their lines.
const METRICS: [Metric; 4] = [
    ("gpu", "Accelerators", |each| each.gpu),
    ("cpu", "Processors", |each| each.cpu),
    ("memory", "Memory", |each| each.memory),
    ("gpu_memory", "Accelerator memory", |each| each.gpu_memory),
];

/// Percent in the order of [`METRICS`].
type Values = [Option<f64>; METRICS.len()];
/// What was measured in a bucket.
type Point = (DateTime<Utc>, Values);

/// Seconds of a bucket, in whole minutes, so that a line keeps to its number of points.
pub fn step_s(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let minutes = (to - from).num_minutes().max(1);
    let step = (minutes + MOST_POINTS - 1) / MOST_POINTS;
    60.0 * f64::from(i32::try_from(step).unwrap_or(i32::MAX))
}

/// One host with what was received of it, in percent of its instance.
struct Host {
    name: String,
    points: Vec<Point>,
}

/// The mean of all hosts, and each host by itself where there are several.
pub fn charts(factors: &FactorSet, spans: &[Span], loads: &[HostLoad]) -> (Option<TimeChart>, Vec<TimeChart>) {
    let hosts = hosts(factors, spans, loads);
    let mut at_once: BTreeMap<DateTime<Utc>, Vec<Values>> = BTreeMap::new();
    for (at, values) in hosts.iter().flat_map(|host| &host.points) {
        at_once.entry(*at).or_default().push(*values);
    }
    let means = at_once.into_iter().map(|(at, values)| (at, mean_of(&values))).collect();
    let all = drawn("utilisation-over-time", "Over the run", means);
    if hosts.len() < 2 {
        return (all, Vec::new());
    }
    let each = hosts.into_iter().take(MOST_HOSTS).enumerate().filter_map(|(place, host)| {
        drawn(&format!("utilisation-of-host-{}", place + 1), &host.name, coarser(&host.points))
    });
    (all, each.collect())
}

fn hosts(factors: &FactorSet, spans: &[Span], loads: &[HostLoad]) -> Vec<Host> {
    let mut names: Vec<(&str, &str)> = loads.iter().map(|each| (each.member.as_str(), each.host.as_str())).collect();
    // `algo-10` stands behind `algo-9`.
    names.sort_unstable_by_key(|(member, host)| (*member, host.len(), *host));
    names.dedup();
    let host = |(member, host): (&str, &str)| {
        let full = METRICS.map(|(metric, _, _)| detail::full_scale(factors, spans, member, metric));
        let percent = |each: &HostLoad| {
            let mut values = METRICS.map(|(_, _, of)| of(each));
            for (value, full) in values.iter_mut().zip(full) {
                *value = value.zip(full).map(|(value, full)| (100.0 * value / full).min(100.0));
            }
            (each.at, values)
        };
        let own = loads.iter().filter(|each| each.member == member && each.host == host);
        Host { name: if host.is_empty() { member } else { host }.to_owned(), points: own.map(percent).collect() }
    };
    names.into_iter().map(host).collect()
}

fn mean_of(values: &[Values]) -> Values {
    std::array::from_fn(|metric| {
        let known = values.iter().filter_map(|each| each.get(metric).copied().flatten());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        (count > 0.0).then(|| sum / count)
    })
}

/// Neighbours put together, until there are few enough.
fn coarser(points: &[Point]) -> Vec<Point> {
    let together = points.len().div_ceil(MOST_POINTS_OF_HOST).max(1);
    let one = |each: &[Point]| {
        let values: Vec<Values> = each.iter().map(|(_, values)| *values).collect();
        Some((each.first()?.0, mean_of(&values)))
    };
    points.chunks(together).filter_map(one).collect()
}

/// Lines over the times that hold points, broken where some are missing; nothing where there is no point.
fn drawn(id: &str, title: &str, points: Vec<Point>) -> Option<TimeChart> {
    let points = broken(points);
    let lines: Vec<Line> = METRICS
        .iter()
        .enumerate()
        .filter_map(|(metric, (_, label, _))| {
            let values: Vec<Option<f64>> =
                points.iter().map(|(_, values)| values.get(metric).copied().flatten()).collect();
            let is_known = values.iter().any(Option::is_some);
            is_known.then(|| Line { label: (*label).to_owned(), values, band: Vec::new() })
        })
        .collect();
    (!lines.is_empty()).then(|| TimeChart {
        id: id.to_owned(),
        title: title.to_owned(),
        unit: Unit::Percent,
        times: points.iter().map(|(at, _)| *at).collect(),
        lines,
        scale_to: Some(100.0),
    })
}

/// Between points that lie further apart than usual stands a gap: nobody measured there.
fn broken(points: Vec<Point>) -> Vec<Point> {
    let between = |pair: &[Point]| match pair {
        [(a, _), (b, _)] => Some(*b - *a),
        _ => None,
    };
    let usual = points.windows(2).filter_map(between).min().unwrap_or(TimeDelta::zero());
    let mut whole: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if let Some((last, _)) = whole.last().copied().filter(|(last, _)| point.0 - *last > usual * 3) {
            whole.push((last + usual, [None; 4]));
        }
        whole.push(point);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_040 + minute * 60, 0).unwrap()
    }

    fn load(minute: i64, host: &str, cpu: Option<f64>) -> HostLoad {
        HostLoad {
            at: at(minute),
            member: "main".to_owned(),
            host: host.to_owned(),
            cpu,
            memory: Some(40.0),
            gpu: None,
            gpu_memory: None,
        }
    }

    fn spans() -> Vec<Span> {
        vec![Span {
            member: "main".to_owned(),
            from_at: at(0),
            to_at: None,
            instance_type: "ml.m5.xlarge".to_owned(),
            instance_count: 2,
            purchase: "on_demand".to_owned(),
            state: "serving".to_owned(),
            source: "described".to_owned(),
        }]
    }

    #[test]
    fn a_line_keeps_to_its_points_in_whole_minutes() {
        for (minutes, step) in [(0, 60.0), (45, 60.0), (300, 60.0), (301, 120.0), (3_000, 600.0)] {
            assert_eq!(step_s(at(0), at(minutes)), step, "{minutes} min");
        }
    }

    #[test]
    fn hosts_are_told_apart_in_percent_of_their_instance_and_gaps_stay_gaps() {
        let factors = FactorSet::builtin().unwrap();
        let loads: Vec<HostLoad> = [0, 1, 2, 9, 10]
            .into_iter()
            .flat_map(|minute| [load(minute, "algo-10", Some(400.0)), load(minute, "algo-9", Some(200.0))])
            .collect();
        let (all, each) = charts(&factors, &spans(), &loads);
        let all = all.unwrap();
        assert_eq!(all.lines.iter().map(|line| line.label.as_str()).collect::<Vec<_>>(), ["Processors", "Memory"]);
        let seventy_five = Some(75.0);
        assert_eq!(all.lines[0].values, [seventy_five, seventy_five, seventy_five, None, seventy_five, seventy_five]);
        assert_eq!(all.times[3], at(3), "the gap begins where a point was due");
        let titles: Vec<&str> = each.iter().map(|chart| chart.title.as_str()).collect();
        assert_eq!(titles, ["algo-9", "algo-10"]);
        assert_eq!((each[0].lines[0].values[0], each[1].lines[0].values[0]), (Some(50.0), Some(100.0)));
        let (_, alone) = charts(&factors, &spans(), &[load(0, "algo-1", Some(10.0))]);
        assert!(alone.is_empty(), "one host is the whole");
    }

    #[test]
    fn a_long_run_of_many_hosts_stays_readable() {
        let hosts: Vec<String> = (1..=12).map(|number| format!("algo-{number}")).collect();
        let loads: Vec<HostLoad> =
            (0..300).flat_map(|minute| hosts.iter().map(move |host| load(minute, host, Some(100.0)))).collect();
        let (all, each) = charts(&FactorSet::builtin().unwrap(), &spans(), &loads);
        assert_eq!((all.unwrap().times.len(), each.len()), (300, MOST_HOSTS));
        assert!(each.iter().all(|chart| chart.times.len() <= MOST_POINTS_OF_HOST));
    }
}
