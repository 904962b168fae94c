//! Somebody who begins: with nothing, with the demo, and on the way.

use crate::sample::{grams, usd};
use app::view::*;

fn step(label: &str, state: StepState, text: &str, href: &str) -> OnboardingStep {
    let link = Crumb { label: label.split(' ').next().unwrap_or_default().into(), href: href.into() };
    OnboardingStep { label: label.into(), state, text: text.into(), link }
}

fn permissions(states: [PermissionState; 2]) -> Vec<PermissionRow> {
    let row = |name: &str, actions: &[&str], without: &str, state| PermissionRow {
        name: name.into(),
        actions: actions.iter().map(|&action| action.into()).collect(),
        without: without.into(),
        state,
        ..PermissionRow::default()
    };
    let studio = row("Studio", &["sagemaker:ListApps", "sagemaker:DescribeApp"], "no Studio apps", states[1]);
    let missing = states[1] == PermissionState::Missing;
    vec![
        row("TrainingJobs", &["sagemaker:Search"], "no training jobs", states[0]),
        PermissionRow {
            places: if missing { vec!["research, eu-west-1: Studio apps".into()] } else { Vec::new() },
            remedy: if missing { "Allow `sagemaker:ListApps` to the role.".into() } else { String::new() },
            ..studio
        },
    ]
}

/// An installation that knows nothing.
pub fn empty() -> OnboardingView {
    OnboardingView {
        steps: vec![
            step("Connect an account or upload a file", StepState::Open, "No account is known.", "#connect"),
            step("Hold the first review", StepState::Open, "No week was frozen.", "/reviews"),
        ],
        permissions: permissions([PermissionState::Unused; 2]),
        policy: "{\n  \"Version\": \"2012-10-17\"\n}".into(),
        accounts_file: "[[account]]\nname = \"research\"\n".into(),
        ..OnboardingView::default()
    }
}

/// The demo is what pages show.
pub fn demo() -> OnboardingView {
    OnboardingView { demo: vec!["demo-research".into(), "demo-platform".into()], shows_demo: true, ..empty() }
}

/// One's own accounts, with the demo still beside them and on its way out.
pub fn own() -> OnboardingView {
    OnboardingView {
        steps: vec![
            step("Connect an account or upload a file", StepState::Done, "Read from AWS: 2 accounts.", "#connect"),
            step(
                "Map tags to teams",
                StepState::Begun,
                "1 rule of your own; no workload bears such a tag yet.",
                "/settings/teams",
            ),
            step("Hold the first review", StepState::Open, "No week was frozen.", "/reviews"),
        ],
        own: vec![
            OwnRow {
                label: "Your costliest job".into(),
                name: "llama-finetune-0311".into(),
                href: "/jobs/llama-finetune-0311.1?from=2026-11-01&to=2026-11-15".into(),
                cost: usd(412.5),
                emissions: grams(18_400.0),
            },
            OwnRow {
                label: "Your costliest endpoint".into(),
                name: "search-rerank".into(),
                href: "/endpoints/search-rerank.2?from=2026-11-01&to=2026-11-15".into(),
                cost: usd(230.0),
                emissions: grams(9_100.0),
            },
        ],
        permissions: permissions([PermissionState::Granted, PermissionState::Missing]),
        demo: vec!["demo-research".into()],
        is_removing: true,
        ..empty()
    }
}

/// The question before the demo goes, as it comes back without a name.
pub fn removal() -> DemoRemovalView {
    DemoRemovalView {
        accounts: vec!["demo-research".into(), "demo-platform".into()],
        form: FormState {
            errors: vec![Field { name: "by".into(), message: "Enter your name.".into() }],
            ..FormState::default()
        },
    }
}
