//! The rule on rows of facts.

use super::*;
use crate::advise::Range;

fn job(name: &str, outcome: Outcome, usd: f64) -> Job {
    Job {
        name: name.to_owned(),
        outcome,
        failure_reason: (outcome == Outcome::Failed).then(|| format!("AlgorithmError: ExitCode {}", name.len())),
        usd: Some(usd),
        kwh: Some(usd / 2.0),
        operational_g: Some(usd * 40.0),
    }
}

fn week_of(jobs: Vec<Job>) -> Input {
    let range = |central: f64| Range { low: central * 0.8, central, high: central * 1.5 };
    Input {
        team: "vision".to_owned(),
        week: "2026-W47".to_owned(),
        week_over: true,
        coverage: 1.0,
        jobs,
        waste: Some(Footprint { kwh: range(10.0), operational_g: range(4_000.0), embodied_g: range(200.0) }),
    }
}

#[test]
fn the_share_or_a_single_job_decides() {
    use Outcome::{Completed, Failed, Stopped, StoppedEarly};
    for (name, jobs, verdict) in [
        ("nothing ran", vec![], Verdict::DoesNotFire),
        ("all well", vec![job("a", Completed, 50.0)], Verdict::DoesNotFire),
        ("five percent exactly", vec![job("a", Completed, 95.0), job("b", Failed, 5.0)], Verdict::DoesNotFire),
        ("six percent", vec![job("a", Completed, 94.0), job("b", Failed, 6.0)], Verdict::Fires),
        ("stopped counts", vec![job("a", Completed, 94.0), job("b", Stopped, 6.0)], Verdict::Fires),
        ("stopped early does not", vec![job("a", Completed, 94.0), job("b", StoppedEarly, 60.0)], Verdict::DoesNotFire),
        ("one dear job", vec![job("a", Completed, 90_000.0), job("b", Failed, 100.5)], Verdict::Fires),
        ("one cheap job", vec![job("a", Completed, 90_000.0), job("b", Failed, 99.5)], Verdict::DoesNotFire),
    ] {
        assert_eq!(evaluate(&week_of(jobs)).verdict, verdict, "{name}");
    }
    let heavy = Job { operational_g: Some(5_001.0), ..job("b", Failed, 1.0) };
    assert_eq!(evaluate(&week_of(vec![job("a", Completed, 900.0), heavy])).verdict, Verdict::Fires);
}

#[test]
fn half_of_the_waste_is_saved_and_all_of_it_shown() {
    let got = evaluate(&week_of(vec![job("a", Outcome::Completed, 80.0), job("b", Outcome::Failed, 20.0)]));
    let month = 0.5 * 730.0 / 168.0;
    assert!((got.savings.usd_month.unwrap().central - 20.0 * month).abs() < 1e-9);
    assert!((got.savings.kwh_month.unwrap().high - 15.0 * month).abs() < 1e-9);
    let shown = |name: &str| got.evidence.iter().find(|row| row.name == name).unwrap().value.clone();
    assert_eq!(shown("Waste, cost"), "20.00");
    assert_eq!(shown("Waste, emissions"), "4000.00");
    assert_eq!(shown("Waste, share of cost"), "20.0");
    assert_eq!(got.reason, "1 job of vision failed or stopped: 20.0 % of the week's cost.");
    assert_eq!((got.confidence, got.priority), (Confidence::High, Priority::Normal));
}

#[test]
fn the_same_job_failing_again_and_again_is_urgent() {
    let runs: Vec<Job> =
        (1..=3).map(|run| job(&format!("churn-xgb-2026-11-2{run}-10-11-12-123"), Outcome::Failed, 10.0)).collect();
    let got = evaluate(&week_of(runs.clone()));
    assert_eq!(got.priority, Priority::High);
    let names: Vec<&str> = got.evidence.iter().map(|row| row.name.as_str()).collect();
    assert!(names.contains(&"Failed again and again: churn-xgb"), "{names:?}");
    assert!(names.contains(&"Failed: AlgorithmError: ExitCode #"), "one reason, three jobs: {names:?}");
    assert_eq!(evaluate(&week_of(runs[..2].to_vec())).priority, Priority::Normal);
}

#[test]
fn without_prices_energy_decides_and_money_is_null() {
    let unpriced = |name: &str, outcome, usd| Job { usd: None, ..job(name, outcome, usd) };
    let jobs = vec![unpriced("a", Outcome::Completed, 80.0), job("b", Outcome::Failed, 20.0)];
    let got = evaluate(&week_of(jobs));
    assert_eq!((got.verdict, got.confidence), (Verdict::Fires, Confidence::Low));
    assert!(got.savings.usd_month.is_none() && got.savings.kwh_month.is_some());
    assert!(got.savings.null_reason.unwrap().contains("price") && got.reason.contains("energy"));
    let blind = Job { kwh: None, usd: None, operational_g: None, ..job("b", Outcome::Failed, 1.0) };
    assert_eq!(evaluate(&week_of(vec![blind])).verdict, Verdict::NotEvaluated);
}

#[test]
fn half_a_week_is_not_judged() {
    let jobs = vec![job("b", Outcome::Failed, 500.0)];
    assert_eq!(evaluate(&Input { week_over: false, ..week_of(jobs.clone()) }).verdict, Verdict::TooNew);
    assert_eq!(evaluate(&Input { coverage: 0.94, ..week_of(jobs.clone()) }).verdict, Verdict::NotEvaluated);
    assert_eq!(evaluate(&Input { coverage: f64::NAN, ..week_of(jobs) }).verdict, Verdict::NotEvaluated);
}
