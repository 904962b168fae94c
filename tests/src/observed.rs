//! Metrics that tell how things are used: each is asked by the name and the dimensions that it is published under.

use aws_simulator::Fleet;
use aws_simulator::fleet::{Endpoint, Hosting, Shape, Traffic, Variant};
use chrono::Duration;
use server::ingest::{Options, forecast};
use server::pipeline;

use crate::site::{Site, links, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";
const PERIOD: &str = "from=2026-11-17&to=2026-11-23";

/// The small fleet with one more endpoint, called twenty times a minute.
async fn with(name: &str, hosting: Hosting, tags: &[(&str, &str)]) -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let variant = Variant::new("main", "documents", "ml.g4dn.xlarge", 1, 60.0);
    let traffic = Traffic::new(20.0, Shape::Flat, 40_000.0);
    let endpoint = Endpoint::new(ACCOUNT, REGION, name, now() - Duration::days(2), traffic, vec![variant]);
    fleet.accounts[0].regions[0].endpoints.push(endpoint.hosted(hosting).tagged(tags));
    Site::of(fleet, now() - Duration::days(3)).await
}

/// Every metric of a subject with its mean over the hours, in the order of names.
async fn figures(site: &Site, subject: &str) -> String {
    let mut scope = site.scope.begin(&site.test.database.web).await.unwrap();
    let rows: Vec<(String, f64)> = sqlx::query_as(
        "select metric, max(value) from observed_hour where subject = $1 group by metric order by metric",
    )
    .bind(subject)
    .fetch_all(&mut *scope)
    .await
    .unwrap();
    rows.into_iter().map(|(metric, value)| format!("{metric} {value}")).collect::<Vec<_>>().join(", ")
}

async fn text(site: &Site, sql: &'static str) -> String {
    site.test.scalar_text(&site.scope, sql).await
}

async fn words(site: &Site, path: &str) -> String {
    let text: Vec<String> = site.page(path).await.root_element().text().map(str::to_owned).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn page_of(site: &Site, name: &str) -> String {
    let list = site.page(&format!("/endpoints?{PERIOD}")).await;
    let href = links(&list).into_iter().find(|href| href.contains(name)).unwrap();
    words(site, &href).await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_from_a_queue_are_counted_when_processed() {
    let site = with("documents", Hosting::Async, &[]).await;
    // An asynchronous variant publishes no invocations: read by that name it would look as if nobody called.
    let requests =
        "select (sum(s.sum) > 40000)::text from metric_hour_stats s join entity e using (account_id, entity_id)
        join resource r using (account_id, resource_id) where r.name = 'documents' and s.metric = 'invocations'";
    assert_eq!(text(&site, requests).await, "true");
    let idle = "select (sum(u.idle_seconds) is not distinct from 0)::text from ledger_day u
        join resource r using (account_id, resource_id) where r.name = 'documents' and u.day = '2026-11-22'";
    assert_eq!(text(&site, idle).await, "true");
    // Queues have no variant; what concerns them is told in milliseconds, transfers in microseconds.
    assert_eq!(
        figures(&site, "endpoint/documents").await,
        "backlog 6, backlog_per_instance 3, oldest_request_s 12, without_capacity 1"
    );
    assert_eq!(
        figures(&site, "endpoint/documents/variant/main").await,
        "download_us 20000, failures 0, model_errors 0, processing_ms 60000, time_in_backlog_ms 1500, upload_us 30000"
    );
    let page = page_of(&site, "documents").await;
    for sentence in
        ["Time in the queue 1.50 s", "Fetching the request from S3 20.0 ms", "Time from request to answer 60.0 s"]
    {
        assert!(page.contains(sentence), "{sentence}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serverless_variants_are_asked_for_no_machine() {
    let site = with("faq", Hosting::Serverless { memory_mb: 2048, provisioned: None }, &[]).await;
    let kept = figures(&site, "endpoint/faq/variant/main").await;
    for expected in ["concurrency_used 0.25", "invocations 1", "latency_us", "memory_pct", "model_setup_us 900000"] {
        assert!(kept.contains(expected), "{expected}: {kept}");
    }
    assert!(!kept.contains("provisioned"), "nothing is held ready: {kept}");
    let provisioned = with("faq", Hosting::Serverless { memory_mb: 2048, provisioned: Some(4) }, &[]).await;
    let kept = figures(&provisioned, "endpoint/faq/variant/main").await;
    for expected in ["provisioned_executions 2", "provisioned_used 0.5", "provisioned_spillover 0"] {
        assert!(kept.contains(expected), "{expected}: {kept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn components_have_figures_of_their_own_and_reserve_those_of_their_variant() {
    let site = with("documents", Hosting::RealTime, &[]).await;
    // Nobody calls the components of the small fleet, and no call is no zero.
    let copies = figures(&site, "inference-component/adapter-de").await;
    assert_eq!(
        copies,
        "cpu_normalized_pct 30, gpu_memory_normalized_pct 30, gpu_normalized_pct 30, memory_normalized_pct 30"
    );
    let shared = figures(&site, "endpoint/llama-poc/variant/primary").await;
    assert!(shared.contains("cpu_reserved_pct 50") && shared.contains("gpu_normalized_pct 20"), "{shared}");
    assert!(!shared.contains("overhead_latency_us"), "nobody calls: {shared}");
    // A variant that is called tells its overhead, and its most and fewest requests at once.
    assert_eq!(
        figures(&site, "endpoint/documents/variant/main").await,
        "concurrency_max 8, concurrency_min 1, invocations_per_instance 1200, model_errors 0, overhead_latency_us 4000"
    );
    let page = page_of(&site, "llama-poc").await;
    assert!(page.contains("component adapter-de Processors of what it reserves 30.0 %"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_that_come_and_go_and_containers_in_a_row_are_told_apart() {
    let many = with("documents", Hosting::RealTime, &[("models", "many")]).await;
    let kept = figures(&many, "endpoint/documents/variant/main").await;
    for expected in ["cache_hits 1", "loaded_models 4", "loading_us 50000", "loading_wait_us 50000"] {
        assert!(kept.contains(expected), "{expected}: {kept}");
    }
    let row = with("documents", Hosting::RealTime, &[("containers", "tokenizer scorer")]).await;
    let tokenizer = figures(&row, "endpoint/documents/variant/main/container/tokenizer").await;
    assert_eq!(tokenizer, "container_latency_us 2000");
    assert!(!figures(&row, "endpoint/documents/variant/main").await.contains("loaded_models"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelines_speak_while_they_run_and_feature_groups_by_operation() {
    let site = with("documents", Hosting::RealTime, &[]).await;
    let started =
        "select sum(value)::text from observed_hour where subject like 'pipeline/%' and metric = 'executions_started'";
    assert_eq!(text(&site, started).await, "6", "of the seven, one began in the hour that is not over");
    let length = "select (max(value) > 60000)::text from observed_hour where metric = 'execution_ms'";
    assert_eq!(text(&site, length).await, "true");
    assert_eq!(figures(&site, "feature-group/nlp-features/GetRecord").await, "read_units 300");
    assert_eq!(figures(&site, "feature-group/nlp-features/PutRecord").await, "write_units 120");
    assert_eq!(figures(&site, "feature-group/nlp-features/DeleteRecord").await, "");
    let page = words(&site, "/configuration?kind=pipeline").await;
    assert!(page.contains("In the last seven days") && page.contains("Executions started 1"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reading_costs_is_foretold_with_everything_that_is_asked() {
    let site = with("documents", Hosting::Async, &[]).await;
    // Three hours of which nothing was read, and nothing in them that is not known.
    let (from, to) = (now() - Duration::hours(1), now() + Duration::hours(2));
    let later = to + Duration::minutes(20);
    let (scope, source) = site.source().await;
    let mut look = scope.begin(&site.test.database.ingest).await.unwrap();
    let places = [(source.account_id, REGION.to_owned())];
    let foretold = forecast::of(&mut look, &places, from, to, later).await.unwrap();
    drop(look);
    site.simulator.set_now(later);
    let options = Options::new(from, to, later);
    let read = pipeline::run(&site.test.database, &scope, &[source], &options).await.unwrap();
    assert_eq!((foretold.windows, foretold.series), (3, read.series));
    let others = "select count(*)::text from observed_subject
        where from_at < '2026-11-23 14:00Z' and to_at > '2026-11-23 13:00Z'";
    assert_ne!(text(&site, others).await, "0");
}
