//! The question of an ML lead: which endpoint wastes most, why, and what to do about it. The same with script on and off.

use super::driver::Browser;
use crate::site::{ALL, LEFT_ON, Site};

async fn find_the_waste(browser: &Browser, site: &Site) {
    browser.goto(&format!("{}/?{ALL}", site.address)).await;
    assert!(browser.text().await.contains("Idle endpoint hours"));

    // Which: the list of endpoints, the idlest first.
    browser.follow("Endpoints").await;
    assert_eq!(browser.heading().await, "Endpoints");
    browser.follow("Idle").await;
    let first = browser.find("tbody tr:first-child").await.text().await.unwrap();
    assert!(first.contains(LEFT_ON) && first.contains("99."), "the first of them serves nearly nothing: {first}");

    // Why: its page says that nobody called it, and what it cost meanwhile.
    browser.follow(LEFT_ON).await;
    assert_eq!(browser.heading().await, LEFT_ON);
    let page = browser.text().await;
    assert!(page.contains("What to do") && page.contains('$') && page.contains("kWh"), "{page}");

    // What to do: the finding names its evidence, its saving and the steps; it is taken on by name.
    browser.find("section[aria-labelledby=findings] h3 a").await.click().await.unwrap();
    browser.find("section[aria-labelledby=impact]").await;
    let finding = browser.text().await;
    for words in ["What it would save", LEFT_ON, "How:"] {
        assert!(finding.contains(words), "{words}: {finding}");
    }
    browser.fill("Your name", "Grace").await;
    browser.press("Accept").await;
    assert!(browser.text().await.contains("Accepted"));

    // On Monday it stands in the list of what is being done.
    browser.follow("Recommendations").await;
    assert_eq!(browser.heading().await, "Recommendations");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_with_script() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    find_the_waste(&browser, &site).await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_without_script() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    find_the_waste(&browser, &site).await;
    browser.close().await;
}
