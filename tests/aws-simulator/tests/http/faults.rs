//! Faults, the call log and the simulator's own pages.

use std::time::{Duration, Instant};

use aws_simulator::{Faults, Fleet, SeriesStatus};
use chrono::TimeDelta;
use ciborium::Value;
use serde_json::json;

use crate::client::{ACCOUNT, Client, at, map, member, now, time};

fn idle_cpu() -> Value {
    let dimension = |name: &str, value: &str| map([("Name", Value::from(name)), ("Value", Value::from(value))]);
    let metric = map([
        ("Namespace", Value::from("/aws/sagemaker/Endpoints")),
        ("MetricName", Value::from("CPUUtilization")),
        ("Dimensions", Value::Array(vec![dimension("EndpointName", "llama-poc"), dimension("VariantName", "primary")])),
    ]);
    let stat = map([("Metric", metric), ("Period", Value::from(300)), ("Stat", Value::from("Average"))]);
    let query = map([("Id", Value::from("q")), ("MetricStat", stat)]);
    let start = at("2026-11-22T00:00:00Z");
    map([
        ("StartTime", time(start)),
        ("EndTime", time(start + TimeDelta::hours(1))),
        ("MetricDataQueries", Value::Array(vec![query])),
    ])
}

#[tokio::test]
async fn the_next_calls_are_throttled_and_then_it_works_again() {
    let client = Client::small().await;
    client.handle.set_faults(Faults::none().throttling("ListTrainingJobs", 2).failing("ListEndpoints", 1));
    let key = format!("AKIADEMO{ACCOUNT}");
    let mut outcomes = Vec::new();
    for operation in ["ListTrainingJobs", "ListTrainingJobs", "ListTrainingJobs", "ListEndpoints", "ListEndpoints"] {
        let (status, answer) = client.json_at(&key, "us-east-1", operation, json!({})).await;
        outcomes.push((status, answer["__type"].as_str().unwrap_or("").to_owned()));
    }
    let expected =
        [(400, "ThrottlingException"), (400, "ThrottlingException"), (200, ""), (500, "InternalFailure"), (200, "")];
    assert_eq!(outcomes, expected.map(|(status, code)| (status, code.to_owned())));
    let log = client.handle.log();
    assert_eq!(log.iter().map(|call| call.status).collect::<Vec<_>>(), [400, 400, 200, 500, 200].map(Some));
}

#[tokio::test]
async fn a_denied_service_says_so_in_its_own_format() {
    let client = Client::small().await;
    assert_eq!(client.post("/__simulator__/faults", r#"{"denied":["cloudwatch"]}"#).await, 200);
    let answer = client.cbor("GetMetricData", idle_cpu()).await;
    assert_eq!((answer.status, answer.header("content-type")), (403, "application/cbor"));
    assert_eq!(member(&answer.cbor(), "__type").and_then(Value::as_text), Some("AccessDenied"));
    client.json("ListEndpoints", json!({})).await;
    assert_eq!(client.post("/__simulator__/faults", "{}").await, 200);
    assert_eq!(client.cbor("GetMetricData", idle_cpu()).await.status, 200);
    assert_eq!(client.post("/__simulator__/faults", r#"{"typo":1}"#).await, 400);
}

#[tokio::test]
async fn an_operation_is_refused_where_the_fleet_says_so_and_nowhere_else() {
    let client = Client::of(Fleet::demo(now(), 1)).await;
    let rows = [
        ("AKIADEMO333344445555", "eu-north-1", "ListApps", 403),
        ("AKIADEMO333344445555", "eu-north-1", "ListNotebookInstances", 200),
        ("AKIADEMO333344445555", "us-east-1", "ListApps", 200),
        ("AKIADEMO222233334444", "eu-north-1", "ListApps", 200),
    ];
    for (key, region, operation, expected) in rows {
        let (status, answer) = client.json_at(key, region, operation, json!({})).await;
        assert_eq!(status, expected, "{region} {operation} {answer}");
        if expected == 403 {
            assert_eq!(answer["__type"], "AccessDeniedException");
        }
    }
}

#[tokio::test]
async fn chosen_series_answer_badly() {
    let client = Client::small().await;
    let rows = [
        (Faults::none(), "Complete", 12),
        (Faults::none().answering("llama-poc", SeriesStatus::PartialData), "PartialData", 6),
        (Faults::none().answering("CPUUtilization", SeriesStatus::InternalError), "InternalError", 0),
        (Faults::none().answering("defects-live", SeriesStatus::InternalError), "Complete", 12),
    ];
    for (faults, status, points) in rows {
        client.handle.set_faults(faults);
        let answer = client.cbor("GetMetricData", idle_cpu()).await.cbor();
        let result = &member(&answer, "MetricDataResults").unwrap().as_array().unwrap()[0];
        assert_eq!(member(result, "StatusCode").and_then(Value::as_text), Some(status));
        assert_eq!(member(result, "Values").unwrap().as_array().unwrap().len(), points);
    }
}

#[tokio::test]
async fn latency_delays_the_named_operation_only() {
    let client = Client::small().await;
    client.handle.set_faults(
        Faults::none().slow("ListTags", Duration::from_secs(30)).slow("ListEndpoints", Duration::from_millis(80)),
    );
    let begin = Instant::now();
    client.json("ListEndpoints", json!({})).await;
    assert!(begin.elapsed() >= Duration::from_millis(80));
    client.json("ListTrainingJobs", json!({})).await;
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn the_log_knows_who_asked_for_which_window() {
    let client = Client::small().await;
    client.cbor("GetMetricData", idle_cpu()).await;
    let call = client.handle.log().remove(0);
    assert_eq!(
        (call.service.as_str(), call.operation.as_str(), call.account.as_str()),
        ("cloudwatch", "GetMetricData", ACCOUNT)
    );
    let window = call.window.unwrap();
    assert_eq!((window.start, window.end), (at("2026-11-22T00:00:00Z"), at("2026-11-22T01:00:00Z")));
    assert!(call.answered.unwrap() >= call.received);

    let page: serde_json::Value = serde_json::from_str(&client.get("/__simulator__/log").await).unwrap();
    assert_eq!((&page[0]["operation"], &page[0]["status"]), (&json!("GetMetricData"), &json!(200)));
    client.handle.clear_log();
    client.json("ListEndpoints", json!({})).await;
    assert_eq!(client.handle.log()[0].sequence, 1, "numbering goes on");
}

#[tokio::test]
async fn the_fleet_page_holds_the_whole_fleet() {
    let client = Client::small().await;
    let page = client.get("/__simulator__/fleet").await;
    assert_eq!(page, serde_json::to_string(&Fleet::small(now(), 11)).unwrap());
}

#[tokio::test]
async fn shutdown_frees_the_port() {
    let client = Client::small().await;
    let url = client.handle.endpoint_url();
    client.handle.shutdown().await;
    assert!(reqwest::get(url).await.is_err());
}
