//! The demo's jobs: when they come, how long they run and how they end.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::demo::{FUTURE_DAYS, PAST_DAYS, PLATFORM, PRODUCT, bearing};
use super::demo_families::{FAMILIES, Family};
use super::{Hardware, Job, trace};
use crate::noise::{self, Dice, floor};

/// Share of nights on which a family's export is late, and of its jobs that then fail.
const LATE_NIGHTS: f64 = 0.03;
const LATE_FAILURES: f64 = 0.65;
/// Share of jobs for which there is no machine.
const NO_CAPACITY_SHARE: f64 = 0.004;
const SHORTEST_S: i64 = 95;
/// Cut at two days, so that a job with one GPU is not the whole bill.
const LONGEST_S: i64 = 48 * 3600;

const OUT_OF_MEMORY: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"torch.OutOfMemoryError: CUDA out of memory. \
     Tried to allocate 2.44 GiB. GPU 0 has a total capacity of 21.99 GiB of which 1.08 GiB is free.\"";
const NO_DATA: &str = "ClientError: Data download failed: No S3 objects found under S3 URL \"s3://feature-exports/daily/\" given in input data source.";
const SCRIPT_ERROR: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"ValueError: Input contains NaN, infinity or a value too large for dtype('float32').\"";
const NO_CAPACITY: &str = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.";

/// Jobs of all families, the sweep and the Trainium trial of the week that begins on `last_monday`.
pub(super) fn build(today: DateTime<Utc>, last_monday: DateTime<Utc>, seed: u64) -> Vec<Job> {
    let mut jobs = Names::default();
    for family in FAMILIES {
        for day in -PAST_DAYS..FUTURE_DAYS {
            jobs.add_day(family, today + TimeDelta::days(day), seed);
        }
    }
    jobs.add_sweep(last_monday, seed);
    jobs.add_trainium(last_monday);
    jobs.jobs
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
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        let zeal = if family.scheduled {
            1.0
        } else {
            let weight = trace::SUBMISSIONS_OF_A_WEEKDAY.get(weekday).copied().unwrap_or(1.0);
            weight * trace::jobs_of_a_day(dice.unit())
        };
        let jobs = floor(family.per_week / 7.0 * zeal + dice.unit());
        let fate = Fate::of_a_day(family, &mut dice);
        for _ in 0..jobs {
            let created = day + arrival(family, &mut dice);
            let name = format!("{}-{}", family.stem, created.format("%Y-%m-%d-%H%M"));
            if self.taken.insert(name.clone()) {
                self.jobs.push(job(family, &name, created, fate, &mut dice));
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
                .tagged(&bearing("ranking", "two-tower-sweep", "dev"))
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
            .tagged(&bearing("platform", "trn1-port", "dev"))
            .loaded(0.20, 0.0)
            .ran(240, 3 * 3600 + 431);
        self.jobs.push(job);
    }
}

/// How the jobs of one family fare on one day.
#[derive(Clone, Copy)]
struct Fate {
    /// Share of them that fails.
    failing: f64,
    /// Whether the nightly export that they read was late.
    export_is_late: bool,
}

impl Fate {
    fn of_a_day(family: &Family, dice: &mut Dice) -> Self {
        if !family.scheduled {
            return Self { failing: trace::failures_of_a_day(dice.unit()), export_is_late: false };
        }
        let export_is_late = dice.chance(LATE_NIGHTS);
        let in_time = (trace::SCHEDULED_FAILURES - LATE_NIGHTS * LATE_FAILURES) / (1.0 - LATE_NIGHTS);
        Self { failing: if export_is_late { LATE_FAILURES } else { in_time }, export_is_late }
    }
}

/// Scheduled jobs come between two and four at night; people by the hours of their trace, those in Europe eight hours earlier.
fn arrival(family: &Family, dice: &mut Dice) -> TimeDelta {
    let hours = if family.scheduled {
        2.0 + dice.unit() * 2.0
    } else {
        let ahead = if family.region.starts_with("eu-") { 8.0 } else { 0.0 };
        (trace::submission_hour(dice.unit()) - ahead).rem_euclid(24.0)
    };
    TimeDelta::seconds(floor(hours * 3600.0))
}

fn job(family: &Family, name: &str, created: DateTime<Utc>, fate: Fate, dice: &mut Dice) -> Job {
    let (instance_type, count) = dice.pick(family.machines).copied().unwrap_or(("ml.m5.large", 1));
    let spot = dice.chance(family.spot);
    let (cpu, gpu) = family.load;
    let busy = 0.8 + 0.3 * dice.unit();
    let gpus = Hardware::of(instance_type).gpus;
    let median_s = family.median_minutes * 60.0;
    let seconds = floor(median_s * trace::duration(gpus * count, dice.unit())).clamp(SHORTEST_S, LONGEST_S);
    let wait = dice.between(60, 240) + if spot { dice.between(60, 1_500) } else { 0 };
    let mut job = Job::new(family.account, family.region, name, created)
        .doing(family.kind)
        .on(instance_type, count)
        .loaded((cpu * busy).min(0.97), if gpus > 0 { (gpu * busy).min(0.97) } else { 0.0 });
    // A few people forget to tag.
    if !dice.chance(0.03) {
        let env = if family.scheduled { "prod" } else { "dev" };
        job = job.tagged(&bearing(family.team, family.stem, env));
    }
    let lot = dice.unit();
    if lot < NO_CAPACITY_SHARE {
        return job.failed(NO_CAPACITY);
    }
    if lot < fate.failing {
        let reason = failure(family, fate, dice);
        let after = if fate.export_is_late { 0.02 } else { trace::fails_after(dice.unit()) };
        return job.ran(wait, floor(median_s * after).clamp(SHORTEST_S, LONGEST_S)).failed(reason);
    }
    let stopped = lot > 0.958;
    let seconds = if stopped { seconds / 2 } else { seconds };
    job = job.ran(wait, seconds);
    if stopped {
        job = job.stopped();
    }
    // Interruptions are not charged, and neither is two thirds of the price.
    if !spot {
        return job;
    }
    let job = job.on_spot(floor(seconds as f64 * (0.29 + 0.12 * dice.unit())));
    // One in three loses its capacity on the way; by its name, so that no later throw of the dice changes.
    match noise::key(29, &[name]) % 6 {
        lot @ 0..2 => job.interrupted(seconds * 2 / 5, 420 + 300 * i64::try_from(lot).unwrap_or_default()),
        _ => job,
    }
}

/// Why a job fails.
fn failure(family: &Family, fate: Fate, dice: &mut Dice) -> &'static str {
    let (_, gpu) = family.load;
    if fate.export_is_late {
        NO_DATA
    } else if gpu > 0.0 && dice.chance(0.6) {
        OUT_OF_MEMORY
    } else {
        SCRIPT_ERROR
    }
}
