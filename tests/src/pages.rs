//! Every route over real HTTP: who is let in, what it answers, and where its page leads.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use server::auth::Policy;
use server::http::routes;

use crate::site::{Site, attributes, links};

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_and_other_hosts_do_not() {
    let site = Site::new().await;
    for (pattern, path) in site.examples().await {
        let (status, text) = site.arrive(&path).await;
        assert_eq!(status, 200, "{pattern} as {path}: {text}");
        let foreign = site.get_with(&path, "host", "evil.example").await;
        assert_eq!(foreign.status(), 421, "{pattern} is shown to a page of another name");
        let policy = foreign.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'"), "{pattern}: {policy}");
    }
    for (path, expected) in [("/nothing-here", 404), ("/jobs?from=yesterday", 400), ("/jobs/none.0", 404)] {
        let (status, text) = site.get(path).await;
        assert!(status == expected && text.contains("<h1"), "{path}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_kept_while_the_database_shows_the_same_and_no_longer() {
    let site = Site::new().await;
    let ask = async |path: &str, cookie: &str| {
        let answer = site.get_with(path, "cookie", cookie).await;
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (kept, policy) = (header("x-cache").unwrap_or_default(), header("content-security-policy").unwrap());
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("<script nonce=\"{nonce}\"")), "the scripts of {path} run");
        (kept, text.replace(&nonce, ""), nonce)
    };
    // A minute may end between two of them, and Postgres keeps house; not three times in a row.
    let mut hits = 0;
    for (attempt, kpi) in ["cost", "energy", "emissions"].into_iter().enumerate() {
        let cookie = format!("attempt={attempt}");
        let (made, before, first) = ask("/settings/kpis", &cookie).await;
        let (kept, again, second) = ask("/settings/kpis", &cookie).await;
        assert_eq!(made, "miss");
        assert_ne!(first, second, "each answer has a nonce of its own");
        // A page that was made again because a minute ended tells that it is later.
        if kept == "hit" {
            assert!(before == again, "what is kept is the same page");
            hits += 1;
        }
        assert_eq!(ask("/settings/kpis", "somebody=else").await.0, "miss", "a choice of somebody else");
        let target = format!("{}", 111 + attempt);
        let (status, ..) =
            site.post("/settings/kpis", &[("kpi", kpi), ("target", &target), ("by", "Ada Lovelace")]).await;
        assert_eq!(status, 303);
        let (made, after, _) = ask("/settings/kpis", &cookie).await;
        assert_eq!(made, "miss");
        assert!(after.contains(&target) && after != before, "the target {target} of {kpi} is shown at once");
    }
    assert!(hits > 0, "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_that_changes_something_listens_to_other_sites_or_to_get() {
    let site = Site::new().await;
    let known = site.known().await;
    let mut changing = 0;
    for route in routes().iter().filter(|route| route.method == Method::POST) {
        changing += 1;
        assert_eq!(route.policy, Policy::OwnerWrites, "{}", route.path);
        let address = format!("{}{}", site.address, (route.example)(&known));
        for (name, value) in [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            let answer = reqwest::Client::new().post(&address).header(name, value).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{} with {name}: {value}", route.path);
        }
        let shown = routes().iter().any(|other| other.method == Method::GET && other.path == route.path);
        let status = site.get(&(route.example)(&known)).await.0;
        assert_eq!(status, if shown { 200 } else { 405 }, "{} by GET", route.path);
    }
    assert!(changing >= 4, "only {changing} routes change something");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_every_page_leads_somewhere() {
    let site = Site::new().await;
    let mut due: BTreeMap<String, String> =
        site.examples().await.into_values().map(|path| (path, "the table of routes".to_owned())).collect();
    let mut seen = BTreeSet::new();
    while let Some((path, from)) = due.pop_first() {
        let (status, text) = site.arrive(&path).await;
        assert_eq!(status, 200, "{path}, which {from} leads to");
        seen.insert(path.clone());
        if !text.starts_with("<!DOCTYPE html>") {
            continue;
        }
        let page = scraper::Html::parse_document(&text);
        let ids = attributes(&page, "[id]", "id");
        // Two steps from the routes: every page with every filter of every filter would be a walk without end.
        let is_start = from == "the table of routes";
        for link in links(&page) {
            let (address, fragment) = link.split_once('#').unwrap_or((&link, ""));
            assert!(
                fragment.is_empty() || !address.is_empty() || ids.iter().any(|id| id == fragment),
                "{path}: {link}"
            );
            let own = address.starts_with('/');
            let outside = address.starts_with("https://");
            assert!(own || outside || address.is_empty(), "{path} leads to {link}");
            if own && is_start && !seen.contains(address) {
                due.entry(address.to_owned()).or_insert_with(|| path.clone());
            }
        }
    }
    assert!(seen.len() > 60, "only {} addresses were tried", seen.len());
}
