//! The page of an endpoint and their list: how they scale, what watches over them, what they use of what stands ready.

use std::collections::BTreeMap;

use aws_simulator::fleet::{Endpoint, Hosting, Shape, Traffic, Variant};
use aws_simulator::{Faults, Fleet};
use chrono::{DateTime, Duration, Utc};
use scraper::{Html, Selector};

use crate::site::{ALL, Site, attributes, links, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

fn since() -> DateTime<Utc> {
    now() - Duration::days(3)
}

/// The small fleet with an endpoint whose calls often fail, a queue and a serverless one.
fn fleet() -> Fleet {
    let mut fleet = Fleet::small(now(), 3);
    let calls = Traffic::new(30.0, Shape::Flat, 40_000.0);
    let endpoint = |name: &str, traffic: Traffic, kind: &str| {
        let variant = Variant::new("main", "documents", kind, 1, 60.0);
        Endpoint::new(ACCOUNT, REGION, name, since(), traffic, vec![variant])
    };
    let region = &mut fleet.accounts[0].regions[0];
    region.endpoints.push(
        endpoint("failing", Traffic { share_5xx: 0.2, ..calls.clone() }, "ml.m5.xlarge")
            .tagged(&[("owner", "search"), ("slo", "p99 under 200 ms")]),
    );
    region.endpoints.push(endpoint("documents", calls.clone(), "ml.g4dn.xlarge").hosted(Hosting::Async));
    let hosting = Hosting::Serverless { memory_mb: 2_048, provisioned: None };
    region.endpoints.push(endpoint("faq", calls, "serverless-2048").hosted(hosting));
    fleet
}

async fn page_of(site: &Site, name: &str) -> Html {
    let list = site.page(&format!("/endpoints?{ALL}")).await;
    let href = links(&list).into_iter().find(|href| href.starts_with("/endpoints/") && href.contains(name)).unwrap();
    site.page(&href).await
}

fn words(page: &Html) -> String {
    let text: Vec<String> = page.root_element().text().map(str::to_owned).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds_all(text: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_tells_how_each_layer_scales() {
    let fleet = fleet();
    let site = Site::of(fleet.clone(), since()).await;
    let (_, _, endpoint) = fleet.endpoints().find(|(_, _, endpoint)| endpoint.name == "defects-live").unwrap();
    let variant = &endpoint.configs[0].variants[0];
    let steps = variant.steps.iter().filter(|step| step.from < now() && step.from > endpoint.in_service()).count();
    assert!(steps > 4, "it scales");
    let text = words(&page_of(&site, "defects-live").await);
    let scales = format!(
        "Variant primary ✓ Scales a policy is attached Application Auto Scaling, target tracking \
         sagemaker:variant:DesiredInstanceCount 1 to 4 InvocationsPerInstance held at 48 {steps} "
    );
    holds_all(&text, &[&scales, "Setting desired instance count to 2. monitor alarm TargetTracking", "successful"]);
    // What happened stands in the chart by the day.
    holds_all(&text, &["Variant primary to 2", "Demand against capacity, instances"]);

    let fixed = words(&page_of(&site, "llama-poc").await);
    holds_all(
        &fixed,
        &[
            "Variant primary = Fixed nothing is registered that could change it None none none 0",
            "Component adapter-de = Fixed",
            "Application Auto Scaling did nothing to it",
            "one instance: no redundancy across Availability Zones",
        ],
    );
    let serverless = words(&page_of(&site, "faq").await);
    holds_all(
        &serverless,
        &["Variant main ✓ Scales with the requests", "AWS spreads it over Availability Zones", "Start of a new copy"],
    );
    assert!(!serverless.contains("Demand against capacity"), "AWS holds what it runs on");
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_that_are_missing_come_with_their_command() {
    let site = Site::of(fleet(), since()).await;
    let page = page_of(&site, "failing").await;
    let text = words(&page);
    holds_all(
        &text,
        &[
            "1 of 6 there 16.7 %",
            "Variant main Invocation5XXErrors ✓ There failing-main-errors ! In alarm Sum of Invocation5XXErrors above 25",
            "Answers that come too late Variant main ModelLatency ! Missing",
            "--dimensions Name=EndpointName,Value=failing Name=VariantName,Value=main",
            // Four cores, of which CloudWatch adds up the percent.
            "--metric-name CPUUtilization \\ --dimensions Name=EndpointName,Value=failing Name=VariantName,Value=main \\ \
             --statistic Average --period 300 --evaluation-periods 3 \\ --comparison-operator GreaterThanThreshold \
             --threshold 320",
            "alarm failing-main-errors",
            "Owner search Service level objective p99 under 200 ms",
        ],
    );
    assert_eq!(attributes(&page, "details pre.code", "aria-label").len(), 5, "one a missing alarm");
    let queue = words(&page_of(&site, "documents").await);
    holds_all(&queue, &["0 of 4 there", "ApproximateAgeOfOldestRequest", "Age of the oldest request, at most"]);

    site.simulator.set_faults(Faults::none().denying("DescribeAlarms").denying("DescribeScalableTargets"));
    site.read_again(since()).await;
    let blind = words(&page_of(&site, "ranker-ab").await);
    holds_all(&blind, &["? Not evaluated the role may not read scalable targets"]);
    assert!(!blind.contains("! Missing") && !blind.contains("put-metric-alarm"), "{blind}");
}

/// The key figure of a query: its percent, and what it consists of.
async fn alarm_coverage(site: &Site, query: &str) -> (String, String) {
    let (status, text) = site.get(&format!("/settings/kpis.csv?{ALL}{query}")).await;
    assert_eq!(status, 200, "{text}");
    let mut rows =
        csv::Reader::from_reader(text.as_bytes()).into_deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let row = rows.find(|row| row["kpi"] == "alarm_coverage").unwrap();
    (row["value"].clone(), row["consists_of"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_share_of_alarms_counts_what_the_pages_of_endpoints_count() {
    let site = Site::of(fleet(), since()).await;
    let list = site.page(&format!("/endpoints?{ALL}")).await;
    let mut hrefs: Vec<String> = links(&list).into_iter().filter(|href| href.starts_with("/endpoints/")).collect();
    hrefs.sort();
    hrefs.dedup();
    let (mut present, mut required, mut endpoints) = (0, 0, 0);
    let counted = Selector::parse("[aria-labelledby=alarms] .panel-aside .quiet").unwrap();
    for href in hrefs.iter().filter(|href| href.contains('.')) {
        let page = site.page(href).await;
        // One that AWS no longer has needs no alarm.
        let Some(text) = page.select(&counted).next().map(|text| text.text().collect::<String>()) else { continue };
        let numbers: Vec<u32> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [own, all] = numbers[..] else { panic!("{href}: {text}") };
        present += own;
        required += all;
        endpoints += 1;
    }
    assert!(endpoints > 3 && 0 < present && present < required, "{endpoints} {present} {required}");
    let (share, parts) = alarm_coverage(&site, "").await;
    assert_eq!(parts, format!("{present} of {required} alarms of {endpoints} endpoints"));
    let share: f64 = share.parse().unwrap();
    assert!((share - 100.0 * f64::from(present) / f64::from(required)).abs() < 1e-9, "{share}");
    assert_eq!(alarm_coverage(&site, "&region=eu-north-1").await, (String::new(), String::new()), "nothing is there");

    site.simulator.set_faults(Faults::none().denying("DescribeAlarms"));
    site.read_again(since()).await;
    assert_eq!(
        alarm_coverage(&site, "").await,
        (String::new(), String::new()),
        "where nobody may look none is missing"
    );
    let text = site.get(&format!("/settings/kpis?{ALL}")).await.1;
    holds_all(&text, &["Alarm coverage", "the role may not read alarms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn latency_and_errors_are_those_that_were_answered() {
    let site = Site::of(fleet(), since()).await;
    let text = words(&page_of(&site, "failing").await);
    let sums = "select concat_ws(' ',
            round((100 * sum(s.sum) filter (where s.metric in ('errors_4xx', 'errors_5xx'))
                / sum(s.sum) filter (where s.metric = 'invocations'))::numeric, 1),
            round((1000 * sum(s.sum) filter (where s.metric = 'busy_s')
                / sum(s.sum) filter (where s.metric = 'invocations'))::numeric, 1))
        from metric_hour_stats s join entity e using (account_id, entity_id) join resource r using (account_id, resource_id)
        where r.name = 'failing'";
    let sums = site.test.scalar_text(&site.scope, sums).await;
    let (failed, mean) = sums.split_once(' ').unwrap();
    assert!(failed.parse::<f64>().unwrap() > 10.0 && mean.parse::<f64>().unwrap() > 30.0, "{sums}");
    holds_all(&text, &[&format!("{failed} %"), &format!("{mean} ms"), "Requests that failed", "Latency of the model"]);

    let list = words(&site.page(&format!("/endpoints?{ALL}")).await);
    holds_all(&list, &["real-time · 1 × ml.m5.xlarge", "1 of 1 in alarm", &format!("{mean} ms")]);
    let (_, csv) = site.get(&format!("/endpoints.csv?{ALL}")).await;
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize();
    let rows: Vec<BTreeMap<String, String>> = rows.map(Result::unwrap).collect();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    let failing = row("failing");
    assert_eq!((failing["alarms"].as_str(), failing["alarms_in_alarm"].as_str()), ("1", "1"));
    assert!((failing["latency_mean_ms"].parse::<f64>().unwrap() - mean.parse::<f64>().unwrap()).abs() < 0.1);
    let busiest: f64 = failing["busiest_hour_pct"].parse().unwrap();
    assert!(busiest > 0.0 && busiest <= 100.0, "{busiest}");
    let hours_on = |name: &str| row(name)["hours_on"].clone();
    assert_eq!((hours_on("failing").as_str(), hours_on("faq").as_str()), ("72", "0"), "three days; {csv}");
    assert_eq!(row("faq")["hosting_option"], "serverless");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_life_is_in_its_sum() {
    let site = Site::of(fleet(), since()).await;
    let whole = words(&page_of(&site, "failing").await);
    let list = site.page(&format!("/endpoints?{ALL}")).await;
    let href = links(&list).into_iter().find(|href| href.contains("/endpoints/failing")).unwrap();
    let address = href.split('?').next().unwrap();
    let part = words(&site.page(&format!("{address}?from=2026-11-21&to=2026-11-21")).await);
    // Whole lives are the same, whatever part of them a page shows.
    let hours = "select round((sum(instance_seconds) / 3600)::numeric, 1)::text from ledger_day l
        join resource r using (account_id, resource_id) where r.name = 'failing'";
    let hours = format!("{} h", site.test.scalar_text(&site.scope, hours).await);
    holds_all(&whole, &[&hours]);
    holds_all(&part, &[&hours, "24.0 h of instances stood ready"]);
    // Beyond two weeks a bucket is a day.
    let long = words(&site.page(&format!("{address}?from=2026-11-01&to=2026-11-23")).await);
    holds_all(&long, &["Day Instances ready In use Unused Requests", &hours]);
}
