//! The built program on a private database that nobody else uses: what it takes in, and what it serves.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::intake::{Estimating, Intake};
use super::pages::Pages;
use crate::postgres::Cluster;
use crate::{packages, places, process, progress};

/// What the bench prints.
#[derive(Deserialize)]
struct Figures {
    intake: Intake,
    estimating: Vec<Estimating>,
    pages: Pages,
}

/// What serves a page as a file, beside which ours are timed.
pub fn nginx() -> Result<PathBuf> {
    match places::program("nginx") {
        Some(program) => Ok(program),
        None => packages::unpacked("The bench of pages", "nginx", "/usr/sbin/nginx"),
    }
}

/// Builds the program for release and times it.
pub fn time(nginx: &Path) -> Result<(Intake, Pages)> {
    progress::say("building the program for release");
    process::run(process::cargo()?.args(["build", "--release", "--bin", "wattledger", "--bin", "server-bench"]))?;
    progress::say("timing the intake and the pages (a quarter of an hour)");
    let cluster = Cluster::throw_away()?;
    let target = places::root()?.join("target/release");
    let mut bench = process::command(target.join("server-bench"));
    bench.arg("--program").arg(target.join("wattledger")).arg("--nginx").arg(nginx);
    bench.env("DATABASE_URL", cluster.url()?).env("AWS_EC2_METADATA_DISABLED", "true");
    let printed = process::capture_output(&mut bench)?;
    let figures: Figures = serde_json::from_str(&printed).context("reading what the bench of the program printed")?;
    Ok((Intake { estimating: figures.estimating, ..figures.intake }, figures.pages))
}
