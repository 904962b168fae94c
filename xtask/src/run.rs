//! `run`: from a fresh clone to a page in the browser.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::postgres::Cluster;
use crate::process::Running;
use crate::{process, progress, wasm};

/// What the server is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Play an AWS account and read that.
    Demo,
    /// Read the account that the user's AWS credentials open.
    Aws,
    /// Read nothing new; show what is stored.
    Nothing,
}

/// Builds, starts the database, brings its schema up to date, serves until Ctrl-C.
pub fn run(source: Source, port: u16) -> Result<()> {
    refuse_a_taken_port(port)?;
    build_islands()?;
    let server = build_server()?;
    let database = Database::get()?;
    progress::say("bringing the database's schema up to date");
    process::run(process::command(&server).arg("migrate").env("DATABASE_URL", &database.url))?;
    let mut wattledger = process::tied_command(&server);
    wattledger.arg(if source == Source::Demo { "demo" } else { "serve" }).args(["--port", &port.to_string()]);
    wattledger.env("DATABASE_URL", &database.url);
    if source == Source::Nothing {
        // A server that finds credentials would read the account behind them.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            wattledger.env_remove(name);
        }
        wattledger.env("AWS_EC2_METADATA_DISABLED", "true");
    }
    progress::say("starting the server");
    let mut running = process::spawn(&mut wattledger)?;
    if wait_until_reachable(&mut running, port)? {
        progress::say(format_args!("Wattledger is at http://127.0.0.1:{port}  (Ctrl-C stops everything)"));
    }
    let status = running.wait()?;
    if process::interrupted() || status.success() {
        progress::say("stopped");
        return Ok(());
    }
    bail!("the server ended with {status}; its last lines above say why");
}

/// Without islands every page still reads, so their failure does not keep anyone from the product.
fn build_islands() -> Result<()> {
    let Err(error) = wasm::build() else {
        return Ok(());
    };
    if process::interrupted() {
        return Err(error);
    }
    progress::say(format_args!("the islands could not be built: {error:#}"));
    progress::say("going on without them: every page reads the same, but charts and sliders do not answer the pointer");
    wasm::site_folder().map(drop)
}

/// One line of what Cargo reports about a build.
#[derive(Deserialize)]
struct Artefact {
    executable: Option<PathBuf>,
}

fn build_server() -> Result<PathBuf> {
    progress::say("building the server (the first time takes several minutes)");
    let mut cargo = process::cargo()?;
    // All default members, though one program is wanted: features are then those of `test`, and nothing compiles twice.
    cargo.args(["build", "--bin", "wattledger", "--message-format=json-render-diagnostics"]);
    let report = process::capture_output(&mut cargo)?;
    let lines = report.lines().filter_map(|line| serde_json::from_str::<Artefact>(line).ok());
    lines
        .filter_map(|artefact| artefact.executable)
        .next_back()
        .context("Cargo built no program from the package `server`")
}

/// The user's own database, or ours for as long as this lives.
struct Database {
    url: String,
    _private: Option<Cluster>,
}

impl Database {
    fn get() -> Result<Database> {
        if let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
            progress::say("using the database in DATABASE_URL");
            return Ok(Database { url, _private: None });
        }
        let cluster = Cluster::kept()?;
        Ok(Database { url: cluster.url()?, _private: Some(cluster) })
    }
}

fn refuse_a_taken_port(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "cannot listen on port {port} ({error}); choose another: cargo xtask run --port {}",
            port.wrapping_add(1)
        ),
    }
}

/// Says whether the server answers; it does not when it ended before.
fn wait_until_reachable(running: &mut Running, port: u16) -> Result<bool> {
    while running.try_wait()?.is_none() {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused_with_another_to_try() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = refuse_a_taken_port(port).unwrap_err().to_string();
        assert!(error.contains("--port"), "{error}");
        drop(listener);
        refuse_a_taken_port(port).unwrap();
    }
}
