//! Rules judge anything without a fall: a number that is none is missing data, never a finding.

use crate::anything::{holds, number, plausible, text};
use chrono::{DateTime, Days, NaiveDate, Utc};
use footprint::advise::{Evaluation, Footprint, Range, Verdict, failed_jobs, idle_endpoint};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

fn day() -> impl Strategy<Value = NaiveDate> {
    (1_i32..4_000, 1..366_u32).prop_map(|(year, ordinal)| NaiveDate::from_yo_opt(year, ordinal).unwrap_or_default())
}

fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        3 => proptest::array::uniform3(0.0..1e6_f64).prop_map(|mut numbers| {
            numbers.sort_by(f64::total_cmp);
            let [low, central, high] = numbers;
            Range { low, central, high }
        }),
        1 => proptest::array::uniform3(number()).prop_map(|[low, central, high]| Range { low, central, high }),
    ]
}

fn footprint() -> impl Strategy<Value = Option<Footprint>> {
    let figures = (range(), range(), range());
    proptest::option::of(figures.prop_map(|(kwh, operational_g, embodied_g)| Footprint {
        kwh,
        operational_g,
        embodied_g,
    }))
}

fn is_sound(evaluation: &Evaluation) -> TestCaseResult {
    prop_assert!((0.0..=1.0).contains(&evaluation.coverage), "coverage {}", evaluation.coverage);
    prop_assert!(!evaluation.reason.is_empty() && !evaluation.reason.contains("NaN"), "{}", evaluation.reason);
    let savings = &evaluation.savings;
    for range in [savings.usd_month, savings.kwh_month, savings.operational_g_month, savings.embodied_g_month] {
        if let Some(Range { low, central, high }) = range {
            let finite = [low, central, high].iter().all(|value| value.is_finite());
            prop_assert!(finite && 0.0 <= low && low <= central && central <= high, "{savings:?}");
        } else {
            prop_assert!(savings.null_reason.is_some(), "{savings:?}");
        }
    }
    Ok(())
}

#[test]
fn an_endpoint_with_any_history_is_judged() {
    let count = || prop_oneof![4 => Just(0.0), 2 => plausible(), 1 => number()];
    let history = proptest::collection::vec((0..120_u64, proptest::option::weighted(0.9, count())), 0..40);
    let silent = (14..100_u64, count()).prop_map(|(days, first)| {
        (0..days).map(|back| (back, Some(if back == 3 { first } else { 0.0 }))).collect::<Vec<_>>()
    });
    let days = prop_oneof![history, silent];
    let numbers = (plausible(), proptest::option::of(plausible()), footprint());
    let anything = (day(), 0..400_u64, days, 0..4_u32, any::<bool>(), numbers, text());
    let branches = ["fires", "does_not_fire", "not_evaluated", "too_new", "nonsense"];
    holds(
        3_000,
        &anything,
        &branches,
        |seen, (until, age, days, instances, sibling, (hours, usd, footprint), basis)| {
            let created = until.checked_sub_days(Days::new(age)).unwrap_or(until);
            let input = idle_endpoint::Input {
                until,
                created_at: created.and_hms_opt(0, 0, 0).map_or(DateTime::<Utc>::MIN_UTC, |at| at.and_utc()),
                days: days
                    .into_iter()
                    .filter_map(|(back, invocations)| {
                        Some(idle_endpoint::Day { day: until.checked_sub_days(Days::new(back + 1))?, invocations })
                    })
                    .collect(),
                current_instances: instances,
                active_sibling: sibling,
                instance_hours: hours,
                usd_per_instance_hour: usd,
                price_basis: basis,
                footprint,
            };
            let evaluation = idle_endpoint::evaluate(&input);
            seen.note(evaluation.verdict.as_str());
            let within = |day: &idle_endpoint::Day| until.signed_duration_since(day.day).num_days() <= 14;
            let counts: Vec<f64> =
                input.days.iter().filter(|day| within(day)).filter_map(|day| day.invocations).collect();
            if counts.iter().any(|count| !count.is_finite() || *count < 0.0) {
                seen.note("nonsense");
                prop_assert!(evaluation.verdict != Verdict::Fires || repeated(&input), "{input:?}");
            }
            if counts.iter().any(|count| *count > 0.0) {
                prop_assert!(evaluation.verdict != Verdict::Fires || repeated(&input), "{input:?}");
            }
            is_sound(&evaluation)
        },
    );
}

/// A day given twice counts once, so that nothing can be said of it from outside.
fn repeated(input: &idle_endpoint::Input) -> bool {
    let mut days: Vec<NaiveDate> = input.days.iter().map(|day| day.day).collect();
    days.sort();
    days.windows(2).any(|pair| pair[0] == pair[1])
}

#[test]
fn a_week_of_any_jobs_is_judged() {
    let outcome = proptest::sample::select(vec![
        failed_jobs::Outcome::Completed,
        failed_jobs::Outcome::Failed,
        failed_jobs::Outcome::Stopped,
        failed_jobs::Outcome::StoppedEarly,
    ]);
    let figure = || proptest::option::weighted(0.9, prop_oneof![9 => 0.0..300.0_f64, 1 => number()]);
    let job = (text(), outcome, proptest::option::of(text()), figure(), figure(), figure()).prop_map(
        |(name, outcome, failure_reason, usd, kwh, operational_g)| failed_jobs::Job {
            name,
            outcome,
            failure_reason,
            usd,
            kwh,
            operational_g,
        },
    );
    let coverage = prop_oneof![4 => 0.9..=1.0_f64, 1 => number()];
    let anything = (text(), any::<bool>(), coverage, proptest::collection::vec(job, 0..8), footprint());
    let branches = ["fires", "does_not_fire", "not_evaluated", "too_new"];
    holds(3_000, &anything, &branches, |seen, (words, week_over, coverage, jobs, waste)| {
        let input = failed_jobs::Input {
            team: "a team".to_owned(),
            week: words.replace("NaN", ""),
            week_over,
            coverage,
            jobs: jobs.into_iter().map(|job| failed_jobs::Job { name: job.name.replace("NaN", ""), ..job }).collect(),
            waste,
        };
        let evaluation = failed_jobs::evaluate(&input);
        seen.note(evaluation.verdict.as_str());
        is_sound(&evaluation)
    });
}
