//! Made-up jobs beside each other: a family, a sweep, a comparison, a practice.

use crate::sample::{at, grams, hours, kwh, listing, percent, totals, unknown, usd};
use crate::sample_more::work;
use app::view::*;
use chrono::{DateTime, TimeDelta, Utc};

pub fn family() -> FamilyView {
    let days: [u32; 6] = [6, 7, 8, 9, 10, 11];
    let names = days.map(|day| format!("resnet-defects-2026-11-{day:02}"));
    let measure = |label: &str, unit, values: [f64; 6], median| RunMeasure {
        label: label.into(),
        unit,
        values: values.into_iter().map(|value| (value > 0.0).then_some(value)).collect(),
        median: Some(median),
    };
    let runs = names.iter().zip(days).enumerate().map(|(run, (name, day))| RunBar {
        href: format!("/jobs/{name}"),
        name: name.clone(),
        at: Some(at(day, 22, 5)),
        status: if run == 2 { JobStatus::Failed } else { JobStatus::Completed },
        is_this: run == 5,
    });
    FamilyView {
        name: "resnet-defects".into(),
        runs: 41,
        per_run: Some(work("completed training run", 5.0)),
        chart: Some(RunsChart {
            id: "family-runs".into(),
            title: "Run by run".into(),
            runs: runs.collect(),
            measures: vec![
                measure("Duration", Unit::Hours, [1.02, 0.94, 0.21, 1.11, 0.98, 1.71], 1.02),
                measure("Energy", Unit::KilowattHours, [0.41, 0.38, 0.08, 0.44, 0.0, 0.66], 0.425),
                measure("Cost", Unit::Usd, [1.43, 1.32, 0.30, 1.56, 1.37, 1.44], 1.43),
            ],
        }),
        compare_href: Some("/jobs/compare?id=resnet-defects-2026-11-11&id=resnet-defects-2026-11-10".into()),
    }
}

fn compared_job(name: &str, status: JobStatus, size: f64) -> ComparedJob {
    ComparedJob {
        href: format!("/jobs/{}", name.replace(['<', '>', '(', ')', '/'], "-")),
        without_href: Some("/jobs/compare?id=a&id=b".into()),
        name: name.into(),
        kind: "Training".into(),
        place: "vision · demo-research · us-east-1".into(),
        status,
        failure_reason: (status == JobStatus::Failed).then(|| "AlgorithmError: CUDA out of memory".into()),
        started_at: Some(at(11, 22, 5)),
        duration: hours(size),
        hours: hours(4.0 * size),
        cost: usd(12.2 * size),
        energy: kwh(3.1 * size),
        emissions: grams(1_180.0 * size),
        cpu: percent(34.0),
        gpu: if status == JobStatus::Failed { unknown("no metrics") } else { percent(81.0) },
    }
}

pub fn compared() -> ComparedJobs {
    let row =
        |name: &str, values: [&str; 3]| SettingRow { name: name.into(), values: values.map(str::to_owned).to_vec() };
    ComparedJobs {
        jobs: vec![
            compared_job("resnet-defects-2026-11-11", JobStatus::Completed, 1.4),
            compared_job("resnet-defects-2026-11-10", JobStatus::Failed, 0.3),
            compared_job("<b>odd</b>", JobStatus::InProgress, 2.2),
        ],
        metrics: vec![("validation:recall".into(), vec![Some(0.792), None, Some(0.81)])],
        settings: vec![
            row("Instances", ["4 × ml.p3.2xlarge", "4 × ml.p3.2xlarge", "1 × ml.g5.12xlarge"]),
            row("Region", ["us-east-1", "us-east-1", "us-east-1"]),
            row("Spot", ["yes", "no", "no"]),
            row("Framework", ["PyTorch (AWS container)", "PyTorch (AWS container)", "PyTorch (AWS container)"]),
            row("Warm pool", ["none", "none", ""]),
        ],
    }
}

pub fn tunings() -> TuningsView {
    let tuning = |name: &str, stops_early, best, waste| TuningRow {
        href: format!("/jobs/tuning/{name}"),
        name: name.into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        status: JobStatus::Completed,
        created_at: Some(at(10, 9, 0)),
        objective: "validation:recall, more is better".into(),
        best,
        trials: 24,
        without_value: 3,
        stops_early,
        cost: usd(612.4),
        energy: kwh(301.0),
        emissions: grams(96_000.0),
        waste,
    };
    TuningsView {
        state: PageState::Ready,
        rows: vec![
            tuning("resnet-sweep-0311", EarlyStopping::Off, Some(0.792), percent(71.2)),
            tuning("bert-sweep", EarlyStopping::Auto, Some(0.61), percent(38.0)),
            tuning("two-tower-sweep", EarlyStopping::Hyperband, None, unknown("its trials have no estimate")),
        ],
        is_cut: true,
        query_string: "from=2026-11-09&to=2026-11-15".into(),
    }
}

/// A search that stops too early, in time, and not at all.
fn patience() -> PatienceView {
    let row = |patience, stops_at, spared: u32, reached, short_percent| PatienceRow {
        patience,
        stops_at,
        spared: spared.into(),
        cost: usd(20.0 * f64::from(spared)),
        energy: kwh(9.0 * f64::from(spared)),
        emissions: grams(4_000.0 * f64::from(spared)),
        share_percent: Some(15.0 * f64::from(spared)),
        reached: Some(reached),
        short_percent,
    };
    PatienceView {
        least_gain_percent: 1.0,
        best: 0.792,
        rows: vec![
            row(3, Some(at(10, 14, 5)), 4, 0.771, Some(2.65)),
            PatienceRow {
                energy: unknown("ml.new is not in the factor tables"),
                ..row(5, Some(at(10, 19, 40)), 2, 0.792, Some(0.0))
            },
            row(10, None, 0, 0.792, Some(0.0)),
        ],
        without_times: 1,
    }
}

pub fn tuning() -> TuningView {
    let tried = [
        ("t01", 4_200.0, Some(0.71), TrialPlace::Front),
        ("t02", 6_900.0, Some(0.69), TrialPlace::Beaten),
        ("t03", 8_800.0, Some(0.792), TrialPlace::Best),
        ("t04", 7_100.0, Some(0.771), TrialPlace::Front),
        ("t05", 9_600.0, Some(0.75), TrialPlace::Beaten),
        ("t06", 3_100.0, None, TrialPlace::Without),
    ];
    let row = |(name, mass, value, place): (&str, f64, Option<f64>, TrialPlace)| TrialRow {
        href: (name != "t05").then(|| format!("/jobs/{name}")),
        name: format!("resnet-sweep-0311-{name}"),
        status: if value.is_some() { JobStatus::Completed } else { JobStatus::Failed },
        value,
        place,
        duration: hours(mass / 4_000.0),
        cost: usd(mass / 200.0),
        energy: kwh(mass / 380.0),
        emissions: grams(mass),
    };
    let points = tried.iter().filter_map(|(name, spent, value, place)| {
        Some(ScatterPoint {
            label: format!("resnet-sweep-0311-{name}"),
            value: (*value)?,
            spent: *spent,
            place: *place,
        })
    });
    let effort = |label: &str, is_waste, trials, mass: f64| EffortRow {
        label: label.into(),
        is_waste,
        trials,
        hours: hours(mass / 1_000.0),
        cost: usd(mass / 200.0),
        energy: kwh(mass / 380.0),
        emissions: grams(mass),
        share_percent: Some(mass / 397.0),
    };
    TuningView {
        name: "resnet-sweep-0311".into(),
        arn: "arn:aws:sagemaker:us-east-1:111122223333:hyper-parameter-tuning-job/resnet-sweep-0311".into(),
        account: "demo-research".into(),
        region: "us-east-1".into(),
        status: JobStatus::Completed,
        strategy: "Bayesian".into(),
        objective: "validation:recall".into(),
        more_is_better: true,
        stops_early: EarlyStopping::Off,
        created_at: Some(at(10, 9, 0)),
        ended_at: Some(at(11, 3, 20)),
        most_trials: Some(24),
        most_parallel: Some(4),
        totals: totals(6),
        chart: Some(ScatterChart {
            id: "trials-by-emissions".into(),
            title: "validation:recall and emissions of each trial".into(),
            value: "validation:recall".into(),
            more_is_better: true,
            unit: Unit::GramsCo2e,
            points: points.collect(),
        }),
        best_so_far: Some(BestSoFarChart {
            id: "best-so-far".into(),
            title: "Best so far".into(),
            value: "validation:recall".into(),
            more_is_better: true,
            trials: tried
                .iter()
                .zip([(0.71, true), (0.71, false), (0.792, true), (0.792, false), (0.792, false), (0.792, false)])
                .enumerate()
                .map(|(number, ((name, _, value, _), (best, rises)))| BestSoFarTrial {
                    label: format!("resnet-sweep-0311-{name}"),
                    at: (number != 5).then(|| at(10, 9, u32::try_from(number).unwrap())),
                    value: *value,
                    best: Some(best),
                    rises,
                })
                .collect(),
        }),
        efforts: vec![
            effort("On the front", false, 3, 20_100.0),
            effort("Beaten by another", true, 2, 16_500.0),
            effort("Failed or stopped, without a value", true, 1, 3_100.0),
        ],
        patience: Some(patience()),
        best: Some(row(tried[2])),
        trials: tried.map(row).to_vec(),
    }
}

pub fn practice() -> PracticeView {
    let feature = |name, rule| Feature { name, rule };
    let uses = |used, available, not_applicable, unknown| FeatureUse { used, available, not_applicable, unknown };
    let team = |team: &str, jobs, uses: [FeatureUse; 2]| PracticeRow { team: team.into(), jobs, uses: uses.to_vec() };
    let machine = |team: &str, share: Shown| MachineRow {
        team: team.into(),
        gpu_hours: hours(412.0),
        neuron_hours: hours(6.0),
        neuron_share: share,
        on_demand_hours: hours(301.5),
        always_on_hours: hours(960.0),
        always_on_share: percent(76.1),
    };
    let image = |image: &str, jobs| ImageRow {
        image: image.into(),
        jobs,
        hours: hours(120.0),
        cost: usd(410.0),
        energy: kwh(141.0),
        emissions: grams(51_000.0),
        per_hour: grams(425.0),
    };
    PracticeView {
        state: PageState::Ready,
        period: "9–15 Nov 2026".into(),
        query_string: "from=2026-11-09&to=2026-11-15".into(),
        features: vec![
            feature("Spot", "Used where the job ran on managed spot capacity."),
            feature("Early stopping", "Concerns trials of tuning jobs."),
        ],
        teams: vec![
            team("", 3, [uses(0, 3, 0, 0), uses(0, 0, 3, 0)]),
            team("vision", 42, [uses(12, 28, 1, 1), uses(0, 24, 18, 0)]),
        ],
        all_teams: Some(team("", 45, [uses(12, 31, 1, 1), uses(0, 24, 21, 0)])),
        machines: vec![machine("", unknown("no accelerator ran in this period")), machine("vision", percent(1.4))],
        all_machines: Some(machine("", percent(1.4))),
        images: vec![image("PyTorch (AWS container)", 31), image("Own container", 2), image("Image not told", 1)],
    }
}

pub fn families() -> FamiliesView {
    let family = |name: &str, completed, failed, median: Shown| FamilyRow {
        href: format!("/jobs?from=2026-11-09&to=2026-11-15&q={name}"),
        name: name.into(),
        kind: "Training".into(),
        account: "demo-research".into(),
        team: Some("vision".into()),
        runs: completed + failed + 1,
        completed,
        failed,
        cost: usd(98.3),
        energy: kwh(41.2),
        emissions: grams(15_800.0),
        per_run: work("completed training run", 21.0),
        median_cost: usd(4.1),
        median_duration: median,
        latest_at: Some(at(15, 2, 11)),
    };
    FamiliesView {
        state: PageState::Ready,
        totals: totals(412),
        query_string: "from=2026-11-09&to=2026-11-15".into(),
        rows: vec![
            family("resnet-defects", 21, 3, hours(1.02)),
            family("bert-tickets", 18, 0, hours(0.74)),
            family("smoke", 0, 0, unknown("none of them ended")),
        ],
        listing: listing("/jobs?group=family", "-cost"),
    }
}

pub fn phases() -> JobPhases {
    let row = |name: &str, kind, from: DateTime<Utc>, seconds: i32, message: &str| JobPhaseRow {
        name: name.into(),
        kind,
        from,
        to: Some(from + TimeDelta::seconds(i64::from(seconds))),
        seconds: f64::from(seconds),
        share_percent: f64::from(seconds) / 235.2,
        message: message.into(),
    };
    let lost = "Training job interrupted: spot capacity was taken back";
    JobPhases {
        rows: vec![
            row("Starting", JobPhaseKind::Waiting, at(11, 21, 58), 420, "Preparing the instances for training"),
            row("Downloading", JobPhaseKind::Loading, at(11, 22, 5), 600, "Downloading input data"),
            row("Training", JobPhaseKind::Training, at(11, 22, 15), 20_400, "Training in progress"),
            row("Interrupted", JobPhaseKind::Interrupted, at(12, 3, 55), 1_200, lost),
            row("Uploading", JobPhaseKind::Storing, at(12, 4, 15), 900, "Uploading <b>generated</b> model"),
            row("Failed", JobPhaseKind::Other, at(12, 4, 30), 0, "Training job failed"),
        ],
        missing: String::new(),
        on_instances: hours(6.08),
        not_training: percent(6.85),
    }
}

pub fn inputs() -> InputsView {
    InputsView {
        image: "PyTorch (AWS container)".into(),
        image_address: "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training@sha256:9f2c".into(),
        image_digest: Some("sha256:9f2c".into()),
        places: vec![
            ("training input".into(), "s3://datasets-111122223333/defects/".into()),
            ("model artifacts".into(), "s3://training-111122223333/<odd>/model.tar.gz".into()),
        ],
        roles: vec!["arn:aws:iam::111122223333:role/service-role/SageMakerJobs".into()],
        volume_gb: Some(100),
        network_isolation: Some(false),
        twins: TwinsView::Known {
            jobs: 23,
            newest: vec![
                ("resnet-sweep-0311-trial-07".into(), "/jobs/t07".into(), at(11, 20, 0)),
                ("resnet-sweep-0311-trial-06".into(), "/jobs/t06".into(), at(11, 19, 0)),
            ],
        },
    }
}

pub fn guards() -> Vec<GuardRow> {
    let row = |name: &str, state, says: &str| GuardRow { name: name.into(), state, says: says.into() };
    vec![
        row("Spot", GuardState::Available, "It ran on demand. Spot costs less and may be interrupted."),
        row("Longest run time", GuardState::Used, "AWS stops it after 24.0 h; it took 6.42 h, 26.7 % of that."),
        row("Warm pool", GuardState::NotApplicable, "No run of its family followed within an hour."),
        row("Profiler", GuardState::Unknown, "AWS did not tell."),
    ]
}

pub fn by_host() -> Vec<TimeChart> {
    let chart = |number: u8| TimeChart {
        id: format!("utilisation-of-host-{number}"),
        title: format!("algo-{number}"),
        unit: Unit::Percent,
        times: (0..4).map(|hour| at(11, 22, 0) + TimeDelta::hours(hour)).collect(),
        lines: vec![
            Line {
                label: "Accelerators".into(),
                values: vec![Some(62.0), None, Some(81.0), Some(79.0)],
                band: Vec::new(),
            },
            Line {
                label: "Memory".into(),
                values: vec![Some(30.0), None, Some(31.0), Some(f64::from(number))],
                band: Vec::new(),
            },
        ],
        scale_to: Some(100.0),
    };
    vec![chart(1), chart(2)]
}
