//! `.sqlx`: what the database says about every query, written down so that the server compiles without one.
//!
//! sqlx's macros ask a live database when `SQLX_OFFLINE` is false and write a file per query into `SQLX_OFFLINE_DIR`,
//! named after the SHA-256 of its text. Only the server's store holds such queries.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::postgres::Cluster;
use crate::{places, process, progress, wasm};

/// The major version `.sqlx` is written on: what may be null is read from query plans, which differ between versions.
const WRITTEN_ON: u32 = 15;

/// The crate roots a change of which makes Cargo compile the server's queries again.
const SERVER_ROOTS: [&str; 2] = ["server/src/lib.rs", "server/src/main.rs"];

/// What is compiled to see the queries.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// The server alone: the quickest for somebody who has changed a query.
    Server,
    /// Every target of every member: Cargo then chooses the same features of the dependencies as for linting and testing,
    /// and compiles them once for all three.
    EveryTarget,
}

/// Writes `.sqlx` anew.
pub fn write() -> Result<()> {
    let cluster = migrated_cluster()?;
    if cluster.binaries.major != WRITTEN_ON {
        progress::say(format_args!(
            "careful: .sqlx is kept as Postgres {WRITTEN_ON} writes it, and this is {}",
            cluster.binaries.major
        ));
    }
    let folder = places::root()?.join(".sqlx");
    let fresh = describe_queries(&cluster, Scope::Server)?;
    fs::create_dir_all(&folder)?;
    let old = read_folder(&folder)?;
    for name in old.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, text) in fresh.iter().filter(|(name, text)| old.get(*name) != Some(*text)) {
        fs::write(folder.join(name), text)?;
    }
    progress::say(format_args!(".sqlx holds {} queries", fresh.len()));
    Ok(())
}

/// Fails when `.sqlx` is not what [`write`] would leave.
pub fn check(scope: Scope) -> Result<()> {
    let cluster = migrated_cluster()?;
    let fresh = describe_queries(&cluster, scope)?;
    let folder = places::root()?.join(".sqlx");
    let kept = if folder.exists() { read_folder(&folder)? } else { BTreeMap::new() };
    let differences = differences(&kept, &fresh, cluster.binaries.major == WRITTEN_ON)?;
    if differences.is_empty() {
        progress::say(format_args!(".sqlx is up to date: {} queries", fresh.len()));
        return Ok(());
    }
    bail!(".sqlx is not up to date; run `cargo xtask prepare` and commit it:\n{}", differences.join("\n"));
}

fn migrated_cluster() -> Result<Cluster> {
    let cluster = Cluster::throw_away()?;
    let folder = places::root()?.join("migrations");
    let mut files = sql_files(&folder)?;
    files.sort();
    for file in &files {
        // The mark sqlx itself reads.
        let alone = fs::read_to_string(file)?.starts_with("-- no-transaction");
        cluster.run_sql_file(file, !alone)?;
    }
    progress::say(format_args!("applied {} migrations", files.len()));
    Ok(cluster)
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "sql"))
        .collect())
}

/// Compiles the server against the database and returns the files its queries left, by name.
fn describe_queries(cluster: &Cluster, scope: Scope) -> Result<BTreeMap<String, String>> {
    let root = places::root()?;
    wasm::site_folder()?;
    let folder = root.join(format!("target/sqlx-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    progress::say("compiling the server's queries against the database");
    let outcome = compile(&root, scope, cluster, &folder);
    let fresh = read_folder(&folder);
    fs::remove_dir_all(&folder)?;
    outcome?;
    fresh
}

fn compile(root: &Path, scope: Scope, cluster: &Cluster, folder: &Path) -> Result<()> {
    let _touched: Vec<Touched> =
        SERVER_ROOTS.iter().map(|path| Touched::now(root.join(path))).collect::<Result<_>>()?;
    let mut cargo = process::cargo()?;
    match scope {
        Scope::Server => cargo.args(["check", "--package", "server"]),
        Scope::EveryTarget => cargo.args(["check", "--all-targets"]),
    };
    cargo.env("SQLX_OFFLINE", "false").env("DATABASE_URL", cluster.url()?).env("SQLX_OFFLINE_DIR", folder);
    process::run(&mut cargo)
}

fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            files.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(files)
}

/// One line per query that is missing, left over, or described differently.
fn differences(
    kept: &BTreeMap<String, String>,
    fresh: &BTreeMap<String, String>,
    same_version: bool,
) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for (name, text) in fresh {
        match kept.get(name) {
            None => lines.push(format!("  missing: {}", first_line(text))),
            Some(old) if comparable(old, same_version)? != comparable(text, same_version)? => {
                lines.push(format!("  changed: {}", first_line(text)));
            }
            Some(_) => {}
        }
    }
    for (name, text) in kept.iter().filter(|(name, _)| !fresh.contains_key(*name)) {
        lines.push(format!("  no longer used: {name} {}", first_line(text)));
    }
    Ok(lines)
}

/// Another major version may come to another opinion about null, but not about names and types.
fn comparable(text: &str, same_version: bool) -> Result<Value> {
    let mut value: Value = serde_json::from_str(text).context("reading a file of .sqlx")?;
    if !same_version && let Some(describe) = value.get_mut("describe").and_then(Value::as_object_mut) {
        describe.remove("nullable");
    }
    Ok(value)
}

fn first_line(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let query = value.get("query").and_then(Value::as_str).unwrap_or("a file that is not JSON");
    query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect()
}

/// A source file that looks newer than it is until this is dropped: Cargo does not see that a database has changed.
struct Touched {
    file: File,
    before: SystemTime,
}

impl Touched {
    fn now(path: PathBuf) -> Result<Touched> {
        let file = File::options().append(true).open(&path).with_context(|| format!("opening {}", path.display()))?;
        let before = file.metadata()?.modified()?;
        file.set_modified(SystemTime::now())?;
        Ok(Touched { file, before })
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        // With the old time back, what was built before is still fresh; failing that, the server is only built once more.
        drop(self.file.set_modified(self.before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
        rows.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn every_way_to_be_out_of_date_is_named() {
        let a = r#"{"query": "select  1", "describe": {"nullable": [true]}}"#;
        let a_null = r#"{"query": "select  1", "describe": {"nullable": [null]}}"#;
        let none: [&str; 0] = [];
        let cases: [(&str, &str, bool, &[&str]); 5] = [
            (a, a, true, &none),
            (a, a_null, true, &["  changed: select 1"]),
            (a, a_null, false, &none),
            ("", a, true, &["  missing: select 1"]),
            (a, "", true, &["  no longer used: query-1.json select 1"]),
        ];
        for (kept, fresh, same_version, expected) in cases {
            let side = |text: &str| {
                if text.is_empty() { files(&[]) } else { files(&[("query-1.json", text)]) }
            };
            assert_eq!(differences(&side(kept), &side(fresh), same_version).unwrap(), expected);
        }
    }
}
