//! Charts at their edges.

use crate::sample;
use app::charts::{daily, time, trend};
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
        partial: (0..weeks).map(|week| (week == 0).then_some(Partial::Cut)).collect(),
        target: Some(4_340.0),
        ..sample::daily_cost()
    };
    let svg = daily::svg(&chart).unwrap();
    assert!(svg.contains("most in the week from 30 Nov 2026 ($900)"), "{svg}");
    assert!(svg.contains("the target, $4\u{202f}340 a week") && svg.contains("1 week cut by the period"), "{svg}");
    assert!(svg.contains("Jan 2027"), "the axis tells the year: {svg}");
    let html = fragment(|| daily::draw(&chart));
    assert!(html.contains("Week from 16 Nov 2026"), "{html}");
}

#[test]
fn what_is_to_come_is_dashed_told_and_in_the_table() {
    let expected = |central| Figure { low: central - 40.0, high: central + 60.0, ..Figure::exact(central, Unit::Usd) };
    let mut cost = sample::daily_cost();
    cost.series.iter_mut().for_each(|series| series.values[6] = None);
    let mut values = vec![None; 7];
    values[6] = Some(expected(640.0));
    let forecast = Forecast { values, total: expected(5_460.0), days: 28 };
    let html = fragment(|| daily::draw(&DailyChart { forecast: Some(forecast), ..cost.clone() }));
    assert!(html.contains("class=\"stroke-forecast\"") && html.contains("Forecast, with its range"), "{html}");
    assert!(
        html.contains("Forecast for the whole period: $5\u{202f}460 (5\u{202f}420–5\u{202f}520), from the same weekdays among the last 28"),
        "{html}"
    );
    assert!(!html.contains("fill-absent") && !html.contains("Grey:"), "a day to come is not a day that was missed");
    assert!(html.contains(">Forecast<") && html.contains("value=\"640\""), "{html}");
    let without = fragment(|| daily::draw(&cost));
    assert!(!without.contains("orecast") && without.contains("Grey: 1 day not read"), "{without}");
}

#[test]
fn a_legend_names_every_sign_and_so_does_the_file() {
    let TrendPlot::Series(chart) = crate::sample_trends::bars().plot.unwrap() else { panic!("bars") };
    let html = fragment(|| trend::draw(&chart));
    let file = trend::file(&chart, "source").unwrap();
    for sign in ["Range of the estimate", "Target", "Number of a note", "Total of 24 Aug", "Striped: cut by"] {
        assert!(html.contains(sign), "{sign} in the legend: {html}");
        assert!(file.contains(sign), "{sign} in the file: {file}");
    }
    assert!(html.contains("Rose 11\u{202f}%, mostly vision: "), "{html}");
    assert!(html.contains("(cut by the period)") && html.contains("(not over)"), "{html}");
}

#[test]
fn lines_differ_by_mark_and_dash_and_show_their_range() {
    let TrendPlot::Series(chart) = crate::sample_trends::lines().plot.unwrap() else { panic!("lines") };
    for svg in [trend::svg(&chart).unwrap(), trend::file(&chart, "source").unwrap()] {
        for (sign, what) in
            [("<circle", "circles"), ("22 8\"", "dashes"), ("6 7\"", "dots"), ("opacity=\"0.16\"", "bands")]
        {
            assert!(svg.contains(sign), "{what}: {svg}");
        }
    }
    let html = fragment(|| trend::draw(&chart));
    assert!(html.contains("Band: range of the estimate") && html.contains("32.8–53.3"), "{html}");
}
