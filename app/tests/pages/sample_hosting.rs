//! How the made-up endpoint scales, answers, is watched and is protected.

use crate::sample::*;
use app::view::*;

/// Two days by the hour: one instance, then three at noon; the last hour is not over.
pub fn demand() -> CapacityChart {
    let busy = |hour: i64| [0.3, 0.2, 0.4, 0.9][usize::try_from(hour / 6 % 4).unwrap_or(0)];
    let ready = |hour: i64| if (10..20).contains(&(hour % 24)) { 3.0 } else { 1.0 };
    let is_known = |hour: &i64| !(20..23).contains(hour);
    let each = |of: &dyn Fn(i64) -> Option<f64>| (0..48).map(of).collect();
    CapacityChart {
        id: "demand".into(),
        title: "Demand against capacity".into(),
        step_hours: 1,
        times: (0..48).map(|hour| at(9, 0, 0) + chrono::TimeDelta::hours(hour)).collect(),
        capacity: each(&|hour| Some(ready(hour))),
        used: each(&|hour| is_known(&hour).then(|| ready(hour) * busy(hour))),
        requests: each(&|hour| Some(900.0 + 40.0 * f64::from(i32::try_from(hour).unwrap_or(0)))),
        partial: (0..48).map(|hour| !is_known(&hour) || hour == 47).collect(),
        hours: hours(88.0),
        unused: Unused { hours: hours(46.5), cost: usd(56.4), emissions: grams(4_100.0) },
        marks: vec![(10, "1".into()), (34, "2".into())],
        events: vec![
            mark("1", 9, "10:00 Variant blue to 3; 20:00 Variant blue to 1"),
            mark("2", 10, "10:00 Variant blue to 3; 14:05 alarm search-rerank-blue-errors"),
        ],
        more_events: 1,
    }
}

fn mark(number: &str, on: u32, text: &str) -> MarkRow {
    MarkRow {
        number: number.into(),
        day: at(on, 0, 0).date_naive(),
        text: text.into(),
        author: None,
        remove_action: None,
    }
}

fn lines(id: &str, title: &str, unit: Unit, lines: &[(&str, [f64; 7])]) -> TimeChart {
    let line = |(label, values): &(&str, [f64; 7])| Line {
        label: (*label).into(),
        values: values.map(Some).to_vec(),
        band: Vec::new(),
    };
    TimeChart {
        id: id.into(),
        title: title.into(),
        unit,
        times: (0..7).map(|offset| at(9, 0, 0) + chrono::TimeDelta::days(offset)).collect(),
        lines: lines.iter().map(line).collect(),
        scale_to: (unit == Unit::Percent).then_some(100.0),
    }
}

pub fn busy() -> Vec<TimeChart> {
    let own = [
        ("Accelerators", [61.0, 63.0, 70.0, 72.0, 58.0, 4.0, 33.0]),
        ("Processors", [22.0, 23.0, 25.0, 26.0, 21.0, 3.0, 14.0]),
        ("Memory", [48.0, 48.0, 49.0, 49.0, 48.0, 46.0, 47.0]),
    ];
    vec![lines("busy-0", "Variant blue", Unit::Percent, &own)]
}

pub fn answers() -> AnswersView {
    let slow = [
        ("Mean", [44.0, 45.0, 48.0, 51.0, 43.0, 40.0, 42.0]),
        ("Slowest five minutes", [120.0, 131.0, 180.0, 1_240.0, 118.0, 61.0, 90.0]),
    ];
    let failed = [("4xx", [0.2, 0.1, 0.2, 0.4, 0.1, 0.0, 0.1]), ("5xx", [0.0, 0.0, 0.0, 1.2, 0.0, 0.0, 0.0])];
    let errors = TimeChart { scale_to: None, ..lines("errors", "Requests that failed", Unit::Percent, &failed) };
    AnswersView {
        latency: Some(lines("latency", "Latency of the model", Unit::Milliseconds, &slow)),
        errors: Some(errors),
        rows: vec![AnswerRow {
            variant: "blue".into(),
            requests: Shown::exact(8_683_857.0, Unit::Count),
            errors_4xx: Shown::exact(14_310.0, Unit::Count),
            errors_5xx: Shown::exact(15_842.0, Unit::Count),
            error_share: percent(0.347),
            mean_latency: Shown::exact(48.2, Unit::Milliseconds),
            slowest: Shown::exact(1_240.0, Unit::Milliseconds),
        }],
    }
}

pub fn scaling() -> ScalingView {
    let activity = |at, what: &str, result: &str| ScalingActivityRow {
        at: Some(at),
        layer: "Variant blue".into(),
        what: what.into(),
        cause: "monitor alarm TargetTracking-blue changed state and triggered policy invocations".into(),
        result: result.into(),
    };
    ScalingView {
        layers: vec![
            ScalingLayer {
                layer: "Variant blue".into(),
                mechanism: "Application Auto Scaling, target tracking".into(),
                dimension: "sagemaker:variant:DesiredInstanceCount".into(),
                limits: Some((1, 6)),
                policies: vec!["InvocationsPerInstance held at 500".into()],
                verdict: ScalingVerdict::Scales,
                why: "a policy is attached".into(),
                moved: Shown::exact(14.0, Unit::Count),
            },
            ScalingLayer {
                layer: "Component adapter-de".into(),
                mechanism: "Unknown".into(),
                why: "the role may not read scalable targets".into(),
                moved: Shown::exact(0.0, Unit::Count),
                ..ScalingLayer::default()
            },
        ],
        activities: vec![
            activity(at(15, 19, 40), "Setting desired instance count to 1.", "successful"),
            activity(at(15, 9, 56), "Setting desired instance count to 3.", "failed"),
        ],
        unread: String::new(),
    }
}

pub fn alarms() -> AlarmCoverage {
    let row = |watches: &str, metric: &str| RequiredAlarm {
        of: "Variant blue".into(),
        watches: watches.into(),
        metric: metric.into(),
        ..RequiredAlarm::default()
    };
    AlarmCoverage {
        share: percent(50.0),
        present: 1,
        required: 2,
        rows: vec![
            RequiredAlarm {
                found: vec![FoundAlarm {
                    name: "search-rerank-blue-errors".into(),
                    state: AlarmState::InAlarm,
                    says: "Sum of Invocation5XXErrors above 25".into(),
                    acts: false,
                }],
                ..row("Errors of the server", "Invocation5XXErrors")
            },
            RequiredAlarm {
                command: "aws cloudwatch put-metric-alarm \\\n  --alarm-name search-rerank-blue-latency-p99".into(),
                ..row("Answers that come too late", "ModelLatency")
            },
        ],
        others: vec![FoundAlarm {
            name: "search-rerank-4xx".into(),
            state: AlarmState::InOrder,
            says: "Sum of Invocation4XXErrors above 100".into(),
            acts: true,
        }],
    }
}

pub fn security() -> Vec<SecurityFact> {
    let fact = |label: &str, says: &str, standing| SecurityFact { label: label.into(), says: says.into(), standing };
    vec![
        fact("Volumes encrypted with a KMS key", "yes", Standing::Good),
        fact("Network isolation", "the containers reach the network", Standing::Weak),
        fact("Data capture", "20 % of the requests to s3://kept/search", Standing::Plain),
        fact("Execution role", "no model of it is known", Standing::Unknown),
    ]
}

pub fn resilience() -> Vec<ResilienceRow> {
    let month = |value: f64, low: f64, high: f64, unit| Figure::estimated(value, low, high, unit, Tier::T2).into();
    vec![
        ResilienceRow {
            variant: "blue".into(),
            instances: "1 × ml.g5.2xlarge".into(),
            standing: Standing::Weak,
            says: "one instance: no redundancy across Availability Zones".into(),
            second: Some(SecondInstance {
                cost: Shown::exact(1_106.0, Unit::UsdPerMonth),
                energy: month(96.0, 71.0, 130.0, Unit::KilowattHoursPerMonth),
                emissions: month(31_000.0, 22_000.0, 46_000.0, Unit::GramsCo2ePerMonth),
            }),
        },
        ResilienceRow {
            variant: "green".into(),
            instances: "2 × ml.g5.2xlarge".into(),
            standing: Standing::Good,
            says: "AWS tries to spread 2 instances over Availability Zones".into(),
            second: None,
        },
    ]
}
