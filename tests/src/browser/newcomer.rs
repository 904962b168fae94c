//! Somebody who begins with nothing but a file: from an empty page to what costs most of their own. The same with script on
//! and off.

use super::driver::Browser;
use crate::onboarding::USAGE;
use crate::site::Site;

async fn newcomer(browser: &Browser, site: &Site) {
    upload(browser, site).await;
    reach_the_costliest(browser, site).await;
    go_on(browser).await;
}

/// From the empty overview through the door of files.
async fn upload(browser: &Browser, site: &Site) {
    browser.goto(&site.address).await;
    assert!(browser.text().await.contains("No AWS account connected"));
    browser.follow("Get started").await;
    assert_eq!(browser.heading().await, "Getting started");
    assert!(browser.text().await.contains("0 of 7 done"));

    browser.follow("Upload a file").await;
    assert_eq!(browser.heading().await, "Imports");
    let folder = std::env::temp_dir().join(format!("newcomer-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("usage.csv");
    std::fs::write(&file, USAGE).unwrap();
    browser.find("input[type=file]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.press("Import").await;
    std::fs::remove_dir_all(&folder).unwrap();
}

/// To the page of one's own costliest job.
async fn reach_the_costliest(browser: &Browser, site: &Site) {
    // What was sent is estimated while the page is already there.
    site.bring_up_to_date().await;
    browser.follow("Getting started").await;
    assert!(browser.text().await.contains("4 of 7 done"), "{}", browser.text().await);
    browser.follow("large-fit").await;
    assert_eq!(browser.heading().await, "large-fit");
    let text = browser.text().await;
    assert!(text.contains("kWh") && text.contains('$'), "{text}");
}

/// From any page to anything by a part of its name, and to the overview with another figure first; the days go along.
async fn go_on(browser: &Browser) {
    browser.type_into("//input[@id='search']", "answ").await;
    browser.press("Search").await;
    assert_eq!(browser.heading().await, "Search");
    assert!(browser.text().await.contains("1 thing holds"), "{}", browser.text().await);
    browser.follow("answers").await;
    assert_eq!(browser.heading().await, "answers");
    assert!(browser.driver.current_url().await.unwrap().as_str().contains("from=2026-11-17"));
    browser.follow("Overview").await;
    browser.follow("kWh").await;
    assert!(browser.text().await.contains("Most energy: jobs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_with_script() {
    let site = Site::empty().await;
    let browser = Browser::open().await;
    newcomer(&browser, &site).await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_without_script() {
    let site = Site::empty().await;
    let browser = Browser::without_script().await;
    newcomer(&browser, &site).await;
    browser.close().await;
}

/// Who has seen enough of the demo takes it away and stands before an empty house.
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_goes_with_one_form() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    browser.goto(&site.address).await;
    browser.follow("Demo data").await;
    browser.follow("Remove the demo data").await;
    browser.fill("Your name", "Ada").await;
    browser.press("Remove the demo data").await;
    assert_eq!(browser.heading().await, "Getting started");
    let text = browser.text().await;
    assert!(!text.contains("Demo data") && text.contains("0 of 7 done"), "{text}");
    browser.close().await;
}
