//! The rest of the made-up company: endpoints, decisions, imports and methods.

use crate::sample::*;
use crate::{sample_hosting, sample_runs};
use app::view::*;

pub fn endpoints() -> EndpointsView {
    let endpoint = |name: &str, calls: f64, idle: f64, findings| EndpointRow {
        href: format!("/endpoints/{name}"),
        name: name.into(),
        account: "demo-product".into(),
        region: "eu-west-1".into(),
        team: Some("language".into()),
        status: "InService".into(),
        hosting: "real-time".into(),
        alarms: if calls > 0.0 { 3 } else { 0 },
        alarms_firing: u32::from(calls > 0.0),
        busiest: percent(62.5),
        latency: if calls > 0.0 { Shown::exact(48.2, Unit::Milliseconds) } else { unknown("No latency was read.") },
        hours_on: hours(168.0),
        variants: 2,
        instances: "2 × ml.g5.xlarge".into(),
        invocations_day: Shown::exact(calls, Unit::CountPerDay),
        instance_hours: hours(336.0),
        idle_share: percent(idle),
        cost: usd(481.2),
        energy: kwh(96.1),
        emissions: grams(27_500.0),
        per_thousand: if calls > 0.0 {
            Shown::exact(4.2, Unit::GramsPerThousand)
        } else {
            unknown("No invocations to divide by.")
        },
        findings,
    };
    EndpointsView {
        state: PageState::Ready,
        totals: totals(31),
        rows: vec![endpoint("churn-scoring-prod", 0.0, 100.0, 1), endpoint("search-rerank", 1_240_551.0, 12.4, 0)],
        listing: Listing { paging: Paging { page: 1, pages: 1, per: 50, rows: 31 }, ..listing("/endpoints", "-cost") },
    }
}

pub fn endpoint() -> EndpointView {
    let week = |values: [f64; 7]| values.map(Some).to_vec();
    EndpointView {
        components: components(),
        pin: Some(PinView { action: "/endpoints/search-rerank-1/pin".into(), usd_a_month: 1.75, ..PinView::default() }),
        name: "search-rerank".into(),
        arn: "arn:aws:sagemaker:eu-west-1:444455556666:endpoint/search-rerank".into(),
        account: "demo-product".into(),
        region: "eu-west-1".into(),
        team: Some("language".into()),
        status: "InService".into(),
        created_at: Some(at(1, 9, 0)),
        deleted_at: None,
        period: "9–15 Nov 2026".into(),
        in_period: footprint(4.0),
        lifetime: footprint(9.0),
        invocations: Shown::exact(8_683_857.0, Unit::Count),
        idle_share: percent(12.4),
        work: Some(work("1 000 inferences", 8_683.857)),
        variants: vec![VariantRow {
            name: "blue".into(),
            hosting: "real-time".into(),
            instance_type: Some("ml.g5.2xlarge".into()),
            instances_now: Some(3),
            min_capacity: Some(1),
            max_capacity: Some(6),
            scaling: "target without a policy".into(),
            invocations: Shown::exact(8_683_857.0, Unit::Count),
            instance_hours: hours(504.0),
            cost: usd(402.0),
            energy: kwh(121.0),
            emissions: grams(35_000.0),
        }],
        told: vec![("Owner", "search".into()), ("Service level objective", "p99 under 200 ms".into())],
        load: EndpointLoad {
            last_invoked_at: Some(at(15, 23, 58)),
            demand: Some(sample_hosting::demand()),
            instance_counts: Some(TimeChart {
                id: "instance-counts".into(),
                title: "Instances over time".into(),
                unit: Unit::Count,
                times: (0..7).map(|offset| at(9, 0, 0) + chrono::TimeDelta::days(offset)).collect(),
                lines: vec![Line {
                    label: "blue".into(),
                    values: week([3.0, 3.0, 4.0, 4.0, 3.0, 2.0, 2.0]),
                    band: Vec::new(),
                }],
                scale_to: None,
            }),
            at_zero: at_zero(),
            busy: sample_hosting::busy(),
            hosts: hosts(),
        }
        .into(),
        around: EndpointAround {
            waits: Vec::new(),
            answers: sample_hosting::answers(),
            scaling: sample_hosting::scaling(),
            alarms: Some(sample_hosting::alarms()),
            security: sample_hosting::security(),
            resilience: sample_hosting::resilience(),
            alarm_changes: crate::sample_configuration::alarm_changes(),
            observed: crate::sample_configuration::observed(),
        }
        .into(),
        idle: Some(DailyChart {
            bar: Bar::Day,
            marks: Vec::new(),
            target: None,
            id: "idle".into(),
            title: "Busy and idle capacity by day".into(),
            unit: Unit::Hours,
            days: (0..7).map(day).collect(),
            series: vec![
                Series {
                    kind: SeriesKind::Busy,
                    label: "Busy".into(),
                    values: week([66.0, 67.0, 72.0, 77.0, 65.0, 0.0, 41.0]),
                },
                Series {
                    kind: SeriesKind::Idle,
                    label: "Idle".into(),
                    values: week([6.0, 5.0, 8.0, 7.0, 7.0, 60.0, 7.0]),
                },
            ],
            totals: vec![None; 7],
            partial: Vec::new(),
            total: Some(Figure::exact(488.0, Unit::Hours)),
            hrefs: Vec::new(),
            change: None,
            forecast: None,
        }),
        days: days(),
        rates: rates(&[("1\u{202f}000 inferences", "412\u{202f}000 inferences")]),
        ledger: ledger(),
        spans: spans(),
        findings: Loaded::default(),
        configuration: crate::sample_configuration::around().into(),
        tags: Vec::new(),
    }
}

pub fn recommendations() -> RecommendationsView {
    let tab = |label: &str, count, current| Tab {
        label: label.into(),
        href: format!("/recommendations?state={label}"),
        count,
        current,
    };
    RecommendationsView {
        state: PageState::Ready,
        tabs: vec![
            tab("Open", 14, true),
            tab("Accepted", 3, false),
            tab("In progress", 1, false),
            tab("Done", 8, false),
            tab("Dismissed", 2, false),
            tab("Not evaluated", 5, false),
        ],
        usd_month: Figure::estimated(3_210.0, 2_460.0, 3_700.0, Unit::UsdPerMonth, Tier::T2).into(),
        energy_month: Figure::estimated(701.0, 520.0, 940.0, Unit::KilowattHoursPerMonth, Tier::T2).into(),
        emissions_month: Figure::estimated(191_000.0, 126_000.0, 280_000.0, Unit::GramsCo2ePerMonth, Tier::T2).into(),
        overlapping: 2,
        rows: findings(),
        listing: Listing {
            paging: Paging { page: 1, pages: 1, per: 50, rows: 3 },
            ..listing("/recommendations", "-usd")
        },
    }
}

pub fn recommendation() -> RecommendationView {
    let month =
        |value: f64, low: f64, high: f64, unit| Shown::from(Figure::estimated(value, low, high, unit, Tier::T2));
    let evidence = |name: &str, value: &str, unit: &str, window: &str| EvidenceRow {
        name: name.into(),
        value: value.into(),
        unit: unit.into(),
        window: window.into(),
    };
    RecommendationView {
        id: "7d1f".into(),
        rule_id: "E01".into(),
        rule_version: "1".into(),
        title: "Delete or scale down an endpoint that nobody calls".into(),
        subject: "churn-scoring-prod".into(),
        subject_href: Some("/endpoints/churn-scoring-prod".into()),
        account: "demo-product".into(),
        region: "eu-west-1".into(),
        team: Some("forecasting".into()),
        pillar: "Cost".into(),
        pillars_affected: vec!["Sustainability".into(), "Reliability".into()],
        verdict: Verdict::Fires,
        stage: Some("30 days".into()),
        confidence: Confidence::High,
        coverage: percent(99.1),
        reason: "No invocation in 34 days while 2 × ml.g5.xlarge ran without a break.".into(),
        evaluated_at: Some(at(16, 6, 30)),
        first_seen: Some(at(1, 6, 30)),
        evidence: vec![
            evidence("Invocations", "0", "", "34 days"),
            evidence("Instance-hours", "1 632", "h", "34 days"),
            evidence("Last invocation", "13 Oct 2026", "", "455 days"),
        ],
        usd_month: Shown::exact(2_062.4, Unit::UsdPerMonth),
        energy_month: month(412.0, 330.0, 540.0, Unit::KilowattHoursPerMonth),
        emissions_month: month(118_000.0, 84_000.0, 167_000.0, Unit::GramsCo2ePerMonth),
        embodied_month: month(11_000.0, 7_000.0, 16_000.0, Unit::GramsCo2ePerMonth),
        marginal_month: month(171_000.0, 96_000.0, 253_000.0, Unit::GramsCo2ePerMonth),
        savings_formula: Some("idle instance-hours a month × list price".into()),
        not_checked: vec!["Whether a disaster recovery plan names this endpoint".into()],
        thresholds: vec![ThresholdRow {
            name: "Days without an invocation".into(),
            value: "14".into(),
            unit: "days".into(),
            provenance: "AWS Compute Optimizer's lookback; escalation at 30 and 90 days is ours".into(),
        }],
        references: vec![ReferenceRow {
            framework: "AWS Well-Architected, Machine Learning Lens".into(),
            edition: "2025-11".into(),
            id: "MLSUS05-BP01".into(),
            url: "https://docs.aws.amazon.com/wellarchitected/latest/machine-learning-lens/mlsus05-bp01.html".into(),
        }],
        remediation: Remediation {
            kind: "in place".into(),
            effort: "minutes".into(),
            restart: false,
            rollback: true,
            steps: vec![
                "Ask the owner whether anything still depends on the endpoint.".into(),
                "Keep its configuration, so that it can be created again within minutes.".into(),
                "Delete the endpoint, or move it to serverless if calls are expected.".into(),
            ],
        },
        tradeoffs: vec!["The first call after creating it again waits for the model to load.".into()],
        status: FindingStatus::Open,
        owner: None,
        next: vec![FindingStatus::Accepted, FindingStatus::InProgress, FindingStatus::Dismissed],
        dismiss_reason: None,
        dismissed_until: None,
        dismiss_reasons: vec![Choice {
            value: "intended".into(),
            label: "It is meant to be this way".into(),
            selected: false,
        }],
        version: 3,
        history: vec![HistoryRow {
            at: at(1, 6, 30),
            who: "Wattledger".into(),
            from: None,
            to: FindingStatus::Open,
            note: Some("First seen.".into()),
        }],
        form: FormState::default(),
        conflict: None,
        links: Vec::new(),
    }
}

pub fn reviews() -> ReviewsView {
    let row = |week: &str, status| ReviewRow {
        href: format!("/reviews/{week}"),
        week: week.into(),
        revision: 1,
        period: "2–8 Nov 2026".into(),
        status,
        cost: usd(4_302.0),
        energy: kwh(1_778.0),
        emissions: grams(655_000.0),
        actions_open: 3,
        actions_done: 4,
    };
    ReviewsView {
        state: PageState::Ready,
        rows: vec![
            row("2026-W45", ReviewStatus::Signed { by: "Ada".into(), at: at(9, 9, 12), sha256: "ab".repeat(32) }),
            row("2026-W44", ReviewStatus::Draft),
        ],
        weeks: vec![NewReview { week: "2026-W46".into(), period: "9–15 Nov 2026".into() }],
        form: FormState::default(),
    }
}

pub fn review() -> ReviewView {
    let kpi =
        |label: &str, current, previous| ReviewKpi { label: label.into(), current, previous, better: Better::Lower };
    ReviewView {
        id: "2026-W46".into(),
        week: "2026-W46".into(),
        period: "9–15 Nov 2026".into(),
        from: day(0),
        to: day(6),
        revision: 1,
        revision_reason: None,
        revisions: Vec::new(),
        status: ReviewStatus::Draft,
        frozen_by: "Ada".into(),
        frozen_at: Some(at(16, 7, 0)),
        sha256: "9f2c4be1a07d55e3b1c6d8f0a4e2973c5d6b8a1f0e3c7d9b2a4f6e8c0d1b3a5f".into(),
        hash_holds: true,
        sign_offs: Vec::new(),
        scope: "All accounts".into(),
        compared_with: Some("2026-W45".into()),
        factor_set: "2026.11".into(),
        method_version: "1".into(),
        kpis: vec![
            kpi("Cost", usd(4_821.8), usd(4_302.0)),
            kpi("Energy", kwh(1_923.4), kwh(1_778.0)),
            kpi("Emissions", grams(633_100.0), grams(655_000.0)),
            kpi("Idle share", percent(38.2), percent(31.0)),
            kpi("Failed jobs", Shown::exact(11.0, Unit::Count), Shown::exact(4.0, Unit::Count)),
        ],
        coverage: coverage(),
        readiness: vec!["CloudWatch in eu-west-1 is complete only through 14 Nov 21:00.".into()],
        findings: vec![ReviewFinding {
            href: Some("/recommendations/7d1f".into()),
            title: "Delete or scale down an endpoint that nobody calls".into(),
            subject: "churn-scoring-prod".into(),
            change: "new".into(),
            usd_month: Shown::exact(2_062.4, Unit::UsdPerMonth),
            emissions_month: Figure::estimated(118_000.0, 84_000.0, 167_000.0, Unit::GramsCo2ePerMonth, Tier::T2)
                .into(),
        }],
        actions: vec![ActionRow {
            id: "a1".into(),
            title: "Delete churn-scoring-prod after asking Grace".into(),
            owner: "Lin".into(),
            due: Some(day(4)),
            overdue: true,
            status: ActionStatus::Todo,
            href: Some("/recommendations/7d1f".into()),
        }],
        may_edit: true,
        action_form: FormState::default(),
        sign_form: FormState::default(),
        revise_form: FormState::default(),
        csv_href: "/reviews/2026-W46.csv".into(),
        actions_csv_href: "/reviews/2026-W46/actions.csv".into(),
    }
}

pub fn signed_review() -> ReviewView {
    let draft = review();
    ReviewView {
        status: ReviewStatus::Signed { by: "Ada".into(), at: at(16, 9, 5), sha256: draft.sha256.clone() },
        sign_offs: vec![SignOff {
            by: "Ada".into(),
            at: at(16, 9, 5),
            snapshot_sha256: draft.sha256.clone(),
            actions_sha256: "cd".repeat(32),
            holds: true,
        }],
        ..draft
    }
}

fn listed() -> Vec<ListedRow> {
    let row = |list: &str, tried, granted, read_at| ListedRow { list: list.into(), tried, granted, read_at };
    vec![
        row("alarms", 6, 6, Some(at(16, 6, 12))),
        row("list prices", 4, 4, Some(at(15, 6, 0))),
        row("notebook instances", 6, 5, Some(at(16, 6, 11))),
        row("sustainability", 3, 0, None),
    ]
}

fn bills() -> Vec<BillRow> {
    vec![BillRow {
        month: "November 2026".into(),
        account: "demo-research".into(),
        billed: usd(5_440.12),
        effective: usd(5_120.0),
        matched: percent(97.4),
        imported_at: Some(at(11, 23, 6)),
    }]
}

fn sent() -> Vec<Vec<SentFileRow>> {
    let file = |name: &str, bytes, sort: &str, outcome| SentFileRow {
        name: name.into(),
        bytes,
        sort: sort.into(),
        outcome,
        at: Some(at(16, 7, 5)),
    };
    let part = |name: &str, bytes, lines| {
        let billed = SentOutcome::Billed {
            lines,
            sagemaker_lines: lines / 10,
            files: 2,
            months: vec!["October 2026".into(), "November 2026".into()],
            billed: usd(5_440.12),
            matched: percent(97.4),
        };
        file(name, bytes, "Bill, CUR 2.0", billed)
    };
    vec![
        vec![
            part("november-00001.csv.gz", 48_120_334, 1_204_117),
            part("november-00002.csv.gz", 812, 40),
            file("usage.csv", 1_924, "Usage", SentOutcome::Ran { resources: 1, parts_changed: 0 }),
            file(
                "emissions.csv",
                5_301,
                "CodeCarbon",
                SentOutcome::Refused(
                    "emissions.csv: line 3: the file does not say in which AWS region run 5f3c2a1b was; fill in Region beside the file.".into(),
                ),
            ),
            file("notes.csv", 1, "", SentOutcome::Refused("notes.csv is none of the files that can be read here.".into())),
        ],
        vec![file(
            "october.csv",
            2_048_000,
            "Bill, FOCUS",
            SentOutcome::Billed {
                lines: 1,
                sagemaker_lines: 1,
                files: 1,
                months: vec!["October 2026".into()],
                billed: usd(12.0),
                matched: unknown("none of it is in force among the bills below"),
            },
        )],
        vec![file(
            "emissions.csv",
            4_810_000_000,
            "CodeCarbon",
            SentOutcome::Measured { runs: 12, of_known_jobs: 10, changed: 1 },
        )],
    ]
}

pub fn imports() -> ImportsView {
    let strip = (0..30)
        .map(|offset| StripDay {
            day: day(offset - 23),
            state: match offset {
                11 => DayState::Failed,
                27 | 28 => DayState::Partial,
                29 => DayState::Pending,
                _ => DayState::Complete,
            },
        })
        .collect::<Vec<_>>();
    let source = |source: &str, stale| SourceRow {
        source: source.into(),
        last_success: Some(at(16, 6, 10)),
        watermark: Some(at(15, 23, 0)),
        lag_hours: Some(7),
        stale,
        windows_complete: 2_140,
        windows_pending: 24,
        windows_failed: u64::from(stale),
        strip: strip.clone(),
    };
    ImportsView {
        listed: listed(),
        bills: bills(),
        exports: exports(),
        takes_usage: true,
        upload: FormState::default(),
        sent: sent(),
        state: PageState::Ready,
        sources: vec![
            SourceGroup {
                account: "demo-research".into(),
                region: "us-east-1".into(),
                watermark: Some(at(15, 23, 0)),
                lag_hours: Some(7),
                stale: false,
                failing: 0,
                rows: vec![source("CloudWatch metrics", false), source("Training jobs", false)],
            },
            SourceGroup {
                account: "demo-research".into(),
                region: "eu-west-1".into(),
                watermark: Some(at(15, 23, 0)),
                lag_hours: Some(7),
                stale: true,
                failing: 1,
                rows: vec![source("CloudWatch metrics", true)],
            },
        ],
        errors: vec![ImportError {
            what: "CloudWatch refused to answer: rate exceeded".into(),
            remedy: "Nothing to do: it is tried again in 4 minutes, more slowly.".into(),
            windows: 24,
            places: vec!["CloudWatch metrics of demo-product, eu-west-1".into()],
        }],
        missing: vec![MissingPermission {
            account: "demo-sandbox".into(),
            region: "eu-north-1".into(),
            action: "cloudwatch:GetMetricData".into(),
            consequence:
                "Utilisation and invocations; power is estimated from defaults, idle endpoints are not evaluated."
                    .into(),
        }],
        runs: sample_runs::rows(),
        reader: sample_runs::reader(),
        gaps: 2,
        meters: vec![MeterRow {
            source: "codecarbon".into(),
            resources: 3,
            hours: 41,
            last: Some(at(21, 13, 0)),
            read_at: Some(at(22, 8, 15)),
        }],
        intensity: intensity(),
    }
}

fn intensity() -> Vec<IntensityRow> {
    vec![
        IntensityRow {
            region: "us-east-1".into(),
            source: "Electricity Maps API".into(),
            hours: 2_160,
            first: Some(at(1, 0, 0)),
            last: Some(at(16, 5, 0)),
            failure: None,
        },
        IntensityRow {
            region: "eu-west-1".into(),
            source: "Electricity Maps API".into(),
            failure: Some((
                "Electricity Maps throttles (status 429)".into(),
                "Nothing to do: it is asked again within the hour.".into(),
            )),
            ..IntensityRow::default()
        },
    ]
}

pub fn methodology() -> MethodologyView {
    let quantity = |central, low, high| Quantity { central, low, high };
    let note = |source: &str| SourceNote {
        source: source.into(),
        licence: "CC BY 4.0".into(),
        year: "2024".into(),
        tier: "T3".into(),
    };
    MethodologyView {
        factor_set: FactorSetInfo {
            label: "2026.11".into(),
            sha256: "9f2c4be1a07d55e3b1c6d8f0a4e2973c5d6b8a1f0e3c7d9b2a4f6e8c0d1b3a5f".into(),
            method_version: "1".into(),
            overrides: Vec::new(),
        },
        tiers: [
            (Tier::T0, "Measured by the provider or a meter"),
            (Tier::T1, "Measured utilisation, measured power of this hardware"),
            (Tier::T2, "Measured utilisation, modelled power"),
            (Tier::T3, "Assumed utilisation, modelled power"),
            (Tier::T4, "A default for lack of anything better"),
        ]
        .into_iter()
        .map(|(tier, meaning)| TierRow { tier, meaning: meaning.into(), rule: tier.rule().into() })
        .collect(),
        formulas: ["P_IT", "E_IT"].map(formula).to_vec(),
        equations: ledger().equations,
        validation: validation_groups(),
        tools: vec![ToolRow {
            tool: "A meter of hosts".into(),
            machine: "ml.p4d.24xlarge".into(),
            published: "20.90".into(),
            ours: Some(quantity(92.0, 62.0, 105.0)),
            deviation_percent: Some(340.3),
            why: "It models the host and leaves the accelerators out.".into(),
            source: note("Run by hand"),
        }],
        limits: vec!["Published tables try the arithmetic, not the power model.".into()],
        regions: vec![RegionRow {
            region: "eu-north-1".into(),
            place: "Stockholm".into(),
            intensity: quantity(22.0, 14.0, 41.0),
            intensity_source: note("Ember, yearly electricity data"),
            pue: quantity(1.1, 1.05, 1.2),
            pue_source: note("AWS sustainability page"),
            water: None,
        }],
        accelerators: vec![AcceleratorRow {
            name: "NVIDIA A10G".into(),
            tdp_watts: quantity(150.0, 140.0, 160.0),
            idle_watts: quantity(18.0, 12.0, 26.0),
            embodied_kg: Some(quantity(95.0, 60.0, 160.0)),
            source: note("Data sheet"),
        }],
        coefficients: vec![CoefficientRow {
            id: "accelerator_kappa".into(),
            name: "Power at the mean utilisation".into(),
            value: quantity(0.82, 0.7, 0.95),
            unit: "–".into(),
            note: "Share of board power at full utilisation.".into(),
            source: note("Published measurements"),
        }],
        query: "g5".into(),
        instances: vec![InstanceRow {
            name: "ml.g5.xlarge".into(),
            vcpus: 4,
            memory_gib: 16.0,
            accelerator: Some("NVIDIA A10G".into()),
            accelerators: 1,
            idle_watts: Some(quantity(31.0, 24.0, 40.0)),
            full_watts: Some(quantity(58.0, 47.0, 70.0)),
            source: note("SPECpower, same processor"),
        }],
        instances_matching: 8,
        instances_total: 142,
    }
}

fn formula(symbol: &str) -> Equation {
    let formula = footprint::FORMULAS.iter().find(|formula| formula.symbol == symbol).expect("a symbol of the method");
    Equation { symbol: symbol.into(), text: formula.text.into(), value: None, unit: formula.unit.into() }
}

/// One group that stays open and one that is folded, with every outcome.
fn validation_groups() -> Vec<ValidationGroup> {
    let row = |case: &str, published: &str, expected: bool, words: &str| ValidationRow {
        case: case.into(),
        inputs: "devices=4; hours=6".into(),
        published: published.into(),
        unit: "kWh".into(),
        ours: Some(Quantity { central: 4.1, low: 2.2, high: 6.6 }),
        deviation_percent: Some(32.4),
        outcome: Outcome { expected, words: words.into() },
        note: "Accelerators alone.".into(),
        source: SourceNote { source: "A paper, table 2".into(), licence: "not stated".into(), ..SourceNote::default() },
    };
    let uncomputed = ValidationRow {
        ours: None,
        deviation_percent: None,
        ..row("A machine nobody knows", "12", false, "not computed: the type is unknown")
    };
    let exact = ValidationRow {
        ours: Some(Quantity { central: 31.2, low: 31.2, high: 31.2 }),
        unit: "t".into(),
        deviation_percent: Some(0.01),
        ..row("A model", "31.22", true, "agrees")
    };
    vec![
        ValidationGroup {
            title: "Measured runs".into(),
            about: "Energy that somebody metered.".into(),
            rows: vec![row("A fine-tune", "3.1", true, "inside the range"), uncomputed],
        },
        ValidationGroup {
            title: "Published tables".into(),
            about: "Hours, watts, overhead, intensity.".into(),
            rows: vec![exact; 13],
        },
    ]
}

pub fn not_found() -> ErrorView {
    ErrorView {
        status: 404,
        title: "There is no such job".into(),
        sentence:
            "No training job with this name was imported. It may belong to another account or be older than the import."
                .into(),
        details: Some("2026-11-16 07:42:00 UTC · GET /jobs/resnet.1 · 404 · request 01JD2V".into()),
        nearest: vec![Crumb { label: "resnet-sweep-0311 (job)".into(), href: "/jobs/resnet-sweep-0311.1".into() }],
        links: vec![
            Crumb { label: "All jobs".into(), href: "/jobs".into() },
            Crumb { label: "What was imported".into(), href: "/imports".into() },
        ],
    }
}

pub fn why() -> WhyView {
    let made = ledger();
    WhyView {
        subject: "Everything selected, 17 Nov to 23 Nov 2026".into(),
        footprint: footprint(1.0),
        market: unknown("no market-based figure is published for every region of it"),
        chain: vec![
            ChainRow {
                instance_type: "ml.g5.xlarge".into(),
                place: "us-east-1 · training".into(),
                tier: Some(Tier::T1),
                hours: hours(25.7),
                power: Shown::exact(1_394.0, Unit::Watts),
                it: kwh(35.8),
                pue: Shown::exact(1.15, Unit::Ratio),
                energy: kwh(41.2),
                intensity: Shown::exact(337.4, Unit::GramsPerKilowattHour),
                operational: grams(13_900.0),
                embodied: grams(1_900.0),
                water: Shown::exact(88.0, Unit::Litres),
                cost: usd(98.3),
            },
            ChainRow {
                instance_type: "ml.new.xlarge".into(),
                place: "us-east-1 · endpoint".into(),
                hours: hours(3.0),
                it: unknown("ml.new.xlarge is not in the factor tables"),
                ..ChainRow::default()
            },
        ],
        parts: made.parts,
        factors: made.factors,
        windows: vec![WindowRow {
            place: "research · us-east-1".into(),
            start: at(16, 0, 0),
            end: at(17, 0, 0),
            state: "complete".into(),
            completed_at: Some(at(17, 0, 20)),
            expected_series: Some(14),
            received_series: Some(13),
            points: Some(12_480),
        }],
        windows_count: 7,
        windows_complete: 6,
        left_out: vec!["ml.new.xlarge is not in the factor tables, so its energy is unknown and left out.".into()],
        resolution: "Location-based, hour by hour for 62 % of the energy, else annual averages".into(),
        series: vec!["us-east-1: 168 hours from the grid operator (CC-BY-4.0)".into()],
        shares: vec![
            ShareRow {
                id: "intensity:us-east-1".into(),
                name: "Location-based grid intensity of us-east-1".into(),
                energy_percent: 0.0,
                emissions_percent: 61.3,
            },
            ShareRow {
                id: "accelerator_idle_loaded:a10g".into(),
                name: "Idle power of A10G with a model in memory".into(),
                energy_percent: 99.6,
                emissions_percent: 38.2,
            },
            ShareRow { id: String::new(), name: "4 others".into(), energy_percent: 0.4, emissions_percent: 0.5 },
        ],
        gains: vec![
            GainRow {
                effect: "Measured watts would cut the range of the energy by 62 % and of the emissions by 21 %.".into(),
                next_step: "Import them from the meters of the machines.".into(),
                href: Some("/imports#measured".into()),
            },
            GainRow {
                effect: "Knowing the intensity of the grid would cut the range of the emissions by 40 %.".into(),
                next_step: "Import an hourly series, or propose your supplier's figure.".into(),
                href: None,
            },
        ],
        rates: rates(&[("1\u{202f}000 tokens", "21\u{202f}000\u{202f}000 tokens")]),
        own_work: FormState {
            values: [("done".to_owned(), "21000000".to_owned()), ("of".to_owned(), "tokens".to_owned())].into(),
            errors: Vec::new(),
        },
        own_work_action: "/why".into(),
        own_work_carries: vec![("from".into(), "2026-11-17".into()), ("to".into(), "2026-11-23".into())],
        json_href: "/why.json?from=2026-11-17&to=2026-11-23".into(),
    }
}

pub fn factor_sets() -> FactorSetsView {
    FactorSetsView {
        sets: vec![FactorSetRow {
            label: "2026.11".into(),
            sha256: "3521e6229081".repeat(5),
            method_version: "1".into(),
            author: "wattledger".into(),
            reason: "the factor tables of this program".into(),
            created_at: at(1, 9, 0),
            activated_at: Some(at(1, 9, 0)),
            is_active: true,
            overrides: 0,
            href: "/".into(),
        }],
        proposals: vec![ProposalRow {
            href: "/methodology/sets/1".into(),
            label: "2026.11-own-1".into(),
            state: ProposalState::Open,
            author: "Ada".into(),
            reason: "measured at the meter".into(),
            created_at: at(16, 9, 0),
            overrides: 1,
        }],
        form: FormState {
            values: [("factor".to_owned(), "pue:nowhere".to_owned())].into(),
            errors: vec![Field { name: "factor".into(), message: "There is no factor `pue:nowhere`.".into() }],
        },
    }
}

pub fn factor_set() -> ProposalView {
    let effect = |label: &str, before: f64, after: f64| EffectRow {
        label: label.into(),
        before: grams(before),
        after: grams(after),
        change_percent: Some(100.0 * (after - before) / before),
        is_clear: Some(after < before),
    };
    ProposalView {
        computing: None,
        id: "1".into(),
        label: "2026.11-own-1".into(),
        base_label: "2026.11".into(),
        state: ProposalState::Failed,
        author: "Ada".into(),
        reason: "measured at the meter".into(),
        created_at: at(16, 9, 0),
        decided: Some(("Grace".into(), at(16, 10, 0))),
        failure: Some("the stored overrides are not valid".into()),
        overrides: vec![OverrideRow {
            id: "pue:us-east-1".into(),
            name: "Power usage effectiveness".into(),
            unit: "1".into(),
            before: Some([1.15, 1.1, 1.2]),
            after: [1.3, 1.25, 1.35],
            author: "Ada".into(),
            reason: "measured at the meter".into(),
        }],
        period: Some("25 Aug to 22 Nov 2026".into()),
        instance_hours: hours(14_000.0),
        effect: vec![effect("Operational emissions", 208_000.0, 235_000.0)],
        regions: vec![effect("us-east-1", 180_000.0, 207_000.0)],
        form: FormState::default(),
        seen: "00d1f".into(),
        conflict: None,
        decide_form: FormState::default(),
    }
}

/// One alternative with figures, one lower bound without a price, and one that cannot be used.
pub fn calculator() -> CalculatorView {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let choice = |value: &str, selected| Choice { value: value.into(), label: value.into(), selected };
    let alternative = |number, instance_type: &str, errors| Alternative {
        number,
        form: FormState {
            values: [field("type", instance_type), field("count", "2"), field("hours", "24")].into(),
            errors,
        },
        regions: vec![choice("eu-north-1", false), choice("us-east-1", true)],
        kinds: vec![choice("training", true), choice("endpoint", false)],
    };
    let error =
        Field { name: "type".into(), message: "The instance type `<b>it</b>` is not in the factor tables.".into() };
    CalculatorView {
        alternatives: vec![
            alternative(1, "ml.g5.xlarge", Vec::new()),
            alternative(2, "ml.trn1.32xlarge", Vec::new()),
            alternative(3, "<b>it</b>", vec![error.clone()]),
        ],
        can_add: true,
        types: vec!["ml.g5.xlarge".into(), "ml.trn1.32xlarge".into()],
        comparison: calculated(error.message),
        factors_href: "/calculator/factors.json?v=3f1c".into(),
        factor_set: "2026.11".into(),
        factor_set_sha256: "3f1c".repeat(16),
        ignored: vec!["colour".into()],
    }
}

fn calculated(refused: String) -> Comparison {
    let measures = |times: f64| Measures {
        energy: kwh(12.5 * times),
        emissions: grams(5_300.0 * times),
        operational: grams(5_000.0 * times),
        embodied: grams(300.0 * times),
        market: grams(0.0),
        water: unknown("no figure"),
        cost: usd(67.6 * times),
        marginal: Figure::estimated(4_410.0 * times, -120.0, 7_930.0 * times, Unit::GramsCo2e, Tier::T2).into(),
    };
    let first = Column {
        number: 1,
        name: "ml.g5.xlarge".into(),
        setting: "2 instances, 24 h training in us-east-1".into(),
        tier: Some(Tier::T1),
        measures: measures(1.0),
        price: "list price of 2024, $1.408 an hour".into(),
        equations: ledger().equations,
        factors: ledger().factors,
        json_href: "/calculator.json?type1=ml.g5.xlarge&count1=2".into(),
        ..Column::default()
    };
    let second = Column {
        number: 2,
        name: "ml.trn1.32xlarge".into(),
        tier: Some(Tier::T4),
        is_lower_bound: true,
        measures: measures(3.0),
        differences: Some(measures(-0.5)),
        price: "No list price is known here. Enter one above.".into(),
        warnings: vec!["The totals are a lower bound.".into()],
        json_href: "/calculator.json?type1=ml.trn1.32xlarge".into(),
        ..first.clone()
    };
    let third = Column { number: 3, name: "<b>it</b>".into(), refused: vec![refused], ..Column::default() };
    Comparison { columns: vec![first, second, third] }
}

fn exports() -> Vec<ExportRow> {
    vec![
        ExportRow {
            location: "s3://acme-bills/cur".into(),
            account: "demo-research".into(),
            months: 4,
            files: 12,
            tried_at: Some(at(23, 6, 10)),
            read_at: Some(at(23, 0, 10)),
            failure: None,
        },
        ExportRow {
            location: "s3://acme-bills-eu/focus".into(),
            account: "demo-product".into(),
            months: 0,
            files: 0,
            tried_at: Some(at(23, 6, 10)),
            read_at: None,
            failure: Some((
                "AccessDenied: Access Denied".into(),
                "Allow s3:ListBucket on arn:aws:s3:::acme-bills-eu to the role that reads this account.".into(),
            )),
        },
    ]
}

/// Why the made-up week was another than the one before.
/// Two reviews; the ledger has learned something of the earlier week since.
pub fn review_pair() -> ReviewPair {
    let side = |id: &str, period: &str, factors: &str| ReviewSide {
        id: id.into(),
        period: period.into(),
        factor_set: factors.into(),
        csv_href: format!("/reviews/{id}.csv"),
    };
    let row = |label: &str, there: Shown, here: Shown| ReviewPairRow {
        label: label.into(),
        there,
        here,
        better: Better::Lower,
        ..ReviewPairRow::default()
    };
    ReviewPair {
        there: side("2026-W45", "2–8 Nov 2026", "2026.10"),
        here: side("2026-W46", "9–15 Nov 2026", "2026.11"),
        rows: vec![
            row("Cost (list price)", usd(4_302.0), usd(4_821.8)),
            ReviewPairRow { there_now: Some(kwh(1_741.0)), ..row("Energy", kwh(1_778.0), kwh(1_923.4)) },
            ReviewPairRow {
                there_now: Some(grams(641_000.0)),
                here_now: Some(grams(633_400.0)),
                ..row("Total emissions", grams(655_000.0), grams(633_100.0))
            },
            row("Failed share of ended jobs", unknown("No job ended in this week."), percent(4.0)),
        ],
        remarks: vec!["The factor set differs from the review before (2026.10 then, 2026.11 now).".into()],
        others: vec![Crumb { label: "2026-W44".into(), href: "/reviews/2026-W46/compare/2026-W44".into() }],
        overview: "/?from=2026-11-09&to=2026-11-15&cmp=review%3A2026-W45".into(),
    }
}

/// The overview where the days compared with lie before the ledger.
pub fn overview_alone() -> OverviewView {
    let mut view = overview();
    view.compared_with = String::new();
    view.changed = Vec::new();
    view.movers = view.movers.map(|movers| Movers { changes: Vec::new(), ..movers });
    for card in &mut view.cards {
        card.previous = Shown::default();
        card.is_clear = None;
    }
    view.remark = Some(Remark {
        text: "Nothing is known of 10–16 Nov 2025: the ledger begins on 24 Aug 2026. Nothing is compared.".into(),
        link: Some(Crumb {
            label: "Compare with the period before".into(),
            href: "/?from=2026-11-09&to=2026-11-15".into(),
        }),
    });
    view
}

/// The overview beside the frozen figures of a review, one of which the ledger no longer agrees with.
pub fn overview_beside_a_review(words: &str) -> OverviewView {
    let mut view = overview();
    view.compared_with = words.to_owned();
    for card in view.cards.iter_mut().filter(|card| card.label == "Emissions") {
        card.note = Some("The review froze 182.0 kg; the ledger of its week now says 171.4 kg".into());
    }
    for changed in view.changed.iter_mut().filter(|each| each.unit == Unit::GramsCo2e) {
        let change = -10_600.0;
        changed.after += change;
        changed.terms.insert(
            0,
            ChangeTerm {
                label: app::pages::overview::RESTATED.into(),
                what: "factors, method and data of its week since it was frozen".into(),
                change,
                shown: Shown::exact(change, Unit::GramsCo2e),
            },
        );
    }
    view
}

pub fn changed() -> Vec<Changed> {
    let term = |label: &str, what: &str, change: f64, unit| ChangeTerm {
        label: label.into(),
        what: what.into(),
        change,
        shown: Shown::exact(change, unit),
    };
    let of = |id: &str, title: &str, unit, before: f64, changes: &[(&str, &str, f64)]| Changed {
        id: id.into(),
        title: title.into(),
        unit,
        before,
        after: before + changes.iter().map(|(_, _, change)| change).sum::<f64>(),
        terms: changes.iter().map(|(label, what, change)| term(label, what, *change, unit)).collect(),
    };
    vec![
        of(
            "emissions-changed",
            "Emissions",
            Unit::GramsCo2e,
            182_000.0,
            &[
                ("Activity", "more or fewer instance-hours", 21_000.0),
                ("Hardware", "hours on other instance types", -34_500.0),
                ("Load", "energy an hour of the same type", 6_200.0),
                ("Grid", "other regions, and grams a kWh where it ran", -3_100.0),
            ],
        ),
        of(
            "cost-changed",
            "Cost",
            Unit::Usd,
            4_210.0,
            &[
                ("Activity", "more or fewer instance-hours", 320.0),
                ("Hardware", "hours on other instance types", -610.0),
                ("Grid", "other regions", 0.0),
                ("Price", "dollars an hour of the same type", -45.0),
            ],
        ),
    ]
}

/// Two key figures, one of them with a target that was refused.
pub fn kpis() -> KpisView {
    let row = |key: &str, label: &str, value, better, typed_in: &str| KpiRow {
        key: key.into(),
        label: label.into(),
        definition: "What the instance-hours cost at list prices, before discounts.".into(),
        formula: "Σ billed seconds × list price".into(),
        value,
        better,
        typed_in: typed_in.into(),
        ..KpiRow::default()
    };
    let errors = vec![Field { name: "target".into(), message: "Enter a number of at least zero.".into() }];
    KpisView {
        period: "9 Nov to 15 Nov 2026".into(),
        rows: vec![
            KpiRow {
                target: Some(TargetView {
                    value: Shown::exact(4_000.0, Unit::Usd),
                    is_met: Some(true),
                    by: "Ada".into(),
                    at: at(2, 9, 0),
                }),
                ..row("cost", "Cost", Shown::exact(3_870.0, Unit::Usd), Better::Lower, "$ a week")
            },
            row("attributed_share", "Attributed share", Shown::exact(88.0, Unit::Percent), Better::Higher, "%"),
        ],
        form: FormState {
            values: [("kpi", "attributed_share"), ("target", "much")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            errors,
        },
    }
}

/// What a unit of so much work took.
pub fn work(label: &str, done: f64) -> WorkFigures {
    WorkFigures {
        label: label.into(),
        work: Shown::exact(done, Unit::Count),
        grams: Figure::estimated(4.2, 2.9, 6.6, Unit::GramsPerUnit, Tier::T3).into(),
        usd: Shown::exact(0.0464, Unit::UsdPerUnit),
        watt_hours: Figure::estimated(11.1, 8.2, 16.4, Unit::WattHoursPerUnit, Tier::T3).into(),
        hours: Shown::exact(0.0387, Unit::HoursPerUnit),
        left_out: None,
    }
}

/// Two units, the second of which did nothing, and a third that is looked at.
pub fn units() -> UnitsView {
    let unknown = || unknown("no completed training run in this period");
    let row = |key: &str, measure: &str, scale: &str, scope: &str, figures| UnitRow {
        key: key.into(),
        measure: measure.into(),
        definition: "Requests of endpoints on days whose metrics were read whole.".into(),
        scale: scale.into(),
        scope: scope.into(),
        set_by: "Ada".into(),
        set_at: Some(at(2, 9, 0)),
        figures,
    };
    let nothing = WorkFigures {
        label: "completed training run".into(),
        work: Shown::exact(0.0, Unit::Count),
        grams: unknown(),
        usd: unknown(),
        watt_hours: unknown(),
        hours: unknown(),
        left_out: None,
    };
    let inferences = WorkFigures {
        left_out: Some("12 % of the emissions are left out with the work that they went into".into()),
        ..work("1 000 inferences", 8_683.857)
    };
    let choice = |value: &str, label: &str, selected| Choice { value: value.into(), label: label.into(), selected };
    UnitsView {
        period: "9 Nov to 15 Nov 2026".into(),
        rows: vec![
            row("inferences-1", "Endpoints: inferences", "1\u{202f}000", "all of them", inferences),
            row("training_runs-1", "Training: completed runs", "1", "team vision, names like ocr-*", nothing),
        ],
        form: FormState {
            values: [("of", "executions"), ("per", "ten")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            errors: vec![Field { name: "per".into(), message: "Enter how much one unit is, a number above 0.".into() }],
        },
        measures: vec![
            choice("inferences", "Endpoints: inferences", false),
            choice("executions", "Pipelines: succeeded executions", true),
        ],
        accounts: vec![choice("", "Any", true), choice("111122223333", "demo-research", false)],
        teams: vec!["language".into(), "vision".into()],
        carried: vec![("from".into(), "2026-11-09".into()), ("to".into(), "2026-11-15".into())],
        preview: Some(UnitPreview {
            rows: vec![UnitPreviewRow {
                label: "succeeded execution".into(),
                is_new: true,
                resources: 18,
                work: Shown::exact(17.0, Unit::Count),
                before: Shown::Unknown("nothing that it counts ran in this period".into()),
                after: work("succeeded execution", 17.0).grams,
            }],
        }),
    }
}

fn components() -> Vec<ComponentRow> {
    vec![
        ComponentRow {
            name: "rerank-de".into(),
            variant: "primary".into(),
            needs: "2 × 1 accelerator".into(),
            share: Shown::exact(50.0, Unit::Percent),
            energy: Shown::exact(18.4, Unit::KilowattHours),
            emissions: Shown::exact(6_100.0, Unit::GramsCo2e),
            cost: Shown::exact(51.2, Unit::Usd),
        },
        ComponentRow {
            variant: "primary".into(),
            needs: "no component reserves it".into(),
            share: Shown::exact(50.0, Unit::Percent),
            energy: Shown::exact(18.4, Unit::KilowattHours),
            emissions: Shown::exact(6_100.0, Unit::GramsCo2e),
            cost: Shown::exact(51.2, Unit::Usd),
            ..ComponentRow::default()
        },
    ]
}

fn at_zero() -> Vec<ZeroRow> {
    vec![ZeroRow {
        variant: "primary".into(),
        hours: Shown::exact(61.5, Unit::Hours),
        share: Shown::exact(36.6, Unit::Percent),
        energy: Shown::exact(4.3, Unit::KilowattHours),
        emissions: Shown::exact(1_420.0, Unit::GramsCo2e),
        cost: Shown::exact(86.6, Unit::Usd),
    }]
}
