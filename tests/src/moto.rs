//! The real SDK against an AWS that nobody here wrote: what was stored is what was seeded.

use std::collections::BTreeMap;

use aws_simulator::s3::objects;
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use server::aws::facts::{ExportPlace, StoredObject};
use server::aws::{Client, Kind};
use server::ingest::Options;
use server::pipeline;
use server::store::{AccountScope, Origin};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::support::{Moto, TestDatabase, settings, source};

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

#[tokio::test(flavor = "multi_thread")]
async fn buckets_and_bills_are_read_as_s3_gives_them() {
    let now = noon();
    let fleet = Fleet::small(now, 3);
    let (bucket, key) = (objects::bucket(&fleet.accounts[0]), fleet.accounts[0].access_key_id());
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let moto = Moto::start(now, false);
    let truth = moto.seed_bill(&simulator.endpoint_url(), &key, &bucket);
    let client = Client::new(&settings(&moto.endpoint_url, "test"), "us-east-1").await;

    let mut names: Vec<String> = client.buckets().await.unwrap().into_iter().map(|bucket| bucket.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["bare-bucket".to_owned(), bucket.clone(), "bucket-abroad".to_owned()]);
    let rules = client.bucket_rules(&bucket, None).await.unwrap();
    assert!(rules.refused.is_empty(), "{rules:?}");
    let (document, rule) = (&rules.document, &rules.document["lifecycle"][0]);
    assert_eq!((document["versioning"].as_str(), document["encryption"].as_str()), (Some("Enabled"), Some("aws:kms")));
    assert_eq!((rule["prefix"].as_str(), rule["deletes_after_days"].as_i64()), (Some("checkpoints/"), Some(30)));
    assert_eq!(
        (rule["deletes_old_versions_after_days"].as_i64(), rule["ends_uploads_after_days"].as_i64()),
        (Some(7), Some(3))
    );
    assert_eq!(rule["moves"], serde_json::json!([[10, "GLACIER"]]));
    for (name, region) in [("bare-bucket", None), ("bucket-abroad", Some("eu-west-1"))] {
        let bare = client.bucket_rules(name, region).await.unwrap();
        assert_eq!(
            (bare.document["versioning"].as_str(), bare.document["lifecycle"].as_array()),
            (Some("Off"), Some(&vec![]))
        );
    }
    assert_eq!(client.bucket_rules("nobodys-bucket", None).await.unwrap_err().kind, Kind::Missing);

    // Every file of the bill, to the last byte; a list that is longer than a page, to its end.
    let place = |prefix: &str| ExportPlace { bucket: bucket.clone(), prefix: prefix.to_owned(), region: None };
    let listed = client.export_objects(&place(objects::PREFIX)).await.unwrap();
    let sums = truth["objects"].as_object().unwrap();
    let of_export = sums.keys().filter(|key| key.starts_with(objects::PREFIX)).count();
    assert!(of_export > 2 && listed.len() == of_export, "{} of {of_export}", listed.len());
    let folder = std::env::temp_dir().join(format!("wattledger-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    for (number, object) in listed.iter().enumerate() {
        let file = folder.join(number.to_string());
        client.fetch_export_object(&place(objects::PREFIX), object, &file).await.unwrap();
        let sum = format!("{:x}", Sha256::digest(std::fs::read(&file).unwrap()));
        assert_eq!(sums[&object.key], sum, "{}", object.key);
    }
    let many = client.export_objects(&place("many")).await.unwrap();
    assert_eq!(many.len() as u64, truth["fillers"].as_u64().unwrap());
    // What was listed and is another one by now is not taken for what was listed.
    let old = StoredObject { etag: "\"0123456789abcdef0123456789abcdef\"".to_owned(), ..listed[0].clone() };
    let refused = client.fetch_export_object(&place(objects::PREFIX), &old, &folder.join("old")).await;
    assert!(refused.is_err(), "{refused:?}");
    std::fs::remove_dir_all(&folder).unwrap();
    let elsewhere = ExportPlace { bucket: "nobodys-bucket".to_owned(), prefix: String::new(), region: None };
    assert_eq!(client.export_objects(&elsewhere).await.unwrap_err().kind, Kind::Missing);

    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let explored = client.explored_days(None, day("2026-11-01"), day("2026-11-03"), None).await.unwrap();
    let told: Vec<(String, String, String, String, bool)> = explored
        .iter()
        .map(|each| {
            let (unblended, amortised) = (each.unblended.to_string(), each.amortised.to_string());
            (each.day.to_string(), each.usage_type.clone(), unblended, amortised, each.is_estimated)
        })
        .collect();
    let seeded: Vec<_> = truth["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            let group = &day["Groups"][0];
            let money = |name: &str| group["Metrics"][name]["Amount"].as_str().unwrap().to_owned();
            let (start, usage) = (day["TimePeriod"]["Start"].as_str().unwrap(), group["Keys"][0].as_str().unwrap());
            let estimated = day["Estimated"].as_bool().unwrap();
            (start.to_owned(), usage.to_owned(), money("UnblendedCost"), money("AmortizedCost"), estimated)
        })
        .collect();
    assert_eq!(told, seeded, "both pages, digit for digit");
}
