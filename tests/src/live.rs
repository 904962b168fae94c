//! The hours that have not closed yet.

use aws_simulator::Fleet;
use chrono::{DateTime, Duration, Utc};
use server::ingest::{Options, Summary};
use server::pipeline;

use crate::site::{LEFT_ON, Site, attributes, now};

async fn text(site: &Site, sql: &'static str) -> String {
    site.test.scalar_text(&site.scope, sql).await
}

/// A pass of the lane at a moment.
async fn pass(site: &Site, at: DateTime<Utc>) -> Summary {
    site.simulator.set_now(at);
    let (scope, source) = site.source().await;
    pipeline::run_live(&site.test.database, &scope, &[source], &Options::new(at - Duration::days(1), at, at))
        .await
        .unwrap()
}

const HOURS: &str = "select string_agg(distinct concat_ws(' ', r.name, to_char(m.hour at time zone 'UTC', 'HH24'),
        cardinality(array_remove(m.cpu_pct, null))), ', ')
    from metric_hour m
    join entity e using (account_id, entity_id)
    join resource r using (account_id, resource_id)
    where m.family = 'u' and m.hour >= '2026-11-23 12:00Z'";

#[tokio::test(flavor = "multi_thread")]
async fn running_jobs_are_followed_and_closed_hours_belong_to_their_windows() {
    let site = Site::of(Fleet::small(now(), 3), now() - Duration::days(3)).await;
    assert_eq!(text(&site, HOURS).await, "");

    // A quarter past twelve, of which two minutes are not published yet.
    site.simulator.clear_log();
    let first = pass(&site, now() + Duration::minutes(17)).await;
    assert_eq!((first.series, first.errors.len()), (5, 0), "one host: {first:?}");
    assert_eq!(text(&site, HOURS).await, "running 12 3");
    let asked = site.simulator.log().iter().filter(|call| call.operation == "GetMetricData").count();
    assert_eq!(asked, 1);
    let seconds = "select round(sum(instance_seconds))::text from usage_hour u
        join entity e using (account_id, entity_id) join resource r using (account_id, resource_id)
        where r.name = 'running' and u.hour = '2026-11-23 12:00Z'";
    assert_eq!(text(&site, seconds).await, (17 * 60).to_string(), "its use counts at once");

    pass(&site, now() + Duration::minutes(62)).await;
    assert_eq!(text(&site, HOURS).await, "running 12 12");
    let restated = "select count(*)::text from restatement";
    assert_eq!(text(&site, restated).await, "0", "an hour that goes on is no restatement");

    // The window of the hour closes and is read for everybody; from then on the lane leaves the hour alone.
    let later = now() + Duration::minutes(80);
    site.simulator.set_now(later);
    site.read_at(later).await;
    let whole = text(&site, HOURS).await;
    assert!(whole.contains("defects-live 12 12") && whole.contains("running 12 12"), "{whole}");
    site.simulator.alter(|fleet| fleet.revision += 1);
    pass(&site, later).await;
    let closed = "select count(*)::text from metric_hour where hour = '2026-11-23 12:00Z' and xmin::text::bigint > \
        (select max(xmin::text::bigint) from window_ledger where source = 'metrics')";
    assert_eq!(text(&site, closed).await, "0");
    assert!(text(&site, HOURS).await.contains("running 13 3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_endpoint_is_followed_until_somebody_lets_it_go() {
    let site = Site::new().await;
    let list = site.page("/endpoints?from=2026-11-17&to=2026-11-23").await;
    let slug = attributes(&list, "a[href^='/endpoints/']", "href");
    let page = slug.iter().find(|href| href.contains(LEFT_ON)).unwrap().split('?').next().unwrap().to_owned();
    let pin = format!("{page}/pin");
    let (status, text_of) = site.get(&page).await;
    assert!(status == 200 && text_of.contains("Every 5 minutes costs $0.88 a month more"));

    let (status, _, refused) = site.post(&pin, &[("pinned", "yes"), ("by", "")]).await;
    assert!(status == 422 && refused.contains("id=\"pin-by-error\""), "{status}");
    let (status, to, _) = site.post(&pin, &[("pinned", "yes"), ("by", "Ada")]).await;
    assert_eq!((status, to.as_str()), (303, format!("{page}#reading").as_str()));
    let summary = pass(&site, now() + Duration::minutes(17)).await;
    assert_eq!(summary.series, 5 + 10, "the running job and the endpoint: {summary:?}");
    assert!(text(&site, HOURS).await.contains("pilot-left-on 12 3"));
    let (_, shown) = site.get(&page).await;
    assert!(shown.contains("as Ada asked") && shown.contains("Read every hour"), "{shown}");
    let (_, imports) = site.get("/imports").await;
    assert!(imports.contains("2 running jobs and pinned endpoints are read every 5 minutes"), "{imports}");
    assert!(imports.contains("AWS asks $0.0002 for 1 pass of the last day."), "{imports}");

    site.post(&pin, &[("pinned", "no"), ("by", "Grace")]).await;
    let summary = pass(&site, now() + Duration::minutes(22)).await;
    assert_eq!(summary.series, 5);
    let told =
        "select string_agg(action || ' ' || actor, ', ' order by at) from audit_event where action like 'endpoint.%'";
    assert_eq!(text(&site, told).await, "endpoint.pinned Ada, endpoint.unpinned Grace");
}
