//! The Monday of a sustainability reviewer: a week beside the one before, what changed, two reviews side by side, and a file
//! that adds up to what was on the page. The same with script on and off.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::driver::Browser;
use crate::site::{Site, WEEK};

const BEFORE: &str = "2026-W46";

async fn review(browser: &Browser, site: &Site) {
    for week in [BEFORE, WEEK] {
        let (status, _, page) = site.post("/reviews", &[("week", week), ("by", "Ada")]).await;
        assert_eq!(status, 303, "{page}");
    }
    pick_a_week(browser, site).await;
    read_what_changed(browser).await;
    let cost = cost_of_the_card(browser).await;
    take_the_file(browser, site, cost).await;
    compare_the_reviews(browser).await;
}

/// From the usual days to a week, and what it is compared with.
async fn pick_a_week(browser: &Browser, site: &Site) {
    browser.goto(&site.address).await;
    assert_eq!(browser.heading().await, "Overview");
    browser.type_into("//form[@aria-label='Filter']//input[@name='from']", "11162026").await;
    browser.type_into("//form[@aria-label='Filter']//input[@name='to']", "11222026").await;
    browser.choose("Compared with", &format!("Review {BEFORE}")).await;
    browser.press("Apply").await;
    let text = browser.text().await;
    assert!(
        text.contains("16–22 Nov 2026") && text.contains("compared with review 2026-W46 (9–15 Nov 2026)"),
        "{text}"
    );
    browser.choose("Compared with", "Period before").await;
    browser.press("Apply").await;
    let text = browser.text().await;
    assert!(text.contains("compared with 9–15 Nov 2026"), "{text}");
}

/// The terms of the difference, in words and as a table.
async fn read_what_changed(browser: &Browser) {
    let text = browser.text().await;
    assert!(text.contains("What changed against 9–15 Nov 2026"), "{text}");
    browser.find("#cost-changed .twin > summary").await.click().await.unwrap();
    let table = browser.find("#cost-changed .twin table").await.text().await.unwrap();
    for term in ["Activity", "Hardware", "Price"] {
        assert!(table.contains(term), "{table}");
    }
    assert!(text.contains("Largest changes against 9–15 Nov 2026"), "{text}");
}

async fn cost_of_the_card(browser: &Browser) -> f64 {
    let script = "return [...document.querySelectorAll('.card')]
        .find(card => card.querySelector('.card-label').innerText.trim().startsWith('Cost')).querySelector('data').value";
    browser.run(script, Vec::new()).await.as_str().unwrap().parse().unwrap()
}

/// The file of the week's cost, from the page that shows it by team, beside the same week.
async fn take_the_file(browser: &Browser, site: &Site, cost: f64) {
    browser.follow("Trends").await;
    assert_eq!(browser.heading().await, "Trends");
    let text = browser.text().await;
    assert!(text.contains("compared with 9–15 Nov 2026"), "{text}");
    let file = browser.find("a[download][href*='.csv']").await.attr("href").await.unwrap().unwrap();
    let (status, csv) = site.get(file.trim_start_matches(site.address.as_str())).await;
    assert_eq!(status, 200, "{file}");
    let mut sum = Decimal::ZERO;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let value = reader.headers().unwrap().iter().position(|name| name == "value").unwrap();
    for row in reader.records() {
        sum += row.unwrap()[value].parse::<Decimal>().unwrap_or_default();
    }
    let sum = sum.to_f64().unwrap();
    assert!((sum - cost).abs() <= cost * 1e-12, "the file says {sum}, the card {cost}");
}

/// The review of the week, beside the one before.
async fn compare_the_reviews(browser: &Browser) {
    browser.follow("Reviews").await;
    browser.follow(WEEK).await;
    assert_eq!(browser.heading().await, format!("Review {WEEK}"));
    browser.follow(&format!("{BEFORE} side by side")).await;
    assert_eq!(browser.heading().await, format!("{WEEK} beside {BEFORE}"));
    let text = browser.text().await;
    assert!(text.contains("Total emissions") && text.contains("The ledger says the same of both weeks"), "{text}");
    browser.follow("What changed, on the overview").await;
    assert!(browser.text().await.contains("compared with review 2026-W46 (9–15 Nov 2026)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_with_script() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    review(&browser, &site).await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_without_script() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    review(&browser, &site).await;
    browser.close().await;
}
