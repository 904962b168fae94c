//! Endpoints that do without instances of their own, or that stand beside others.

use std::collections::BTreeMap;

use aws_simulator::Fleet;
use aws_simulator::fleet::{Endpoint, Hosting, Shape, Traffic, Variant};
use aws_simulator::truth::{Metric, Series, Statistic};
use chrono::Duration;

use crate::site::{ALL, Site, attributes, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

fn fleet() -> Fleet {
    let mut fleet = Fleet::small(now(), 3);
    let created = now() - Duration::days(3);
    let calls = Traffic::new(30.0, Shape::Diurnal { peak_hour: 13.0, floor: 0.0 }, 400_000.0);
    let endpoint = |name: &str, traffic: &Traffic, variants: Vec<Variant>| {
        Endpoint::new(ACCOUNT, REGION, name, created, traffic.clone(), variants).tagged(&[("team", "nlp")])
    };
    let variant = |kind: &str| Variant::new("main", "m", kind, 1, 60.0);
    let limits = (0, 2);
    let queued = variant("ml.g5.xlarge").autoscaled(limits, &calls, created, now() + Duration::days(1));
    let region = &mut fleet.accounts[0].regions[0];
    region.endpoints.push(
        endpoint("receipts", &calls, vec![variant("serverless-2048")])
            .hosted(Hosting::Serverless { memory_mb: 2_048, provisioned: None }),
    );
    region.endpoints.push(
        endpoint("answers", &calls, vec![variant("serverless-2048")])
            .hosted(Hosting::Serverless { memory_mb: 2_048, provisioned: Some(3) }),
    );
    region.endpoints.push(endpoint("digests", &calls, vec![queued]).hosted(Hosting::Async));
    let shadow = Variant::new("shadow", "m2", "ml.g4dn.xlarge", 1, 60.0).in_shadow();
    region.endpoints.push(endpoint("matching", &calls, vec![variant("ml.g4dn.xlarge"), shadow]));
    fleet
}

async fn rows(site: &Site, list: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let (status, text) = site.get(&format!("/{list}.csv?{ALL}")).await;
    assert_eq!(status, 200, "{text}");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.unwrap()).map(|row| (row["name"].clone(), row)).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serverless_endpoint_uses_and_costs_what_it_answers() {
    let fleet = fleet();
    let site = Site::of(fleet.clone(), now() - Duration::days(3)).await;
    let region = &fleet.accounts[0].regions[0];
    let series = |metric| Series::of_variant(&fleet, ACCOUNT, region, "receipts", "main", metric).unwrap();
    let (calls, latency) = (series(Metric::Invocations), series(Metric::ModelLatency));
    let closed = (now() - Duration::hours(1)).timestamp() / 60;
    let begin = (now() - Duration::days(3)).timestamp() / 3_600 * 60;
    let cells = (begin..closed).step_by(5);
    let busy: f64 = cells
        .filter_map(|minute| {
            let of = |series: &Series<'_>, statistic| Some(series.merged(minute, minute + 5)?.statistic(statistic));
            Some(of(&calls, Statistic::Sum)? * of(&latency, Statistic::Average)? / 1e6)
        })
        .sum();
    let listed = rows(&site, "endpoints").await;
    let receipts = &listed["receipts"];
    let hours = number(receipts, "instance_hours");
    assert!(busy > 1_000.0 && (hours * 3_600.0 - busy).abs() < 0.02 * busy, "{hours} h are not {busy} s");
    // Two gigabytes at the list price of the demo.
    assert!((number(receipts, "cost_list") - hours * 3_600.0 * 0.000_04).abs() < 1e-6, "{receipts:?}");
    // What AWS holds ready for it nobody sees: a lower bound.
    assert!(number(receipts, "energy_kwh") > 0.0 && receipts["evidence_tier"] == "T4", "{receipts:?}");
    assert!(hours < 24.0, "nobody bills the nights in which nobody calls");

    let asked = "select string_agg(distinct metric, ', ' order by metric) from metric_hour_stats s
        join entity e using (account_id, entity_id) join resource r using (account_id, resource_id)
        where r.name = 'receipts'";
    let asked = site.test.scalar_text(&site.scope, asked).await;
    assert!(asked.contains("busy_s") && !asked.contains("cpu_pct"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn provisioned_concurrency_is_there_all_the_time() {
    let site = Site::of(fleet(), now() - Duration::days(3)).await;
    let listed = rows(&site, "endpoints").await;
    let (held, free) = (&listed["answers"], &listed["receipts"]);
    let (held_hours, busy_hours) = (number(held, "instance_hours"), number(free, "instance_hours"));
    // Three shares at any time, and the calls of both are about the same.
    assert!((held_hours - 3.0 * 72.0).abs() < 1.5, "{held_hours} h of three");
    let idle = "select (sum(idle_seconds) / 3600)::float8::text from ledger_day l join resource r
        using (account_id, resource_id) where r.name = 'answers'";
    let idle: f64 = site.test.scalar_text(&site.scope, idle).await.parse().unwrap();
    assert!((held_hours - idle - busy_hours).abs() < 0.05 * busy_hours, "{held_hours} - {idle} is not {busy_hours}");
    assert!(number(held, "energy_kwh") > 2.0 * number(free, "energy_kwh"), "{held:?} {free:?}");
    // The list tells no price of what is held, and another's does not stand in.
    assert_eq!(held["cost_list"], "", "{held:?}");

    let list = site.page(&format!("/endpoints?{ALL}")).await;
    let links = attributes(&list, "a[href^='/endpoints/']", "href");
    let (_, page) = site.get(links.iter().find(|href| href.contains("answers")).unwrap()).await;
    assert!(page.contains("held ready") && !page.contains("Hours at zero"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_scale_to_zero_and_shadows_are_paid_for() {
    let site = Site::of(fleet(), now() - Duration::days(3)).await;
    let listed = rows(&site, "endpoints").await;
    let digests = &listed["digests"];
    assert!(number(digests, "requests") > 0.0, "what comes from a queue is counted when it is processed: {digests:?}");
    assert!(number(digests, "instance_hours") < 72.0 * 1.2, "{digests:?}");
    let shadowed = number(&listed["matching"], "instance_hours");
    assert!((shadowed - 2.0 * 71.8).abs() < 1.0, "the shadow's instance counts as well: {shadowed}");

    let list = site.page(&format!("/endpoints?{ALL}")).await;
    let page = |name: &str| {
        let links = attributes(&list, "a[href^='/endpoints/']", "href");
        links.into_iter().find(|href| href.contains(name)).unwrap()
    };
    let (_, queue) = site.get(&page("digests")).await;
    assert!(queue.contains("Scale to zero") && queue.contains("Hours at zero"), "{queue}");
    // The dictionary adds up what the pages of the endpoints say, each over the days they were in service.
    let (_, figures) = site.get(&format!("/settings/kpis.csv?{ALL}")).await;
    let mut figures = csv::Reader::from_reader(figures.as_bytes());
    let figures = figures.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let zero = figures.into_iter().find(|row| row["kpi"] == "scale_to_zero_hours").unwrap();
    let mut hours = 0.0;
    for name in ["digests", "receipts", "answers"] {
        let endpoint = site.page(&page(name)).await;
        let told = attributes(&endpoint, "[aria-label='Scale to zero, table'] tbody td:nth-of-type(1) data", "value");
        hours += told.iter().map(|value| value.parse::<f64>().unwrap()).sum::<f64>();
    }
    assert!(hours > 1.0 && (number(&zero, "value") - hours).abs() < 0.02 * hours, "{zero:?} {hours}");
    let (_, matching) = site.get(&page("matching")).await;
    assert!(matching.contains(">shadow<") && !matching.contains("Scale to zero"));
    // The endpoint whose accelerators two components share.
    let (_, shared) = site.get(&page("llama-poc")).await;
    assert!(shared.contains("adapter-fr") && shared.contains("Not assigned") && shared.contains("2 × 1 accelerator"));
}
