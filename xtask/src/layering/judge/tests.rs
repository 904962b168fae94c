//! Every rule is shown a tree it must refuse: a check that cannot fail proves nothing.

use std::collections::BTreeSet;

use super::*;
use crate::layering::rules::RULES;
use crate::layering::tree::Package;

fn package(name: &str, manifest: &str, reaches: &[&str]) -> Package {
    Package {
        name: name.to_owned(),
        manifest: manifest.parse().unwrap(),
        reaches: reaches.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
    }
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// A small workspace in which every rule holds.
fn sound() -> Tree {
    Tree {
        files: vec![
            file("footprint/src/lib.rs", "use chrono::NaiveDate;\npub fn add(a: f64, b: f64) -> f64 { a + b }"),
            file("app/src/pages/job.rs", "use leptos::prelude::*; // not a Suspense\nuse crate::view::Resource;"),
            file(
                "server/src/lib.rs",
                "#[cfg(feature = \"demo\")]\npub mod demo;\npub mod http;\npub mod store;\npub mod aws;",
            ),
            file("server/src/main.rs", "use server::http;\nfn main() { http::serve(server::store::open()) }"),
            file("server/src/demo.rs", "use aws_simulator::Simulator;"),
            file("server/src/aws/client.rs", "use aws_sdk_sagemaker::Client;"),
            file("server/src/store/job.rs", "use sqlx::PgPool;"),
            file("server/src/http/routes.rs", "use axum::Router; fn f(x: http::HeaderMap) {}"),
            file("tests/src/main.rs", "use sqlx::PgPool; use aws_simulator::Fleet; use axum::body::Body;"),
        ],
        packages: vec![
            package("footprint", "[dependencies]\nlibm = '1'\n[dev-dependencies]\ntokio = '1'", &["libm"]),
            package("app", "[dependencies]\nleptos = '1'", &["leptos", "tokio"]),
            package("app-wasm", "[lib]\ncrate-type = ['cdylib']", &[]),
            package(
                "server",
                "[features]\ndefault = ['demo']\ndemo = ['dep:aws-simulator']\n[dependencies]\naws-simulator = { path = 'x', optional = true }",
                &[],
            ),
            package("aws-simulator", "[dependencies]\naxum = '1'", &["axum"]),
        ],
    }
}

fn with_file(path: &str, text: &str) -> Tree {
    let mut tree = sound();
    tree.files.retain(|file| file.path != path);
    tree.files.push(file(path, text));
    tree
}

fn with_package(name: &str, manifest: &str, reaches: &[&str]) -> Tree {
    let mut tree = sound();
    tree.packages.retain(|package| package.name != name);
    tree.packages.push(package(name, manifest, reaches));
    tree
}

/// A rule and a source that breaks it.
const BREAKING_FILES: [(&str, &str, &str); 14] = [
    ("footprint-has-no-clock", "footprint/src/energy.rs", "let now = chrono::Utc::now();"),
    ("footprint-has-no-clock", "footprint/src/energy.rs", "use std::{fmt, fs};"),
    ("pages-arrive-complete", "app/src/pages/job.rs", "view! { <Suspense>{x}</Suspense> }"),
    ("aws-types-stay-in-aws", "server/src/ingest/jobs.rs", "fn f(x: aws_sdk_sagemaker::types::Job) {}"),
    ("aws-types-stay-in-aws", "tests/src/main.rs", "use aws_config::SdkConfig;"),
    ("sql-stays-in-store", "server/src/http/jobs.rs", "let rows = sqlx::query!(\"select 1\");"),
    ("sql-stays-in-store", "server/src/main.rs", "use sqlx;"),
    ("http-stays-in-http", "server/src/auth/session.rs", "use axum::extract::State;"),
    ("http-stays-in-http", "server/src/export/csv.rs", "fn f() -> http::StatusCode {}"),
    ("http-stays-in-http", "server/src/export/csv.rs", "use ::tower_http::trace;"),
    ("simulator-only-in-demo", "server/src/lib.rs", "pub mod demo;"),
    ("simulator-only-in-demo", "server/src/main.rs", "use aws_simulator::Fleet;"),
    ("simulator-misses-the-store", "server/src/ingest/mod.rs", "use aws_simulator::Fleet;"),
    ("simulator-misses-the-store", "server/src/store/job.rs", "fn f(x: aws_simulator::Fleet) {}"),
];

/// A rule, a package, its manifest and what it reaches.
const BREAKING_PACKAGES: [(&str, &str, &str, &[&str]); 11] = [
    ("footprint-is-pure", "footprint", "", &["libm", "tokio"]),
    ("footprint-is-pure", "footprint", "", &["sqlx-core"]),
    ("app-only-draws", "app", "[dependencies]\ntokio = '1'", &[]),
    ("app-only-draws", "app", "[target.'cfg(unix)'.dependencies]\nsqlx = '1'", &[]),
    ("app-reaches-no-database", "app", "", &["leptos", "aws-config"]),
    ("simulator-stands-alone", "aws-simulator", "[dependencies]\nfootprint = '1'", &[]),
    ("simulator-stands-alone", "aws-simulator", "[dependencies]\naws-sdk-sagemaker = '1'", &[]),
    ("simulator-is-optional", "server", "[dependencies]\naws-simulator = { path = 'x' }", &[]),
    (
        "simulator-is-optional",
        "server",
        "[dependencies]\naws-simulator = { path = 'x', optional = true }\n[features]\nbench = ['dep:aws-simulator']",
        &[],
    ),
    ("wasm-is-only-a-module", "app-wasm", "[lib]\ncrate-type = ['cdylib', 'rlib']", &[]),
    ("wasm-is-only-a-module", "app-wasm", "", &[]),
];

/// A rule and a tree that breaks it.
fn breaking_examples() -> Vec<(&'static str, Tree)> {
    let files = BREAKING_FILES.iter().map(|(rule, path, text)| (*rule, with_file(path, text)));
    let packages =
        BREAKING_PACKAGES.iter().map(|(rule, name, manifest, reaches)| (*rule, with_package(name, manifest, reaches)));
    files.chain(packages).collect()
}

#[test]
fn a_sound_tree_passes() {
    assert_eq!(violations(&sound(), RULES), []);
}

#[test]
fn unit_tests_may_make_by_hand_what_the_code_may_only_receive() {
    let text = "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use sqlx::Error;\n}";
    assert_eq!(violations(&with_file("server/src/http/problem.rs", text), RULES), []);
    assert_eq!(violations(&with_file("server/src/http/problem/tests.rs", "use sqlx::Error;"), RULES), []);
    let before = "#[cfg(test)]\nuse sqlx::Error;\nfn f() {}";
    assert_eq!(violations(&with_file("server/src/http/problem.rs", before), RULES).len(), 1);
}

#[test]
fn every_breaking_example_is_refused() {
    for (rule, tree) in breaking_examples() {
        let broken: BTreeSet<&str> = violations(&tree, RULES).iter().map(|violation| violation.rule).collect();
        assert!(broken.contains(rule), "{rule} holds in {:?}", tree.files.last());
    }
}

#[test]
fn every_rule_has_a_breaking_example() {
    let shown: BTreeSet<&str> = breaking_examples().into_iter().map(|(rule, _)| rule).collect();
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(shown, all);
}

#[test]
fn a_renamed_package_breaks_its_rules() {
    let mut tree = sound();
    tree.packages.retain(|package| package.name != "footprint");
    let broken = violations(&tree, RULES);
    assert!(broken.iter().any(|violation| violation.what.contains("not a package")), "{broken:?}");
}

#[test]
fn a_feature_is_found_on_the_line_the_file_or_a_module_above() {
    let lib = "#[cfg(feature = \"demo\")]\nmod demo;";
    let cases = [
        ("server/src/a.rs", "#[cfg(feature = \"demo\")]\nuse aws_simulator::X;", true),
        ("server/src/a.rs", "#![cfg(feature = \"demo\")]\n\nuse aws_simulator::X;", true),
        ("server/src/demo/fleet.rs", "use aws_simulator::X;", true),
        ("server/src/other/fleet.rs", "use aws_simulator::X;", false),
        ("server/src/a.rs", "use aws_simulator::X;", false),
    ];
    for (path, text, expected) in cases {
        let tree = Tree {
            files: vec![
                file("server/src/lib.rs", lib),
                file("server/src/demo/mod.rs", "mod fleet;"),
                file("server/src/other.rs", "mod fleet;"),
                file(path, text),
            ],
            packages: Vec::new(),
        };
        let line = text.lines().position(|line| line.contains("aws_simulator")).unwrap() + 1;
        assert_eq!(is_behind(&tree, tree.file(path).unwrap(), line, "demo"), expected, "{path} {text}");
    }
}
