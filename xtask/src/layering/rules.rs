//! The invariants, a row each.

/// One invariant and why it holds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub id: &'static str,
    pub law: Law,
    /// A sentence for whoever broke it.
    pub why: &'static str,
}

/// What is forbidden outside unit tests. Folders and files are relative to the root of the clone; a name that ends in `*`
/// stands for all it begins.
#[derive(Clone, Copy, Debug)]
pub enum Law {
    /// Below `within`, paths that begin with one of these crates are named only below `home`.
    Confined { roots: &'static [&'static str], within: &'static [&'static str], home: &'static [&'static str] },
    /// Below `within`, no path contains one of these.
    NeverNamed { paths: &'static [&'static str], within: &'static [&'static str] },
    /// Below `within`, none of these words is written.
    NeverWritten { words: &'static [&'static str], within: &'static [&'static str] },
    /// Below `within`, the crate is named only where the feature is on.
    BehindFeature { root: &'static str, feature: &'static str, within: &'static str },
    /// The package's manifest lists none of these.
    NeverListed { package: &'static str, dependencies: &'static [&'static str] },
    /// Nothing the package depends on, however far, is one of these.
    NeverReached { package: &'static str, dependencies: &'static [&'static str] },
    /// The dependency is optional, and only this feature brings it.
    OnlyByFeature { package: &'static str, dependency: &'static str, feature: &'static str },
    /// The library is built as these types and no other.
    BuiltAs { package: &'static str, types: &'static [&'static str] },
}

/// Every invariant that can be read from manifests and sources.
pub const RULES: &[Rule] = &[
    Rule {
        id: "footprint-is-pure",
        law: Law::NeverReached {
            package: "footprint",
            dependencies: &[
                "tokio", "async-*", "futures*", "sqlx*", "aws-*", "axum*", "hyper*", "http", "reqwest", "leptos*",
                "rand",
            ],
        },
        why: "footprint computes; it cannot wait, reach a network, ask a database or draw a page, so it is testable and builds for wasm",
    },
    Rule {
        id: "footprint-has-no-clock",
        law: Law::NeverNamed {
            paths: &[
                "Utc::now",
                "Local::now",
                "Instant::now",
                "SystemTime::now",
                "std::fs",
                "std::net",
                "std::env",
                "std::process",
                "std::thread",
                "std::time::Instant",
                "std::time::SystemTime",
                "rand::rng",
            ],
            within: &["footprint/src"],
        },
        why: "time, randomness and data come into footprint as arguments, so the same input gives the same number for ever",
    },
    Rule {
        id: "app-only-draws",
        law: Law::NeverListed {
            package: "app",
            dependencies: &[
                "tokio*",
                "sqlx*",
                "aws-*",
                "axum*",
                "hyper*",
                "http",
                "reqwest",
                "server",
                "leptos_axum",
                "leptos_router",
                "leptos_meta",
            ],
        },
        why: "a page is a function of its view model; everything is loaded before the drawing starts",
    },
    Rule {
        id: "app-reaches-no-database",
        law: Law::NeverReached { package: "app", dependencies: &["sqlx*", "aws-*", "axum*"] },
        why: "app does not know that a database or AWS exists, not even through somebody else",
    },
    Rule {
        id: "pages-arrive-complete",
        law: Law::NeverWritten {
            words: &["Suspense", "Transition", "OnceResource", "LocalResource", "ServerAction", "ActionForm"],
            within: &["app/src", "app/wasm/src"],
        },
        why: "the status code is chosen and the page drawn once, when all is loaded; it reads the same with scripts off",
    },
    Rule {
        id: "aws-types-stay-in-aws",
        law: Law::Confined {
            roots: &["aws_sdk_*", "aws_config", "aws_types", "aws_smithy_*", "aws_credential_types"],
            within: &["app", "footprint", "server", "tests", "xtask"],
            home: &["server/src/aws"],
        },
        why: "the AWS SDK changes every week; behind server/src/aws everything is our own fact structs",
    },
    Rule {
        id: "sql-stays-in-store",
        law: Law::Confined {
            roots: &["sqlx"],
            within: &["app", "footprint", "server", "xtask"],
            home: &["server/src/store"],
        },
        why: "one place holds the SQL, so one reader can check scope, roles and locks of all of it",
    },
    Rule {
        id: "http-stays-in-http",
        law: Law::Confined {
            roots: &["axum", "axum_extra", "http", "hyper", "tower", "tower_http"],
            within: &["app", "footprint", "server", "xtask"],
            home: &["server/src/http"],
        },
        why: "what is decided must not depend on how it was asked: the same functions serve pages, CSV, JSON and the command line",
    },
    Rule {
        id: "simulator-stands-alone",
        law: Law::NeverListed {
            package: "aws-simulator",
            dependencies: &["footprint", "server", "app", "sqlx*", "aws-*", "leptos*"],
        },
        why: "a simulator that shares code with what it tests repeats its mistakes",
    },
    Rule {
        id: "simulator-is-optional",
        law: Law::OnlyByFeature { package: "server", dependency: "aws-simulator", feature: "demo" },
        why: "an installation can be built without the demo",
    },
    Rule {
        id: "simulator-only-in-demo",
        law: Law::BehindFeature { root: "aws_simulator", feature: "demo", within: "server/src" },
        why: "without the feature `demo` the server must still compile",
    },
    Rule {
        id: "simulator-misses-the-store",
        law: Law::Confined {
            roots: &["aws_simulator"],
            within: &["app", "footprint", "server", "xtask"],
            home: &["server/src/demo.rs", "server/src/command/demo.rs"],
        },
        why: "the demo goes through the real AWS client and the real pipeline; only its start knows that AWS is played",
    },
    Rule {
        id: "wasm-is-only-a-module",
        law: Law::BuiltAs { package: "app-wasm", types: &["cdylib"] },
        why: "with an rlib beside it Cargo leaves out link-time optimisation and the module grows several times",
    },
];
