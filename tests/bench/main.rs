//! How fast facts become rows, rows become footprints, and both become pages, beside what Postgres and nginx themselves
//! manage with the same bytes.
//!
//! Prints its figures as JSON; `cargo xtask bench` keeps them. Everything is measured on the real merge, ledger and
//! pipeline, against the simulator where AWS is asked.

#![forbid(unsafe_code)]

mod estimating;
mod ledger;
mod merge;
mod pages;
mod whole;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use serde::Serialize;
use server::store::{AccountScope, Database, Origin, account, pool};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// Times the intake and the pages.
#[derive(Parser)]
struct Arguments {
    /// The built program, for its memory.
    #[arg(long)]
    program: PathBuf,
    /// nginx, which serves a page as a file beside the program.
    #[arg(long)]
    nginx: PathBuf,
    /// Time the pages alone, or all but them.
    #[arg(long)]
    only: Option<Part>,
    /// A database server that nobody else uses, and that may lose everything.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Endpoints of the fleets that are read whole, smallest first.
    #[arg(long, value_delimiter = ',', default_value = "100,1000,4000")]
    endpoints: Vec<u32>,
}

/// A part of what is measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// From AWS to footprints.
    Intake,
    /// From facts that are there to footprints.
    Estimating,
    /// From footprints to pages.
    Pages,
}

/// Everything that is measured; what was not asked for is missing.
#[derive(Serialize)]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    intake: Option<Intake>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimating: Option<Vec<estimating::Estimating>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<pages::Pages>,
}

/// What is measured of the intake.
#[derive(Serialize)]
struct Intake {
    merge: Vec<merge::Merge>,
    whole: Vec<whole::Whole>,
    ledger: Vec<ledger::Claims>,
}

/// An empty database of a measurement, with one account in it.
struct Place {
    url: String,
    database: Database,
    scope: AccountScope,
    account_id: i32,
}

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

impl Place {
    async fn new(admin: &str, name: &str) -> Result<Self> {
        PgConnection::connect(admin).await?.execute(AssertSqlSafe(format!("create database {name}"))).await?;
        let (head, query) = admin.split_once('?').unwrap_or((admin, ""));
        let server = head.rsplit_once('/').map_or(head, |(server, _)| server);
        let url = format!("{server}/{name}?{query}");
        pool::migrate(&url, false).await?;
        let database = Database::connect(&url, false).await?;
        let account_id = account::ensure(&database.ingest, Origin::Aws, Some(ACCOUNT), ACCOUNT).await?;
        let scope = AccountScope::new(Origin::Aws, vec![account_id]);
        Ok(Self { url, database, scope, account_id })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let admin = &arguments.database_url;
    let wants = |part| arguments.only.is_none_or(|only| only == part);
    let intake = if wants(Part::Intake) { Some(intake(&arguments).await?) } else { None };
    let estimating = if wants(Part::Estimating) {
        eprintln!("estimating anew");
        Some(estimating::time(&Place::new(admin, "estimating").await?).await?)
    } else {
        None
    };
    let pages = if wants(Part::Pages) {
        eprintln!("making pages");
        Some(pages::time(&Place::new(admin, "pages").await?, &arguments.program, &arguments.nginx).await?)
    } else {
        None
    };
    println!("{}", serde_json::to_string(&Figures { intake, estimating, pages })?);
    Ok(())
}

async fn intake(arguments: &Arguments) -> Result<Intake> {
    let admin = &arguments.database_url;
    let mut merge = Vec::new();
    for period_s in [60, 300] {
        eprintln!("merging points of {period_s} s");
        merge.push(merge::time(&Place::new(admin, &format!("merge_{period_s}")).await?, period_s).await?);
    }
    let mut ledger = Vec::new();
    for workers in [1, 8, 32] {
        eprintln!("claiming windows by {workers}");
        ledger.push(ledger::time(&Place::new(admin, &format!("ledger_{workers}")).await?, workers).await?);
    }
    let mut whole = Vec::new();
    for endpoints in &arguments.endpoints {
        eprintln!("reading {endpoints} endpoints");
        let place = Place::new(admin, &format!("whole_{endpoints}")).await?;
        let memory = Place::new(admin, &format!("memory_{endpoints}")).await?;
        whole.push(whole::time(&place, &memory.url, &arguments.program, *endpoints).await?);
    }
    Ok(Intake { merge, whole, ledger })
}
