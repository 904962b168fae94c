//! A made-up week of a made-up company.

use crate::sample_more;
use app::view::*;
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};

pub fn day(offset: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 9).unwrap() + TimeDelta::days(offset)
}

pub fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap()
}

pub fn usd(value: f64) -> Shown {
    Shown::exact(value, Unit::Usd)
}

pub fn kwh(value: f64) -> Shown {
    Figure::estimated(value, value * 0.81, value * 1.26, Unit::KilowattHours, Tier::T2).into()
}

pub fn grams(value: f64) -> Shown {
    Figure::estimated(value, value * 0.74, value * 1.39, Unit::GramsCo2e, Tier::T2).into()
}

pub fn percent(value: f64) -> Shown {
    Shown::exact(value, Unit::Percent)
}

pub fn hours(value: f64) -> Shown {
    Shown::exact(value, Unit::Hours)
}

pub fn unknown(reason: &str) -> Shown {
    Shown::Unknown(reason.to_owned())
}

/// The figures that the overview can show first, one of them chosen.
pub fn metrics(chosen: usize) -> Vec<Preset> {
    let choice = |(place, (word, label)): (usize, (&str, &str))| Preset {
        label: label.into(),
        href: format!("/?metric={word}"),
        current: place == chosen,
    };
    [("cost", "$"), ("kwh", "kWh"), ("co2e", "CO₂e")].into_iter().enumerate().map(choice).collect()
}

fn facet(name: &str, label: &str, values: &[&str]) -> FacetView {
    let choice = |value: &&str| Choice { value: (*value).into(), label: (*value).into(), selected: false };
    let choices = values.iter().map(choice).collect();
    FacetView { name: name.into(), label: label.into(), choices, is_folded: false }
}

/// A choice with one answer.
fn chosen(name: &str, label: &str, values: &[&str], answer: usize) -> FacetView {
    let mut facet = facet(name, label, values);
    if let Some(choice) = facet.choices.get_mut(answer) {
        choice.selected = true;
    }
    facet
}

pub fn filter(path: &str) -> FilterView {
    let preset = |label: &str, from: &str, current| Preset {
        label: label.into(),
        href: format!("{path}?from={from}&to=2026-11-15"),
        current,
    };
    FilterView {
        from: day(0),
        to: day(6),
        facets: vec![
            facet("account", "Account", &["demo-research", "demo-product", "demo-sandbox"]),
            facet("region", "Region", &["us-east-1", "eu-west-1", "eu-north-1"]),
            facet("team", "Team", &["vision", "language", "forecasting"]),
            // One value narrows nothing.
            facet("kind", "Kind", &["training"]),
        ],
        counted: Vec::new(),
        takes_tags: false,
        search: None,
        metrics: if path == "/" { metrics(0) } else { Vec::new() },
        presets: vec![
            preset("Last week", "2026-11-09", true),
            preset("4 weeks", "2026-10-19", false),
            preset("12 weeks", "2026-08-24", false),
        ],
        earlier: Some(Preset {
            label: "2–8 Nov 2026".into(),
            href: format!("{path}?from=2026-11-02&to=2026-11-08"),
            current: false,
        }),
        later: None,
        against: if matches!(path, "/" | "/trends") { against("prev") } else { Vec::new() },
        compared_with: matches!(path, "/" | "/trends").then(|| "2–8 Nov 2026".into()),
        query_string: "from=2026-11-09&to=2026-11-15".into(),
        chips: Vec::new(),
        clear_href: path.to_owned(),
        ignored: Vec::new(),
        carried: Vec::new(),
    }
}

/// What a period can be compared with, one of them chosen.
pub fn against(chosen: &str) -> Vec<Choice> {
    [
        ("prev", "Period before"),
        ("yoy", "Weeks a year ago"),
        ("review:2026-W45", "Review 2026-W45"),
        ("none", "Nothing"),
    ]
    .map(|(value, label)| Choice { value: value.into(), label: label.into(), selected: value == chosen })
    .into()
}

/// The filters leave nothing of so many rows.
pub fn filtered_away(rows_without_filters: u64) -> PageState {
    PageState::FilteredAway { rows_without_filters, clear_href: "?from=2026-11-09&to=2026-11-15".into() }
}

pub fn filter_with_chip(path: &str) -> FilterView {
    let mut filter = filter(path);
    let more = [
        facet("project", "Project", &["two-tower", "checkout"]),
        facet("environment", "Environment", &["production"]),
        facet("framework", "Framework", &["PyTorch", "XGBoost"]),
        facet("tag.acme:cost-centre", "Tag acme:cost-centre", &["(none)", "4100 research"]),
    ];
    filter.facets.extend(more.map(|facet| FacetView { is_folded: true, ..facet }));
    filter.takes_tags = true;
    for choice in filter.facets.iter_mut().flat_map(|facet| &mut facet.choices) {
        choice.selected = ["vision", "two-tower"].contains(&choice.value.as_str());
    }
    filter.counted = vec![
        chosen("cost", "Cost", &["At list prices", "As billed"], 1),
        chosen("method", "Electricity", &["Location-based", "Market-based"], 0),
    ];
    let chip = |label: &str| Chip { label: label.into(), href: format!("{path}?from=2026-11-09&to=2026-11-15") };
    filter.chips = vec![chip("Team: vision"), chip("Cost: as billed")];
    filter.ignored = vec!["colour".into()];
    filter.query_string = "from=2026-11-09&to=2026-11-15&team=vision".into();
    filter
}

pub fn frame(title: &str, path: &str, section: Section) -> Frame {
    let item = |label: &str, text: &str, state| FreshnessItem { label: label.into(), text: text.into(), state };
    Frame {
        title: title.into(),
        path: path.into(),
        section,
        // The list of keys is the same on every page; the page about them shows it.
        appearance: Appearance { shortcuts: false, ..Appearance::default() },
        filter: Some(filter(path)),
        freshness: vec![
            item("CloudWatch", "through 15 Nov 23:00", FreshnessState::Fresh),
            item("Inventory", "16 Nov 06:10", FreshnessState::Fresh),
            item("eu-west-1", "14 Nov 21:00", FreshnessState::Stale),
        ],
        demo: true,
        estimate: EstimateLabel {
            factor_set: "2026.11".into(),
            factor_set_sha256: "9f2c4be1a07d55e3b1c6d8f0a4e2973c5d6b8a1f0e3c7d9b2a4f6e8c0d1b3a5f".into(),
            method_version: "1".into(),
        },
        open_recommendations: Some(14),
        review_badge: Some("due".into()),
        stylesheet: "/style.css?v=1".into(),
        nonce: "c2FtcGxl".into(),
        islands: true,
        generated_at: at(16, 7, 42),
        permalink: format!("{path}?from=2026-11-09&to=2026-11-15"),
        ..Frame::default()
    }
}

fn card(label: &str, value: Shown, previous: Shown, points: &[f64], note: Option<&str>) -> KpiCard {
    KpiCard {
        label: label.into(),
        value,
        previous,
        better: Better::Lower,
        is_clear: (label == "Energy").then_some(false),
        points: points.iter().map(|point| Some(*point)).collect(),
        note: note.map(ToOwned::to_owned),
        href: Some("/methodology".into()),
        target: (label == "Cost").then(|| TargetView {
            value: Shown::exact(4_000.0, Unit::Usd),
            is_met: Some(false),
            by: "Ada".into(),
            at: at(2, 9, 0),
        }),
    }
}

pub fn daily_cost() -> DailyChart {
    DailyChart {
        bar: Bar::Day,
        marks: Vec::new(),
        target: Some(620.0),
        id: "daily-cost".into(),
        title: "Cost by day".into(),
        unit: Unit::Usd,
        days: (0..7).map(day).collect(),
        series: vec![
            Series {
                kind: SeriesKind::Training,
                label: "Training".into(),
                values: [412.0, 388.2, 902.4, 655.0, 310.5, 42.0, 18.3].map(Some).to_vec(),
            },
            Series {
                kind: SeriesKind::Endpoint,
                label: "Endpoints".into(),
                values: [298.0, 301.0, 305.5, 297.0, 299.1, 296.4, 296.4].map(Some).to_vec(),
            },
        ],
        totals: vec![None; 7],
        partial: Vec::new(),
        total: Some(Figure::exact(4_821.8, Unit::Usd)),
        hrefs: (0..7).map(|offset| format!("/?from={0}&to={0}", day(offset))).collect(),
        change: Some("Rose 12\u{202f}%, mostly activity".into()),
        forecast: None,
    }
}

pub fn daily_emissions() -> DailyChart {
    let training = [61_000.0, 55_400.0, 140_200.0, 99_000.0, 42_300.0, 6_100.0];
    let endpoints = [38_000.0, 38_500.0, 39_200.0, 37_800.0, 38_100.0, 37_500.0];
    let mut totals: Vec<Option<Figure>> = training
        .iter()
        .zip(endpoints)
        .map(|(one, other)| {
            let sum = one + other;
            Some(Figure::estimated(sum, sum * 0.74, sum * 1.38, Unit::GramsCo2e, Tier::T2))
        })
        .collect();
    totals.push(None);
    let with_gap = |values: [f64; 6]| values.into_iter().map(Some).chain([None]).collect();
    DailyChart {
        bar: Bar::Day,
        marks: Vec::new(),
        target: None,
        id: "daily-emissions".into(),
        title: "Emissions by day".into(),
        unit: Unit::GramsCo2e,
        days: (0..7).map(day).collect(),
        series: vec![
            Series { kind: SeriesKind::Training, label: "Training".into(), values: with_gap(training) },
            Series { kind: SeriesKind::Endpoint, label: "Endpoints".into(), values: with_gap(endpoints) },
        ],
        totals,
        partial: vec![None, None, None, None, None, Some(Partial::LowerBound), None],
        total: Some(Figure::estimated(633_100.0, 471_000.0, 871_000.0, Unit::GramsCo2e, Tier::T2)),
        hrefs: Vec::new(),
        change: None,
        forecast: None,
    }
}

pub fn findings() -> Vec<FindingRow> {
    let month =
        |value: f64, low: f64, high: f64, unit| Shown::from(Figure::estimated(value, low, high, unit, Tier::T2));
    vec![
        FindingRow {
            href: "/recommendations/7d1f".into(),
            rule_id: "E01".into(),
            title: "Delete or scale down an endpoint that nobody calls".into(),
            subject: "churn-scoring-prod".into(),
            subject_href: Some("/endpoints/churn-scoring-prod".into()),
            account: "demo-product".into(),
            region: "eu-west-1".into(),
            team: Some("forecasting".into()),
            pillar: "Cost".into(),
            reason: "No invocation in 34 days while 2 × ml.g5.xlarge ran without a break.".into(),
            usd_month: Shown::exact(2_062.4, Unit::UsdPerMonth),
            energy_month: month(412.0, 330.0, 540.0, Unit::KilowattHoursPerMonth),
            emissions_month: month(118_000.0, 84_000.0, 167_000.0, Unit::GramsCo2ePerMonth),
            confidence: Confidence::High,
            effort: "minutes".into(),
            verdict: Verdict::Fires,
            status: FindingStatus::Open,
            age_days: 20,
            owner: None,
        },
        FindingRow {
            href: "/recommendations/91aa".into(),
            rule_id: "T04".into(),
            title: "Stop paying for training that fails".into(),
            subject: "vision, week 2026-W46".into(),
            subject_href: None,
            account: "demo-research".into(),
            region: "us-east-1".into(),
            team: Some("vision".into()),
            pillar: "Reliability".into(),
            reason: "11 of 42 jobs failed after 38 instance-hours, 9 of them with the same out-of-memory error.".into(),
            usd_month: month(644.0, 402.0, 811.0, Unit::UsdPerMonth),
            energy_month: month(201.0, 120.0, 290.0, Unit::KilowattHoursPerMonth),
            emissions_month: month(71_400.0, 41_000.0, 110_000.0, Unit::GramsCo2ePerMonth),
            confidence: Confidence::Medium,
            effort: "days".into(),
            verdict: Verdict::Fires,
            status: FindingStatus::Accepted,
            age_days: 0,
            owner: Some("Ada".into()),
        },
        FindingRow {
            href: "/recommendations/c04e".into(),
            rule_id: "E01".into(),
            title: "Delete or scale down an endpoint that nobody calls".into(),
            subject: "search-rerank-canary".into(),
            subject_href: Some("/endpoints/search-rerank-canary".into()),
            account: "demo-sandbox".into(),
            region: "eu-north-1".into(),
            team: None,
            pillar: "Cost".into(),
            reason: "No invocation in 15 days.".into(),
            usd_month: unknown("There is no list price for ml.p5.4xlarge in eu-north-1."),
            energy_month: month(88.0, 61.0, 120.0, Unit::KilowattHoursPerMonth),
            emissions_month: month(2_300.0, 1_500.0, 3_900.0, Unit::GramsCo2ePerMonth),
            confidence: Confidence::Low,
            effort: "minutes".into(),
            verdict: Verdict::Fires,
            status: FindingStatus::Open,
            age_days: 1,
            owner: None,
        },
    ]
}

pub fn coverage() -> Coverage {
    Coverage {
        estimated_cost: percent(97.4),
        data_completeness: percent(93.1),
        attributed: percent(88.0),
        tiers: vec![(Tier::T2, 71.0), (Tier::T3, 26.0), (Tier::T4, 3.0)],
    }
}

fn stacks() -> Vec<Preset> {
    let stack = |label: &str, href: &str, current| Preset { label: label.into(), href: href.into(), current };
    vec![stack("Phase", "/", true), stack("Team", "/?by=team", false)]
}

fn burst() -> MarkRow {
    MarkRow {
        number: "1".into(),
        day: day(2),
        text: "9 of 14 jobs that ended failed, most often resnet-sweep".into(),
        author: None,
        remove_action: None,
    }
}

fn health() -> HealthView {
    let row = |href: &str, name: &str, what: &str, at, stands_out| HealthRow {
        href: href.into(),
        name: name.into(),
        what: what.into(),
        at,
        stands_out,
    };
    HealthView {
        alarms: vec![row("/endpoints/search.1", "search-rerank", "search-rerank-5xx", Some(at(15, 21, 4)), false)],
        sounding: 1,
        failures: vec![
            row("/jobs/etl.1", "etl-clicks-0412", "AlgorithmError: exit code 137", Some(at(15, 3, 12)), false),
            row("/jobs/etl.2", "etl-clicks-0411", "AlgorithmError: exit code 137", Some(at(14, 3, 9)), false),
        ],
        failed: 9,
        ended: 214,
        running: vec![
            row(
                "/jobs/llm.1",
                "llm-sft-0093",
                "31 h 10 min; the longest of its last 20 runs took 6 h 4 min · $1020",
                None,
                true,
            ),
            row(
                "/jobs/llm.2",
                "llm-sft-0094",
                "2 h 5 min; the longest of its last 20 runs took 6 h 4 min",
                None,
                false,
            ),
        ],
        running_jobs: 2,
        overdue: 1,
        burn: usd(65.5),
    }
}

fn movers() -> Movers {
    let top = |name: &str, team: &str, instance: &str, cost: f64, energy: f64, mass: f64, share: f64| TopRow {
        href: format!("/jobs/{name}"),
        name: name.into(),
        team: Some(team.into()),
        instance: instance.into(),
        cost: usd(cost),
        energy: kwh(energy),
        emissions: grams(mass),
        share_percent: Some(share),
    };
    let change = |name: &str, kind: &str, cost: f64, mass: f64, reason: &str| ChangeRow {
        href: format!("/jobs/{name}"),
        name: name.into(),
        kind: kind.into(),
        team: Some("vision".into()),
        cost: usd(cost),
        energy: Shown::exact(mass / 300.0, Unit::KilowattHours),
        emissions: Shown::exact(mass, Unit::GramsCo2e),
        reason: reason.into(),
    };
    Movers {
        changes: vec![
            change("resnet-sweep-0311", "training", 612.4, 96_000.0, "new"),
            change("llm-adapter-nightly", "training", 204.9, 31_000.0, "more hours"),
            change("churn-scoring-prod", "endpoint", -188.0, -9_000.0, "scaled down"),
            change("catalogue-embedder", "training", -91.3, -12_400.0, "gone"),
        ],
        top_jobs: vec![
            top("resnet-sweep-0311", "vision", "4 × ml.p3.2xlarge", 612.4, 301.0, 96_000.0, 12.7),
            top("llm-adapter-nightly", "language", "1 × ml.p4d.24xlarge", 588.2, 411.0, 131_000.0, 12.2),
            top("forecast-retrain", "forecasting", "2 × ml.m5.4xlarge", 71.0, 14.0, 4_100.0, 1.5),
        ],
        top_endpoints: vec![
            top("churn-scoring-prod", "forecasting", "2 × ml.g5.xlarge", 481.0, 96.0, 27_500.0, 10.0),
            top("search-rerank", "language", "3 × ml.g5.2xlarge", 402.0, 121.0, 35_000.0, 8.3),
        ],
    }
}

pub fn overview() -> OverviewView {
    OverviewView {
        first: Lead::Cost,
        work: None,
        changed: sample_more::changed(),
        state: PageState::Ready,
        period: "9–15 Nov 2026".into(),
        compared_with: "2–8 Nov 2026".into(),
        remark: None,
        cards: vec![
            card(
                "Cost",
                usd(4_821.8),
                usd(4_302.0),
                &[710.0, 689.2, 1_207.9, 952.0, 609.6, 338.4, 314.7],
                Some("list price"),
            ),
            card("Energy", kwh(1_923.4), kwh(1_778.0), &[280.0, 270.0, 510.0, 400.0, 240.0, 120.0, 110.0], None),
            card(
                "Emissions",
                grams(633_100.0),
                grams(655_000.0),
                &[99.0, 94.0, 179.0, 137.0, 80.0, 44.0, 42.0],
                Some("87 % operational, 13 % embodied"),
            ),
            card(
                "Grid intensity",
                Shown::from(Figure::estimated(286.0, 231.0, 330.0, Unit::GramsPerKilowattHour, Tier::T3)),
                Shown::exact(318.0, Unit::GramsPerKilowattHour),
                &[],
                Some("weighted by energy"),
            ),
            card(
                "Idle share",
                percent(38.2),
                percent(31.0),
                &[30.0, 31.0, 34.0, 38.0, 41.0, 45.0, 47.0],
                Some("of endpoint hours"),
            ),
            card(
                "Could be saved",
                Shown::from(Figure::estimated(3_210.0, 2_460.0, 3_700.0, Unit::UsdPerMonth, Tier::T2)),
                Shown::default(),
                &[],
                Some("14 open findings"),
            ),
        ],
        stacked_by: stacks(),
        marks: vec![burst()],
        charts: vec![DailyChart { marks: vec![(2, "1".into())], ..daily_cost() }, daily_emissions()],
        movers: movers().into(),
        to_do: ToDo { findings: findings(), open: 14 }.into(),
        review: ReviewCard {
            week: "2026-W46".into(),
            href: "/reviews/2026-W46".into(),
            text: "Due today. The last one was signed by Ada on 9 Nov.".into(),
            signed: false,
            open_actions: 7,
            overdue_actions: 2,
            due: Some(day(7)),
        }
        .into(),
        health: health().into(),
        query_string: "from=2026-11-09&to=2026-11-15".into(),
        coverage: coverage(),
    }
}

pub fn listing(path: &str, sort: &str) -> Listing {
    Listing {
        base: format!("{path}?from=2026-11-09&to=2026-11-15"),
        sort: sort.into(),
        paging: Paging { page: 2, pages: 9, per: 50, rows: 412 },
    }
}

pub fn totals(rows: u64) -> Totals {
    let before = TotalsBefore {
        words: "2–8 Nov 2026".into(),
        hours: hours(1_100.0),
        cost: usd(2_510.0),
        energy: kwh(1_180.0),
        emissions: grams(431_000.0),
    };
    Totals {
        rows,
        hours: hours(1_204.5),
        cost: usd(2_728.4),
        energy: kwh(1_201.0),
        emissions: grams(404_000.0),
        before: Some(Box::new(before)),
    }
}

pub fn notebooks() -> JobsView {
    let jobs = jobs();
    let notebook = |row: &JobRow, name: &str, kind: &str| JobRow {
        href: format!("/notebooks/{name}"),
        name: name.into(),
        kind: kind.into(),
        status: JobStatus::InService,
        instance_type: "ml.g4dn.xlarge".into(),
        instance_count: 1,
        ..row.clone()
    };
    let names = [("defects-explore", "Notebook instance"), ("mara-space/JupyterLab/default", "Studio app")];
    JobsView {
        rows: jobs.rows.iter().zip(names).map(|(row, (name, kind))| notebook(row, name, kind)).collect(),
        totals: totals(2),
        ..jobs
    }
}

pub fn jobs() -> JobsView {
    let job = |name: &str, status, gpu: Shown, cost: Shown, findings| JobRow {
        href: format!("/jobs/{}", name.replace(['<', '>', '(', ')', '/'], "-")),
        id: format!("{name}.00000000000000a1"),
        name: name.into(),
        kind: "Training".into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        team: Some("vision".into()),
        status,
        started_at: Some(at(11, 22, 5)),
        duration: hours(6.42),
        billable: hours(6.40),
        instance_type: "ml.p3.2xlarge".into(),
        instance_count: 4,
        spot: findings == 0,
        gpu_p95: gpu,
        cpu_p95: percent(34.1),
        instance_hours: hours(25.7),
        cost,
        energy: kwh(41.2),
        emissions: grams(15_800.0),
        findings,
    };
    JobsView {
        state: PageState::Ready,
        totals: totals(412),
        rows: vec![
            job("resnet-sweep-0311-trial-07", JobStatus::Completed, percent(91.2), usd(98.3), 0),
            job("resnet-sweep-0311-trial-08", JobStatus::Failed, percent(12.8), usd(12.24), 1),
            job(
                "<script>alert(1)</script>",
                JobStatus::Stopped,
                unknown("CloudWatch holds no points for this job."),
                unknown("There is no list price for ml.p3.2xlarge in this region."),
                0,
            ),
            job(
                "llm-adapter-nightly-1116",
                JobStatus::InProgress,
                Shown::NotEvaluated("Needs cloudwatch:GetMetricData in demo-research/us-east-1.".into()),
                usd(588.2),
                2,
            ),
        ],
        query_string: "from=2026-11-09&to=2026-11-15".into(),
        query_fields: vec![("from".into(), "2026-11-09".into()), ("team".into(), "vision".into())],
        listing: listing("/jobs", "-cost"),
    }
}

pub fn footprint(scale: f64) -> Footprint {
    Footprint {
        billed: usd(11.9 * scale),
        effective: usd(9.2 * scale),
        instance_hours: hours(25.7 * scale),
        cost: usd(98.3 * scale),
        cost_basis: "list price".into(),
        energy: kwh(41.2 * scale),
        emissions: grams(15_800.0 * scale),
        operational: grams(13_900.0 * scale),
        operational_market: grams(2_100.0 * scale),
        embodied: grams(1_900.0 * scale),
        water: Figure::estimated(88.0 * scale, 40.0 * scale, 160.0 * scale, Unit::Litres, Tier::T4).into(),
    }
}

pub fn days() -> Vec<DayRow> {
    (0..3)
        .map(|offset| DayRow {
            day: day(offset),
            why_href: Some(format!("/jobs/x/why?from={0}&to={0}", day(offset))),
            hours: hours(8.5),
            cost: usd(32.7),
            energy: kwh(13.7),
            emissions: grams(5_270.0),
        })
        .collect()
}

pub fn rates(units: &[(&str, &str)]) -> Vec<RateRow> {
    units
        .iter()
        .map(|(unit, amount)| RateRow {
            unit: (*unit).into(),
            amount: (*amount).into(),
            score: grams(1_250.0),
            without_idle: grams(840.0),
        })
        .collect()
}

pub fn ledger() -> Ledger {
    let part = |label: &str, value: f64, share: f64| PartRow {
        label: label.into(),
        value: kwh(value),
        share_percent: Some(share),
    };
    Ledger {
        parts: vec![
            part("Accelerator, dynamic", 22.1, 53.6),
            part("Accelerator, idle", 6.4, 15.5),
            part("Host, idle", 5.9, 14.3),
            part("Host, dynamic", 3.2, 7.8),
            part("Overhead of the data centre", 3.6, 8.8),
        ],
        equations: vec![
            Equation {
                symbol: "P".into(),
                text: "host idle + (full − idle) × utilisation".into(),
                value: Some(412.0),
                unit: "W".into(),
            },
            Equation { symbol: "E".into(), text: "P × hours × PUE".into(), value: Some(41.2), unit: "kWh".into() },
        ],
        factors: vec![FactorRow {
            id: "pue:us-east-1".into(),
            name: "Power usage effectiveness".into(),
            value: 1.15,
            low: 1.08,
            high: 1.25,
            unit: "–".into(),
            year: "2024".into(),
            source: "AWS sustainability page".into(),
            licence: "facts".into(),
            tier: "T3".into(),
            note: "Yearly mean of the region.".into(),
        }],
        warnings: vec!["2 of 26 hours have no GPU utilisation; the default of the tier was used.".into()],
        gain: Some("Measured watts would cut the range of the emissions by 31 %.".into()),
        why_href: Some("/jobs/x/why?from=2026-11-17&to=2026-11-23".into()),
    }
}

pub fn utilisation() -> TimeChart {
    let points = 48_i32;
    let wave = |phase: f64, middle: f64, size: f64| {
        (0..points)
            .map(|point| {
                let value = middle + size * (f64::from(point) / 5.0 + phase).sin();
                (!(20..24).contains(&point)).then_some(value)
            })
            .collect::<Vec<_>>()
    };
    let gpu = wave(0.0, 78.0, 14.0);
    TimeChart {
        id: "utilisation-chart".into(),
        title: "Normalised utilisation".into(),
        unit: Unit::Percent,
        times: (0..i64::from(points)).map(|point| at(11, 22, 5) + TimeDelta::minutes(point * 8)).collect(),
        lines: vec![
            Line {
                label: "GPU".into(),
                band: gpu.iter().map(|value| value.map(|value| (value - 9.0, (value + 7.0).min(100.0)))).collect(),
                values: gpu,
            },
            Line { label: "CPU".into(), values: wave(1.2, 31.0, 6.0), band: Vec::new() },
        ],
        scale_to: Some(100.0),
    }
}

pub fn hosts() -> Vec<UtilisationRow> {
    ["algo-1", "algo-2"]
        .map(|host| UtilisationRow {
            host: host.into(),
            metric: "GPU".into(),
            min: percent(3.0),
            mean: percent(71.4),
            p50: percent(74.0),
            p95: percent(91.2),
            max: percent(98.0),
            coverage_percent: Some(92.0),
            tier: Some(Tier::T2),
        })
        .to_vec()
}

pub fn spans() -> Vec<SpanRow> {
    vec![SpanRow {
        from: at(11, 22, 5),
        to: Some(at(12, 4, 30)),
        state: "serving".into(),
        instance_type: "ml.p3.2xlarge".into(),
        count: 4,
        source: "described".into(),
    }]
}

pub fn job() -> JobView {
    JobView {
        name: "resnet-sweep-0311-trial-08".into(),
        kind: "Training".into(),
        arn: "arn:aws:sagemaker:us-east-1:111122223333:training-job/resnet-sweep-0311-trial-08".into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        team: Some("vision".into()),
        owner: None,
        status: JobStatus::Failed,
        failure_reason: Some("AlgorithmError: CUDA out of memory".into()),
        created_at: Some(at(11, 21, 58)),
        started_at: Some(at(11, 22, 5)),
        ended_at: Some(at(12, 4, 30)),
        instance_type: "ml.p3.2xlarge".into(),
        instance_count: 4,
        spot: false,
        period: "9–15 Nov 2026".into(),
        in_period: footprint(1.0),
        lifetime: footprint(1.6),
        max_exposure: usd(734.4),
        days: days(),
        load: JobLoad { over_time: Some(utilisation()), by_host: crate::sample_jobs::by_host(), hosts: hosts() }.into(),
        billable: hours(6.42),
        phases: Some(crate::sample_jobs::phases()),
        inputs: Some(crate::sample_jobs::inputs()),
        rates: rates(&[("run", "1 run"), ("job-hour", "9.67 job-hours")]),
        ledger: ledger(),
        spans: spans(),
        findings: Loaded::Ready(findings().into_iter().skip(1).take(1).collect()),
        final_metrics: vec![("validation:recall".into(), 0.792)],
        guards: crate::sample_jobs::guards().into(),
        family: Some(crate::sample_jobs::family()).into(),
        part_of: crate::sample_configuration::part_of().into(),
        tags: vec![("team".into(), "vision".into()), ("experiment".into(), "sweep-0311".into())],
    }
}
