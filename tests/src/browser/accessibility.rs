//! axe over every page, in both schemes and at both widths; nothing may scroll sideways, nor be cut off on paper.

use serde_json::Value;

use super::driver::{Browser, Scheme, tool};
use crate::site::Site;

const RULES: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(
        found => done({
            tried: found.passes.length,
            wrong: found.violations.map(rule => rule.id + ': ' + rule.nodes.map(
                node => node.target.join(' ') + ' ' + node.failureSummary).join(' | ')),
        }),
        error => done({ tried: 0, wrong: [String(error)] }),
    );";

/// What axe finds on the page as it stands.
pub async fn violations(browser: &Browser) -> Vec<String> {
    browser.run(&std::fs::read_to_string(tool("WATTLEDGER_AXE_JS")).unwrap(), Vec::new()).await;
    let found = browser.run_async(RULES).await;
    assert!(found["tried"].as_u64() > Some(10), "axe hardly ran: {found}");
    found["wrong"].as_array().into_iter().flatten().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_any_page_in_any_scheme_at_any_width() {
    let axe = std::fs::read_to_string(tool("WATTLEDGER_AXE_JS")).unwrap();
    let site = Site::new().await;
    let browser = Browser::open().await;
    let (mut pages, mut wrong) = (0, Vec::new());
    let mut paths: Vec<String> = site.examples().await.into_values().collect();
    paths.extend(
        [
            "/nothing-here",
            "/jobs?team=nobody",
            "/jobs?from=yesterday",
            "/search?q=plian-gpu",
            "/?metric=kwh",
            "/?cmp=yoy",
            "/trends?cmp=review:2026-W47",
        ]
        .map(ToOwned::to_owned),
    );
    for path in paths {
        if !site.get(&path).await.1.starts_with("<!DOCTYPE html>") {
            continue;
        }
        pages += 1;
        for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 1280), (Scheme::Light, 360), (Scheme::Dark, 360)]
        {
            browser.prefer(scheme).await;
            browser.resize(width, 900).await;
            browser.goto(&format!("{}{path}", site.address)).await;
            // As tall as its page, or the bar at the bottom would hide what a visitor scrolls into view.
            let height = browser.run("return document.documentElement.scrollHeight", Vec::new()).await;
            browser.resize(width, height.as_u64().unwrap()).await;
            browser.run(&axe, Vec::new()).await;
            let found = browser.run_async(RULES).await;
            assert!(found["tried"].as_u64() > Some(10), "axe hardly ran on {path}: {found}");
            let place = format!("{path} ({scheme:?}, {width})");
            wrong.extend(found["wrong"].as_array().into_iter().flatten().map(|rule| format!("{place}: {rule}")));
            let overflow = browser.run("return document.documentElement.scrollWidth - innerWidth", Vec::new()).await;
            if overflow.as_i64() > Some(0) {
                wrong.push(format!("{place} is {overflow} px too wide"));
            }
        }
    }
    assert!(pages >= 12, "only {pages} pages were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await;
}

/// A4 without the margins of the style sheet, CSS pixels.
const PAPER: u32 = 688;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_its_paper() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    browser.print().await;
    browser.resize(PAPER, 900).await;
    let (mut pages, mut wrong) = (0, Vec::new());
    for path in site.examples().await.into_values() {
        if !site.get(&path).await.1.starts_with("<!DOCTYPE html>") {
            continue;
        }
        pages += 1;
        browser.goto(&format!("{}{path}", site.address)).await;
        let overflow = browser.run("return document.documentElement.scrollWidth - innerWidth", Vec::new()).await;
        if overflow.as_i64() > Some(0) {
            wrong.push(format!("{path} is {overflow} px wider than its paper"));
        }
    }
    assert!(pages >= 12, "only {pages} pages were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_walked_by_keyboard_from_the_skip_link_on() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    browser.goto(&format!("{}/jobs", site.address)).await;
    let mut seen = Vec::new();
    for _ in 0..40 {
        browser.driver.action_chain().send_keys(thirtyfour::prelude::Key::Tab).perform().await.unwrap();
        let script = "const e = document.activeElement; const r = e.getBoundingClientRect(); const s = getComputedStyle(e);
            return [e.tagName, e.textContent.trim().slice(0, 30), r.width > 0 && r.height > 0, s.outlineStyle !== 'none' || s.boxShadow !== 'none']";
        let at = browser.run(script, Vec::new()).await;
        assert_eq!(at[2], Value::Bool(true), "focus goes where nothing is seen: {at}");
        assert_eq!(at[3], Value::Bool(true), "focus cannot be seen: {at}");
        seen.push(format!("{} {}", at[0].as_str().unwrap(), at[1].as_str().unwrap()));
    }
    assert!(seen[0].contains("Skip to content"), "{seen:?}");
    for expected in ["A Jobs", "BUTTON Apply", "A Download CSV"] {
        assert!(seen.iter().any(|each| each.starts_with(expected)), "{expected} is not reached: {seen:?}");
    }
    browser.close().await;
}
