//! The ledger over time, in made-up weeks.

use crate::sample::{at, day, filter, frame, kwh, usd};
use app::view::*;

const TEAMS: [&str; 4] = ["vision", "language", "forecasting", "2 others"];

fn buckets() -> Vec<BucketLabel> {
    let label = |week: i64| BucketLabel {
        short: format!("W{}", 41 + week),
        long: format!("week {}, {}", 41 + week, day(7 * week - 42).format("%-d %b %Y")),
        partial: match week {
            0 => Some(Partial::Cut),
            5 => Some(Partial::Open),
            _ => None,
        },
        href: Some(format!("/trends?from={}&to={}", day(7 * week - 42), day(7 * week - 36))),
        hour: None,
    };
    (0..6).map(label).collect()
}

fn values(place: usize) -> Vec<Option<f64>> {
    let base = [41.0, 23.5, 11.0, 2.25];
    let week = |week: u32| (week != 3 || place == 0).then(|| base[place] * (1.0 + f64::from(week % 4) * 0.2));
    (0..6).map(week).collect()
}

fn sum(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().sum()
}

fn chart(drawn: Drawn, compares: bool) -> TrendChart {
    let series: Vec<TrendSeries> = TEAMS
        .into_iter()
        .enumerate()
        .map(|(place, label)| TrendSeries {
            label: label.into(),
            values: values(place),
            before: if drawn == Drawn::Lines && compares {
                values(place).iter().map(|value| value.map(|value| value * 0.9)).collect()
            } else {
                Vec::new()
            },
            band: if drawn == Drawn::Lines {
                values(place).iter().map(|value| value.map(|value| (value * 0.8, value * 1.3))).collect()
            } else {
                Vec::new()
            },
            is_rest: place == 3,
        })
        .collect();
    let whole = |week: usize| series.iter().filter_map(|each| each.values[week]).sum::<f64>();
    TrendChart {
        id: "trend".into(),
        title: "Energy by team and kind".into(),
        unit: Unit::KilowattHours,
        drawn,
        totals: (0..6).map(|week| kwh(whole(week)).figure().copied()).collect(),
        before: (compares && drawn != Drawn::Lines).then(|| BeforeLine {
            label: "Total of 24 Aug to 4 Oct 2026".into(),
            values: (0..6).map(|week| Some(whole(week) * 0.95)).collect(),
        }),
        target: vec![whole(2); 6],
        marks: vec![(1, "1".into()), (4, "2-3".into())],
        total: kwh((0..6).map(whole).sum()),
        buckets: buckets(),
        series,
        change: compares.then(|| "Rose 11\u{202f}%, mostly vision".into()),
        forecast: None,
        scale_to: None,
    }
}

fn choosers() -> Vec<Chooser> {
    let choices = |label: &str, options: &[(&str, &str)], chosen: &str| Choices {
        label: label.into(),
        options: options
            .iter()
            .map(|(value, label)| Choice { value: (*value).into(), label: (*label).into(), selected: *value == chosen })
            .collect(),
    };
    let chooser = |name: &str, label: &str, options: &[(&str, &str)], chosen: &str| Chooser {
        name: name.into(),
        label: label.into(),
        groups: vec![choices("", options, chosen)],
    };
    let themes = vec![
        choices("Cost", &[("cost", "Cost"), ("effective", "Effective cost")], "kwh"),
        choices("Energy and water", &[("kwh", "Energy"), ("water", "Water")], "kwh"),
    ];
    vec![
        Chooser { groups: themes, ..chooser("metric", "Metric", &[], "") },
        chooser("group", "By", &[("none", "All together"), ("team", "Team")], "team"),
        chooser("second", "Then by", &[("none", "Nothing"), ("kind", "Kind")], "kind"),
        chooser("gran", "In steps of", &[("auto", "Fitting"), ("week", "Week")], "week"),
        chooser("chart", "Drawn as", &[("bars", "Stacked bars"), ("lines", "Lines")], "bars"),
    ]
}

fn groups(compares: bool) -> GroupTable {
    let mut rows = Vec::new();
    let total: f64 = (0..4).map(|place| sum(&values(place))).sum();
    for (place, label) in TEAMS.into_iter().enumerate() {
        let value = sum(&values(place));
        rows.push(GroupRow {
            label: label.into(),
            href: (place < 3).then(|| format!("/trends?from=2026-10-05&to=2026-11-12&team={label}&metric=kwh")),
            colour: Some(if place == 3 { 0 } else { u8::try_from(place + 1).unwrap() }),
            is_part: false,
            value: kwh(value),
            before: Shown::exact(value * 0.9, Unit::KilowattHours),
            share_percent: Some(100.0 * value / total),
            points: values(place),
        });
        if place == 0 {
            for (kind, share) in [("Training", 0.75), ("Endpoint", 0.25)] {
                rows.push(GroupRow {
                    label: kind.into(),
                    is_part: true,
                    value: kwh(value * share),
                    before: Shown::Unknown("not known in the period before".into()),
                    share_percent: Some(100.0 * value * share / total),
                    points: values(place),
                    ..GroupRow::default()
                });
            }
        }
    }
    GroupTable {
        title: "Energy by team and kind".into(),
        head: "Team".into(),
        compared_with: compares.then(|| "24 Aug to 4 Oct 2026".into()),
        rows,
        total: kwh(total),
        before: Shown::exact(total * 0.9, Unit::KilowattHours),
        has_shares: true,
        listing: Listing {
            base: "/trends?from=2026-10-05&to=2026-11-12&metric=kwh".into(),
            sort: "-total".into(),
            ..Listing::default()
        },
    }
}

fn marks() -> Vec<MarkRow> {
    let mark = |number: &str, offset, text: &str, author: Option<&str>| MarkRow {
        number: number.into(),
        day: day(offset),
        text: text.into(),
        author: author.map(ToOwned::to_owned),
        remove_action: author.map(|_| format!("/trends/notes/00000000-0000-7000-8000-00000000000{number}/remove")),
    };
    vec![
        mark("1", -30, "Moved the sweep to eu-north-1 <script>alert(1)</script>", Some("Ada")),
        mark("2", -9, "New endpoint configuration: search-rerank-v3", None),
        mark("3", -9, "Black Friday rehearsal", Some("Grace")),
    ]
}

fn view(plot: TrendPlot, compares: bool) -> TrendsView {
    TrendsView {
        choosers: choosers(),
        carried: vec![("from".into(), "2026-10-05".into()), ("to".into(), "2026-11-12".into())],
        plot: Some(plot),
        groups: groups(compares),
        marks: marks(),
        address: "/trends?from=2026-10-05&to=2026-11-12&metric=kwh&second=kind".into(),
        svg_href: "/trends.svg?from=2026-10-05&to=2026-11-12&metric=kwh&second=kind".into(),
        ..TrendsView::default()
    }
}

pub fn bars() -> TrendsView {
    view(TrendPlot::Series(chart(Drawn::Bars, true)), true)
}

pub fn lines() -> TrendsView {
    TrendsView {
        remarks: vec!["A ratio does not stack, so it is drawn as lines.".into()],
        ..view(TrendPlot::Series(chart(Drawn::Lines, true)), true)
    }
}

pub fn area() -> TrendsView {
    view(TrendPlot::Series(chart(Drawn::Area, false)), false)
}

pub fn field() -> TrendsView {
    let row = |(place, label): (usize, &str)| HeatRow { label: label.into(), values: values(place) };
    let chart = HeatChart {
        id: "trend".into(),
        title: "Energy by team".into(),
        unit: Unit::KilowattHours,
        row_head: "Team".into(),
        rows: TEAMS.into_iter().enumerate().map(row).collect(),
        columns: buckets(),
        total: kwh(483.0),
        remark: String::new(),
    };
    view(TrendPlot::Heat(chart), false)
}

/// Nothing in the period, and a note that was refused.
pub fn nothing() -> TrendsView {
    TrendsView {
        state: PageState::TrulyZero,
        plot: None,
        marks: Vec::new(),
        note: FormState {
            values: [("text".to_owned(), "<b>it</b>".to_owned())].into(),
            errors: vec![Field {
                name: "day".into(),
                message: "Enter the day it is about, such as 2026-11-09.".into(),
            }],
        },
        ..bars()
    }
}

pub fn page_frame() -> Frame {
    let path = "/trends";
    Frame {
        filter: Some(FilterView { from: day(-35), to: day(3), ..filter(path) }),
        csv_href: Some("/trends.csv?from=2026-10-05&to=2026-11-12".into()),
        save_address: Some("/trends?from=2026-10-05&to=2026-11-12&metric=kwh".into()),
        ..frame("Trends", path, Section::Trends)
    }
}

pub fn views() -> SavedViewsView {
    let row = |slug: &str, name: &str, page: &str, days: &str, chosen: &str| SavedViewRow {
        slug: slug.into(),
        name: name.into(),
        href: format!("/v/{slug}"),
        page: page.into(),
        days: days.into(),
        chosen: chosen.into(),
        saved_by: "Ada".into(),
        saved_at: at(16, 7, 30),
    };
    SavedViewsView {
        rows: vec![
            row("energy-of-vision-3f9a", "Energy of vision", "Trends", "last 28 days", "team vision · metric kwh"),
            row("launch-week-07c1", "Launch week <script>alert(1)</script>", "Overview", "2–8 Nov 2026", ""),
        ],
        form: FormState::default(),
    }
}

pub fn refused_view() -> SavedViewsView {
    SavedViewsView {
        form: FormState {
            values: [
                ("address".to_owned(), "/trends?from=2026-10-05&to=2026-11-12".to_owned()),
                ("by".to_owned(), "Ada".to_owned()),
                ("rolling".to_owned(), "yes".to_owned()),
            ]
            .into(),
            errors: vec![Field { name: "name".into(), message: "Give the view a name, at most 80 characters.".into() }],
        },
        ..views()
    }
}

/// A total that no price is known for.
pub fn unpriced() -> TrendsView {
    let mut view = bars();
    view.groups.rows.truncate(1);
    view.groups.rows[0].value = Shown::Unknown("no list price is known for this type in this region".into());
    view.groups.total = usd(0.0);
    view.groups.has_shares = false;
    view
}

/// The same with a small chart for each team, on one scale.
pub fn one_by_one() -> TrendsView {
    let kinds = ["Endpoint", "Training"];
    let of_team = |(place, team): (usize, &str)| TrendChart {
        id: format!("trend-{place}"),
        title: team.to_owned(),
        series: kinds
            .into_iter()
            .enumerate()
            .map(|(kind, label)| TrendSeries {
                label: label.into(),
                values: values(place + kind).into_iter().map(|value| value.map(|value| value / 2.0)).collect(),
                before: Vec::new(),
                band: Vec::new(),
                is_rest: false,
            })
            .collect(),
        before: None,
        totals: (0..6).map(|week| kwh(values(place)[week].unwrap_or(0.0)).figure().copied()).collect(),
        total: kwh(sum(&values(place))),
        scale_to: Some(70.0),
        ..chart(Drawn::Bars, false)
    };
    TrendsView {
        multiples: TEAMS.into_iter().take(3).enumerate().map(of_team).collect(),
        without_chart: Some("2 smaller teams are in the table alone.".into()),
        ..bars()
    }
}

/// Two days hour by hour, of which the second is not over: some of it was read.
pub fn by_the_hour() -> TrendsView {
    let hours: Vec<BucketLabel> = (0..48)
        .map(|hour: u32| {
            let begin = at(11 + hour / 24, hour % 24, 0);
            BucketLabel {
                short: begin.format(if hour.is_multiple_of(24) { "%-d %b" } else { "%H:%M" }).to_string(),
                long: format!("{}–{:02}:00 UTC", begin.format("%a %-d %b, %H:%M"), (hour + 1) % 24),
                partial: match hour {
                    0..34 => None,
                    34 => Some(Partial::Unread),
                    _ => Some(Partial::Open),
                },
                href: Some(format!("/trends?from={0}&to={0}&metric=kwh&gran=hour", begin.date_naive())),
                hour: Some(begin),
            }
        })
        .collect();
    let of = |base: f64| -> Vec<Option<f64>> {
        let hour = |hour: u32| (hour < 34).then(|| if hour % 24 < 6 { 0.0 } else { base * f64::from(hour % 5 + 1) });
        (0..48).map(hour).collect()
    };
    let whole = |hour: usize| of(1.5)[hour].map(|value| value + of(0.25)[hour].unwrap_or(0.0));
    let series = |label: &str, base| TrendSeries {
        label: label.into(),
        values: of(base),
        before: Vec::new(),
        band: Vec::new(),
        is_rest: false,
    };
    let chart = TrendChart {
        title: "Energy by team".into(),
        buckets: hours,
        series: vec![series("vision", 1.5), series("language", 0.25)],
        totals: (0..48).map(|hour| kwh(whole(hour)?).figure().copied()).collect(),
        target: Vec::new(),
        marks: vec![(24, "1".into())],
        total: kwh((0..48).filter_map(whole).sum()),
        ..chart(Drawn::Bars, false)
    };
    TrendsView {
        remarks: vec!["Notes and events stand at the first hour of their day.".into()],
        ..view(TrendPlot::Series(chart), false)
    }
}
