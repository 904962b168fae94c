//! Other factors: first their effect, then numbers beside the old ones, and both readable from then on.

use std::time::Duration;

use scraper::Selector;
use server::estimate;
use server::store::proposal::{self, Decision};

use crate::site::{ALL, Site, attributes, links, now};

async fn jobs(site: &Site, more: &str) -> String {
    let (status, text) = site.get(&format!("/jobs.csv?{ALL}{more}")).await;
    assert_eq!(status, 200, "{text}");
    text
}

/// The energy of all jobs, kWh.
fn energy(csv: &str) -> f64 {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "energy_kwh").unwrap();
    reader.records().filter_map(|row| row.unwrap()[column].parse::<f64>().ok()).sum()
}

/// The cells of a row of a table of the page, by its caption and the row's name.
async fn row(site: &Site, path: &str, name: &str) -> Vec<String> {
    let page = site.page(path).await;
    let selector = Selector::parse("tr").unwrap();
    let cells = Selector::parse("td").unwrap();
    let named = |row: &scraper::ElementRef<'_>| row.text().collect::<String>().trim_start().starts_with(name);
    let row = page.select(&selector).find(named).unwrap_or_else(|| panic!("{path} has no row {name}"));
    row.select(&cells).map(|cell| cell.text().collect::<String>().split_whitespace().collect()).collect()
}

async fn until_active(site: &Site, path: &str) {
    for _ in 0..200 {
        let text: String = site.page(path).await.root_element().text().collect();
        assert!(!text.contains("could not be computed"), "{text}");
        if text.contains("Activated") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} was not computed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_is_proposed_shown_activated_and_the_old_numbers_stay() {
    let site = Site::new().await;
    let reported = jobs(&site, "").await;
    let id = site.propose("pue:us-east-1", "2.3", "2.2", "2.4").await;
    let path = format!("/methodology/sets/{id}");

    // The effect is shown, and nothing has changed.
    let effect = row(&site, &path, "us-east-1").await;
    let change = effect[2].strip_suffix("significant").unwrap();
    let change: f64 = change.trim().trim_matches(['+', '%']).parse().unwrap();
    assert!((60.0..=100.0).contains(&change), "PUE doubles, and embodied emissions do not move: {effect:?}");
    let elsewhere = row(&site, &path, "Embodied emissions").await;
    assert_eq!(elsewhere[2], "±0%", "PUE has no part in making hardware: {elsewhere:?}");
    assert_eq!(jobs(&site, "").await, reported);
    let in_force = row(&site, &path, "Energy").await[0].clone();
    let page = site.page("/why?from=2026-08-25&to=2026-11-22").await;
    let shown = Selector::parse("dl.totals > div").unwrap();
    let energy_of_the_days = page.select(&shown).map(|each| each.text().collect::<String>());
    let energy_of_the_days: Vec<String> =
        energy_of_the_days.filter_map(|text| Some(text.strip_prefix("Energy")?.split_whitespace().collect())).collect();
    assert_eq!(energy_of_the_days, [in_force], "the effect is shown over the 90 days that it names");

    // One more factor joins it; a wrong one is refused by name.
    let more = |factor: &'static str, value: &'static str| {
        [
            ("factor", factor),
            ("value", value),
            ("low", value),
            ("high", value),
            ("reason", "asset list"),
            ("by", "Grace"),
        ]
    };
    let (status, _, text) = site.post(&format!("{path}/factors"), &more("pue:atlantis-1", "1.2")).await;
    assert!(status == 422 && text.contains("There is no factor"), "{status}");
    let (status, _, _) = site.post(&format!("{path}/factors"), &more("hardware_lifetime_years", "3")).await;
    assert_eq!(status, 303);
    assert_eq!(row(&site, &path, "Embodied emissions").await[2], "+100%significant", "half the life, twice the share");

    // Activated: new numbers, and the old ones to the last byte at their own address.
    let (status, _, text) = site.post(&format!("{path}/decision"), &[("decision", "accept"), ("by", "")]).await;
    assert!(status == 422 && text.contains("Enter your name"), "{status}");
    let (status, _, _) = site.post(&format!("{path}/decision"), &[("decision", "accept"), ("by", "Ada")]).await;
    assert_eq!(status, 303);
    until_active(&site, &path).await;
    let restated = jobs(&site, "").await;
    let ratio = energy(&restated) / energy(&reported);
    assert!(ratio > 1.5 && ratio < 2.01, "the jobs of us-east-1 draw 2.3/1.15 as much: {ratio}");
    let sets = links(&site.page("/methodology/sets").await);
    let old = sets.iter().find_map(|link| link.strip_prefix("/?estimate=")).expect("the old set is linked");
    assert_eq!(jobs(&site, &format!("&estimate={old}")).await, reported, "as reported");
    let banner: String = site.page(&format!("/?{ALL}&estimate={old}")).await.root_element().text().collect();
    assert!(banner.contains("which is not the one in force"), "{banner}");
    let (status, _, _) = site.post(&format!("{path}/decision"), &[("decision", "withdraw"), ("by", "Ada")]).await;
    assert_eq!(status, 409, "what is decided is decided");
    let withdrawn = "select count(*)::text from audit_event where action = 'withdrawn'";
    assert_eq!(site.test.scalar_text(&site.scope, withdrawn).await, "0", "what was refused leaves no trace as if done");
    assert_eq!(site.get("/jobs?estimate=999").await.0, 404);
}

/// The program may end between the decision and the computation; the next start goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_computed_by_the_next_start() {
    let site = Site::new().await;
    let reported = jobs(&site, "").await;
    let id: i32 = site.propose("intensity:us-east-1", "100", "90", "110").await.parse().unwrap();
    let database = &site.test.database;
    assert!(proposal::decide(&database.web, id, Decision::Accept, "Ada", now()).await.unwrap());
    assert_eq!(jobs(&site, "").await, reported, "accepted is not yet computed");
    assert_eq!(estimate::compute_accepted(database).await.unwrap(), 1);
    assert_eq!(estimate::compute_accepted(database).await.unwrap(), 0, "once is enough");
    assert_ne!(jobs(&site, "").await, reported);
    let filled = site.page("/methodology/sets?factor=intensity:us-east-1").await;
    let value = attributes(&filled, "#propose-value", "value");
    assert_eq!(value, ["100"], "the form starts from the factor in force");
}
