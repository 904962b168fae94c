//! Charts at their edges.

use crate::sample;
use app::charts::{daily, time};
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
