//! Any part of a name or ARN, and what comes near one.

use scraper::{Html, Selector};

use crate::onboarding::USAGE;
use crate::site::{ALL, Site, links};

/// What a panel of the page holds, as text.
fn panel(page: &Html, id: &str) -> String {
    let selector = Selector::parse(&format!("section[aria-labelledby={id}]")).unwrap();
    page.select(&selector).flat_map(|section| section.text()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_the_text_is_found_by_sort_with_its_cost() {
    let site = Site::new().await;
    let page = site.page(&format!("/search?{ALL}&q=PLAIN")).await;
    let jobs = panel(&page, "found-job");
    assert!(jobs.contains("plain-gpu") && jobs.contains("plain-cpu") && jobs.contains('$'), "{jobs}");
    assert!(!jobs.contains("left-on"), "{jobs}");
    // The same figure as on the list of jobs.
    let (_, list) = site.get(&format!("/jobs.csv?{ALL}&q=plain-gpu")).await;
    let row = csv::Reader::from_reader(list.as_bytes())
        .into_deserialize::<std::collections::BTreeMap<String, String>>()
        .next()
        .unwrap()
        .unwrap();
    let cost: f64 = row["cost_list"].parse().unwrap();
    assert!(jobs.contains(&format!("{cost:.2}")), "{cost} in {jobs}");
    let job = links(&page).into_iter().find(|link| link.starts_with("/jobs/plain-gpu.")).unwrap();
    let (status, _) = site.get(&job).await;
    assert!(status == 200 && job.contains("from=2026-11-17"), "{job}");

    let endpoint = panel(&site.page(&format!("/search?{ALL}&q=left-on")).await, "found-endpoint");
    assert!(endpoint.contains("pilot-left-on") && endpoint.contains("kg"), "{endpoint}");
    // By a part of the ARN alone.
    let by_arn = panel(&site.page(&format!("/search?{ALL}&q=training-job%2Fplain-g")).await, "found-job");
    assert!(by_arn.contains("plain-gpu") && !by_arn.contains("plain-cpu"), "{by_arn}");
    let team = site.page(&format!("/search?{ALL}&q=visio")).await;
    assert!(panel(&team, "found-team").contains("vision"));
    assert!(links(&team).iter().any(|link| link.starts_with("/?") && link.ends_with("&team=vision")));
    // What did not run in the days at hand is found, without a cost.
    let before = panel(&site.page("/search?from=2026-01-01&to=2026-01-07&q=plain-gpu").await, "found-job");
    assert!(
        before.contains("plain-gpu") && before.contains("did not run in these days") && !before.contains('$'),
        "{before}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelines_and_families_cost_what_their_jobs_cost() {
    let mut fleet = aws_simulator::Fleet::small(crate::site::now(), 3);
    crate::configuration::sweep(&mut fleet);
    let site = Site::of(fleet, crate::site::now() - chrono::Duration::days(18)).await;
    let name = "select name from configuration_item where kind = 'pipeline' order by name limit 1";
    let name = site.test.scalar_text(&site.scope, name).await;
    assert!(!name.is_empty(), "the fleet has a pipeline");
    let page = site.page(&format!("/search?{ALL}&q={name}")).await;
    let pipeline = panel(&page, "found-pipeline");
    let ran = "select count(*)::text from configuration_item c
        cross join jsonb_array_elements(c.document -> 'steps') step
        join resource r on r.arn = step ->> 'job' where c.kind = 'pipeline_execution'";
    let ran: i64 = site.test.scalar_text(&site.scope, ran).await.parse().unwrap();
    assert!(pipeline.contains(&name), "{pipeline}");
    assert_eq!(pipeline.contains('$'), ran > 0, "{ran} jobs of executions: {pipeline}");
    let family = "select family from resource where kind = 'training' group by family having count(*) > 1 limit 1";
    let family = site.test.scalar_text(&site.scope, family).await;
    let found = panel(&site.page(&format!("/search?{ALL}&q={family}")).await, "found-family");
    assert!(found.contains(&family) && found.contains('$'), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_leads_to_what_comes_near() {
    let site = Site::new().await;
    let (status, text) = site.get("/search?q=plian-gpu").await;
    assert!(status == 200 && text.contains("Nothing holds") && text.contains("plain-gpu (job)"), "{text}");
    let (status, text) = site.get("/search?q=zzzzzzzz").await;
    assert!(status == 200 && text.contains("Nothing comes near it either"), "{text}");
    let (status, text) = site.get("/search").await;
    assert!(status == 200 && text.contains("Look for a name"), "{text}");
    for path in ["/jobs/plain-gp.0000000000000001", "/plain-gpu", "/endpoints/pilot-left-onn.00000000000000ff"] {
        let (status, text) = site.get(path).await;
        let page = Html::parse_document(&text);
        let near = links(&page)
            .into_iter()
            .find(|link| link.starts_with("/jobs/plain-gpu.") || link.starts_with("/endpoints/pilot-left-on."));
        assert!(status == 404 && near.is_some(), "{path}: {text}");
        assert_eq!(site.get(&near.unwrap()).await.0, 200, "{path}");
    }
    let (status, text) = site.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(status == 200 && !text.contains("<script>alert"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_out_of_scope_is_found_or_comes_near() {
    let site = Site::new().await;
    let (status, _, page) = site.send_file("/imports/files", "files", "usage.csv", USAGE).await;
    assert_eq!(status, 303, "{page}");
    site.bring_up_to_date().await;
    // Pages show one's own from here on, and the demo is no part of it.
    for path in ["/search?q=plain-gpu", "/search?q=visio", "/jobs/plain-gpu.0000000000000001"] {
        let (_, text) = site.get(path).await;
        assert!(!text.contains("plain-gpu (job)") && !text.contains("href=\"/jobs/plain"), "{path}: {text}");
    }
    let (_, text) = site.get("/search?q=fit&from=2026-11-17&to=2026-11-23").await;
    assert!(text.contains("large-fit") && text.contains("small-fit"), "{text}");
}
