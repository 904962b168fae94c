//! Holding the tree against the rules.

use std::fmt;

use super::paths::{NamedPath, paths};
use super::rules::{Law, Rule};
use super::tokens::tokens;
use super::tree::{SourceFile, Tree};

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    /// A file and a line, or a package.
    pub place: String,
    pub what: String,
    pub why: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}: {} [{}]\n      {}", self.place, self.what, self.rule, self.why)
    }
}

/// Everything that breaks one of `rules`.
pub fn violations(tree: &Tree, rules: &[Rule]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for rule in rules {
        let broken = broken_by(tree, &rule.law);
        violations.extend(broken.into_iter().map(|(place, what)| Violation {
            rule: rule.id,
            place,
            what,
            why: rule.why,
        }));
    }
    violations
}

/// Pairs of a place and what is wrong there.
fn broken_by(tree: &Tree, law: &Law) -> Vec<(String, String)> {
    match *law {
        Law::Confined { roots, within, home } => {
            named(tree, within, |file, path| !below_any(&file.path, home) && matches_any(path.root(), roots))
        }
        Law::NeverNamed { paths, within } => {
            named(tree, within, |_, path| paths.iter().any(|banned| contains(path, banned)))
        }
        Law::NeverWritten { words, within } => written(tree, words, within),
        Law::BehindFeature { root, feature, within } => {
            named(tree, &[within], |file, path| path.root() == root && !is_behind(tree, file, path.line, feature))
        }
        Law::NeverListed { package, dependencies } => {
            of_package(tree, package, |found| matching(found.listed().iter(), dependencies, "lists"))
        }
        Law::NeverReached { package, dependencies } => of_package(tree, package, |found| {
            matching(found.reaches.iter(), dependencies, "depends, directly or not, on")
        }),
        Law::OnlyByFeature { package, dependency, feature } => {
            of_package(tree, package, |found| brought_otherwise(&found.manifest, dependency, feature))
        }
        Law::BuiltAs { package, types } => of_package(tree, package, |found| built_otherwise(&found.manifest, types)),
    }
}

fn named(tree: &Tree, within: &[&str], breaks: impl Fn(&SourceFile, &NamedPath) -> bool) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| below_any(&file.path, within)) {
        for path in paths(without_tests(file)).iter().filter(|path| breaks(file, path)) {
            found.push((format!("{}:{}", file.path, path.line), format!("names {}", path.words.join("::"))));
        }
    }
    found
}

fn written(tree: &Tree, words: &[&str], within: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| below_any(&file.path, within)) {
        for token in tokens(without_tests(file)).iter().filter(|token| words.contains(&token.text.as_str())) {
            found.push((format!("{}:{}", file.path, token.line), format!("writes {}", token.text)));
        }
    }
    found
}

/// A file up to its unit tests, which stand last: a test may make by hand what the code may only receive.
fn without_tests(file: &SourceFile) -> &str {
    if file.path.ends_with("/tests.rs") {
        return "";
    }
    let text = file.text.as_str();
    text.find("\n#[cfg(test)]\nmod tests").and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A rule about a package that does not exist is broken too: the package was renamed and the rule forgotten.
fn of_package(tree: &Tree, name: &str, judge: impl Fn(&super::tree::Package) -> Vec<String>) -> Vec<(String, String)> {
    match tree.package(name) {
        Some(package) => judge(package).into_iter().map(|what| (name.to_owned(), what)).collect(),
        None => vec![(name.to_owned(), "is not a package of this workspace".to_owned())],
    }
}

fn matching<'a>(found: impl Iterator<Item = &'a String>, banned: &[&str], verb: &str) -> Vec<String> {
    found.filter(|name| matches_any(name, banned)).map(|name| format!("{verb} {name}")).collect()
}

fn brought_otherwise(manifest: &toml::Table, dependency: &str, feature: &str) -> Vec<String> {
    let optional = manifest
        .get("dependencies")
        .and_then(|table| table.get(dependency)?.get("optional")?.as_bool())
        .unwrap_or(false);
    let mut wrong = Vec::new();
    if !optional {
        wrong.push(format!("lists {dependency} without `optional = true`"));
    }
    let switch = format!("dep:{dependency}");
    let features = manifest.get("features").and_then(toml::Value::as_table);
    for (name, parts) in features.into_iter().flatten().filter(|(name, _)| *name != feature) {
        let brings = parts.as_array().into_iter().flatten().any(|part| part.as_str() == Some(switch.as_str()));
        if brings {
            wrong.push(format!("brings {dependency} by the feature {name}"));
        }
    }
    wrong
}

fn built_otherwise(manifest: &toml::Table, types: &[&str]) -> Vec<String> {
    let found: Vec<&str> = manifest
        .get("lib")
        .and_then(|library| library.get("crate-type")?.as_array())
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect();
    if found == types { Vec::new() } else { vec![format!("has the crate types {found:?} instead of {types:?}")] }
}

/// Whether the line, its file, or a module above it is compiled only with the feature.
fn is_behind(tree: &Tree, file: &SourceFile, line: usize, feature: &str) -> bool {
    let attribute = format!("#[cfg(feature = \"{feature}\")]");
    let whole_file = format!("#![cfg(feature = \"{feature}\")]");
    let just_before = file.text.lines().take(line.saturating_sub(1)).last().unwrap_or_default();
    file.text.contains(&whole_file)
        || just_before.contains(&attribute)
        || module_is_behind(tree, &file.path, &attribute)
}

fn module_is_behind(tree: &Tree, path: &str, attribute: &str) -> bool {
    let Some((folder, module, parents)) = declared_in(path) else {
        return false;
    };
    let declared_behind = |parent: &SourceFile| {
        let mut before = "";
        parent.text.lines().any(|line| {
            let declares = line.trim_start_matches("pub ").trim() == format!("mod {module};");
            let behind = declares && before.contains(attribute);
            before = line;
            behind
        })
    };
    parents
        .iter()
        .filter_map(|parent| tree.file(&format!("{folder}/{parent}")))
        .any(|parent| declared_behind(parent) || module_is_behind(tree, &parent.path, attribute))
}

/// The folder, the module's name, and the files relative to the folder that may hold `mod name;`.
fn declared_in(path: &str) -> Option<(String, String, Vec<String>)> {
    let stem = path.strip_suffix(".rs")?;
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    let (folder, module) = stem.rsplit_once('/')?;
    if matches!(module, "lib" | "main") {
        return None;
    }
    let (outer, own) = folder.rsplit_once('/')?;
    // A folder `x` belongs to `x/mod.rs` or to `x.rs` beside it; the source folder to the crate's roots.
    if own == "src" {
        return Some((folder.to_owned(), module.to_owned(), vec!["lib.rs".to_owned(), "main.rs".to_owned()]));
    }
    Some((outer.to_owned(), module.to_owned(), vec![format!("{own}/mod.rs"), format!("{own}.rs")]))
}

fn below_any(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path == *folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}

fn matches_any(name: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *pattern,
    })
}

fn contains(path: &NamedPath, banned: &str) -> bool {
    let banned: Vec<&str> = banned.split("::").collect();
    path.words.windows(banned.len()).any(|window| window == banned)
}

#[cfg(test)]
mod tests;
