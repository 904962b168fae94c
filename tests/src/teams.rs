//! Rules that say whose a workload is: seen before they are kept, kept with a trail, ended without touching the past.

use std::collections::BTreeMap;

use crate::site::{ALL, Site};

type Row = BTreeMap<String, String>;

const RULE: [(&str, &str); 5] =
    [("dimension", "team"), ("tag", "environment"), ("value", "prod"), ("name", "production"), ("since", "2026-11-22")];
const COUNT: &str = "select count(*)::text from attribution_rule where valid_to is null";
const TRAIL: &str = "select string_agg(actor || ' ' || action, ', ' order by at, action) from audit_event
    where action like 'attribution%'";

async fn teams(site: &Site, days: &str) -> BTreeMap<String, String> {
    let (status, text) = site.get(&format!("/jobs.csv?{days}")).await;
    assert_eq!(status, 200, "{text}");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
    rows.map(|row| (row["name"].clone(), row["team"].clone())).collect()
}

fn with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields: Vec<_> = RULE.into_iter().filter(|(known, _)| *known != name).collect();
    fields.push((name, value));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_seen_kept_and_ended() {
    let site = Site::new().await;
    let query: Vec<String> = RULE.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (status, page) = site.get(&format!("/settings/teams?{}", query.join("&"))).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("What it would change") && page.contains("production") && page.contains("nobody"), "{page}");
    assert_eq!(site.test.scalar_text(&site.scope, COUNT).await, "4", "a preview keeps nothing");
    assert_eq!(teams(&site, ALL).await["failed-out-of-memory"], "vision");

    for (wrong, sentence) in [
        (with("name", ""), "Give a value its name"),
        (with("since", "2027-01-01"), "not in the future"),
        (with("tag", ""), "Enter the key of a tag"),
        (with("dimension", "colour"), "Choose what the tag names"),
        (RULE.to_vec(), "Enter your name"),
    ] {
        let (status, _, page) = site.post("/settings/teams", &wrong).await;
        assert!(status == 422 && page.contains(sentence), "{sentence}: {status} {page}");
    }
    let kept = with("by", "Ada");
    let (status, to, text) = site.post("/settings/teams", &kept).await;
    assert_eq!((status, to.as_str()), (303, "/settings/teams"), "{text}");
    site.bring_up_to_date().await;
    let now = teams(&site, ALL).await;
    assert_eq!(now["failed-out-of-memory"], "production", "a rule for one value goes before the others");
    assert_eq!(now["plain-gpu"], "vision", "it ran before the rule held");
    let (status, _, page) = site.post("/settings/teams", &kept).await;
    assert!(status == 422 && page.contains("a rule for this tag and value already"), "{page}");

    let rank = "select rank::text from attribution_rule where tag_key = 'environment' and tag_value = 'prod'";
    let rank = site.test.scalar_text(&site.scope, rank).await;
    let end = [
        ("dimension", "team"),
        ("tag", "environment"),
        ("since", "2026-11-22"),
        ("rank", rank.as_str()),
        ("by", "Grace"),
    ];
    let (status, _, text) = site.post("/settings/teams/end", &end).await;
    assert_eq!(status, 303, "{text}");
    let (status, _, _) = site.post("/settings/teams/end", &end).await;
    assert_eq!(status, 409, "it is ended once");
    site.bring_up_to_date().await;
    assert_eq!(teams(&site, ALL).await["failed-out-of-memory"], "production", "the past stays as it was attributed");
    assert_eq!(
        site.test.scalar_text(&site.scope, TRAIL).await,
        "Ada attribution rule added, Grace attribution rule ended"
    );
}
