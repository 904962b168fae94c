//! What the demo promises to those who look at it.

use std::collections::BTreeSet;

use super::*;
use crate::fleet::demo_families::FAMILIES;
use crate::fleet::{Hardware, Hosting, Job, JobKind, JobSeen, JobStatus, trace};
use crate::pricing::usd_per_hour;
use crate::truth::{Metric, Series};

fn now() -> DateTime<Utc> {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn seen(fleet: &Fleet) -> Vec<(&Job, JobSeen)> {
    fleet.jobs().filter_map(|(_, _, job)| Some((job, job.seen_at(now())?))).collect()
}

#[test]
fn the_numbers_are_those_of_five_busy_teams() {
    for seed in [1, 2, 7] {
        let fleet = Fleet::demo(now(), seed);
        let all = seen(&fleet);
        assert!((2_500..3_200).contains(&all.len()), "{} jobs", all.len());
        assert!(all.iter().all(|(job, _)| job.created >= midnight(now()) - TimeDelta::days(90)));
        for (kind, least) in [(JobKind::Processing, 400), (JobKind::Transform, 110), (JobKind::Training, 2_000)] {
            let count = all.iter().filter(|(job, _)| job.kind == kind).count();
            assert!((least..least * 3 / 2).contains(&count), "{count} {kind:?}");
        }
        let share = |status| all.iter().filter(|(_, seen)| seen.status == status).count() as f64 / all.len() as f64;
        assert!((0.02..0.06).contains(&share(JobStatus::Stopped)), "stopped {}", share(JobStatus::Stopped));
        let untagged = all.iter().filter(|(job, _)| job.tags.is_empty()).count();
        assert!((40..160).contains(&untagged), "{untagged} untagged");
        let spot = all.iter().filter(|(job, _)| job.spot).count();
        assert!((250..700).contains(&spot), "{spot} on spot");
        assert!(all.iter().any(|(job, _)| job.instance_type == "ml.p4d.24xlarge"), "a few on p4d");
        assert_eq!(all.iter().filter(|(job, _)| job.instance_type.contains("trn1")).count(), 1);
    }
}

#[test]
fn three_accounts_in_four_regions() {
    let fleet = Fleet::demo(now(), 1);
    let regions: BTreeSet<&str> =
        fleet.accounts.iter().flat_map(|account| &account.regions).map(|region| region.name.as_str()).collect();
    assert_eq!((fleet.accounts.len(), regions.len()), (3, 4));
}

#[test]
fn thirty_nine_endpoints_and_thirty_seven_to_be_seen() {
    let fleet = Fleet::demo(now(), 1);
    let all: Vec<_> = fleet.endpoints().map(|(_, _, endpoint)| endpoint).collect();
    let (here, gone): (Vec<_>, Vec<_>) = all.into_iter().partition(|endpoint| endpoint.exists_at(now()));
    assert_eq!((here.len(), gone.len()), (37, 2));
    let variants = || here.iter().map(|endpoint| &endpoint.config_at(now()).unwrap().variants);
    let hosted = |wanted: fn(&Hosting) -> bool| here.iter().filter(|endpoint| wanted(&endpoint.hosting)).count();
    assert_eq!(hosted(|hosting| matches!(hosting, Hosting::Serverless { .. })), 1);
    assert_eq!(hosted(|hosting| *hosting == Hosting::Async), 1);
    assert!(variants().flatten().any(|variant| variant.shadow), "a shadow");
    assert!(variants().filter(|variants| variants.len() > 1).count() >= 3, "several variants");
    assert!(variants().flatten().filter(|variant| variant.scaling.is_some()).count() >= 7, "autoscaled");
}

/// Shares of the median below which a tenth, a quarter, three quarters and nine tenths of the jobs end.
#[test]
fn jobs_last_as_long_as_those_of_the_trace() {
    let mut rows = vec![Vec::new(), Vec::new(), Vec::new()];
    for seed in 1..=6 {
        let fleet = Fleet::demo(now(), seed);
        for (job, seen) in seen(&fleet) {
            let family = FAMILIES.iter().find(|family| job.name.starts_with(family.stem));
            let (Some(family), JobStatus::Completed, Some(ran)) = (family, seen.status, seen.training_s) else {
                continue;
            };
            let gpus = Hardware::of(&job.instance_type).gpus * job.instance_count;
            let size = [2, 8].iter().filter(|least| gpus >= **least).count();
            rows[size].push(ran as f64 / 60.0 / family.median_minutes);
        }
    }
    for (mut ratios, gpus) in rows.into_iter().zip([1, 4, 8]) {
        ratios.sort_by(f64::total_cmp);
        assert!(ratios.len() > 15, "{} jobs with {gpus} GPUs", ratios.len());
        // Of jobs with eight GPUs there are a few dozen; the others number thousands.
        let slack = if gpus == 8 { 0.15 } else { 0.04 };
        for share in [0.1, 0.25, 0.5, 0.75, 0.9] {
            let below = ratios.partition_point(|ratio| *ratio <= trace::duration(gpus, share));
            let counted = below as f64 / ratios.len() as f64;
            assert!((counted - share).abs() < slack, "{gpus} GPUs: {counted} of {} below {share}", ratios.len());
        }
    }
    let fleet = Fleet::demo(now(), 1);
    let mut minutes: Vec<i64> = seen(&fleet).iter().filter_map(|(_, seen)| Some(seen.training_s? / 60)).collect();
    minutes.sort_unstable();
    let median = minutes[minutes.len() / 2];
    assert!((20..90).contains(&median), "most jobs are short: {median} minutes");
}

#[test]
fn experiments_fail_as_often_as_in_the_trace_and_scheduled_jobs_seldom() {
    let mut counts = [[0.0; 2]; 2];
    for seed in 1..=6 {
        let fleet = Fleet::demo(now(), seed);
        for (job, seen) in seen(&fleet) {
            if let Some(family) = FAMILIES.iter().find(|family| job.name.starts_with(family.stem)) {
                let [jobs, failed] = &mut counts[usize::from(family.scheduled)];
                *jobs += 1.0;
                *failed += f64::from(u8::from(job.status == JobStatus::Failed && seen.status == job.status));
            }
        }
    }
    let [experiments, scheduled] = counts.map(|[jobs, failed]| failed / jobs);
    assert!((experiments - 0.222).abs() < 0.02, "{experiments}");
    assert!((scheduled - trace::SCHEDULED_FAILURES).abs() < 0.012, "{scheduled}");
}

#[test]
fn people_submit_in_the_hours_and_on_the_days_of_the_trace() {
    let mut hours = [0.0_f64; 24];
    let mut days = [0.0_f64; 7];
    for seed in 1..=6 {
        let fleet = Fleet::demo(now(), seed);
        let people = FAMILIES.iter().filter(|family| !family.scheduled && family.region.starts_with("us-"));
        let stems: Vec<&str> = people.map(|family| family.stem).collect();
        for (job, _) in seen(&fleet).iter().filter(|(job, _)| stems.iter().any(|stem| job.name.starts_with(stem))) {
            let since_monday = (job.created.timestamp() / 3600 + 3 * 24).rem_euclid(168);
            hours[usize::try_from(since_monday % 24).unwrap()] += 1.0;
            days[usize::try_from(since_monday / 24).unwrap()] += 1.0;
        }
    }
    let busy = |hours: &[f64]| hours.iter().sum::<f64>() / hours.len() as f64;
    assert!(busy(&hours[22..]) > 2.0 * busy(&hours[6..9]), "{hours:?}");
    assert!(busy(&days[..5]) > 1.4 * busy(&days[5..]), "{days:?}");
}

/// Shares of minutes in which the GPUs of endpoints do nothing, and the duty of the others, over one week.
#[test]
fn gpus_that_serve_are_idle_as_often_as_in_the_trace() {
    let fleet = Fleet::demo(now(), 1);
    let until = now().timestamp() / 60;
    let (mut idle, mut duty) = (0_u32, Vec::new());
    for (account, region, endpoint) in fleet.endpoints().filter(|(_, _, endpoint)| endpoint.exists_at(now())) {
        for variant in &endpoint.config_at(now()).unwrap().variants {
            let metric = Metric::GpuUtilization;
            let scale = metric.full_scale(Hardware::of(&variant.instance_type));
            let series = Series::of_variant(&fleet, &account.id, region, &endpoint.name, &variant.name, metric);
            let minutes = (until - 7 * 1440..until).step_by(5);
            for datum in series.iter().flat_map(|series| minutes.clone().filter_map(|minute| series.minute(minute))) {
                let share = datum.sum / datum.count / scale;
                if share > 0.0 { duty.push(share) } else { idle += 1 }
            }
        }
    }
    let (idle_share, median_duty) = trace::GPU_IDLE;
    let share = f64::from(idle) / (f64::from(idle) + duty.len() as f64);
    duty.sort_by(f64::total_cmp);
    let median = duty[duty.len() / 2];
    assert!((share - idle_share).abs() < 0.12, "{share}");
    assert!((median / median_duty - 1.0).abs() < 0.5, "{median} {share}");
}

/// Most services hardly change their size; a few double it.
#[test]
fn instance_counts_reach_as_far_as_in_the_trace() {
    let fleet = Fleet::demo(now(), 1);
    let mut reaches = Vec::new();
    for (_, _, endpoint) in fleet.endpoints().filter(|(_, _, endpoint)| endpoint.exists_at(now())) {
        for variant in &endpoint.config_at(now()).unwrap().variants {
            let mut counts: Vec<u32> =
                (1..=28 * 24).map(|hours| variant.count_at(now() - TimeDelta::hours(hours))).collect();
            counts.sort_unstable();
            reaches.push(f64::from(counts[counts.len() * 95 / 100]) / f64::from(counts[counts.len() / 20]));
        }
    }
    reaches.sort_by(f64::total_cmp);
    let (median, ninth) = trace::SCALING_REACH;
    assert!((reaches[reaches.len() / 2] - median).abs() < 0.1, "{reaches:?}");
    assert!((reaches[reaches.len() * 9 / 10] / ninth - 1.0).abs() < 0.4, "{reaches:?}");
}

#[test]
fn cloudwatch_was_silent_once_and_one_operation_is_refused() {
    let fleet = Fleet::demo(now(), 1);
    let places =
        || fleet.accounts.iter().flat_map(|account| account.regions.iter().map(move |region| (account, region)));
    let silent: Vec<_> = places().filter(|(_, region)| !region.outages.is_empty()).collect();
    let [(account, region)] = silent[..] else { panic!("{} places", silent.len()) };
    let [outage] = region.outages[..] else { panic!("{:?}", region.outages) };
    let hours = (outage.to - outage.from).num_minutes() as f64 / 60.0;
    assert!((4.0..12.0).contains(&hours) && outage.to < now() && now() - outage.to < TimeDelta::days(14));
    let series =
        Series::of_variant(&fleet, &account.id, region, "demand-api", "primary", Metric::CpuUtilization).unwrap();
    let (from, to) = outage.minutes();
    assert_eq!(series.merged(from, to), None);
    assert!(series.minute(from - 1).is_some() && series.minute(to).is_some());
    let refused: Vec<_> = places().flat_map(|(_, region)| region.refused.iter()).collect();
    assert_eq!(refused, ["ListApps"]);
}

#[test]
fn every_job_lies_in_an_account_of_its_own_arn_and_names_are_unique() {
    let fleet = Fleet::demo(now(), 1);
    let mut names = BTreeSet::new();
    for (account, region, job) in fleet.jobs() {
        assert!(is_at(&job.arn, &region.name, &account.id));
        assert!(names.insert(&job.name), "{}", job.name);
        assert!(job.name.len() <= 63, "{}", job.name);
    }
}

#[test]
fn a_later_present_of_the_same_week_shows_the_same_past() {
    let (today, tomorrow) = (Fleet::demo(now(), 1), Fleet::demo(now() + TimeDelta::days(1), 1));
    let past = |fleet: &Fleet| -> Vec<Job> {
        fleet
            .jobs()
            .map(|(_, _, job)| job.clone())
            .filter(|job| job.created < now() && job.created > now() - TimeDelta::days(30))
            .collect()
    };
    assert!(past(&today) == past(&tomorrow));
    assert!(past(&today) != past(&Fleet::demo(now(), 2)));
}

#[test]
fn a_week_costs_a_few_thousand_dollars_and_most_of_it_has_a_price() {
    let fleet = Fleet::demo(now(), 1);
    let price = |instance_type: &str| usd_per_hour(instance_type).and_then(|usd| usd.parse::<f64>().ok());
    let week = now() - TimeDelta::days(7);
    let jobs: f64 = fleet
        .jobs()
        .filter(|(_, _, job)| job.created >= week && job.created < now())
        .filter_map(|(_, _, job)| {
            let hours = job.billable_s? as f64 / 3600.0 * f64::from(job.instance_count);
            Some(price(&job.instance_type)? * hours)
        })
        .sum();
    let mut endpoints = 0.0;
    for (_, _, endpoint) in fleet.endpoints().filter(|(_, _, endpoint)| endpoint.exists_at(now())) {
        for variant in &endpoint.config_at(now()).unwrap().variants {
            let hours: u32 = (0..168).map(|hour| variant.count_at(week + TimeDelta::hours(hour))).sum();
            endpoints += price(&variant.instance_type).unwrap_or(0.0) * f64::from(hours);
        }
    }
    let total = jobs + endpoints;
    assert!((3_500.0..9_000.0).contains(&total), "{jobs:.0} + {endpoints:.0} USD a week");
    assert!(jobs > 500.0, "training is visible beside hosting: {jobs:.0}");
}

#[test]
fn last_weeks_sweep_fails_two_times_in_three() {
    let fleet = Fleet::demo(now(), 1);
    let trials: Vec<_> =
        fleet.jobs().map(|(_, _, job)| job).filter(|job| job.name.starts_with("two-tower-sweep")).collect();
    let failed = trials.iter().filter(|job| job.status == JobStatus::Failed).count();
    assert_eq!((trials.len(), failed), (36, 24));
    let week = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert!(
        trials
            .iter()
            .all(|job| job.created > week("2026-11-16T00:00:00Z") && job.created < week("2026-11-23T00:00:00Z"))
    );
}
