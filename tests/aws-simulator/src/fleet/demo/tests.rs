//! What the demo promises to those who look at it.

use super::*;
use crate::fleet::{JobKind, JobStatus};
use crate::pricing::usd_per_hour;

fn now() -> DateTime<Utc> {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

#[test]
fn the_numbers_are_those_of_five_busy_teams() {
    for seed in [1, 2, 7] {
        let fleet = Fleet::demo(now(), seed);
        let all: Vec<_> = fleet.jobs().filter_map(|(_, _, job)| Some((job, job.seen_at(now())?))).collect();
        for (kind, least) in [(JobKind::Processing, 150), (JobKind::Transform, 45)] {
            let count = all.iter().filter(|(job, _)| job.kind == kind).count();
            assert!((least..2 * least).contains(&count), "{count} {kind:?}");
        }
        let seen: Vec<_> = all.into_iter().filter(|(job, _)| job.kind == JobKind::Training).collect();
        let share = |status| seen.iter().filter(|(_, seen)| seen.status == status).count() as f64 / seen.len() as f64;
        assert!((820..1_000).contains(&seen.len()), "{} jobs", seen.len());
        assert!((0.07..0.115).contains(&share(JobStatus::Failed)), "failed {}", share(JobStatus::Failed));
        assert!((0.02..0.06).contains(&share(JobStatus::Stopped)), "stopped {}", share(JobStatus::Stopped));
        let untagged = seen.iter().filter(|(job, _)| job.tags.is_empty()).count();
        assert!((8..60).contains(&untagged), "{untagged} untagged");
        let spot = seen.iter().filter(|(job, _)| job.spot).count();
        assert!((100..300).contains(&spot), "{spot} on spot");
        assert!(seen.iter().any(|(job, _)| job.instance_type == "ml.p4d.24xlarge"), "a few on p4d");
        assert_eq!(seen.iter().filter(|(job, _)| job.instance_type.contains("trn1")).count(), 1);
    }
}

#[test]
fn sixteen_endpoints_and_fifteen_to_be_seen() {
    let fleet = Fleet::demo(now(), 1);
    let names: Vec<_> = fleet.endpoints().map(|(_, _, endpoint)| endpoint).collect();
    assert_eq!(names.len(), 16);
    assert_eq!(names.iter().filter(|endpoint| endpoint.exists_at(now())).count(), 15);
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
