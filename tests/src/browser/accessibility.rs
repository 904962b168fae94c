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

/// What WCAG 1.4.12 lets a reader set of the spacing of text.
const SPACED: &str = "
    const style = new CSSStyleSheet();
    style.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }'
        + ' p { margin-bottom: 2em !important; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
    // What is hidden on purpose, or scrolls by itself, cuts nothing off.
    const cut = [...document.querySelectorAll('main :is(p, h1, h2, h3, dt, dd, li, button, .button, .badge, .card)')].filter(e => {
        const style = getComputedStyle(e);
        const hides = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
        return hides && e.offsetWidth > 1 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
    });
    return [document.documentElement.scrollWidth - innerWidth, cut.map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))];";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reflows_at_four_times_its_size_and_bears_wide_text() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    let (mut pages, mut wrong) = (0, Vec::new());
    for path in site.examples().await.into_values() {
        if !site.get(&path).await.1.starts_with("<!DOCTYPE html>") {
            continue;
        }
        pages += 1;
        // 1280 pixels at 400 %.
        browser.resize(320, 640).await;
        browser.goto(&format!("{}{path}", site.address)).await;
        let overflow = browser.run("return document.documentElement.scrollWidth - innerWidth", Vec::new()).await;
        if overflow.as_i64() > Some(0) {
            wrong.push(format!("{path} at 320 px is {overflow} px too wide"));
        }
        browser.resize(1280, 900).await;
        let spaced = browser.run(SPACED, Vec::new()).await;
        if spaced[0].as_i64() > Some(0) || spaced[1].as_array().is_none_or(|cut| !cut.is_empty()) {
            wrong.push(format!("{path} with wide text: {spaced}"));
        }
    }
    assert!(pages >= 12, "only {pages} pages were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forced_colours_leave_layers_numbered_and_states_outlined() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    let axe = std::fs::read_to_string(tool("WATTLEDGER_AXE_JS")).unwrap();
    browser.force_colours().await;
    for path in ["/", "/trends", "/jobs"] {
        browser.goto(&format!("{}{path}", site.address)).await;
        assert_eq!(
            browser.run("return matchMedia('(forced-colors: active)').matches", Vec::new()).await,
            Value::Bool(true)
        );
        browser.run(&axe, Vec::new()).await;
        let found = browser.run_async(RULES).await;
        assert_eq!(found["wrong"], Value::Array(Vec::new()), "{path}");
        let bare = "return [...document.querySelectorAll('main .badge')].filter(e => e.checkVisibility() && getComputedStyle(e).borderStyle === 'none').length";
        assert_eq!(browser.run(bare, Vec::new()).await, 0, "{path}: a badge is its ground alone");
    }
    browser.goto(&site.address).await;
    let order = "const layers = [...document.querySelectorAll('.legend.layers:first-of-type .layer')];
        return layers.map(e => getComputedStyle(e, '::before').content)";
    let order = browser.run(order, Vec::new()).await;
    assert!(order.as_array().is_some_and(|layers| layers.len() > 1), "{order}");
    assert!(
        order.as_array().into_iter().flatten().all(|each| each.as_str().is_some_and(|text| text.contains("counter"))),
        "{order}"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_values_and_reasons_are_read_without_a_pointer() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    browser.goto(&format!("{}/trends", site.address)).await;
    let written = "return [...document.querySelectorAll('main .figure[title]:not([title=\"\"])')]
        .map(e => getComputedStyle(e, '::after').content !== 'none')";
    let of = async || browser.run(written, Vec::new()).await.as_array().cloned().unwrap();
    assert!(!of().await.is_empty() && of().await.iter().all(|each| *each == false), "a page is calm at first");
    browser.tick("Write exact values, ranges and reasons behind every figure").await;
    assert!(of().await.iter().all(|each| *each == true));
    let overflow = browser.run("return document.documentElement.scrollWidth - innerWidth", Vec::new()).await;
    assert!(overflow.as_i64() <= Some(0), "{overflow} px too wide");
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
    for _ in 0..60 {
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
