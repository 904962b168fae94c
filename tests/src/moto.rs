//! The real SDK against an AWS that nobody here wrote: what was stored is what was seeded.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use server::ingest::Options;
use server::pipeline;
use server::store::{AccountScope, Origin};
use sqlx::Row as _;

use crate::support::{Moto, TestDatabase, source};

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_132_800 + 12 * 3600, 0).unwrap()
}

/// Instance-seconds, processor and accelerator utilisation, requests.
type Hour = (f64, Option<f32>, Option<f32>, Option<f64>);
/// By name, part and start of the hour.
type Hours = BTreeMap<(String, String, i64), Hour>;

async fn hours(test: &TestDatabase, scope: &AccountScope) -> Hours {
    let mut transaction = scope.begin(&test.database.ingest).await.unwrap();
    let rows = sqlx::query(
        "select r.name, case when r.kind = 'endpoint' then e.part else '' end as part, u.hour,
                u.instance_seconds, u.cpu_utilisation, u.gpu_utilisation, u.requests
         from usage_hour u
         join entity e using (account_id, entity_id)
         join resource r using (account_id, resource_id)",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            let hour: DateTime<Utc> = row.get("hour");
            let key = (row.get("name"), row.get("part"), hour.timestamp());
            (
                key,
                (
                    row.get("instance_seconds"),
                    row.get("cpu_utilisation"),
                    row.get("gpu_utilisation"),
                    row.get("requests"),
                ),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_what_was_seeded() {
    let now = noon();
    let moto = Moto::start(now, false);
    let truth = moto.seed(now);
    let test = TestDatabase::new().await;
    let source = source(&test.database, Origin::Aws, "123456789012", "test", &moto.endpoint_url, &["us-east-1"]).await;
    let scope = source.scope.clone();
    let from = DateTime::from_timestamp(truth["window"]["start"].as_i64().unwrap(), 0).unwrap();
    let mut options = Options::new(from, now, now);
    options.settle = Duration::zero();
    let summary = pipeline::run(&test.database, &scope, &[source], &options).await.unwrap();
    assert_eq!((summary.windows_left, summary.errors.len()), (0, 0), "{summary:?}");

    let stored = hours(&test, &scope).await;
    let mut compared = 0;
    for (name, job) in truth["jobs"].as_object().unwrap() {
        for hour in job["hours"].as_array().unwrap() {
            compared += compare(&stored, name, "", hour);
        }
    }
    for (name, endpoint) in truth["endpoints"].as_object().unwrap() {
        for (variant, each) in endpoint["variants"].as_object().unwrap() {
            for hour in each["hours"].as_array().unwrap() {
                compared += compare(&stored, name, variant, hour);
            }
        }
    }
    assert!(compared > 200, "only {compared} hours were compared");
}

/// One hour of the truth beside what was stored: seconds, utilisation and requests.
fn compare(stored: &Hours, name: &str, part: &str, hour: &serde_json::Value) -> usize {
    let key = (name.to_owned(), part.to_owned(), hour["hour"].as_i64().unwrap());
    let seconds = hour["instance_seconds"].as_f64().unwrap();
    if seconds <= 0.0 {
        return 0;
    }
    let (got, cpu, gpu, requests) = *stored.get(&key).unwrap_or_else(|| panic!("{key:?} is missing"));
    assert!((got - seconds).abs() < 1.0, "{key:?}: {got} seconds, seeded {seconds}");
    for (what, got, seeded) in [("cpu", cpu, &hour["cpu_fraction"]), ("gpu", gpu, &hour["gpu_fraction"])] {
        match (got, seeded.as_f64()) {
            (Some(got), Some(seeded)) => {
                assert!((f64::from(got) - seeded).abs() < 1e-4, "{key:?} {what}: {got} {seeded}")
            }
            (None, None) => {}
            other => panic!("{key:?} {what}: {other:?}"),
        }
    }
    let seeded = hour["invocations"].as_f64().filter(|count| *count > 0.0);
    assert_eq!(requests.filter(|count| *count > 0.0), seeded, "{key:?} requests");
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn without_cloudwatch_jobs_and_hours_still_appear() {
    let now = noon();
    let moto = Moto::start(now, true);
    let truth = moto.seed(now);
    let test = TestDatabase::new().await;
    let source = source(&test.database, Origin::Aws, "123456789012", "test", &moto.endpoint_url, &["us-east-1"]).await;
    let scope = source.scope.clone();
    let from = DateTime::from_timestamp(truth["window"]["start"].as_i64().unwrap(), 0).unwrap();
    let summary = pipeline::run(&test.database, &scope, &[source], &Options::new(from, now, now)).await.unwrap();
    assert!(summary.errors.iter().any(|error| error.operation == "cloudwatch:GetMetricData"), "{:?}", summary.errors);
    assert!(summary.errors.iter().all(|error| !error.remedy.is_empty()));
    let tiers = test.scalar_text(&scope, "select string_agg(distinct tier, ' ' order by tier) from ledger_day").await;
    assert_eq!(tiers, "T3 unknown", "no metrics is tier T3, an unknown type or time stays unknown");
    let seeded: f64 =
        truth["jobs"].as_object().unwrap().values().filter_map(|job| job["instance_seconds"].as_f64()).sum();
    let got: f64 = test
        .scalar_text(&scope, "select sum(instance_seconds)::text from ledger_day where kind = 'training'")
        .await
        .parse()
        .unwrap();
    assert!((got - seeded).abs() < 5.0, "{got} seconds of training, seeded {seeded}");
}
