//! What was signed stays as it was signed, whatever AWS, the factors or the server do afterwards.

use aws_simulator::Fleet;
use aws_simulator::fleet::{Endpoint, Traffic, Variant};
use chrono::Duration;
use footprint::Override;
use scraper::Selector;
use server::estimate;
use server::review::past;

use crate::site::{ALL, LEFT_ON, Site, WEEK, now};

/// Everything of a review that must never change: its text, its hash, and its files.
async fn frozen(site: &Site, review: &str) -> Vec<String> {
    let mut kept = Vec::new();
    for path in [format!("{review}.csv"), format!("{review}/actions.csv")] {
        let (status, text) = site.get(&path).await;
        assert_eq!(status, 200, "{path}");
        kept.push(text);
    }
    kept.push(hash(site, review).await);
    kept.push(
        site.test
            .scalar_text(
                &site.scope,
                "select string_agg(canonical || ' ' || sha256 || ' ' || revision, E'\\n' order by revision)
                 from review_snapshot where review_id = '2026-W47' and revision = 1",
            )
            .await,
    );
    kept
}

/// The hash as the page shows it; the page says that it was checked just now.
async fn hash(site: &Site, review: &str) -> String {
    let page = site.page(review).await;
    let text: String = page.root_element().text().collect();
    assert!(text.contains("checked just now"), "the page vouches for its hash");
    assert!(!text.contains("does not match") && !text.contains("does not give this hash"));
    page.select(&Selector::parse("code.hash").unwrap()).next().unwrap().text().collect()
}

async fn energy_now(site: &Site) -> String {
    site.get(&format!("/jobs.csv?{ALL}")).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_new_facts_nor_new_factors_change_what_was_signed() {
    let mut site = Site::new().await;
    let review = format!("/reviews/{}", site.known().await.review);
    let (status, _, text) = site.post(&format!("{review}/sign"), &[("name", "Ada Lovelace")]).await;
    assert_eq!(status, 303, "{text}");
    let signed = frozen(&site, &review).await;
    assert_eq!(signed.iter().filter(|text| text.len() < 64).count(), 0, "there is something to keep: {signed:?}");
    let before = energy_now(&site).await;

    // AWS restates: every metric differs, and one job trained for half as long.
    site.simulator.alter(|fleet| {
        fleet.revision += 1;
        let job = fleet.job_mut("plain-gpu").unwrap();
        job.training_s = job.training_s.map(|seconds| seconds / 2);
        job.billable_s = job.training_s;
        job.last_modified = now();
    });
    let summary = site.read_again(now() - Duration::days(6)).await;
    assert!(summary.errors.is_empty(), "{:?}", summary.errors);
    let restated = energy_now(&site).await;
    assert_ne!(restated, before, "the altered facts reach the pages");
    assert_eq!(frozen(&site, &review).await, signed, "after AWS restated");

    // Another factor set is activated, and the server started again with it.
    let pue = Override {
        factor_id: "pue:us-east-1".to_owned(),
        value: 1.5,
        low: 1.4,
        high: 1.6,
        author: "Ada".to_owned(),
        reason: "a test".to_owned(),
    };
    estimate::revise(&site.test.database, "test-2", &[pue], "Ada", "a test").await.unwrap();
    site.restarted().await;
    assert_ne!(energy_now(&site).await, restated, "the new factors reach the pages");
    assert_eq!(frozen(&site, &review).await, signed, "after other factors were activated");

    // A correction is a new revision beside it.
    let (status, again, text) = site.post("/reviews", &[("week", WEEK), ("by", "Ada"), ("reason", "restated")]).await;
    assert_eq!(status, 303, "{text}");
    assert_ne!(again, review);
    assert_ne!(hash(&site, &again).await, signed[2]);
    assert_eq!(frozen(&site, &review).await, signed, "after the week was frozen again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_may_rewrite_a_snapshot_and_nothing_signed_is_added_to() {
    let site = Site::new().await;
    let review = format!("/reviews/{}", site.known().await.review);
    let (status, _, _) = site.post(&format!("{review}/sign"), &[("name", "Ada Lovelace")]).await;
    assert_eq!(status, 303);
    for statement in [
        "update review_snapshot set canonical = 'x'",
        "delete from review_snapshot",
        "update review_snapshot_row set row = '{}'",
        "delete from review_sign_off",
        "delete from review",
    ] {
        for pool in [&site.test.database.web, &site.test.database.ingest] {
            let mut transaction = site.scope.begin(pool).await.unwrap();
            let refused = sqlx::query(statement).execute(&mut *transaction).await.unwrap_err().to_string();
            assert!(refused.contains("permission denied"), "{statement}: {refused}");
        }
    }
    let action = [("title", "Late"), ("owner", "Grace"), ("due", "2026-11-30"), ("by", "Ada")];
    let (status, _, text) = site.post(&format!("{review}/actions"), &action).await;
    assert!(status == 409 && text.contains("The review is signed"), "{status}");
    let (status, _, text) = site.post(&format!("{review}/sign"), &[("name", "Ada Lovelace")]).await;
    assert!(status == 422 && text.contains("stands under the review already"), "{status}");
    let (status, _, text) = site.post("/reviews", &[("week", WEEK), ("by", "Ada")]).await;
    assert!(status == 422 && text.contains("has a review already"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_weeks_of_a_demo_are_signed_once_and_the_last_one_waits() {
    let mut fleet = Fleet::small(now(), 3);
    let account = &mut fleet.accounts[0];
    let (id, region) = (account.id.clone(), &mut account.regions[0]);
    let variant = Variant::new("primary", "pilot", "ml.g4dn.xlarge", 1, 30.0);
    let left = Endpoint::new(&id, &region.name, LEFT_ON, now() - Duration::days(38), Traffic::none(), vec![variant]);
    region.endpoints.push(left);
    let site = Site::of(fleet, now() - Duration::days(38)).await;
    let factors = footprint::FactorSet::builtin().unwrap();
    let hold = || past::hold(&site.test.database, &site.scope, &factors, now());
    assert_eq!((hold().await.unwrap(), hold().await.unwrap()), (3, 0), "once");
    let signed = "select string_agg(review_id || ' ' || signed_by, '; ' order by review_id) from review_sign_off";
    assert_eq!(
        site.test.scalar_text(&site.scope, signed).await,
        "2026-W44 Tomas (demo); 2026-W45 Tomas (demo); 2026-W46 Tomas (demo)"
    );
    let list: String = site.page("/reviews").await.root_element().text().collect();
    assert!(list.contains("2026-W46") && list.contains(WEEK), "{list}");
    let compared: String =
        site.page("/?from=2026-11-16&to=2026-11-22&cmp=review:2026-W46").await.root_element().text().collect();
    assert!(compared.contains("compared with review 2026-W46"), "{compared}");
    let (status, _) = site.get("/reviews/2026-W44/compare/2026-W46").await;
    assert_eq!(status, 200);
}
