//! Runs of the made-up company in every state, and what they left out.

use crate::sample::at;
use app::view::*;
use chrono::{Days, NaiveDate};

pub fn rows() -> Vec<RunRow> {
    let row = |hour, state| RunRow {
        run_id: format!("00000000-0000-7000-8000-0000000000{hour:02}"),
        state,
        started_at: at(16, hour, 0),
        seen_at: at(16, hour, 10),
        from: at(1, 0, 0),
        to: at(16, hour, 0),
        accounts: Some(2),
        windows: 72,
        points: Some(18_400),
        calls: 311,
        fee: Shown::exact(0.02, Unit::Usd),
    };
    vec![
        RunRow { accounts: None, points: None, ..row(7, RunState::Running) },
        row(6, RunState::Complete),
        row(5, RunState::Partial),
        row(4, RunState::Cancelled),
        row(3, RunState::Interrupted),
        row(2, RunState::Failed),
    ]
}

pub fn reader() -> ReaderView {
    ReaderView {
        is_there: true,
        next_at: Some(at(16, 7, 15)),
        waiting: vec![WaitingRow { by: "Grace".into(), at: at(16, 7, 2), span: Some((at(1, 0, 0), at(9, 0, 0))) }],
        form: FormState::default(),
        live: LiveView { read_to: Some(at(16, 6, 55)), followed: 3, passes: 96, usd: 0.0288 },
    }
}

pub fn running() -> RunView {
    let row = |label: &str, done, total, unit: &str, state| PhaseRow {
        label: label.into(),
        done,
        total,
        unit: unit.into(),
        percent: total.map(|total: u64| if total == 0 { 100.0 } else { done as f64 * 100.0 / total as f64 }),
        per_minute: (done > 2).then_some(31.5),
        left_s: (done > 2).then_some(410),
        state,
    };
    RunView {
        run_id: "00000000-0000-7000-8000-000000000007".into(),
        state: RunState::Running,
        started_at: at(16, 7, 0),
        seen_at: at(16, 7, 3),
        from: at(1, 0, 0),
        to: at(16, 7, 0),
        left_s: Some(410),
        phases: vec![
            row("Training jobs", 44, Some(44), "windows", PhaseState::Done),
            row("Processing jobs", 40, Some(44), "windows", PhaseState::Short),
            row("Endpoints", 2, Some(2), "lists", PhaseState::Done),
            row("Metrics", 95, Some(310), "windows", PhaseState::Running),
            row("List prices", 0, Some(0), "price lists", PhaseState::Done),
            row("Estimate", 12, None, "days", PhaseState::Running),
            row("Findings", 0, None, "passes", PhaseState::Waiting),
        ],
        places: vec![
            PlaceRow {
                account: "demo-research".into(),
                region: "us-east-1".into(),
                inventory: (43, Some(45)),
                metrics: (95, Some(310)),
            },
            PlaceRow {
                account: "demo-research".into(),
                region: "eu-west-1".into(),
                inventory: (43, Some(45)),
                metrics: (0, None),
            },
        ],
        problems: vec![RunProblem {
            operation: "sagemaker:ListProcessingJobs".into(),
            regions: vec!["us-east-1".into(), "eu-west-1".into()],
            message: "AccessDeniedException: not authorized <script>alert(1)</script>".into(),
            remedy: "Allow sagemaker:ListProcessingJobs to the role that reads this account.".into(),
            times: 2,
        }],
        calls: vec![
            CallRow { operation: "cloudwatch:GetMetricData".into(), calls: 190, throttled: 3, repeated: 3 },
            CallRow { operation: "sagemaker:Search".into(), calls: 44, throttled: 0, repeated: 0 },
        ],
        fee: Shown::exact(0.0141, Unit::Usd),
        error: None,
        cancelled_by: None,
        can_read: true,
        form: FormState::default(),
    }
}

/// The same run, ended in one way or another.
pub fn ended(state: RunState) -> RunView {
    let is_whole = state == RunState::Complete;
    let mut view = RunView { state, left_s: None, can_read: state != RunState::Failed, ..running() };
    for phase in &mut view.phases {
        if is_whole {
            phase.state = PhaseState::Done;
            phase.done = phase.total.unwrap_or(phase.done.max(1));
            phase.total = Some(phase.done);
            phase.percent = Some(100.0);
        }
    }
    match state {
        RunState::Complete => view.problems.clear(),
        RunState::Failed => view.error = Some("could not read AWS: could not claim a window".into()),
        RunState::Cancelled => view.cancelled_by = Some("Ada".into()),
        _ => {}
    }
    view
}

/// A form that was sent without a name.
pub fn refused() -> RunView {
    let errors = vec![Field { name: "by".into(), message: "Enter your name, at most 100 characters.".into() }];
    RunView { form: FormState { errors, ..FormState::default() }, ..running() }
}

pub fn backfill() -> BackfillView {
    BackfillView {
        form: FormState { values: [("from".to_owned(), "2026-08-01".to_owned())].into(), errors: Vec::new() },
        told: vec![
            "CloudWatch keeps points of 1 minute for 15 days, of 5 minutes for 63 days and of 1 hour for 455 days."
                .into(),
            "Of this span 63 days can be read by 5 minutes, 45 days by the hour only.".into(),
            "90 windows of metrics are not read yet: 41200 metrics, for which AWS asks $0.41 ($0.01 for 1 000).".into(),
        ],
        can_read: true,
    }
}

pub fn gaps() -> GapsView {
    let day = |offset: u64| NaiveDate::from_ymd_opt(2026, 10, 20).unwrap() + Days::new(offset);
    let state = |offset| match offset {
        9 | 10 => GapState::Missing,
        11 => GapState::Partial,
        20 => GapState::Explained,
        _ => GapState::Complete,
    };
    let gap = |first, last, state, what: &str| Gap {
        first: day(first),
        last: day(last),
        state,
        what: what.into(),
        cause: "ThrottlingException: Rate exceeded".into(),
        remedy: "AWS asked for fewer calls; the next run goes on where this one stopped.".into(),
        note: None,
    };
    let note = GapNote { text: "The role was being moved <b>it</b>".into(), author: "Ada".into(), at: at(16, 7, 0) };
    let whole = GapRegion {
        account_id: 1,
        account: "demo-product".into(),
        region: "eu-west-1".into(),
        days: (0..28).map(|offset| GapDay { day: day(offset), state: GapState::Complete }).collect(),
        gaps: Vec::new(),
    };
    GapsView {
        regions: vec![
            GapRegion {
                region: "us-east-1".into(),
                days: (0..28).map(|offset| GapDay { day: day(offset), state: state(offset) }).collect(),
                gaps: vec![
                    Gap { note: Some(note), ..gap(20, 20, GapState::Explained, "24 of 24 hours are not read") },
                    gap(11, 11, GapState::Partial, "3 of 24 hours are not read"),
                    gap(9, 10, GapState::Missing, "48 of 48 hours are not read"),
                ],
                ..whole.clone()
            },
            whole,
        ],
        can_read: true,
        form: FormState {
            values: [("which".to_owned(), "explain".to_owned())].into(),
            errors: vec![Field { name: "note".into(), message: "Say what is known of these days.".into() }],
        },
        refused_prefix: "gap1-2".into(),
    }
}
