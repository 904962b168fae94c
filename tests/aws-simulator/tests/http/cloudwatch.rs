//! Metrics: bytes, pages, retention, exclusive ends, and equality with the truth functions.

use std::collections::BTreeMap;

use aws_simulator::fleet::{Endpoint, Traffic, Variant};
use aws_simulator::truth::{
    Directory, Metric, NAMESPACE_ENDPOINTS, NAMESPACE_INVOCATIONS, NAMESPACE_TRAINING, Series, Statistic,
};
use chrono::{DateTime, TimeDelta, Utc};
use ciborium::Value;

use crate::client::{ACCOUNT, Client, at, map, member, now, time};

/// One query: id, namespace, metric, dimensions, period, statistic.
struct Ask<'a>(&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], i64, &'a str);

const HOST: &[(&str, &str)] = &[("Host", "plain-gpu/algo-1")];
const BUSY: &[(&str, &str)] = &[("VariantName", "primary"), ("EndpointName", "defects-live")];
const IDLE: &[(&str, &str)] = &[("EndpointName", "llama-poc"), ("VariantName", "primary")];

impl Ask<'_> {
    fn cbor(&self) -> Value {
        let dimensions = self
            .3
            .iter()
            .map(|(name, value)| map([("Name", Value::from(*name)), ("Value", Value::from(*value))]))
            .collect();
        let metric = map([
            ("Namespace", Value::from(self.1)),
            ("MetricName", Value::from(self.2)),
            ("Dimensions", Value::Array(dimensions)),
        ]);
        let stat = map([("Metric", metric), ("Period", Value::from(self.4)), ("Stat", Value::from(self.5))]);
        map([("Id", Value::from(self.0)), ("MetricStat", stat)])
    }
}

fn request(asks: &[Ask<'_>], start: DateTime<Utc>, end: DateTime<Utc>, more: &[(&str, Value)]) -> Value {
    let mut pairs = vec![
        (Value::from("StartTime"), time(start)),
        (Value::from("EndTime"), time(end)),
        (Value::from("MetricDataQueries"), Value::Array(asks.iter().map(Ask::cbor).collect())),
    ];
    pairs.extend(more.iter().map(|(name, value)| (Value::from(*name), value.clone())));
    Value::Map(pairs)
}

fn ascending() -> (&'static str, Value) {
    ("ScanBy", Value::from("TimestampAscending"))
}

type Points = Vec<(i64, f64)>;

fn whole_seconds(value: &Value) -> i64 {
    let (tag, inner) = value.as_tag().unwrap();
    assert_eq!(tag, 1);
    let text = format!("{:.0}", inner.as_float().unwrap());
    text.parse().unwrap()
}

fn results(answer: &Value) -> BTreeMap<String, (Points, String)> {
    let results = member(answer, "MetricDataResults").unwrap().as_array().unwrap();
    let read = |result: &Value| {
        let times = member(result, "Timestamps").unwrap().as_array().unwrap().iter().map(whole_seconds);
        let values =
            member(result, "Values").unwrap().as_array().unwrap().iter().map(|value| value.as_float().unwrap());
        let text = |name| member(result, name).unwrap().as_text().unwrap().to_owned();
        (text("Id"), (times.zip(values).collect(), text("StatusCode")))
    };
    results.iter().map(read).collect()
}

async fn points(client: &Client, ask: Ask<'_>, start: DateTime<Utc>, end: DateTime<Utc>) -> Points {
    let id = ask.0.to_owned();
    let answer = client.cbor("GetMetricData", request(&[ask], start, end, &[ascending()])).await;
    assert_eq!(answer.status, 200, "{:?}", answer.cbor());
    results(&answer.cbor()).remove(&id).unwrap().0
}

#[tokio::test]
async fn the_bytes_of_an_answer_are_pinned() {
    let client = Client::small().await;
    let start = at("2026-11-22T12:00:00Z");
    let ask = Ask("c", NAMESPACE_ENDPOINTS, "GPUUtilization", IDLE, 60, "Maximum");
    let answer = client.cbor("GetMetricData", request(&[ask], start, start + TimeDelta::minutes(2), &[])).await;
    assert_eq!(
        (answer.status, answer.header("smithy-protocol"), answer.header("content-type")),
        (200, "rpc-v2-cbor", "application/cbor")
    );
    // An idle GPU is exactly zero, so these bytes need no number of the simulator's own.
    let mut golden = vec![0xa2, 0x71];
    golden.extend_from_slice(b"MetricDataResults");
    golden.extend_from_slice(&[0x81, 0xa5, 0x62]);
    golden.extend_from_slice(b"Id\x61c\x65Label\x6eGPUUtilization\x6aTimestamps\x82");
    for later_first in [60, 0] {
        golden.extend_from_slice(&[0xc1, 0xfb]);
        golden.extend_from_slice(&((start.timestamp() + later_first) as f64).to_be_bytes());
    }
    golden.extend_from_slice(b"\x66Values\x82");
    for _ in 0..2 {
        golden.extend_from_slice(&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    golden.extend_from_slice(b"\x6aStatusCode\x68Complete\x68Messages\x80");
    assert_eq!(answer.body, golden);
}

#[tokio::test]
async fn served_values_are_the_truth() {
    let client = Client::small().await;
    let fleet = client.handle.fleet();
    let directory = Directory::new(fleet.region(ACCOUNT, "us-east-1").unwrap());
    let (start, end) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T13:00:00Z"));
    let statistics = ["Average", "Sum", "SampleCount", "Minimum", "Maximum", "p50", "p90", "p99"];
    for (namespace, metric, dimensions) in [
        (NAMESPACE_TRAINING, "CPUUtilization", HOST),
        (NAMESPACE_TRAINING, "GPUUtilization", HOST),
        (NAMESPACE_ENDPOINTS, "GPUUtilization", BUSY),
        (NAMESPACE_INVOCATIONS, "Invocations", BUSY),
        (NAMESPACE_INVOCATIONS, "ModelLatency", BUSY),
    ] {
        let series = Series::find(&fleet, ACCOUNT, &directory, namespace, metric, dimensions).unwrap();
        for (statistic, period) in statistics.into_iter().flat_map(|s| [(s, 60), (s, 300), (s, 3600)]) {
            let served = points(&client, Ask("q", namespace, metric, dimensions, period, statistic), start, end).await;
            let wanted: Statistic = statistic.parse().unwrap();
            let expected: Points = (start.timestamp()..end.timestamp())
                .step_by(usize::try_from(period).unwrap())
                .filter_map(|at| Some((at, series.merged(at / 60, (at + period) / 60)?.statistic(wanted))))
                .collect();
            assert!(!expected.is_empty());
            assert_eq!(served, expected, "{metric} {statistic} {period}");
        }
    }
}

#[tokio::test]
async fn newest_first_by_default_and_the_end_is_exclusive() {
    let client = Client::small().await;
    let (start, end) = (at("2026-11-21T12:00:00Z"), at("2026-11-21T12:10:00Z"));
    let ask = || Ask("q", NAMESPACE_ENDPOINTS, "CPUUtilization", BUSY, 300, "SampleCount");
    let answer = client.cbor("GetMetricData", request(&[ask()], start, end, &[])).await;
    let times: Vec<i64> = results(&answer.cbor())["q"].0.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [start.timestamp() + 300, start.timestamp()]);
    assert_eq!(points(&client, ask(), start, start + TimeDelta::minutes(5)).await.len(), 1);
    let cut = points(
        &client,
        Ask("q", NAMESPACE_ENDPOINTS, "CPUUtilization", IDLE, 300, "SampleCount"),
        start,
        start + TimeDelta::minutes(7),
    )
    .await;
    assert_eq!(
        cut.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [5.0, 2.0],
        "minutes past the end do not count"
    );
}

#[tokio::test]
async fn pages_cover_the_range_once() {
    let client = Client::small().await;
    let (start, end) = (at("2026-11-22T08:00:00Z"), at("2026-11-22T09:00:00Z"));
    for scan in ["TimestampAscending", "TimestampDescending"] {
        let asks = [
            Ask("a", NAMESPACE_ENDPOINTS, "CPUUtilization", BUSY, 300, "Average"),
            Ask("b", NAMESPACE_ENDPOINTS, "CPUUtilization", IDLE, 300, "Average"),
            Ask("none", NAMESPACE_INVOCATIONS, "Invocations", IDLE, 300, "Sum"),
        ];
        let mut more = vec![("ScanBy", Value::from(scan)), ("MaxDatapoints", Value::from(10))];
        let mut seen: BTreeMap<String, Points> = BTreeMap::new();
        let mut pages = 0;
        loop {
            let answer = client.cbor("GetMetricData", request(&asks, start, end, &more)).await.cbor();
            let page = results(&answer);
            assert!(page.values().map(|(points, _)| points.len()).sum::<usize>() <= 10);
            let token = member(&answer, "NextToken").cloned();
            for (id, (points, status)) in page {
                assert_eq!(status, if token.is_some() { "PartialData" } else { "Complete" });
                seen.entry(id).or_default().extend(points);
            }
            pages += 1;
            let Some(token) = token else { break };
            more.truncate(2);
            more.push(("NextToken", token));
        }
        assert_eq!((pages, seen["a"].len(), seen["b"].len(), seen["none"].len()), (4, 12, 12, 0));
        let times: Vec<i64> = seen["a"].iter().map(|(at, _)| *at).collect();
        let ordered = if scan == "TimestampAscending" { times.is_sorted() } else { times.iter().rev().is_sorted() };
        assert!(ordered, "{times:?}");
    }
}

#[tokio::test]
async fn old_starts_give_nothing_at_fine_periods() {
    let mut fleet = aws_simulator::Fleet::small(now(), 11);
    let long_ago = now() - TimeDelta::days(500);
    let variant = Variant::new("v", "m", "ml.m5.large", 1, 10.0);
    let endpoint = Endpoint::new(ACCOUNT, "us-east-1", "ancient", long_ago, Traffic::none(), vec![variant]);
    fleet.accounts[0].regions[0].endpoints.push(endpoint);
    let client = Client::of(fleet).await;
    let dimensions: &[_] = &[("EndpointName", "ancient"), ("VariantName", "v")];
    for (period, days, expected) in [
        (60, 14, 60),
        (60, 16, 0),
        (300, 16, 12),
        (300, 62, 12),
        (300, 64, 0),
        (3600, 64, 1),
        (3600, 454, 1),
        (3600, 456, 0),
    ] {
        let start = at("2026-11-23T14:00:00Z") - TimeDelta::days(days);
        let ask = Ask("q", NAMESPACE_ENDPOINTS, "CPUUtilization", dimensions, period, "Average");
        let got = points(&client, ask, start, start + TimeDelta::hours(1)).await;
        assert_eq!(got.len(), expected, "{period} s, {days} days ago");
    }
}

#[tokio::test]
async fn nobody_called_means_no_datapoint() {
    let client = Client::small().await;
    let (start, end) = (at("2026-11-21T00:00:00Z"), at("2026-11-23T00:00:00Z"));
    assert_eq!(
        points(&client, Ask("q", NAMESPACE_INVOCATIONS, "Invocations", IDLE, 3600, "Sum"), start, end).await,
        []
    );
    let gpu = points(&client, Ask("q", NAMESPACE_ENDPOINTS, "GPUUtilization", IDLE, 3600, "Maximum"), start, end).await;
    assert!(gpu.len() == 48 && gpu.iter().all(|(_, value)| *value == 0.0));
    let ghost = points(
        &client,
        Ask("q", NAMESPACE_ENDPOINTS, "CPUUtilization", &[("EndpointName", "x"), ("VariantName", "y")], 60, "Sum"),
        start,
        end,
    );
    assert_eq!(ghost.await, []);
}

#[tokio::test]
async fn sample_count_recovers_the_instances() {
    let client = Client::small().await;
    let fleet = client.handle.fleet();
    let (_, _, endpoint) = fleet.endpoints().find(|(_, _, endpoint)| endpoint.name == "defects-live").unwrap();
    let variant = &endpoint.configs[0].variants[0];
    let (start, end) = (at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z"));
    let counts =
        points(&client, Ask("q", NAMESPACE_ENDPOINTS, "CPUUtilization", BUSY, 60, "SampleCount"), start, end).await;
    assert_eq!(counts.len(), 1440);
    for (at, count) in counts {
        assert_eq!(count, f64::from(variant.count_at(DateTime::from_timestamp(at, 0).unwrap())));
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let (start, end) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T14:00:00Z"));
    let body = || request(&[Ask("q", NAMESPACE_TRAINING, "CPUUtilization", HOST, 60, "Average")], start, end, &[]);
    let mut answers = Vec::new();
    for seed in [11, 11, 12] {
        let client = Client::of(aws_simulator::Fleet::small(now(), seed)).await;
        answers.push(client.cbor("GetMetricData", body()).await.body);
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);

    let client = Client::small().await;
    client.handle.alter(|fleet| fleet.revision += 1);
    assert_ne!(client.cbor("GetMetricData", body()).await.body, answers[0], "a revision restates values");
}

#[tokio::test]
async fn bad_requests_are_refused_in_the_same_format() {
    let client = Client::small().await;
    let ok = || Ask("a", NAMESPACE_TRAINING, "CPUUtilization", HOST, 60, "Average");
    let (start, end) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T14:00:00Z"));
    let ids: Vec<String> = (0..501).map(|i| format!("q{i}")).collect();
    let many: Vec<Ask<'_>> =
        ids.iter().map(|id| Ask(id, NAMESPACE_TRAINING, "CPUUtilization", HOST, 60, "Average")).collect();
    let rows = [
        request(&many, start, end, &[]),
        request(&[ok(), ok()], start, end, &[]),
        request(&[], start, end, &[]),
        request(&[ok()], start, start, &[]),
        request(&[ok()], end, start, &[]),
        request(&[Ask("a", "n", "m", HOST, 45, "Average")], start, end, &[]),
        request(&[Ask("a", "n", "m", HOST, 60, "p95.5")], start, end, &[]),
        request(&[Ask("Upper", "n", "m", HOST, 60, "Sum")], start, end, &[]),
        request(&[ok()], start, end, &[("NextToken", Value::from("made-up"))]),
    ];
    for body in rows {
        let answer = client.cbor("GetMetricData", body).await;
        assert_eq!((answer.status, answer.header("smithy-protocol")), (400, "rpc-v2-cbor"));
        assert_eq!(answer.header("x-amzn-query-error"), "ValidationError;Sender");
        assert_eq!(member(&answer.cbor(), "__type").and_then(Value::as_text), Some("ValidationError"));
    }
    assert_eq!(client.cbor("GetMetricData", request(&many[..500], start, end, &[])).await.status, 200);
    assert_eq!(client.cbor("PutMetricData", map([])).await.status, 400);
}

#[tokio::test]
async fn metrics_are_listed_by_page_and_filter() {
    let client = Client::of(aws_simulator::Fleet::demo(now(), 1)).await;
    let mut token = None;
    let mut pages = Vec::new();
    loop {
        let mut body = vec![(Value::from("Namespace"), Value::from(NAMESPACE_TRAINING))];
        body.extend(token.map(|token| (Value::from("NextToken"), token)));
        let answer = client.cbor("ListMetrics", Value::Map(body)).await.cbor();
        pages.push(member(&answer, "Metrics").unwrap().as_array().unwrap().len());
        token = member(&answer, "NextToken").cloned();
        if token.is_none() {
            break;
        }
    }
    let (last, full) = pages.split_last().unwrap();
    assert!(full.iter().all(|page| *page == 500) && (1..=500).contains(last), "{pages:?}");

    let client = Client::small().await;
    let listed = async |name: &str, dimension: &str, value: &str| {
        let wanted = Value::Array(vec![map([("Name", Value::from(dimension)), ("Value", Value::from(value))])]);
        let answer =
            client.cbor("ListMetrics", map([("MetricName", Value::from(name)), ("Dimensions", wanted)])).await.cbor();
        member(&answer, "Metrics").unwrap().as_array().unwrap().len()
    };
    assert_eq!(listed("GPUUtilization", "Host", "plain-gpu/algo-1").await, 1);
    assert_eq!(listed("GPUUtilization", "Host", "plain-cpu/algo-1").await, 0);
    assert_eq!(listed("CPUUtilization", "Host", "very-short/algo-1").await, 0);
    assert_eq!(listed("Invocations", "EndpointName", "defects-live").await, 1);
    assert_eq!(listed("Invocations", "EndpointName", "llama-poc").await, 0);
    assert_eq!(listed(Metric::CpuUtilization.name(), "EndpointName", "ranker-ab").await, 2);
}
