//! Hourly grid intensity from a file and from a provider on loopback: what it weighs, what it leaves, and what happens
//! when there is none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use server::ingest::intensity::{self, Provider};
use server::pipeline;
use server::store::intensity::{HourIntensity, Origin};

use crate::site::{ALL, Site, now};

const FILE: Origin<'static> = Origin { source: "the grid operator", licence: "CC-BY-4.0" };

async fn account(site: &Site) -> Value {
    let (status, text) = site.get(&format!("/why.json?{ALL}")).await;
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Facility energy, hourly energy and emissions of one region.
fn of_region(account: &Value, region: &str) -> [f64; 3] {
    let lines = account["chain"].as_array().unwrap().iter().filter(|line| line["region"] == region);
    lines.fold([0.0; 3], |sum, line| {
        let add = |index: usize, key: &str| sum[index] + line[key].as_f64().unwrap_or_default();
        [add(0, "facility_kwh"), add(1, "hourly_kwh"), add(2, "operational_g")]
    })
}

fn hours(days_back: i64, grams: impl Fn(DateTime<Utc>) -> f64) -> Vec<HourIntensity> {
    let first = now() - Duration::days(days_back);
    (0..days_back * 24)
        .map(|hour| first + Duration::hours(hour))
        .map(|hour| HourIntensity { hour, g_per_kwh: grams(hour) })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_weighs_its_own_hours_and_no_others() {
    let site = Site::new().await;
    let database = &site.test.database;
    let before = account(&site).await;
    let [energy, hourly, annual] = of_region(&before, "us-east-1");
    assert!(energy > 0.0 && hourly == 0.0 && annual > 0.0);

    // Every hour at twice the year's average.
    let year = annual / energy;
    let series = hours(20, |_| 2.0 * year);
    let written = intensity::keep(database, "us-east-1", &series, FILE).await.unwrap();
    assert_eq!(written.changed, series.len() as u64);
    assert!(written.days_due > 0);
    pipeline::estimate_what_is_due(database).await.unwrap();
    let after = account(&site).await;
    let [same, hourly, doubled] = of_region(&after, "us-east-1");
    assert!((same - energy).abs() < 1e-9, "energy is what it was");
    let used = after["intensity_series"].as_array().unwrap();
    assert_eq!(used.len(), 1, "{used:?}");
    assert!(used[0]["source"] == FILE.source && used[0]["licence"] == FILE.licence);
    assert_eq!(used[0]["hours"], 6 * 24 + 12, "the file ends at noon of the last day");
    assert!(before["intensity_series"].as_array().unwrap().is_empty());
    assert!((hourly - energy).abs() < 1e-9, "all of it is weighed by the hour");
    assert!((doubled / annual - 2.0).abs() < 1e-4, "{doubled} is twice {annual}");
    for region in before["chain"].as_array().unwrap().iter().map(|line| line["region"].as_str().unwrap()) {
        if region != "us-east-1" {
            assert_eq!(of_region(&before, region), of_region(&after, region), "{region} is left alone");
        }
    }

    // The same file again changes nothing; half of the hours gone dirty changes only those.
    assert_eq!(intensity::keep(database, "us-east-1", &series, FILE).await.unwrap().changed, 0);
    let text: String = site.page(&format!("/?{ALL}")).await.root_element().text().collect();
    assert!(text.contains("hour by hour"), "the overview says how the grid was resolved");
    let imports: String = site.page("/imports").await.root_element().text().collect();
    assert!(imports.contains("the grid operator"), "{imports}");

    // Somebody's own intensity stands over the series.
    let id = site.propose("intensity:us-east-1", "50", "40", "60").await;
    site.post(&format!("/methodology/sets/{id}/decision"), &[("decision", "accept"), ("by", "Ada")]).await;
    server::estimate::compute_accepted(database).await.unwrap();
    let own = account(&site).await;
    let [energy, hourly, grams] = of_region(&own, "us-east-1");
    assert!(hourly == 0.0 && (grams / energy - 50.0).abs() < 1e-3, "{grams} g on {energy} kWh");
}

type Asked = Arc<Mutex<Vec<BTreeMap<String, String>>>>;

/// What the provider does next: answers, refuses with a status, or talks nonsense.
#[derive(Clone)]
struct Provided {
    asked: Asked,
    behaviour: Arc<Mutex<Behaviour>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Behaviour {
    Answer(f64),
    Refuse(u16),
    Nonsense,
}

async fn past_range(
    State(provided): State<Provided>,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    assert_eq!(headers.get("auth-token").unwrap(), "a-key");
    provided.asked.lock().unwrap().push(query.clone());
    let behaviour = *provided.behaviour.lock().unwrap();
    let time = |key: &str| DateTime::parse_from_rfc3339(&query[key]).unwrap().to_utc();
    match behaviour {
        Behaviour::Refuse(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Behaviour::Nonsense => "<html>".into_response(),
        Behaviour::Answer(grams) => {
            let (mut at, end) = (time("start"), time("end"));
            assert!(end - at <= Duration::days(10), "the API answers ten days of hours at most");
            let mut data = Vec::new();
            while at < end {
                data.push(json!({ "datetime": at, "carbonIntensity": grams, "isEstimated": false }));
                at += Duration::hours(1);
            }
            // An hour that it does not know is null, and stays annual.
            data.push(json!({ "datetime": end, "carbonIntensity": null }));
            Json(json!({ "zone": "Z", "data": data })).into_response()
        }
    }
}

async fn provider() -> (Provider, Provided) {
    let provided = Provided { asked: Asked::default(), behaviour: Arc::new(Mutex::new(Behaviour::Answer(100.0))) };
    let router = Router::new().route("/v3/carbon-intensity/past-range", get(past_range)).with_state(provided.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Provider::new(&address, "a-key").unwrap(), provided)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_asked_once_an_hour_and_its_refusal_leaves_the_annual_average() {
    let site = Site::new().await;
    let database = &site.test.database;
    let (provider, provided) = provider().await;
    let become_ = |behaviour| *provided.behaviour.lock().unwrap() = behaviour;
    let [_, _, annual] = of_region(&account(&site).await, "us-east-1");

    for (behaviour, expected) in [
        (Behaviour::Refuse(401), "refused the key"),
        (Behaviour::Refuse(429), "throttles"),
        (Behaviour::Refuse(404), "no data for this region"),
        (Behaviour::Refuse(500), "failed"),
        (Behaviour::Nonsense, "has no meaning"),
        (Behaviour::Answer(500_000.0), "has no meaning"),
    ] {
        become_(behaviour);
        let asked = i64::try_from(provided.asked.lock().unwrap().len()).unwrap();
        let at = now() + Duration::hours(2 * asked);
        let written = pipeline::weigh_by_the_hour(database, &provider, at).await.unwrap();
        assert_eq!(written.changed, 0, "{expected}");
        let text: String = site.page("/imports").await.root_element().text().collect();
        assert!(text.contains(expected) && text.contains("annual average stands in"), "{expected}: {text}");
        assert_eq!(of_region(&account(&site).await, "us-east-1")[2], annual, "{expected}");
    }

    become_(Behaviour::Answer(100.0));
    let at = now() + Duration::days(1);
    let written = pipeline::weigh_by_the_hour(database, &provider, at).await.unwrap();
    assert!(written.changed > 24 * 30 && written.days_due > 0, "{written:?}");
    let [energy, hourly, grams] = of_region(&account(&site).await, "us-east-1");
    assert!((hourly - energy).abs() < 1e-9 && (grams / energy - 100.0).abs() < 1e-3, "{grams} g on {energy} kWh");

    // Within the hour it is left alone; later only what may have been revised is asked for.
    let asked = provided.asked.lock().unwrap().len();
    pipeline::weigh_by_the_hour(database, &provider, at + Duration::minutes(20)).await.unwrap();
    assert_eq!(provided.asked.lock().unwrap().len(), asked);
    pipeline::weigh_by_the_hour(database, &provider, at + Duration::hours(3)).await.unwrap();
    let again = provided.asked.lock().unwrap()[asked..].to_vec();
    assert!(!again.is_empty());
    for query in again {
        let start = DateTime::parse_from_rfc3339(&query["start"]).unwrap().to_utc();
        assert!(at - start <= Duration::hours(49), "{query:?}");
        assert_eq!(query["dataCenterProvider"], "aws");
    }
}
