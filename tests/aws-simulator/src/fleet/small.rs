//! The fleet for tests: every job shows one oddity that a reader of SageMaker must survive.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, Endpoint, Fleet, Holding, HoldingKind, Job, JobKind, Region, Shape, Traffic, Variant, midnight};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

pub(super) fn build(now: DateTime<Utc>, seed: u64) -> Fleet {
    let region = Region {
        name: REGION.to_owned(),
        jobs: jobs(now),
        endpoints: endpoints(now),
        holdings: holdings(now),
        outages: Vec::new(),
        refused: Vec::new(),
    };
    let account = Account { id: ACCOUNT.to_owned(), name: "research".to_owned(), regions: vec![region] };
    Fleet { now, ticking: false, seed, revision: 0, accounts: vec![account] }
}

/// All but the running and the waiting job lie on the two whole days before `now`.
fn jobs(now: DateTime<Utc>) -> Vec<Job> {
    let today = midnight(now);
    let at = |day: i64, hour: i64, minute: i64| today + TimeDelta::days(day) + TimeDelta::minutes(hour * 60 + minute);
    let job = |name: &str, created| Job::new(ACCOUNT, REGION, name, created);
    let vision = [("team", "vision"), ("project", "defects"), ("environment", "prod")];
    let nlp = [("team", "nlp"), ("project", "tickets"), ("environment", "dev")];

    let mut without_training_time =
        job("no-training-time", at(-1, 15, 0)).on("ml.m5.xlarge", 1).tagged(&nlp).loaded(0.5, 0.0).ran(90, 1800);
    without_training_time.training_s = None;
    without_training_time.billable_s = None;

    let mut running = job("running", now - TimeDelta::minutes(50))
        .on("ml.g5.2xlarge", 1)
        .tagged(&vision)
        .loaded(0.3, 0.85)
        .ran(120, 4 * 3600);
    running.max_runtime_s = 86_400;

    vec![
        job("plain-cpu", at(-2, 8, 0)).on("ml.m5.2xlarge", 1).tagged(&nlp).loaded(0.7, 0.0).ran(100, 5400),
        job("plain-gpu", at(-2, 10, 30)).on("ml.g5.xlarge", 1).tagged(&vision).loaded(0.35, 0.9).ran(130, 7200),
        job("two-hosts", at(-2, 14, 15)).on("ml.g5.12xlarge", 2).tagged(&vision).loaded(0.3, 0.75).ran(200, 3600),
        job("across-midnight", at(-2, 23, 10)).on("ml.g4dn.xlarge", 1).tagged(&nlp).loaded(0.4, 0.6).ran(120, 8100),
        job("failed-before-start", at(-1, 7, 0))
            .on("ml.p4d.24xlarge", 1)
            .tagged(&nlp)
            .loaded(0.3, 0.8)
            .failed("CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."),
        job("failed-out-of-memory", at(-1, 9, 0)).on("ml.g5.xlarge", 1).tagged(&vision).loaded(0.3, 0.95).ran(140, 1260).failed(OUT_OF_MEMORY),
        job("stopped-by-hand", at(-1, 10, 0)).on("ml.c5.2xlarge", 1).tagged(&nlp).loaded(0.8, 0.0).ran(80, 2700).stopped(),
        job("spot", at(-1, 11, 0)).on("ml.g4dn.2xlarge", 1).tagged(&vision).loaded(0.4, 0.7).ran(400, 6000).on_spot(1860).interrupted(2400, 600),
        job("unknown-type", at(-1, 12, 0)).on("ml.z9.large", 1).tagged(&nlp).loaded(0.5, 0.0).ran(100, 3600),
        job("trainium", at(-1, 13, 0)).on("ml.trn1.2xlarge", 1).tagged(&vision).loaded(0.2, 0.0).ran(150, 4500),
        without_training_time,
        job("kept-warm", at(-1, 14, 0)).on("ml.g4dn.xlarge", 1).tagged(&nlp).loaded(0.4, 0.6).ran(120, 1800).kept_warm(5400),
        // Too short for a single datapoint, and nobody tagged it.
        job("very-short", at(-1, 16, 0)).on("ml.m5.large", 1).loaded(0.2, 0.0).ran(70, 45),
        running,
        job("prepare-tickets", at(-1, 5, 0)).doing(JobKind::Processing).on("ml.m5.xlarge", 2).tagged(&nlp).loaded(0.6, 0.0).ran(110, 2400),
        job("score-defects", at(-1, 6, 0)).doing(JobKind::Transform).on("ml.g4dn.xlarge", 2).tagged(&vision).loaded(0.3, 0.5).ran(180, 3000),
    ]
}

const OUT_OF_MEMORY: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"torch.OutOfMemoryError: CUDA out of memory. \
     Tried to allocate 1.17 GiB. GPU 0 has a total capacity of 21.99 GiB\"\nCommand \"/usr/bin/python3 train.py\"";

/// A notebook that nobody stops, one that was stopped, an app in use, a small cluster.
fn holdings(now: DateTime<Utc>) -> Vec<Holding> {
    let today = midnight(now);
    let holding = |kind, name: &str| Holding::new(kind, ACCOUNT, REGION, name, today - TimeDelta::days(20));
    let at = |day: i64, hour: i64| today + TimeDelta::days(day) + TimeDelta::hours(hour);
    vec![
        holding(HoldingKind::Notebook, "left-running")
            .on("ml.g4dn.xlarge", 1)
            .tagged(&[("team", "nlp")])
            .ran(at(-2, 9), None),
        holding(HoldingKind::Notebook, "stopped").ran(at(-2, 9), Some(at(-1, 17))),
        holding(HoldingKind::App, "ada-lab").on("ml.t3.medium", 1).tagged(&[("team", "vision")]).ran(at(-1, 8), None),
        holding(HoldingKind::Cluster, "pretraining")
            .on("ml.g5.12xlarge", 2)
            .tagged(&[("team", "vision")])
            .ran(at(-2, 0), None),
    ]
}

/// One that is called all day and autoscales, one that nobody ever called, one with two variants and a working week.
fn endpoints(now: DateTime<Utc>) -> Vec<Endpoint> {
    let created = midnight(now) - TimeDelta::days(3);
    let horizon = midnight(now) + TimeDelta::days(2);
    let wave = Traffic::new(150.0, Shape::Diurnal { peak_hour: 14.0, floor: 0.15 }, 35_000.0);
    let busy =
        Variant::new("primary", "defects-v3", "ml.g5.xlarge", 1, 80.0).autoscaled((1, 4), &wave, created, horizon);
    let idle = Variant::new("primary", "llama-poc", "ml.g5.12xlarge", 1, 30.0);
    let week = Traffic::new(40.0, Shape::Weekdays { peak_hour: 12.0 }, 60_000.0);
    let control = Variant::new("control", "ranker-v7", "ml.g4dn.xlarge", 2, 60.0).weighing(3.0);
    let challenger = Variant::new("challenger", "ranker-v8", "ml.g4dn.xlarge", 1, 60.0);
    vec![
        Endpoint::new(ACCOUNT, REGION, "defects-live", created, wave, vec![busy])
            .tagged(&[("team", "vision"), ("environment", "prod")]),
        Endpoint::new(ACCOUNT, REGION, "llama-poc", created, Traffic::none(), vec![idle]).tagged(&[
            ("team", "nlp"),
            ("environment", "dev"),
            ("components", "adapter-de adapter-fr"),
        ]),
        Endpoint::new(ACCOUNT, REGION, "ranker-ab", created, week, vec![control, challenger])
            .tagged(&[("team", "ranking")]),
    ]
}
