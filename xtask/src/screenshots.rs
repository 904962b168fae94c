//! `screenshots`: every page of the demo, light, dark, on a phone and on paper, in a folder that git ignores; and the README's.

use std::net::TcpListener;

use anyhow::{Context, Result};

use crate::postgres::Cluster;
use crate::test_tools::browser;
use crate::{places, process, progress, wasm};

/// Plays the demo on a database of its own, and takes the pictures.
pub fn take() -> Result<()> {
    wasm::build()?;
    process::run(process::cargo()?.args(["build", "--bin", "wattledger", "--bin", "pictures"]))?;
    let (chromium, chromedriver) = browser()?;
    let cluster = Cluster::throw_away()?;
    let root = places::root()?;
    let target = root.join("target/debug");
    let port = TcpListener::bind("127.0.0.1:0").context("finding a free port")?.local_addr()?.port();
    let mut demo = process::tied_command(target.join("wattledger"));
    demo.args(["demo", "--port", &port.to_string()]).env("DATABASE_URL", cluster.url()?);
    progress::say("playing the demo, which takes two minutes");
    // Ended with this function.
    let _running = process::spawn(&mut demo)?;
    let mut pictures = process::command(target.join("pictures"));
    pictures.args(["--address", &format!("http://127.0.0.1:{port}")]);
    pictures.arg("--folder").arg(root.join("tests/screenshots")).arg("--readme").arg(root.join(".readme/overview.png"));
    pictures.env("WATTLEDGER_CHROMIUM", chromium).env("WATTLEDGER_CHROMEDRIVER", chromedriver);
    process::run(&mut pictures)
}
