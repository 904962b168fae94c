//! A database of one's own, a real moto, and the pipeline in between.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, Utc};
use server::aws::{Client, Credentials, Endpoints, Limits, Settings};
use server::ingest::{Money, Source};
use server::store::{AccountScope, Database, Origin, account, pool};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// A migrated database that only this test uses.
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    /// Its pools, in their roles.
    pub database: Database,
}

impl TestDatabase {
    pub async fn new() -> Self {
        let admin = std::env::var("DATABASE_URL").expect("set DATABASE_URL, or run `cargo xtask test`, which does");
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&admin).await.expect("the database in DATABASE_URL answers");
        connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        let url = named(&admin, &name);
        pool::migrate(&url, false).await.unwrap();
        let database = Database::connect(&url, false).await.unwrap();
        Self { url, database }
    }

    /// A connection that sees every row: the login's own rights, without row-level security.
    pub async fn scalar_text(&self, scope: &AccountScope, sql: &'static str) -> String {
        let mut transaction = scope.begin(&self.database.ingest).await.unwrap();
        let text: Option<String> = sqlx::query_scalar(sql).fetch_one(&mut *transaction).await.unwrap();
        text.unwrap_or_default()
    }
}

fn named(url: &str, database: &str) -> String {
    let (head, query) = url.split_once('?').map_or((url, String::new()), |(head, query)| (head, format!("?{query}")));
    let (server, _) = head.rsplit_once('/').unwrap();
    format!("{server}/{database}{query}")
}

/// A running moto, ended with its standard input.
pub struct Moto {
    child: Child,
    pub endpoint_url: String,
}

impl Moto {
    pub fn start(now: DateTime<Utc>, plain: bool) -> Self {
        let mut command = Command::new(python());
        command.arg(folder().join("moto/bridge.py")).args(["--now", &now.timestamp().to_string()]);
        command.arg("--until-stdin-closes").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if plain {
            command.arg("--plain");
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line).expect("moto prints its address");
        Self { child, endpoint_url: ready["endpoint_url"].as_str().unwrap().to_owned() }
    }

    /// Creates the fleet through boto3 and returns the truth about it.
    pub fn seed(&self, now: DateTime<Utc>) -> serde_json::Value {
        self.run("seed.py", &["--now", &now.timestamp().to_string()])
    }

    /// Copies a bucket of the simulator, makes others beside it, and returns what there is.
    pub fn seed_bill(&self, simulator: &str, key: &str, bucket: &str) -> serde_json::Value {
        self.run("seed_bill.py", &["--simulator", simulator, "--key", key, "--bucket", bucket])
    }

    fn run(&self, script: &str, arguments: &[&str]) -> serde_json::Value {
        let output = Command::new(python())
            .arg(folder().join("moto").join(script))
            .args(["--endpoint-url", &self.endpoint_url])
            .args(arguments)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn python() -> PathBuf {
    std::env::var_os("WATTLEDGER_MOTO_PYTHON")
        .expect("set WATTLEDGER_MOTO_PYTHON to a Python with tests/moto/requirements.txt, or run `cargo xtask test`")
        .into()
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// How an AWS at an address is asked, as often as one likes.
pub fn settings(endpoint: &str, key: &str) -> Settings {
    Settings {
        endpoints: Endpoints { all: Some(endpoint.to_owned()), ..Endpoints::default() },
        credentials: Credentials::Fixed { key: key.to_owned(), secret: "test".to_owned() },
        limits: Limits::unlimited(),
    }
}

/// An account behind an endpoint, ready to be read.
pub async fn source(
    database: &Database,
    origin: Origin,
    id: &str,
    key: &str,
    endpoint: &str,
    regions: &[&str],
) -> Source {
    let account_id = account::ensure(&database.ingest, origin, Some(id), id).await.unwrap();
    let settings = settings(endpoint, key);
    let mut clients = Vec::new();
    for region in regions {
        clients.push(Client::new(&settings, region).await);
    }
    Source { scope: AccountScope::new(origin, vec![account_id]), account_id, clients, money: Money::default() }
}
