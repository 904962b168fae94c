//! The islands: in the page, in the wasm, awake, and answering the keyboard.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Duration;

use aws_simulator::{Faults, Fleet};
use server::ingest::Options;
use thirtyfour::prelude::Key;

use super::driver::Browser;
use crate::site::{ALL, Site, attributes, now};

const BUDGET_BYTES: usize = 120 * 1024;

async fn asset(site: &Site, name: &str) -> Vec<u8> {
    let answer = site.get_with(&format!("/pkg/{name}"), "accept-encoding", "br").await;
    assert_eq!(answer.status(), 200, "{name} is not in this build: run `cargo xtask wasm`");
    assert_eq!(answer.headers()["content-encoding"], "br", "{name} is sent packed");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_island_on_a_page_is_an_export_of_the_wasm_within_its_budget() {
    let site = Site::new().await;
    let (script, wasm) = (asset(&site, "app.js").await, asset(&site, "app_bg.wasm").await);
    assert!(script.len() + wasm.len() <= BUDGET_BYTES, "{} bytes of script, {} of wasm", script.len(), wasm.len());
    let mut exports = String::new();
    brotli::Decompressor::new(script.as_slice(), 4096).read_to_string(&mut exports).unwrap();
    let mut used = BTreeSet::new();
    for path in site.examples().await.into_values() {
        let (_, text) = site.get(&path).await;
        used.extend(attributes(&scraper::Html::parse_document(&text), "leptos-island", "data-component"));
    }
    assert!(!used.is_empty(), "no page has an island");
    for component in used {
        let exported = exports.contains(&format!("export function {component}("));
        assert!(exported || exports.contains(&format!("{component},")), "{component} is not in the wasm");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_cursor_wakes_and_answers_the_arrow_keys() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    browser.goto(&format!("{}/?{ALL}", site.address)).await;
    // The marker is set by the island itself, not by the server.
    let pad = browser.find(".charts:not(.within) .cursor[data-live=true] .cursor-pad").await;
    let count = async |selector: &str| {
        let script = format!("return document.querySelectorAll(\"{selector}\").length");
        browser.run(&script, Vec::new()).await.as_u64().unwrap()
    };
    let islands = count("leptos-island").await;
    let (cursors, keys) = (count(".cursor[data-live=true]").await, count(".shortcuts[data-live=true]").await);
    assert!(islands == cursors + keys && cursors > 1 && keys == 1, "{cursors} and {keys} of {islands} are awake");

    let readout = browser.find(".charts:not(.within) .cursor-readout").await;
    let days = 7;
    let mut read = BTreeSet::new();
    pad.send_keys(Key::Home).await.unwrap();
    for step in 1..=days {
        let (text, now) = (readout.text().await.unwrap(), pad.attr("aria-valuenow").await.unwrap());
        assert_eq!(now.as_deref(), Some(step.to_string().as_str()));
        let label = pad.attr("aria-valuetext").await.unwrap().unwrap();
        assert!(text.contains(&label) && !label.is_empty(), "{text} says {label}");
        read.insert(text);
        pad.send_keys(Key::Right).await.unwrap();
    }
    assert_eq!(read.len(), days, "each day reads differently: {read:?}");
    assert_eq!(pad.attr("aria-valuenow").await.unwrap().as_deref(), Some("7"), "the last day is the end");
    pad.send_keys(Key::Left).await.unwrap();
    assert_eq!(pad.attr("aria-valuenow").await.unwrap().as_deref(), Some("6"));
    pad.send_keys(Key::Escape).await.unwrap();
    assert_eq!(readout.text().await.unwrap(), "");
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_followed_to_its_end_without_loading_the_page_anew() {
    let site = Site::unread(Fleet::small(now(), 3)).await;
    let browser = Browser::open().await;
    site.simulator.set_faults(Faults::none().slow("GetMetricData", Duration::from_secs(3)));
    let reading = site.reading(Options::new(now() - chrono::Duration::days(12), now(), now())).await;
    let run = loop {
        let run = site.test.scalar_text(&site.scope, "select max(run_id::text) from ingest_run").await;
        if !run.is_empty() {
            break run;
        }
    };
    browser.goto(&format!("{}/imports/{run}", site.address)).await;
    browser.run("window.isTheSamePage = true; return 1", Vec::new()).await;
    let shown = "return document.querySelector('#run-live').textContent";
    let first = browser.run(shown, Vec::new()).await;
    let mut moved = false;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let is_the_same = browser.run("return window.isTheSamePage === true", Vec::new()).await;
        if is_the_same == true && browser.run(shown, Vec::new()).await != first {
            moved = true;
            break;
        }
    }
    assert!(moved, "the page did not follow the run");
    site.simulator.set_faults(Faults::none());
    reading.await.unwrap();
    let mut said = String::new();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        said = browser.run(shown, Vec::new()).await.as_str().unwrap_or_default().to_owned();
        if said.contains("Everything in this span was read") {
            break;
        }
    }
    assert!(said.contains("Everything in this span was read"), "{said}");
    browser.close().await;
}
