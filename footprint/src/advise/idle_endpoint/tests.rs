//! The rule on rows of facts.

use super::*;
use proptest::prelude::*;

fn date(day: u32) -> NaiveDate {
    // Day 100 of the data is 2026-11-24.
    NaiveDate::from_ymd_opt(2026, 8, 16).unwrap() + Days::new(u64::from(day))
}

/// An endpoint created on day `created`, silent from day `silent` to day 100, with one request a day before.
fn endpoint(created: u32, silent: u32) -> Input {
    let days =
        (created..100).map(|day| Day { day: date(day), invocations: Some(if day < silent { 1.0 } else { 0.0 }) });
    let range = |central: f64| crate::advise::Range { low: central / 2.0, central, high: central * 2.0 };
    Input {
        until: date(100),
        created_at: date(created).and_time(NaiveTime::MIN).and_utc(),
        days: days.collect(),
        current_instances: 2,
        active_sibling: false,
        instance_hours: 672.0,
        usd_per_instance_hour: Some(1.408),
        price_basis: "list, 2024".to_owned(),
        footprint: Some(Footprint { kwh: range(50.0), operational_g: range(20_000.0), embodied_g: range(1_000.0) }),
    }
}

#[test]
fn silence_is_judged_by_its_length() {
    for (created, silent, verdict, stage) in [
        (0, 86, Verdict::Fires, Some("review")),
        (0, 87, Verdict::DoesNotFire, None),
        (0, 70, Verdict::Fires, Some("delete_proposed")),
        (0, 71, Verdict::Fires, Some("review")),
        (0, 10, Verdict::Fires, Some("stale")),
        (0, 11, Verdict::Fires, Some("delete_proposed")),
        (86, 86, Verdict::Fires, Some("review")),
        (87, 87, Verdict::TooNew, None),
        (50, 50, Verdict::Fires, Some("delete_proposed")),
        (0, 100, Verdict::DoesNotFire, None),
    ] {
        let got = evaluate(&endpoint(created, silent));
        assert_eq!((got.verdict, got.stage.as_deref()), (verdict, stage), "created {created}, silent {silent}");
        assert_eq!(got.savings.usd_month.is_some(), verdict == Verdict::Fires);
    }
}

#[test]
fn removed_capacity_is_scaled_to_a_month() {
    let got = evaluate(&endpoint(0, 0));
    let month = 730.0 / 336.0;
    let usd = got.savings.usd_month.unwrap();
    assert!((usd.central - 672.0 * 1.408 * month).abs() < 1e-9 && usd.low == usd.high);
    let kwh = got.savings.kwh_month.unwrap();
    assert!((kwh.low - 25.0 * month).abs() < 1e-9 && (kwh.high - 100.0 * month).abs() < 1e-9);
    assert!((got.savings.operational_g_month.unwrap().central - 20_000.0 * month).abs() < 1e-9);
    assert!((got.savings.embodied_g_month.unwrap().central - 1_000.0 * month).abs() < 1e-9);
    assert_eq!(got.savings.null_reason, None);
    assert_eq!(got.reason, "No request reached the endpoint in 90 days while 2 instances stay in service.");
    assert_eq!(got.confidence, Confidence::High);
}

#[test]
fn a_missing_price_is_null_with_a_reason() {
    let got = evaluate(&Input { usd_per_instance_hour: None, footprint: None, ..endpoint(0, 0) });
    assert_eq!(got.verdict, Verdict::Fires);
    assert!(got.savings.usd_month.is_none() && got.savings.kwh_month.is_none());
    let reason = got.savings.null_reason.unwrap();
    assert!(reason.contains("price") && reason.contains("footprint"), "{reason}");
}

#[test]
fn missing_days_are_not_silence() {
    let mut input = endpoint(0, 0);
    for day in input.days.iter_mut().rev().take(1) {
        day.invocations = None;
    }
    let got = evaluate(&input);
    assert_eq!(got.verdict, Verdict::NotEvaluated);
    assert!(got.coverage < 0.95 && got.reason.contains("93 %"), "{}", got.reason);
    let unread = evaluate(&Input { days: Vec::new(), ..endpoint(0, 0) });
    assert_eq!((unread.verdict, unread.coverage), (Verdict::NotEvaluated, 0.0));
    let mut long_ago = endpoint(0, 0);
    long_ago.days.retain(|day| day.day >= date(80));
    assert_eq!(evaluate(&long_ago).stage.as_deref(), Some("review"), "the longer silence is not known");
}

#[test]
fn a_silent_variant_beside_a_busy_one_is_less_sure() {
    let got = evaluate(&Input { active_sibling: true, ..endpoint(0, 0) });
    assert_eq!((got.verdict, got.confidence), (Verdict::Fires, Confidence::Medium));
    assert!(got.reason.contains("this variant"));
}

#[test]
fn nothing_in_service_is_nothing_to_remove() {
    assert_eq!(evaluate(&Input { current_instances: 0, ..endpoint(0, 0) }).verdict, Verdict::DoesNotFire);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// One request more never makes an endpoint idle, and one day less never makes it older.
    #[test]
    fn more_traffic_never_fires(created in 0..100_u32, silent in 0..100_u32, busy in 0..100_u32) {
        let input = endpoint(created, silent);
        let mut busier = input.clone();
        for day in busier.days.iter_mut().filter(|day| day.day == date(busy)) {
            day.invocations = Some(5.0);
        }
        let (before, after) = (evaluate(&input), evaluate(&busier));
        prop_assert!(before.verdict == Verdict::Fires || after.verdict != Verdict::Fires);
        prop_assert!((0.0..=1.0).contains(&after.coverage));
    }
}
