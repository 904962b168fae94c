//! `lighthouse`: what Lighthouse says of the demo's pages, as released: performance, accessibility, best practices and search.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::postgres::Cluster;
use crate::test_tools::browser;
use crate::{installed, places, process, progress, wasm};

/// What is looked at.
const PAGES: [&str; 8] =
    ["/", "/endpoints", "/jobs", "/trends", "/recommendations", "/reviews", "/imports", "/calculator"];
/// The categories, and the least score of each, in percent.
const CATEGORIES: [(&str, f64); 4] =
    [("performance", 99.0), ("accessibility", 100.0), ("best-practices", 100.0), ("seo", 100.0)];
/// How long the demo may take to be whole.
const PATIENCE: Duration = Duration::from_secs(300);

/// Plays the demo on a database of its own and lets Lighthouse look at its pages.
pub fn judge() -> Result<()> {
    let node =
        places::program("node").context("Lighthouse needs Node.js 18.20 or newer (Debian: apt-get install nodejs)")?;
    let tool = installed::npm("lighthouse", &places::root()?.join("tests/lighthouse"))?;
    let (chromium, _) = browser()?;
    wasm::build()?;
    process::run(process::cargo()?.args(["build", "--release", "--bin", "wattledger"]))?;
    let cluster = Cluster::throw_away()?;
    let port = TcpListener::bind("127.0.0.1:0").context("finding a free port")?.local_addr()?.port();
    let mut demo = process::tied_command(places::root()?.join("target/release/wattledger"));
    demo.args(["demo", "--port", &port.to_string()]).env("DATABASE_URL", cluster.url()?).env("RUST_LOG", "error");
    progress::say("playing the demo");
    // Ended with this function.
    let _running = process::spawn(&mut demo)?;
    let began = Instant::now();
    wait_until_whole(port)?;
    progress::say(format_args!("all of it was there after {:.0} s", began.elapsed().as_secs_f64()));
    let mut short = Vec::new();
    for page in PAGES {
        let look = || -> Result<Value> {
            let mut look = process::command(&node);
            look.arg(tool.join("node_modules/lighthouse/cli/index.js"));
            look.arg(format!("http://127.0.0.1:{port}{page}"));
            look.args(["--quiet", "--preset=desktop", "--output=json", "--output-path=stdout"]);
            look.arg("--only-categories=performance,accessibility,best-practices,seo");
            look.arg("--chrome-flags=--headless=new --no-sandbox --disable-background-networking --no-first-run");
            look.env("CHROME_PATH", &chromium);
            serde_json::from_str(&process::capture_output(&mut look)?).context("reading the report")
        };
        // Now and then Chromium records nothing, and Lighthouse asks to be run again.
        let report = look().or_else(|_| look()).or_else(|_| look())?;
        let mut scores = Vec::new();
        for (category, least) in CATEGORIES {
            let told = report.pointer(&format!("/categories/{category}/score")).and_then(Value::as_f64);
            let score = 100.0 * told.with_context(|| format!("{page} has no score of {category}"))?;
            scores.push(format!("{category} {score:.0}"));
            if score < least {
                short.push(format!(
                    "{page}: {category} {score:.0}, at least {least:.0} is wanted{}",
                    failed(&report, category)
                ));
            }
        }
        progress::say(format_args!("{page:<17} {}", scores.join(", ")));
    }
    ensure!(short.is_empty(), "{}", short.join("\n"));
    Ok(())
}

/// The audits of a category that something was found by.
fn failed(report: &Value, category: &str) -> String {
    let audits = report.pointer(&format!("/categories/{category}/auditRefs")).and_then(Value::as_array);
    let lines = audits.into_iter().flatten().filter_map(|audit| {
        let weighs = audit.get("weight").and_then(Value::as_f64).is_some_and(|weight| weight > 0.0);
        let found = report.pointer(&format!("/audits/{}", audit.get("id")?.as_str()?))?;
        let fails = found.get("score").and_then(Value::as_f64).is_some_and(|score| score < 0.995);
        let value = found.get("displayValue").and_then(Value::as_str).unwrap_or_default();
        (weighs && fails)
            .then(|| format!("\n    {} {value}", found.get("title").and_then(Value::as_str).unwrap_or_default()))
    });
    lines.collect()
}

/// Waits until the run that reads the demo is over: its line on Imports says so.
fn wait_until_whole(port: u16) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while !imports(port).is_ok_and(|page| page.contains(">Complete<") || page.contains("Something is left")) {
        ensure!(Instant::now() < until, "the demo was not whole in {} s", PATIENCE.as_secs());
        thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

fn imports(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET /imports HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
