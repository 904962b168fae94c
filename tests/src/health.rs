//! What needs somebody now: on the overview, whatever period it shows.

use aws_simulator::Fleet;
use aws_simulator::fleet::Job;
use chrono::Duration;
use scraper::{Html, Selector};

use crate::site::{Site, now};

/// The words of the panel, column by column.
fn columns(page: &Html) -> Vec<String> {
    let column = Selector::parse(".health > div").unwrap();
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&column).map(|each| words(each.text().collect::<Vec<_>>().join(" "))).collect()
}

async fn site() -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let region = &mut fleet.accounts[0].regions[0];
    let job = |name: &str, ago: Duration| {
        Job::new("111122223333", "us-east-1", name, now() - ago).on("ml.g5.xlarge", 1).loaded(0.3, 0.8)
    };
    for run in 1..=4 {
        region.jobs.push(job(&format!("fit-{run}"), Duration::hours(30 + run)).ran(60, 600));
    }
    let mut long = job("fit-5", Duration::hours(6)).ran(60, 40 * 3600);
    long.max_runtime_s = 86_400 * 5;
    region.jobs.push(long);
    Site::of(fleet, now() - Duration::days(4)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sounds_fails_and_outlasts_its_family_is_told_whatever_the_period() {
    let site = site().await;
    let page = site.page("/").await;
    let [alarms, failed, running] = columns(&page).try_into().unwrap();
    let sounding = site
        .test
        .scalar_text(
            &site.scope,
            "select count(*)::text from configuration_item c where kind = 'alarm' and valid_to is null
                and document ->> 'state' = 'ALARM'
                and exists (select from resource r where r.name = c.document ->> 'endpoint' and r.ended_at is null)",
        )
        .await;
    match sounding.as_str() {
        "0" => assert!(alarms.contains("No alarm sounds"), "{alarms}"),
        "1" => assert!(alarms.contains("1 alarm sounds"), "{alarms}"),
        more => assert!(alarms.contains(&format!("{more} alarms sound")), "{alarms}"),
    }
    let ended = site
        .test
        .scalar_text(
            &site.scope,
            "select count(*)::text from resource where kind in ('training', 'processing', 'transform')
                and status in ('Completed', 'Failed', 'Stopped')",
        )
        .await;
    assert!(failed.contains(&format!("2 of {ended}")), "{failed}");
    assert!(failed.contains("failed-out-of-memory torch.OutOfMemoryError: CUDA out of memory."), "{failed}");
    let newest = failed.find("failed-out-of-memory").unwrap();
    assert!(newest < failed.find("failed-before-start").unwrap(), "the newest first: {failed}");
    assert!(
        running.contains("2 jobs") && running.contains("an hour") && running.contains("1 longer than ever"),
        "{running}"
    );
    assert!(running.contains("fit-5") && running.contains("the longest of its last 4 runs took 10 min"), "{running}");

    // It stands now, so another period changes nothing of it; a filter does.
    let earlier = site.page("/?from=2026-11-21&to=2026-11-21").await;
    assert_eq!(columns(&earlier), [alarms, failed, running.clone()]);
    let [_, failed, running] = columns(&site.page("/?team=vision").await).try_into().unwrap();
    assert!(failed.contains("failed-out-of-memory") && !failed.contains("failed-before-start"), "{failed}");
    assert!(running.contains("1 job") && !running.contains("fit-5"), "fit-5 has no team: {running}");
}
