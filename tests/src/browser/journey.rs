//! The Monday of an ML lead: see, narrow, decide, review, sign. The same with script on and off.

use super::driver::Browser;
use crate::site::{ALL, Site, WEEK};

async fn monday(browser: &Browser, site: &Site) {
    see_and_narrow(browser, site).await;
    decide(browser).await;
    hold_the_review(browser, site).await;
}

async fn see_and_narrow(browser: &Browser, site: &Site) {
    browser.goto(&format!("{}/?{ALL}", site.address)).await;
    assert_eq!(browser.heading().await, "Overview");

    // Narrow to a team, by form; the filter stands in the address and follows the visitor.
    browser.unfold("Team").await;
    browser.tick("vision").await;
    browser.press("Apply").await;
    assert!(address(browser).await.contains("team=vision"));
    // And by any tag, in the sheet that holds the rest.
    browser.unfold("More").await;
    browser.type_into("//form[@aria-label='Filter']//input[@name='tag']", "environment=prod").await;
    browser.press("Apply").await;
    assert!(browser.text().await.contains("Tag environment: prod"));
    browser.follow("Jobs").await;
    assert_eq!(browser.heading().await, "Jobs");
    assert!(address(browser).await.ends_with("team=vision&tag.environment=prod"));
    let text = browser.text().await;
    assert!(text.contains("plain-gpu") && !text.contains("plain-cpu"), "{text}");
    browser.follow("plain-gpu").await;
    assert_eq!(browser.heading().await, "plain-gpu");
}

/// Decides about what costs most for nothing.
async fn decide(browser: &Browser) {
    browser.follow("Recommendations").await;
    browser.follow("Clear all").await;
    browser.find("main h3 a[href^='/recommendations/']").await.click().await.unwrap();
    browser.fill("Your name", "Ada").await;
    browser.press("Accept").await;
    let text = browser.text().await;
    assert!(text.contains("Accepted"), "{text}");
}

/// Opens, amends and signs the review of the week.
async fn hold_the_review(browser: &Browser, site: &Site) {
    browser.follow("Reviews").await;
    browser.fill("Your name", "Ada").await;
    browser.press("Open the review").await;
    assert_eq!(browser.heading().await, format!("Review {WEEK}"));
    browser.fill("What will be done", "Delete llama-poc").await;
    browser.fill("By whom", "Grace").await;
    browser.fill("Until", "11302026").await;
    let own = "//form[@aria-label='Add an action']//input[@name='by']";
    browser.type_into(own, "Ada").await;
    browser.press("Add action").await;
    assert!(browser.text().await.contains("Delete llama-poc"));
    browser.type_into("//form[contains(@action, '/sign')]//input[@name='name']", "Ada Lovelace").await;
    browser.press("Sign this review").await;
    let text = browser.text().await;
    assert!(text.contains("Ada Lovelace") && text.contains("unchanged since"), "{text}");
    assert!(!text.contains("Sign this review"), "what is signed is not signed again");
    let path = format!("/reviews/{WEEK}");
    let (status, csv) = site.get(&format!("{path}/actions.csv")).await;
    assert!(status == 200 && csv.contains("Delete llama-poc"), "{csv}");
}

async fn address(browser: &Browser) -> String {
    browser.driver.current_url().await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monday_with_script() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    monday(&browser, &site).await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monday_without_script() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    browser.goto(&format!("{}/?{ALL}", site.address)).await;
    let asleep = browser.find(".cursor").await.attr("data-live").await.unwrap();
    assert_eq!(asleep, None, "this browser must not run scripts, or the journey proves nothing");
    monday(&browser, &site).await;
    browser.close().await;
}
