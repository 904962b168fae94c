//! The demo: five teams in three accounts over six weeks, with a story that a lead of such teams recognises.
//!
//! What happens on a calendar day depends on the seed and that day alone, so a later `now` shows the same past; only the
//! sweep and the Trainium trial always lie in the ISO week before the present.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::{Account, Fleet, Job, JobKind, Region, midnight};
use super::{demo_endpoints as endpoints, demo_holdings as holdings};
use crate::noise::{Dice, floor};

pub(super) const RESEARCH: &str = "111122223333";
pub(super) const PRODUCT: &str = "222233334444";
pub(super) const PLATFORM: &str = "333344445555";

/// Days of history, and days of schedule past the present for a fleet that ticks.
pub(super) const PAST_DAYS: i64 = 42;
pub(super) const FUTURE_DAYS: i64 = 2;

const PLACES: &[(&str, &str, &[&str])] = &[
    (RESEARCH, "research", &["us-east-1", "us-west-2"]),
    (PRODUCT, "product", &["us-east-1", "eu-west-1"]),
    (PLATFORM, "platform", &["eu-north-1"]),
];

/// Jobs of one kind, written by one team.
struct Family {
    team: &'static str,
    account: &'static str,
    region: &'static str,
    stem: &'static str,
    per_week: f64,
    median_minutes: f64,
    /// Instance type, instances side by side, weight.
    machines: &'static [((&'static str, u32), f64)],
    /// Mean shares of CPU and GPU.
    load: (f64, f64),
    kind: JobKind,
    spot: f64,
    /// Runs at night by itself and carries `env=prod`; others follow working hours.
    scheduled: bool,
}

#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "resnet50-defects", per_week: 20.0, median_minutes: 75.0,
        machines: &[(("ml.g5.xlarge", 1), 0.6), (("ml.g4dn.xlarge", 1), 0.3), (("ml.g5.2xlarge", 1), 0.1)], load: (0.42, 0.82), kind: JobKind::Training, spot: 0.30, scheduled: false },
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "yolo-shelf", per_week: 14.0, median_minutes: 140.0,
        machines: &[(("ml.g5.2xlarge", 1), 0.7), (("ml.g5.12xlarge", 1), 0.2), (("ml.g5.xlarge", 2), 0.1)], load: (0.38, 0.74), kind: JobKind::Training, spot: 0.45, scheduled: false },
    Family { team: "vision", account: RESEARCH, region: "us-west-2", stem: "segment-weld", per_week: 7.0, median_minutes: 200.0,
        machines: &[(("ml.p3.2xlarge", 1), 0.6), (("ml.g5.4xlarge", 1), 0.4)], load: (0.33, 0.66), kind: JobKind::Training, spot: 0.10, scheduled: false },
    Family { team: "nlp", account: RESEARCH, region: "us-west-2", stem: "bert-tickets", per_week: 15.0, median_minutes: 60.0,
        machines: &[(("ml.g4dn.xlarge", 1), 0.6), (("ml.g6.xlarge", 1), 0.4)], load: (0.30, 0.71), kind: JobKind::Training, spot: 0.35, scheduled: false },
    Family { team: "nlp", account: RESEARCH, region: "us-east-1", stem: "llama-adapter", per_week: 4.0, median_minutes: 260.0,
        machines: &[(("ml.g5.12xlarge", 1), 0.66), (("ml.g6.12xlarge", 1), 0.2), (("ml.p4d.24xlarge", 1), 0.14)], load: (0.18, 0.88), kind: JobKind::Training, spot: 0.15, scheduled: false },
    // Far too much GPU for what it does: the right-sizing story.
    Family { team: "nlp", account: PRODUCT, region: "us-east-1", stem: "summarise-calls", per_week: 8.0, median_minutes: 120.0,
        machines: &[(("ml.g5.4xlarge", 1), 0.7), (("ml.g6.2xlarge", 1), 0.3)], load: (0.55, 0.22), kind: JobKind::Training, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "demand-tft", per_week: 14.0, median_minutes: 55.0,
        machines: &[(("ml.g4dn.2xlarge", 1), 0.6), (("ml.m5.2xlarge", 1), 0.4)], load: (0.62, 0.35), kind: JobKind::Training, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "lgbm-stock", per_week: 18.0, median_minutes: 30.0,
        machines: &[(("ml.c5.2xlarge", 1), 0.7), (("ml.c5.xlarge", 1), 0.3)], load: (0.86, 0.0), kind: JobKind::Training, spot: 0.50, scheduled: false },
    Family { team: "forecasting", account: PRODUCT, region: "us-east-1", stem: "deepar-energy", per_week: 8.0, median_minutes: 80.0,
        machines: &[(("ml.m5.2xlarge", 1), 0.6), (("ml.c5.2xlarge", 2), 0.4)], load: (0.70, 0.0), kind: JobKind::Training, spot: 0.20, scheduled: true },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "two-tower-feed", per_week: 12.0, median_minutes: 150.0,
        machines: &[(("ml.g5.4xlarge", 1), 0.5), (("ml.g5.2xlarge", 1), 0.3), (("ml.p3.2xlarge", 1), 0.2)], load: (0.47, 0.55), kind: JobKind::Training, spot: 0.10, scheduled: false },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "ranker-xgb", per_week: 16.0, median_minutes: 35.0,
        machines: &[(("ml.m5.xlarge", 1), 0.6), (("ml.m5.2xlarge", 1), 0.4)], load: (0.78, 0.0), kind: JobKind::Training, spot: 0.25, scheduled: true },
    Family { team: "platform", account: PLATFORM, region: "eu-north-1", stem: "smoke-train", per_week: 8.0, median_minutes: 7.0,
        machines: &[(("ml.m5.large", 1), 0.6), (("ml.m5.xlarge", 1), 0.4)], load: (0.35, 0.0), kind: JobKind::Training, spot: 0.0, scheduled: false },
    Family { team: "platform", account: PLATFORM, region: "eu-north-1", stem: "embed-refresh", per_week: 4.0, median_minutes: 110.0,
        machines: &[(("ml.g6.2xlarge", 2), 0.7), (("ml.g4dn.12xlarge", 1), 0.3)], load: (0.40, 0.80), kind: JobKind::Training, spot: 0.30, scheduled: true },
    // Data is prepared before it is learnt from, models are watched, and some score in batches.
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "tile-images", per_week: 9.0, median_minutes: 45.0,
        machines: &[(("ml.m5.2xlarge", 2), 0.7), (("ml.c5.2xlarge", 3), 0.3)], load: (0.66, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "nlp", account: RESEARCH, region: "us-west-2", stem: "dedup-corpus", per_week: 6.0, median_minutes: 95.0,
        machines: &[(("ml.r5.4xlarge", 1), 0.6), (("ml.r5.2xlarge", 2), 0.4)], load: (0.58, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "features-demand", per_week: 7.0, median_minutes: 30.0,
        machines: &[(("ml.m5.2xlarge", 1), 0.8), (("ml.m5.xlarge", 2), 0.2)], load: (0.71, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "monitor-feed-drift", per_week: 7.0, median_minutes: 12.0,
        machines: &[(("ml.m5.large", 1), 1.0)], load: (0.31, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "score-stores", per_week: 7.0, median_minutes: 25.0,
        machines: &[(("ml.m5.xlarge", 2), 0.7), (("ml.c5.2xlarge", 1), 0.3)], load: (0.77, 0.0), kind: JobKind::Transform, spot: 0.0, scheduled: true },
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "score-archive", per_week: 2.0, median_minutes: 180.0,
        machines: &[(("ml.g4dn.xlarge", 2), 1.0)], load: (0.35, 0.62), kind: JobKind::Transform, spot: 0.0, scheduled: true },
];

const OUT_OF_MEMORY: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"torch.OutOfMemoryError: CUDA out of memory. \
     Tried to allocate 2.44 GiB. GPU 0 has a total capacity of 21.99 GiB of which 1.08 GiB is free.\"";
const NO_DATA: &str = "ClientError: Data download failed: No S3 objects found under S3 URL \"s3://feature-exports/daily/\" given in input data source.";
const SCRIPT_ERROR: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"ValueError: Input contains NaN, infinity or a value too large for dtype('float32').\"";
const NO_CAPACITY: &str = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.";

pub(super) fn build(now: DateTime<Utc>, seed: u64) -> Fleet {
    let today = midnight(now);
    let mut jobs = Names::default();
    for family in FAMILIES {
        for day in -PAST_DAYS..FUTURE_DAYS {
            jobs.add_day(family, today + TimeDelta::days(day), seed);
        }
    }
    let last_monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()) + 7);
    jobs.add_sweep(last_monday, seed);
    jobs.add_trainium(last_monday);

    let mut endpoints = endpoints::build(today);
    let mut holdings = holdings::build(today, seed);
    let accounts = PLACES
        .iter()
        .map(|(id, name, regions)| Account {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            regions: regions
                .iter()
                .map(|region| Region {
                    name: (*region).to_owned(),
                    jobs: extract(&mut jobs.jobs, |job| is_at(&job.arn, region, id)),
                    endpoints: extract(&mut endpoints, |endpoint| is_at(&endpoint.arn, region, id)),
                    holdings: extract(&mut holdings, |holding| is_at(&holding.arn, region, id)),
                })
                .collect(),
        })
        .collect();
    Fleet { now, ticking: false, seed, revision: 0, accounts }
}

/// Jobs whose names are unique.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
    jobs: Vec<Job>,
}

impl Names {
    fn add_day(&mut self, family: &Family, day: DateTime<Utc>, seed: u64) {
        let date = day.format("%Y-%m-%d").to_string();
        let mut dice = Dice::new(seed, &[family.stem, &date]);
        let weekday = match day.weekday().number_from_monday() {
            6 => 0.25,
            7 => 0.20,
            _ => 1.0,
        };
        let jobs = floor(family.per_week / 5.45 * weekday + dice.unit());
        // On a bad day most jobs of a family fail, and all for the same reason.
        let bad_day = dice.chance(0.055);
        for _ in 0..jobs {
            let created = day + arrival(family.scheduled, &mut dice);
            let name = format!("{}-{}", family.stem, created.format("%Y-%m-%d-%H%M"));
            if self.taken.insert(name.clone()) {
                self.jobs.push(job(family, &name, created, bad_day, &mut dice));
            }
        }
    }

    /// Last week's sweep of the ranking team: 36 trials, two in three run out of memory at their first evaluation.
    fn add_sweep(&mut self, monday: DateTime<Utc>, seed: u64) {
        let mut dice = Dice::new(seed, &["two-tower-sweep", &monday.format("%Y-%m-%d").to_string()]);
        let mut created = monday + TimeDelta::hours(33);
        for trial in 1..=36 {
            let name = format!("two-tower-sweep-{}-t{trial:02}", created.format("%Y-%m-%d-%H%M"));
            let fits = trial % 3 == 0;
            let minutes = if fits { dice.between(95, 150) } else { dice.between(48, 110) };
            let job = Job::new(PRODUCT, "us-east-1", &name, created)
                .on("ml.g5.12xlarge", 1)
                .tagged(&[("team", "ranking"), ("project", "two-tower-sweep"), ("env", "dev")])
                .loaded(0.35, 0.91)
                .ran(dice.between(90, 200), minutes * 60 + dice.between(0, 60));
            self.jobs.push(if fits { job } else { job.failed(OUT_OF_MEMORY) });
            created += TimeDelta::seconds(dice.between(2_000, 3_600));
        }
    }

    fn add_trainium(&mut self, monday: DateTime<Utc>) {
        let created = monday + TimeDelta::days(1) + TimeDelta::minutes(9 * 60 + 12);
        let name = format!("trn1-port-{}", created.format("%Y-%m-%d-%H%M"));
        let job = Job::new(PLATFORM, "eu-north-1", &name, created)
            .on("ml.trn1.2xlarge", 1)
            .tagged(&[("team", "platform"), ("project", "trn1-port"), ("env", "dev")])
            .loaded(0.20, 0.0)
            .ran(240, 3 * 3600 + 431);
        self.jobs.push(job);
    }
}

/// Scheduled jobs come between two and four at night, people between seven and nineteen with a hill at one.
fn arrival(scheduled: bool, dice: &mut Dice) -> TimeDelta {
    let minutes = if scheduled { 120.0 + dice.unit() * 120.0 } else { 420.0 + (dice.unit() + dice.unit()) * 360.0 };
    TimeDelta::seconds(floor(minutes * 60.0))
}

fn job(family: &Family, name: &str, created: DateTime<Utc>, bad_day: bool, dice: &mut Dice) -> Job {
    let (instance_type, count) = dice.pick(family.machines).copied().unwrap_or(("ml.m5.large", 1));
    let spot = dice.chance(family.spot);
    let (cpu, gpu) = family.load;
    let busy = 0.8 + 0.3 * dice.unit();
    let seconds = floor(dice.long_tail(family.median_minutes, 0.42) * 60.0).clamp(40, 50 * 3600);
    let wait = dice.between(60, 240) + if spot { dice.between(60, 1_500) } else { 0 };
    let mut job =
        Job::new(family.account, family.region, name, created).doing(family.kind).on(instance_type, count).loaded(
            (cpu * busy).min(0.97),
            if super::Hardware::of(instance_type).gpus > 0 { (gpu * busy).min(0.97) } else { 0.0 },
        );
    // A few people forget to tag.
    if !dice.chance(0.03) {
        let env = if family.scheduled { "prod" } else { "dev" };
        job = job.tagged(&[("team", family.team), ("project", family.stem), ("env", env)]);
    }
    let fate = dice.unit();
    if fate < 0.004 {
        return job.failed(NO_CAPACITY);
    }
    let failing = if bad_day { 0.65 } else { 0.03 };
    if fate < 0.004 + failing {
        let (reason, share) = failure(family, bad_day, dice);
        return job.ran(wait, (floor(seconds as f64 * share)).max(95)).failed(reason);
    }
    let stopped = fate > 0.958;
    let seconds = if stopped { seconds / 2 } else { seconds };
    job = job.ran(wait, seconds);
    if stopped {
        job = job.stopped();
    }
    // Interruptions are not charged, and neither is two thirds of the price.
    if spot { job.on_spot(floor(seconds as f64 * (0.29 + 0.12 * dice.unit()))) } else { job }
}

/// Why a job fails, and after which share of its time.
fn failure(family: &Family, bad_day: bool, dice: &mut Dice) -> (&'static str, f64) {
    let (_, gpu) = family.load;
    if bad_day && family.scheduled {
        // The nightly export was late.
        (NO_DATA, 0.02)
    } else if gpu > 0.0 && dice.chance(0.6) {
        (OUT_OF_MEMORY, 0.05 + 0.25 * dice.unit())
    } else {
        (SCRIPT_ERROR, 0.1 + 0.6 * dice.unit())
    }
}

fn is_at(arn: &str, region: &str, account: &str) -> bool {
    let mut parts = arn.split(':').skip(3);
    parts.next() == Some(region) && parts.next() == Some(account)
}

fn extract<T>(all: &mut Vec<T>, belongs: impl Fn(&T) -> bool) -> Vec<T> {
    let (here, rest) = std::mem::take(all).into_iter().partition(belongs);
    *all = rest;
    here
}

#[cfg(test)]
mod tests;
