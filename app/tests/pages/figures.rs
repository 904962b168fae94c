//! Charts at their edges.

use crate::sample;
use app::charts::{daily, time};
use app::fragment;
use app::view::*;

#[test]
fn an_empty_chart_is_still_a_chart() {
    let chart =
        DailyChart { days: Vec::new(), series: Vec::new(), totals: Vec::new(), total: None, ..sample::daily_cost() };
    let svg = daily::svg(&chart).unwrap();
    assert!(svg.contains("No data in this period."), "{svg}");
    let chart = TimeChart { times: Vec::new(), lines: Vec::new(), ..sample::utilisation() };
    assert!(time::svg(&chart).unwrap().contains("No data in this period."));
}

#[test]
fn bars_are_as_many_as_values_and_a_day_without_data_is_grey() {
    let cost = daily::svg(&sample::daily_cost()).unwrap();
    assert_eq!(cost.matches("class=\"fill-training\"").count(), 7);
    assert_eq!(cost.matches("class=\"fill-absent\"").count(), 0);
    let emissions = daily::svg(&sample::daily_emissions()).unwrap();
    assert_eq!(emissions.matches("class=\"fill-endpoint\"").count(), 6);
    assert_eq!(emissions.matches("class=\"fill-absent\"").count(), 1);
    assert!(emissions.contains("class=\"stroke-stripe\""), "the incomplete day is striped");
    assert!(emissions.contains("class=\"stroke-whisker\""), "estimated days show their range");
}

#[test]
fn a_zero_is_neither_missing_nor_drawn() {
    let series = vec![Series { kind: SeriesKind::Training, label: "Training".into(), values: vec![Some(0.0); 7] }];
    let svg = daily::svg(&DailyChart { series, ..sample::daily_cost() }).unwrap();
    assert!(!svg.contains("fill-absent") && !svg.contains("fill-training"), "{svg}");
}

#[test]
fn a_year_of_days_stays_small() {
    let days = 366;
    let chart = DailyChart {
        days: (0..days).map(sample::day).collect(),
        series: vec![Series { kind: SeriesKind::Endpoint, label: "Endpoints".into(), values: vec![Some(10.0); 366] }],
        totals: Vec::new(),
        ..sample::daily_cost()
    };
    let svg = daily::svg(&chart).unwrap();
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
    assert!(svg.matches("<text").count() < 15);
}

#[test]
fn weeks_are_named_by_their_first_day_and_cut_ones_are_striped() {
    let weeks = 27;
    let chart = DailyChart {
        bar: Bar::Week,
        days: (0..weeks).map(|week| sample::day(7 * week)).collect(),
        series: vec![Series {
            kind: SeriesKind::Endpoint,
            label: "Endpoints".into(),
            values: (0..weeks).map(|week| Some(if week == 3 { 900.0 } else { 10.0 })).collect(),
        }],
        totals: Vec::new(),
        partial: (0..weeks).map(|week| week == 0).collect(),
        target: Some(4_340.0),
        ..sample::daily_cost()
    };
    let svg = daily::svg(&chart).unwrap();
    assert!(svg.contains("most in the week from 30 Nov 2026 ($900)"), "{svg}");
    assert!(svg.contains("the target, $4\u{202f}340 a week") && svg.contains("1 week incomplete"), "{svg}");
    assert!(svg.contains("Jan 2027"), "the axis tells the year: {svg}");
    let html = fragment(|| daily::draw(&chart));
    assert!(html.contains("Week from 16 Nov 2026"), "{html}");
}
