//! Made-up pipelines and what is kept around them.

use crate::sample::{at, grams, hours, kwh, listing, totals, unknown, usd};
use app::view::*;

fn projects(name: &str) -> Vec<Named> {
    vec![Named { name: name.into(), href: format!("/pipelines?from=2026-11-09&to=2026-11-15&project={name}") }]
}

pub fn refused() -> Reach {
    Reach {
        was_read: true,
        refused: vec![Refused {
            what: "pipeline executions".into(),
            account: "demo-sandbox".into(),
            region: "eu-north-1".into(),
            remedy: "Allow sagemaker:ListPipelineExecutions to the role.".into(),
        }],
    }
}

pub fn pipelines() -> PipelinesView {
    let row = |name: &str, outcomes: Outcomes, last: ExecutionStatus, size: f64| PipelineRow {
        href: format!("/pipelines/{}", name.replace(['<', '>', '/'], "-")),
        name: name.into(),
        account: "demo-product".into(),
        region: "us-east-1".into(),
        team: Some("ranking".into()),
        projects: projects("two-tower"),
        outcomes,
        last_at: Some(at(15, 2, 10)),
        last_status: Some(last),
        is_gone: false,
        jobs: outcomes.executions,
        cost: usd(41.0 * size),
        energy: kwh(9.1 * size),
        emissions: grams(3_300.0 * size),
    };
    let nights = Outcomes { executions: 7, succeeded: 6, failed: 1, stopped: 0 };
    PipelinesView {
        state: PageState::Ready,
        reach: refused(),
        totals: totals(3),
        rows: vec![
            row("nightly-two-tower", nights, ExecutionStatus::Succeeded, 1.0),
            row(
                "<b>odd</b>",
                Outcomes { executions: 3, succeeded: 0, failed: 0, stopped: 3 },
                ExecutionStatus::Executing,
                0.5,
            ),
            PipelineRow {
                href: "/pipelines/retired".into(),
                name: "retired".into(),
                account: "demo-product".into(),
                region: "eu-west-1".into(),
                is_gone: true,
                cost: unknown("nothing ran in this period"),
                energy: unknown("nothing ran in this period"),
                emissions: unknown("nothing ran in this period"),
                ..PipelineRow::default()
            },
        ],
        listing: listing("/pipelines", "-cost"),
    }
}

pub fn pipeline() -> PipelineView {
    let execution = |name: &str, status, cached, jobs: u64| ExecutionRow {
        href: format!("/pipelines/x/executions/{name}"),
        name: name.into(),
        status,
        begun_at: Some(at(15, 2, 10)),
        duration: hours(1.4),
        steps: 3,
        cached,
        jobs,
        cost: if jobs == 0 { unknown("nothing ran in this period") } else { usd(5.9) },
        energy: if jobs == 0 { unknown("nothing ran in this period") } else { kwh(1.3) },
        emissions: if jobs == 0 { unknown("nothing ran in this period") } else { grams(470.0) },
    };
    let step = |name: &str, kind: &str, cached, failed, jobs: u64| StepRow {
        name: name.into(),
        kind: kind.into(),
        runs: 2,
        cached,
        failed,
        jobs,
        cost: if jobs == 0 { unknown("nothing ran in this period") } else { usd(2.9) },
        energy: if jobs == 0 { unknown("nothing ran in this period") } else { kwh(0.7) },
        emissions: if jobs == 0 { unknown("nothing ran in this period") } else { grams(235.0) },
    };
    PipelineView {
        name: "nightly-two-tower".into(),
        arn: "arn:aws:sagemaker:us-east-1:222233334444:pipeline/nightly-two-tower".into(),
        description: "Prepares the feed and trains the ranker.".into(),
        role: "Pipelines".into(),
        account: "demo-product".into(),
        region: "us-east-1".into(),
        team: Some("ranking".into()),
        projects: projects("two-tower"),
        created_at: Some(at(1, 8, 0)),
        gone_at: None,
        period: "9–15 Nov 2026".into(),
        outcomes: Outcomes { executions: 2, succeeded: 1, failed: 1, stopped: 0 },
        totals: totals(3),
        executions: vec![
            execution("3f2a9c0b1d7e", ExecutionStatus::Succeeded, 1, 3),
            execution("9b1d7e3f2a0c", ExecutionStatus::Failed, 3, 0),
        ],
        is_cut: true,
        steps: vec![
            step("CheckData", "Condition", 0, 0, 0),
            step("Prepare", "Processing", 1, 0, 1),
            step("Train", "Training", 0, 1, 2),
        ],
        versions: versions(),
    }
}

/// A definition that branches and joins again.
fn graph(status: Option<ExecutionStatus>) -> StepGraph {
    let node = |name: &str, kind: &str, detail: &str, after: &[usize], branch: Option<&str>| StepNode {
        name: name.into(),
        kind: kind.into(),
        detail: detail.into(),
        after: after.to_vec(),
        branch: branch.map(str::to_owned),
        status,
    };
    StepGraph {
        nodes: vec![
            node("CheckData", "Condition", "", &[], None),
            node(
                "Prepare",
                "Processing",
                "2 × ml.m5.2xlarge, may be answered from the cache for P30D",
                &[0],
                Some("if"),
            ),
            node("Tune<b>it</b>WithALongName", "Tuning", "1 × ml.g5.xlarge (parameter Machine)", &[1], Some("if")),
            node("Register", "Model registration", "", &[1, 2], Some("if")),
            node("Stop", "Fail", "", &[0], Some("else")),
        ],
    }
}

fn versions() -> VersionsView {
    let choice = |number: usize, selected| Choice {
        value: number.to_string(),
        label: format!("Version {number} of 1 Nov 2026"),
        selected,
    };
    let row = |number, until, changes: Option<&str>| VersionRow {
        number,
        from: Some(at(1, 8, 0)),
        until,
        steps: 5,
        changes: changes.map(str::to_owned),
    };
    VersionsView {
        rows: vec![row(2, None, Some("added Register; changed Prepare")), row(1, Some(at(9, 8, 0)), None)],
        difference: Some(Difference {
            earlier: vec![choice(1, true), choice(2, false)],
            later: vec![choice(1, false), choice(2, true)],
            rows: vec![
                StepChange {
                    step: "Prepare".into(),
                    kind: ChangeKind::Changed,
                    words: vec!["1 × ml.m5.large → 2 × ml.m5.2xlarge".into(), "no cache → cached".into()],
                },
                StepChange {
                    step: "Register".into(),
                    kind: ChangeKind::Added,
                    words: vec!["Model registration".into()],
                },
                StepChange { step: "Old".into(), kind: ChangeKind::Removed, words: vec!["Processing".into()] },
            ],
        }),
        carried: vec![("from".into(), "2026-11-09".into()), ("to".into(), "2026-11-15".into())],
        graph: graph(None),
    }
}

pub fn execution() -> ExecutionView {
    let nothing = || unknown("the cache answered, so nothing ran");
    let prepared = StepView {
        name: "Prepare".into(),
        kind: "Processing".into(),
        status: ExecutionStatus::Succeeded,
        from_cache: true,
        attempts: Some(1),
        begun_at: Some(at(15, 2, 10)),
        duration: hours(0.01),
        jobs: vec![StepJobRow {
            href: "/jobs/prepare-feed".into(),
            name: "prepare-feed-2026-11-14".into(),
            status: JobStatus::Completed,
            cost: unknown("it ran in an earlier execution"),
            emissions: unknown("it ran in an earlier execution"),
        }],
        cost: nothing(),
        energy: nothing(),
        emissions: nothing(),
        ..StepView::default()
    };
    let trial = |name: &str, status| StepJobRow {
        href: format!("/jobs/{name}"),
        name: name.into(),
        status,
        cost: usd(2.9),
        emissions: grams(235.0),
    };
    let tuned = StepView {
        name: "Tune".into(),
        kind: "Tuning".into(),
        status: ExecutionStatus::Failed,
        attempts: Some(2),
        failure: Some("ClientError: every trial <b>it</b> failed".into()),
        begun_at: Some(at(15, 2, 12)),
        duration: hours(1.3),
        tuning: Some(Named { name: "ranker-sweep".into(), href: "/jobs/tuning/ranker-sweep".into() }),
        jobs: vec![trial("ranker-sweep-1", JobStatus::Failed), trial("ranker-sweep-2", JobStatus::Stopped)],
        cost: usd(5.8),
        energy: kwh(1.3),
        emissions: grams(470.0),
        ..StepView::default()
    };
    let registered = StepView {
        name: "Register".into(),
        kind: "Model registration".into(),
        made: Some("ranker/7".into()),
        duration: unknown("AWS gave no times"),
        cost: unknown("it started no job that was read"),
        energy: unknown("it started no job that was read"),
        emissions: unknown("it started no job that was read"),
        ..StepView::default()
    };
    ExecutionView {
        name: "3f2a9c0b1d7e".into(),
        arn: "arn:aws:sagemaker:us-east-1:222233334444:pipeline/nightly-two-tower/execution/3f2a9c0b1d7e".into(),
        pipeline: Named { name: "nightly-two-tower".into(), href: "/pipelines/x".into() },
        account: "demo-product".into(),
        region: "us-east-1".into(),
        status: ExecutionStatus::Failed,
        begun_at: Some(at(15, 2, 10)),
        ended_at: Some(at(15, 3, 34)),
        duration: hours(1.4),
        totals: totals(2),
        steps: vec![prepared, tuned, registered],
        graph: graph(Some(ExecutionStatus::Failed)),
    }
}

fn note(weight: NoteWeight, words: &str) -> Note {
    Note { weight, words: words.into() }
}

pub fn storage() -> StorageView {
    let bucket = |name: &str, notes, lifecycle: &str| BucketRow {
        name: name.into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        notes,
        lifecycle: lifecycle.into(),
        encryption: "encrypted with keys of S3".into(),
        versioning: "no versions".into(),
        used_for: "checkpoints, training data".into(),
        used_by: "412 training jobs, model defects-v3".into(),
    };
    let log = |name: &str, days: Option<u64>, stored: Option<&str>| LogGroupRow {
        name: format!("/aws/sagemaker/{name}"),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        note: match days {
            Some(_) => note(NoteWeight::Good, "Expires"),
            None => note(NoteWeight::Problem, "Kept for ever"),
        },
        retention_days: days,
        stored: stored.map(str::to_owned),
        created_at: Some(at(1, 8, 0)),
    };
    let group = |name: &str, note: Note, used| FeatureGroupRow {
        name: name.into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        note,
        features: Some(3),
        online: Some("4.27 GB, on demand".into()),
        offline: Some("features-111122223333".into()),
        twins: Vec::new(),
        reads: Shown::exact(50_400.0, Unit::Count),
        writes: Shown::exact(20_160.0, Unit::Count),
        used_at: used,
    };
    StorageView {
        state: PageState::Ready,
        reach: Reach { was_read: true, refused: Vec::new() },
        period: "9–15 Nov 2026".into(),
        unused_days: 30,
        summary: StorageSummary {
            buckets: 3,
            buckets_kept: 1,
            log_groups: 3,
            logs_kept: 2,
            log_bytes: Some("88.1 GB".into()),
            feature_groups: 3,
            groups_unused: 1,
        },
        buckets: vec![
            bucket("training-111122223333", vec![note(NoteWeight::Problem, "No lifecycle rule")], "keeps everything"),
            BucketRow {
                region: String::new(),
                encryption: String::new(),
                versioning: String::new(),
                ..bucket("public-<b>it</b>", vec![note(NoteWeight::Open, "Another account's")], "")
            },
            bucket("capture-111122223333", vec![note(NoteWeight::Good, "Has rules")], "deleted after 30 days"),
        ],
        feature_groups: vec![
            FeatureGroupRow {
                reads: unknown("CloudWatch holds no request in this period"),
                writes: unknown("CloudWatch holds no request in this period"),
                ..group("platform-features", note(NoteWeight::Problem, "Unused for 30 days"), None)
            },
            FeatureGroupRow {
                features: None,
                online: None,
                offline: None,
                ..group("archive", note(NoteWeight::Open, "Not watched"), None)
            },
            group("vision-features", note(NoteWeight::Good, "In use"), Some(at(15, 23, 0))),
            FeatureGroupRow {
                twins: vec![
                    TwinRow {
                        name: "vision-features".into(),
                        href: "/storage?q=vision-features#feature-groups".into(),
                        place: "demo-research · us-east-1".into(),
                        is_one_place: false,
                    },
                    TwinRow {
                        name: "vision<b>it</b>".into(),
                        href: "/storage?q=vision".into(),
                        place: "demo-research · us-east-1".into(),
                        is_one_place: true,
                    },
                ],
                ..group("vision-features-v2", note(NoteWeight::Good, "In use"), Some(at(15, 23, 0)))
            },
        ],
        log_groups: vec![
            log("TrainingJobs", None, Some("86.4 GB")),
            log("studio", None, None),
            log("Endpoints/search-rerank", Some(30), Some("1.66 GB")),
        ],
        log_groups_left: 12,
    }
}
