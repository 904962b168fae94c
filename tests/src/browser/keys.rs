//! Single keys: each does what its line in the list says, none while somebody types, and none once they are switched off.

use thirtyfour::prelude::Key;

use super::accessibility::violations;
use super::driver::Browser;
use crate::site::Site;

const DAYS: &str = "from=2026-11-16&to=2026-11-22";

async fn awake(site: &Site, browser: &Browser, path: &str) {
    browser.goto(&format!("{}{path}", site.address)).await;
    // Hidden elements are found by their being there.
    browser.find(".shortcuts[data-live=true]").await;
}

/// Waits until a script of the page says so; keys that follow a link take a moment.
async fn until(browser: &Browser, what: &str, script: &str) {
    for _ in 0..100 {
        if browser.run(script, Vec::new()).await == true {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{what}");
}

async fn focus_is_on(browser: &Browser, selector: &str) {
    until(browser, selector, &format!("return document.activeElement.matches(\"{selector}\")")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_does_what_the_list_says() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    let overview = format!("/?{DAYS}");
    for (keys, script) in [
        ("go", "return location.pathname === '/'"),
        ("gj", "return location.pathname === '/jobs'"),
        ("ge", "return location.pathname === '/endpoints'"),
        ("gr", "return location.pathname === '/recommendations'"),
        ("gw", "return location.pathname === '/reviews'"),
        ("m", "return location.search.includes('metric=kwh')"),
        ("[", "return location.search.includes('from=2026-11-09&to=2026-11-15')"),
    ] {
        awake(&site, &browser, &overview).await;
        for key in keys.chars() {
            browser.key(key.to_string()).await;
        }
        until(&browser, keys, script).await;
    }
    awake(&site, &browser, "/jobs?from=2026-11-09&to=2026-11-15").await;
    browser.key("]").await;
    until(&browser, "]", "return location.search.includes('from=2026-11-16&to=2026-11-22')").await;

    awake(&site, &browser, &overview).await;
    for (key, place) in [("/", "#search"), ("f", "input[name=from]"), ("c", "select[name=cmp]")] {
        browser.key(key).await;
        focus_is_on(&browser, place).await;
        browser.run("document.activeElement.blur(); return 1", Vec::new()).await;
    }
    let opens = "return document.querySelector('figure .twin').open";
    browser.key("t").await;
    until(&browser, "t opens the table", opens).await;
    focus_is_on(&browser, "figure .twin > summary").await;
    browser.key("t").await;
    until(&browser, "and closes it", "return !document.querySelector('figure .twin').open").await;
    awake(&site, &browser, &format!("/jobs?{DAYS}")).await;
    browser.run("document.querySelector('tbody th a.name').focus(); return 1", Vec::new()).await;
    let ticked = "return document.querySelectorAll('tbody input[name=id]:checked').length";
    browser.key("x").await;
    until(&browser, "x ticks the row", &format!("{ticked} === 1")).await;
    browser.key("x").await;
    until(&browser, "and takes the tick away", &format!("{ticked} === 0")).await;
    browser.unfold("Team").await;
    browser.key(Key::Escape).await;
    until(&browser, "Escape", "return !document.querySelector('details.facet[open]')").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_a_dialog_that_holds_the_focus_and_gives_it_back() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    awake(&site, &browser, "/jobs").await;
    browser.run("document.querySelector('nav a').focus(); return 1", Vec::new()).await;
    browser.key("?").await;
    until(&browser, "?", "return document.querySelector('dialog#shortcuts').matches(':modal')").await;
    assert!(browser.find("dialog#shortcuts").await.text().await.unwrap().contains("Go to endpoints"));
    let wrong = violations(&browser).await;
    assert!(wrong.is_empty(), "{wrong:?}");
    for _ in 0..6 {
        browser.key(Key::Tab).await;
        let inside = "return document.activeElement === document.body || !!document.activeElement.closest('dialog')";
        assert_eq!(browser.run(inside, Vec::new()).await, true, "the focus leaves the dialog");
    }
    // Keys do nothing behind it.
    browser.key("g").await;
    browser.key("e").await;
    browser.key(Key::Escape).await;
    until(&browser, "Escape", "return !document.querySelector('dialog#shortcuts').open").await;
    assert_eq!(browser.run("return location.pathname", Vec::new()).await, "/jobs");
    focus_is_on(&browser, "nav a").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_a_letter_while_somebody_types_and_nothing_with_another_key() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    awake(&site, &browser, "/jobs").await;
    let search = browser.find("#search").await;
    search.send_keys("gej?/[m").await.unwrap();
    assert_eq!(search.prop("value").await.unwrap().as_deref(), Some("gej?/[m"));
    browser.run("document.activeElement.blur(); return 1", Vec::new()).await;
    let held = "for (const held of ['ctrlKey', 'altKey', 'metaKey'])
            for (const key of ['?', 'g', 'e', '/', '['])
                document.body.dispatchEvent(new KeyboardEvent('keydown', { key, [held]: true, bubbles: true, cancelable: true }));
        return location.pathname + document.activeElement.tagName + document.querySelector('dialog').open";
    assert_eq!(browser.run(held, Vec::new()).await, "/jobsBODYfalse");
    browser.close().await;
}

/// Colours and keys are kept by a form, and the form needs no script.
async fn switch_off(site: &Site, browser: &Browser) {
    browser.goto(&format!("{}/settings/appearance", site.address)).await;
    browser.tick("Single keys are shortcuts").await;
    browser.tick("Dark").await;
    browser.press("Save").await;
    assert_eq!(browser.heading().await, "Appearance");
    assert!(browser.text().await.contains("Keys, switched off"));
    browser.goto(&format!("{}/jobs", site.address)).await;
    let html = browser.find("html").await;
    assert_eq!(html.attr("data-theme").await.unwrap().as_deref(), Some("dark"));
    let ground = browser.find("body").await.css_value("background-color").await.unwrap();
    assert!(ground.contains("17, 22, 20"), "the page is dark: {ground}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_switched_off_do_nothing() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    switch_off(&site, &browser).await;
    let there = "return document.querySelectorAll('.shortcuts, dialog').length";
    assert_eq!(browser.run(there, Vec::new()).await, 0);
    browser.key("?").await;
    browser.key("g").await;
    browser.key("e").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(browser.run("return location.pathname", Vec::new()).await, "/jobs");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_colours_and_keys_needs_no_script() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    switch_off(&site, &browser).await;
    browser.goto(&format!("{}/settings/appearance", site.address)).await;
    browser.tick("As the system has it").await;
    browser.press("Save").await;
    assert_eq!(browser.find("html").await.attr("data-theme").await.unwrap(), None);
    browser.close().await;
    let (status, _, text) = site.post("/settings/appearance", &[("theme", "pink")]).await;
    assert!(status == 422 && text.contains("one of the three"), "{status}");
}
