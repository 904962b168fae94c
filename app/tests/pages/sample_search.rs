//! What a search found, and what comes near.

use crate::sample::{grams, kwh, usd};
use app::view::*;

fn row(name: &str, href: &str, detail: &str, ran: bool) -> SearchRow {
    SearchRow {
        name: name.into(),
        href: href.into(),
        detail: detail.into(),
        ran,
        cost: if ran { usd(412.5) } else { Shown::default() },
        energy: if ran { kwh(120.0) } else { Shown::default() },
        emissions: if ran { grams(34_000.0) } else { Shown::default() },
    }
}

pub fn found() -> SearchView {
    let group = |id: &str, title: &str, found: u64, all: Option<&str>, rows: Vec<SearchRow>| SearchGroup {
        id: id.into(),
        title: title.into(),
        found,
        all_href: all.map(Into::into),
        rows,
    };
    SearchView {
        text: "resnet".into(),
        period: "9 Nov to 15 Nov 2026".into(),
        groups: vec![
            group(
                "found-job",
                "Jobs",
                12,
                Some("/jobs?q=resnet"),
                vec![
                    row("resnet-sweep-0311", "/jobs/resnet-sweep-0311.1", "Training · research · us-east-1", true),
                    row("resnet-old", "/jobs/resnet-old.2", "Training · research · eu-west-1", false),
                ],
            ),
            group(
                "found-family",
                "Families of jobs",
                1,
                None,
                vec![row("resnet-sweep", "/jobs?q=resnet-sweep", "Training", true)],
            ),
            group("found-team", "Teams", 9, None, vec![row("resnet-people", "/?team=resnet-people", "", true)]),
        ],
        nearest: Vec::new(),
    }
}

pub fn nothing() -> SearchView {
    SearchView {
        text: "resnt-swep".into(),
        period: "9 Nov to 15 Nov 2026".into(),
        nearest: vec![Crumb { label: "resnet-sweep (family)".into(), href: "/jobs?q=resnet-sweep".into() }],
        ..SearchView::default()
    }
}

pub fn nothing_near() -> SearchView {
    SearchView { nearest: Vec::new(), text: "zzzz".into(), ..nothing() }
}
