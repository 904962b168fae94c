//! What the check looks at: sources, manifests and the graph of dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

/// The folders with Rust sources of this workspace.
const SOURCES: [&str; 5] = ["app", "footprint", "server", "tests", "xtask"];

/// The workspace as the rules see it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub files: Vec<SourceFile>,
    pub packages: Vec<Package>,
}

/// A Rust source, its path relative to the root with `/` between the folders.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// A member of the workspace.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub manifest: toml::Table,
    /// The names of every package it is linked to, however far away.
    pub reaches: BTreeSet<String>,
}

impl Tree {
    pub fn read(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        for folder in SOURCES {
            let walk = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name();
            for entry in walk.into_iter().filter_entry(|entry| entry.file_name() != "target") {
                let entry = entry?;
                if entry.path().extension().is_some_and(|extension| extension == "rs") {
                    let path = entry.path().strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                    let text = fs::read_to_string(entry.path()).with_context(|| format!("reading {path}"))?;
                    files.push(SourceFile { path, text });
                }
            }
        }
        Ok(Tree { files, packages: packages()? })
    }

    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl Package {
    /// The dependencies its manifest lists, but for those of tests.
    pub fn listed(&self) -> BTreeSet<String> {
        let mut tables = vec![&self.manifest];
        if let Some(targets) = self.manifest.get("target").and_then(toml::Value::as_table) {
            tables.extend(targets.values().filter_map(toml::Value::as_table));
        }
        let kinds = ["dependencies", "build-dependencies"];
        tables
            .iter()
            .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
            .flat_map(|dependencies| dependencies.keys().cloned())
            .collect()
    }
}

fn packages() -> Result<Vec<Package>> {
    let host = process::capture(process::command("rustc").args(["--print", "host-tuple"]))?;
    let mut cargo = process::cargo()?;
    // Without the platform Cargo would fetch what only other operating systems need.
    let json = process::capture(cargo.args(["metadata", "--format-version=1", "--filter-platform", host.trim()]))?;
    let metadata: Metadata = serde_json::from_str(&json).context("reading what cargo metadata wrote")?;
    let names: BTreeMap<&str, &str> =
        metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    let edges: BTreeMap<&str, Vec<&str>> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node.needed())).collect();
    let mut packages = Vec::new();
    for package in metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id)) {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        let reaches =
            reached(&package.id, &edges).into_iter().filter_map(|id| names.get(id).map(|name| (*name).to_owned()));
        packages.push(Package { name: package.name.clone(), manifest: manifest.parse()?, reaches: reaches.collect() });
    }
    Ok(packages)
}

/// Everything that can be reached from `start`, itself left out.
fn reached<'a>(start: &'a str, edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        for next in edges.get(id).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    reached
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    resolve: Resolve,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    manifest_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Node {
    /// The ids of what this package is linked to: not what only its build or its tests need.
    fn needed(&self) -> Vec<&str> {
        let linked = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none());
        self.deps.iter().filter(linked).map(|edge| edge.pkg.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_dependencies_are_those_of_every_platform_and_not_of_tests() {
        let manifest = "[dependencies]\na = '1'\n[build-dependencies]\nb = '1'\n[dev-dependencies]\nc = '1'\n[target.'cfg(unix)'.dependencies]\nd = '1'";
        let package = Package { name: "x".into(), manifest: manifest.parse().unwrap(), reaches: BTreeSet::new() };
        assert_eq!(package.listed().into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
    }

    #[test]
    fn reaching_goes_through_others_and_ends_in_circles() {
        let edges = BTreeMap::from([("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["b"])]);
        assert_eq!(reached("a", &edges), BTreeSet::from(["b", "c"]));
    }
}
