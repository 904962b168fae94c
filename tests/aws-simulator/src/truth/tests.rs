//! Laws of the truth function, and its speed.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::fleet::{Account, Region};
use crate::fleet::{CountStep, Endpoint, Job, Outage, Shape, Traffic, Variant};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn minute(text: &str) -> i64 {
    at(text).timestamp() / 60
}

fn fleet() -> Fleet {
    let traffic = Traffic::new(60.0, Shape::Weekdays { peak_hour: 12.0 }, 20_000.0);
    let mut variant = Variant::new("v1", "m", "ml.g5.12xlarge", 1, 40.0);
    variant.steps.push(CountStep { from: at("2026-11-19T11:00:00Z"), count: 3 });
    let endpoint = Endpoint::new(ACCOUNT, REGION, "e", at("2026-11-10T00:00:00Z"), traffic, vec![variant]);
    let job = Job::new(ACCOUNT, REGION, "j", at("2026-11-19T10:00:10Z"))
        .on("ml.g5.12xlarge", 2)
        .loaded(0.3, 0.9)
        .ran(90, 3600);
    Fleet {
        now: at("2026-11-20T15:30:30Z"),
        ticking: false,
        seed: 5,
        revision: 0,
        accounts: vec![Account {
            id: ACCOUNT.to_owned(),
            name: "a".to_owned(),
            regions: vec![Region {
                name: REGION.to_owned(),
                jobs: vec![job],
                endpoints: vec![endpoint],
                holdings: Vec::new(),
                outages: Vec::new(),
                refused: Vec::new(),
            }],
        }],
    }
}

fn endpoint_series(fleet: &Fleet, metric: Metric) -> Series<'_> {
    Series::of_variant(fleet, ACCOUNT, fleet.region(ACCOUNT, REGION).unwrap(), "e", "v1", metric).unwrap()
}

fn host_series(fleet: &Fleet, metric: Metric) -> Series<'_> {
    Series::of_host(fleet, ACCOUNT, fleet.region(ACCOUNT, REGION).unwrap(), "j", 2, metric).unwrap()
}

#[test]
fn a_period_is_the_merge_of_its_minutes() {
    let fleet = fleet();
    for metric in Metric::ALL {
        let series = endpoint_series(&fleet, metric);
        let (from, to) = (minute("2026-11-19T10:30:00Z"), minute("2026-11-19T11:30:00Z"));
        let minutes: Vec<Datum> = (from..to).filter_map(|m| series.minute(m)).collect();
        let whole = series.merged(from, to).unwrap();
        assert_eq!(whole.count, minutes.iter().map(|d| d.count).sum::<f64>(), "{metric:?}");
        assert!(
            (whole.sum - minutes.iter().map(|d| d.sum).sum::<f64>()).abs() < 1e-6 * whole.sum.max(1.0),
            "{metric:?}"
        );
        assert_eq!(whole.maximum, minutes.iter().map(|d| d.maximum).fold(f64::MIN, f64::max), "{metric:?}");
        let [p50, p90, p99] = whole.percentiles;
        let order = [whole.minimum, p50, p90, p99, whole.maximum];
        assert!(order.is_sorted(), "{metric:?} {order:?}");
    }
}

#[test]
fn sample_count_of_a_minute_is_the_number_of_instances() {
    let fleet = fleet();
    let cpu = endpoint_series(&fleet, Metric::CpuUtilization);
    assert_eq!(cpu.minute(minute("2026-11-19T10:59:00Z")).unwrap().count, 1.0);
    assert_eq!(cpu.minute(minute("2026-11-19T11:00:00Z")).unwrap().count, 3.0);
}

#[test]
fn utilisation_is_a_sum_over_parts() {
    let fleet = fleet();
    let mean = |series: Series<'_>| {
        series
            .merged(minute("2026-11-19T10:10:00Z"), minute("2026-11-19T10:50:00Z"))
            .unwrap()
            .statistic(Statistic::Average)
    };
    let gpu = mean(host_series(&fleet, Metric::GpuUtilization));
    assert!((300.0..=400.0).contains(&gpu), "four GPUs: {gpu}");
    let cpu = mean(host_series(&fleet, Metric::CpuUtilization));
    assert!((1200.0..1700.0).contains(&cpu), "0.3 of 48 cores: {cpu}");
}

#[test]
fn no_calls_means_no_datapoint_while_the_machine_still_reports() {
    let fleet = fleet();
    let sunday = minute("2026-11-15T12:00:00Z");
    assert_eq!(endpoint_series(&fleet, Metric::Invocations).merged(sunday, sunday + 60), None);
    assert_eq!(endpoint_series(&fleet, Metric::ModelLatency).merged(sunday, sunday + 60), None);
    let gpu = endpoint_series(&fleet, Metric::GpuUtilization).merged(sunday, sunday + 60).unwrap();
    assert_eq!((gpu.count, gpu.maximum), (60.0, 0.0));
    assert!(endpoint_series(&fleet, Metric::CpuUtilization).merged(sunday, sunday + 60).unwrap().minimum > 0.0);
}

#[test]
fn an_outage_takes_every_datapoint_and_a_period_keeps_its_other_minutes() {
    let mut fleet = fleet();
    let whole = fleet.clone();
    let (from, to) = (at("2026-11-19T10:20:30Z"), at("2026-11-19T10:40:00Z"));
    fleet.accounts[0].regions[0].outages = vec![Outage { from, to }];
    let (first, past) = (minute("2026-11-19T10:20:00Z"), minute("2026-11-19T10:40:00Z"));
    let rows = [
        (host_series(&fleet, Metric::GpuUtilization), host_series(&whole, Metric::GpuUtilization)),
        (endpoint_series(&fleet, Metric::CpuUtilization), endpoint_series(&whole, Metric::CpuUtilization)),
        (endpoint_series(&fleet, Metric::Invocations), endpoint_series(&whole, Metric::Invocations)),
    ];
    for (gap, all) in rows {
        assert_eq!(gap.merged(first, past), None);
        assert_eq!((gap.minute(first - 1), gap.minute(past)), (all.minute(first - 1), all.minute(past)));
        let (hour, minutes) = (gap.merged(first - 20, past + 20).unwrap(), all.merged(first - 20, past + 20).unwrap());
        let lost = all.merged(first, past).unwrap();
        assert!((hour.sum + lost.sum - minutes.sum).abs() < 1e-6 * minutes.sum);
        assert_eq!(hour.count + lost.count, minutes.count);
    }
}

#[test]
fn a_job_reports_from_its_second_minute_until_its_last_whole_one() {
    let fleet = fleet();
    // Started 10:01:40, ended 11:01:40.
    assert_eq!(
        host_series(&fleet, Metric::CpuUtilization).span(),
        (minute("2026-11-19T10:03:00Z"), minute("2026-11-19T11:01:00Z"))
    );
}

#[test]
fn nothing_lies_after_the_present() {
    let fleet = fleet();
    let cpu = endpoint_series(&fleet, Metric::CpuUtilization);
    assert!(cpu.minute(minute("2026-11-20T15:29:00Z")).is_some());
    assert!(cpu.minute(minute("2026-11-20T15:30:00Z")).is_none(), "this minute is not over");
}

#[test]
fn seed_and_revision_change_values_and_nothing_else_does() {
    let base = fleet();
    let noon = minute("2026-11-19T12:00:00Z");
    let value = |fleet: &Fleet| endpoint_series(fleet, Metric::CpuUtilization).minute(noon).unwrap().sum;
    let mut moved = base.clone();
    moved.now += TimeDelta::days(3);
    moved.accounts[0].regions[0].jobs.clear();
    assert_eq!(value(&base), value(&moved));
    for change in [|f: &mut Fleet| f.seed += 1, |f: &mut Fleet| f.revision += 1] {
        let mut other = base.clone();
        change(&mut other);
        assert_ne!(value(&base), value(&other));
    }
}

#[test]
fn dimensions_match_exactly_and_in_any_order() {
    let fleet = fleet();
    let directory = Directory::new(fleet.region(ACCOUNT, REGION).unwrap());
    let find = |namespace, name, dimensions: &[(&str, &str)]| {
        Series::find(&fleet, ACCOUNT, &directory, namespace, name, dimensions).is_some()
    };
    let both = [("VariantName", "v1"), ("EndpointName", "e")];
    let rows = [
        (NAMESPACE_INVOCATIONS, "Invocations", &both[..], true),
        (NAMESPACE_INVOCATIONS, "Invocations", &both[1..], false),
        (NAMESPACE_ENDPOINTS, "Invocations", &both, false),
        (NAMESPACE_ENDPOINTS, "GPUUtilization", &both, true),
        (NAMESPACE_TRAINING, "GPUUtilization", &[("Host", "j/algo-2")][..], true),
        (NAMESPACE_TRAINING, "GPUUtilization", &[("Host", "j/algo-3")], false),
        (NAMESPACE_TRAINING, "Invocations", &[("Host", "j/algo-1")], false),
        (NAMESPACE_ENDPOINTS, "GPUUtilization", &[], false),
    ];
    for (namespace, name, dimensions, expected) in rows {
        assert_eq!(find(namespace, name, dimensions), expected, "{namespace} {name} {dimensions:?}");
    }
}

#[test]
fn a_million_five_minute_points_take_about_a_second_at_most() {
    let fleet = fleet();
    let series = endpoint_series(&fleet, Metric::CpuUtilization);
    let (from, until) = series.span();
    let begin = std::time::Instant::now();
    let mut points = 0_u32;
    while points < 100_000 {
        for bucket in (from..until).step_by(5) {
            points += u32::from(series.merged(bucket, bucket + 5).is_some());
        }
    }
    let rate = f64::from(points) / begin.elapsed().as_secs_f64();
    // A shared build machine may be four times slower than a free one; the free one passes a million.
    assert!(rate > 250_000.0, "{rate:.0} points a second");
}
