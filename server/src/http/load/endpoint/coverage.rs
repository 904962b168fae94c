//! The alarms that an endpoint of its kind should have, against those that are there. AWS' catalogue of recommended alarms has
//! no part on SageMaker, so the list is ours, but for the bounds of 20 and 80 % of a machine, which are AWS'.

use app::parts::number::compact;
use app::view::{AlarmCoverage, AlarmState, FoundAlarm, RequiredAlarm, Shown, Unit};
use footprint::FactorSet;
use serde_json::Value;

use super::{Told, members};
use crate::aws::facts::{ItemKind, is_serverless};
use crate::http::load::configuration::{number, text};
use crate::store::configuration::Item;

const CALLS: &str = "AWS/SageMaker";
const INSTANCES: &str = "/aws/sagemaker/Endpoints";
/// Application Auto Scaling makes these for itself; they change capacity and tell nobody.
const OF_SCALING: &str = "TargetTracking-";
const HOUR_S: u32 = 3_600;

/// An alarm that should be there.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    /// What it watches for.
    watches: &'static str,
    /// The end of its name.
    word: &'static str,
    namespace: &'static str,
    /// The metric that the command asks for, and those that would do as well.
    metric: &'static str,
    others: &'static [&'static str],
    /// `Sum`, `Average`, `Maximum` or a percentile.
    statistic: &'static str,
    is_above: bool,
    /// `None` where nobody knows what a whole machine is.
    threshold: Option<f64>,
    period_s: u32,
    periods: u32,
    /// Whether no data is what it warns of.
    is_silence: bool,
}

impl Wanted {
    const fn above(
        watches: &'static str,
        word: &'static str,
        (namespace, metric): (&'static str, &'static str),
        statistic: &'static str,
        threshold: Option<f64>,
    ) -> Self {
        Self {
            watches,
            word,
            namespace,
            metric,
            others: &[],
            statistic,
            is_above: true,
            threshold,
            period_s: 300,
            periods: 3,
            is_silence: false,
        }
    }
}

/// Coverage of an endpoint; `None` for one that AWS no longer has.
pub(super) fn view(factors: &FactorSet, told: &Told<'_>) -> Option<AlarmCoverage> {
    if told.endpoint.gone_at.is_some() {
        return None;
    }
    let alarms: Vec<&Item> = told
        .standing(ItemKind::Alarm)
        .filter(|item| item.parent.starts_with("endpoint/") && !item.name.starts_with(OF_SCALING))
        .collect();
    let unread = told.unread(ItemKind::Alarm.plural());
    let mut matched: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for (variant, wanted) in wanted(factors, told) {
        let found: Vec<&Item> =
            alarms.iter().filter(|item| is_that(item, variant.as_deref(), &wanted)).copied().collect();
        matched.extend(found.iter().map(|item| item.identifier.as_str()));
        let is_missing = found.is_empty() && unread.is_none();
        rows.push(RequiredAlarm {
            of: variant.as_ref().map_or_else(|| "Endpoint".to_owned(), |name| format!("Variant {name}")),
            watches: wanted.watches.to_owned(),
            metric: wanted.metric.to_owned(),
            found: found.into_iter().map(alarm).collect(),
            command: is_missing.then(|| command(told, variant.as_deref(), &wanted)).flatten().unwrap_or_default(),
            is_unread: unread.is_some(),
        });
    }
    let count = |rows: &mut dyn Iterator<Item = &RequiredAlarm>| u32::try_from(rows.count()).unwrap_or(u32::MAX);
    let (present, required) = (count(&mut rows.iter().filter(|row| !row.found.is_empty())), count(&mut rows.iter()));
    let share = match unread {
        Some(reason) => Shown::NotEvaluated(reason),
        None if required == 0 => Shown::Unknown("no variant is known".to_owned()),
        None => Shown::exact(100.0 * f64::from(present) / f64::from(required), Unit::Percent),
    };
    let others = alarms.iter().filter(|item| !matched.contains(&item.identifier.as_str()));
    Some(AlarmCoverage { share, present, required, others: others.map(|item| alarm(item)).collect(), rows })
}

/// What should be watched, each with its variant; `None` for the endpoint as a whole.
fn wanted(factors: &FactorSet, told: &Told<'_>) -> Vec<(Option<String>, Wanted)> {
    let mut all = Vec::new();
    if told.endpoint.hosting_option == "async" {
        all.extend(of_queue().map(|wanted| (None, wanted)));
    }
    for name in members(told.spans).into_iter().filter(|name| !told.is_shadow(name)) {
        let last = told.spans.iter().rev().find(|span| span.member == name);
        let machine = last.map(|span| span.instance_type.as_str()).unwrap_or_default();
        let of_variant = match told.endpoint.hosting_option.as_str() {
            _ if is_serverless(machine) => serverless(told, name),
            "async" => vec![failures(), disk()],
            _ => real_time(factors, told, (name, machine)),
        };
        all.extend(of_variant.into_iter().map(|wanted| (Some(name.to_owned()), wanted)));
    }
    all
}

fn errors() -> Wanted {
    let metric = (CALLS, "Invocation5XXErrors");
    Wanted { periods: 1, ..Wanted::above("Errors of the server", "errors-5xx", metric, "Sum", Some(0.0)) }
}

fn failures() -> Wanted {
    let metric = (CALLS, "InvocationFailures");
    Wanted { periods: 1, ..Wanted::above("Requests that failed", "failures", metric, "Sum", Some(0.0)) }
}

fn disk() -> Wanted {
    Wanted::above("A disk that fills up", "disk", (INSTANCES, "DiskUtilization"), "Maximum", Some(80.0))
}

fn of_queue() -> [Wanted; 2] {
    [
        Wanted::above(
            "Requests that wait too long",
            "oldest-request",
            (CALLS, "ApproximateAgeOfOldestRequest"),
            "Maximum",
            Some(900.0),
        ),
        Wanted::above(
            "Requests without an instance",
            "no-capacity",
            (CALLS, "HasBacklogWithoutCapacity"),
            "Maximum",
            Some(0.0),
        ),
    ]
}

fn serverless(told: &Told<'_>, variant: &str) -> Vec<Wanted> {
    let subject = format!("endpoint/{}/variant/{variant}", told.endpoint.name);
    let starts = told.around.observed.iter().find(|each| each.subject == subject && each.metric == "model_setup_us");
    // Twice the slowest hour of the period, or ten seconds where nobody has seen a start.
    let slow = starts.map_or(10e6, |starts| (2.0 * starts.most).round());
    vec![
        errors(),
        Wanted::above("Slow starts of new copies", "cold-starts", (CALLS, "ModelSetupTime"), "Average", Some(slow)),
        Wanted::above("Memory that runs out", "memory", (INSTANCES, "MemoryUtilization"), "Maximum", Some(80.0)),
        Wanted::above(
            "Requests that will be throttled",
            "concurrency",
            (CALLS, "ServerlessConcurrentExecutionsUtilization"),
            "Maximum",
            Some(0.8),
        ),
    ]
}

fn real_time(factors: &FactorSet, told: &Told<'_>, (variant, machine): (&str, &str)) -> Vec<Wanted> {
    let instance = factors.instance(machine).ok();
    let accelerators = instance.map_or(0, |instance| instance.accelerator_count());
    let (metric, others, units): (_, &'static [&'static str], _) = match accelerators {
        0 => {
            let others = &["GPUUtilization", "CPUUtilizationNormalized", "GPUUtilizationNormalized"];
            ("CPUUtilization", others, instance.and_then(|instance| instance.vcpu))
        }
        some => {
            let others = &["CPUUtilization", "CPUUtilizationNormalized", "GPUUtilizationNormalized"];
            ("GPUUtilization", others, Some(some))
        }
    };
    // CloudWatch adds up over cores and accelerators.
    let percent = |percent: f64| units.map(|units| percent * f64::from(units));
    let answers = told.around.answers.iter().filter(|each| each.member == variant);
    // Twice the slowest of CloudWatch's means in the period, or a second where nobody called.
    let slow =
        answers.filter_map(|each| each.slowest_us).reduce(f64::max).map_or(1e6, |slowest| (2.0 * slowest).round());
    let busy = Wanted {
        others,
        ..Wanted::above("Machines that are too busy", "busy", (INSTANCES, metric), "Average", percent(80.0))
    };
    vec![
        errors(),
        Wanted::above("Answers that come too late", "latency-p99", (CALLS, "ModelLatency"), "p99", Some(slow)),
        busy.clone(),
        Wanted {
            watches: "Machines with too little to do",
            word: "underused",
            is_above: false,
            threshold: percent(20.0),
            period_s: HOUR_S,
            periods: 24,
            ..busy
        },
        Wanted {
            is_above: false,
            period_s: HOUR_S,
            periods: 24,
            is_silence: true,
            ..Wanted::above("Nobody calls", "no-calls", (CALLS, "Invocations"), "Sum", Some(1.0))
        },
        disk(),
    ]
}

/// Whether an alarm watches for what is wanted, by metric, dimensions and direction.
fn is_that(item: &Item, variant: Option<&str>, wanted: &Wanted) -> bool {
    let metric = text(&item.document, "metric").unwrap_or_default();
    let comparison = text(&item.document, "comparison").unwrap_or_default();
    let direction = if wanted.is_above { "LessThan" } else { "GreaterThan" };
    text(&item.document, "variant") == variant
        && (metric == wanted.metric || wanted.others.contains(&metric))
        && !comparison.starts_with(direction)
}

fn alarm(item: &Item) -> FoundAlarm {
    let document = &item.document;
    let word = |name: &str| text(document, name).unwrap_or_default();
    let above = match word("comparison") {
        "GreaterThanThreshold" => "above",
        "GreaterThanOrEqualToThreshold" => "at or above",
        "LessThanThreshold" => "below",
        "LessThanOrEqualToThreshold" => "at or below",
        _ => "outside",
    };
    let limit = number(document, "threshold").map(|limit| format!(" {above} {}", compact(limit))).unwrap_or_default();
    FoundAlarm {
        name: item.name.clone(),
        state: match word("state") {
            "OK" => AlarmState::InOrder,
            "ALARM" => AlarmState::InAlarm,
            _ => AlarmState::TooLittleData,
        },
        says: format!("{} of {}{limit}", word("statistic"), word("metric")),
        acts: document.get("acts") == Some(&Value::Bool(true)),
    }
}

/// A command that makes the alarm; `None` where its threshold is unknown.
fn command(told: &Told<'_>, variant: Option<&str>, wanted: &Wanted) -> Option<String> {
    let threshold = wanted.threshold?;
    let endpoint = told.endpoint.name.as_str();
    let name = [Some(endpoint), variant, Some(wanted.word)].into_iter().flatten().collect::<Vec<_>>().join("-");
    let dimension = |name: &str, value: &str| shell(&format!("Name={name},Value={value}"));
    let mut dimensions = vec![dimension("EndpointName", endpoint)];
    dimensions.extend(variant.map(|variant| dimension("VariantName", variant)));
    let statistic = match wanted.statistic {
        "Sum" | "Average" | "Maximum" => format!("--statistic {}", wanted.statistic),
        percentile => format!("--extended-statistic {percentile}"),
    };
    let comparison = if wanted.is_above { "GreaterThanThreshold" } else { "LessThanThreshold" };
    let silence = if wanted.is_silence { "breaching" } else { "notBreaching" };
    let lines = [
        "aws cloudwatch put-metric-alarm".to_owned(),
        format!("--region {}", shell(&told.endpoint.region)),
        format!("--alarm-name {}", shell(&name)),
        format!("--namespace {} --metric-name {}", wanted.namespace, wanted.metric),
        format!("--dimensions {}", dimensions.join(" ")),
        format!("{statistic} --period {} --evaluation-periods {}", wanted.period_s, wanted.periods),
        format!("--comparison-operator {comparison} --threshold {threshold}"),
        format!("--treat-missing-data {silence}"),
        "--alarm-actions \"$TOPIC_ARN\"".to_owned(),
    ];
    Some(lines.join(" \\\n  "))
}

/// A word as a shell takes it for one word and nothing else.
fn shell(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.=,/:".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::load::endpoint::tests::{endpoint, item, span, told};
    use crate::store::resource::Span;
    use serde_json::json;

    fn watched(metric: &str, comparison: &str, variant: Option<&str>) -> Item {
        let document = json!({ "state": "ALARM", "namespace": CALLS, "metric": metric, "statistic": "Sum",
            "comparison": comparison, "threshold": 25.0, "variant": variant, "acts": true });
        let parent = variant.map_or("endpoint/chat".to_owned(), |name| format!("endpoint/chat/variant/{name}"));
        Item {
            name: format!("chat-{metric}"),
            identifier: metric.to_owned(),
            ..item(ItemKind::Alarm, &parent, document)
        }
    }

    fn covered(hosting: &str, machine: &str, alarms: &[Item]) -> AlarmCoverage {
        let (endpoint, spans) =
            (endpoint(hosting), [Span { instance_type: machine.to_owned(), ..span("main", 0, None, 1) }]);
        view(&FactorSet::builtin().unwrap(), &told(&endpoint, alarms, &spans)).unwrap()
    }

    #[test]
    fn each_way_of_hosting_has_its_own_alarms() {
        let metrics = |hosting: &str, machine: &str| {
            let rows = covered(hosting, machine, &[]).rows;
            rows.iter().map(|row| row.metric.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            metrics("real_time", "ml.m5.xlarge"),
            "Invocation5XXErrors ModelLatency CPUUtilization CPUUtilization Invocations DiskUtilization"
        );
        assert!(metrics("real_time", "ml.g5.xlarge").contains("GPUUtilization GPUUtilization"));
        assert_eq!(
            metrics("async", "ml.g5.xlarge"),
            "ApproximateAgeOfOldestRequest HasBacklogWithoutCapacity InvocationFailures DiskUtilization"
        );
        assert_eq!(
            metrics("serverless", "serverless-2048"),
            "Invocation5XXErrors ModelSetupTime MemoryUtilization ServerlessConcurrentExecutionsUtilization"
        );
    }

    #[test]
    fn an_alarm_counts_by_metric_dimensions_and_direction() {
        for (alarm, present) in [
            (watched("Invocation5XXErrors", "GreaterThanThreshold", Some("main")), 1),
            // Both bounds of a machine are watched by the same metric.
            (watched("CPUUtilization", "LessThanThreshold", Some("main")), 1),
            (watched("Invocation5XXErrors", "LessThanThreshold", Some("main")), 0),
            // CloudWatch holds nothing under the endpoint alone, so such an alarm never goes off.
            (watched("Invocation5XXErrors", "GreaterThanThreshold", None), 0),
            (watched("Invocation5XXErrors", "GreaterThanThreshold", Some("other")), 0),
        ] {
            let coverage = covered("real_time", "ml.m5.xlarge", std::slice::from_ref(&alarm));
            assert_eq!((coverage.present, coverage.required), (present, 6), "{alarm:?}");
            assert_eq!(coverage.others.len(), usize::from(present == 0));
        }
        let own =
            Item { name: "TargetTracking-x".to_owned(), ..watched("Invocations", "LessThanThreshold", Some("main")) };
        assert_eq!(covered("real_time", "ml.m5.xlarge", &[own]).present, 0, "what scales tells nobody");
        let queue = watched("ApproximateAgeOfOldestRequest", "GreaterThanThreshold", None);
        let coverage = covered("async", "ml.g5.xlarge", &[queue]);
        assert_eq!(coverage.share, Shown::exact(25.0, Unit::Percent));
        assert_eq!(coverage.rows[0].found[0].says, "Sum of ApproximateAgeOfOldestRequest above 25");
        assert_eq!(coverage.rows[0].found[0].state, AlarmState::InAlarm);
        assert!(coverage.rows[0].command.is_empty() && !coverage.rows[1].command.is_empty());
    }

    #[test]
    fn commands_name_the_endpoint_and_bounds_of_its_machine() {
        let rows = covered("real_time", "ml.m5.xlarge", &[]).rows;
        assert_eq!(
            rows[2].command,
            "aws cloudwatch put-metric-alarm \\\n  --region us-east-1 \\\n  --alarm-name chat-main-busy \\\n  \
             --namespace /aws/sagemaker/Endpoints --metric-name CPUUtilization \\\n  \
             --dimensions Name=EndpointName,Value=chat Name=VariantName,Value=main \\\n  \
             --statistic Average --period 300 --evaluation-periods 3 \\\n  \
             --comparison-operator GreaterThanThreshold --threshold 320 \\\n  \
             --treat-missing-data notBreaching \\\n  --alarm-actions \"$TOPIC_ARN\""
        );
        assert!(rows[1].command.contains("--extended-statistic p99"), "{}", rows[1].command);
        assert!(rows[4].command.contains("LessThanThreshold --threshold 1 ") && rows[4].command.contains(" breaching"));
        assert!(covered("real_time", "ml.none.xlarge", &[]).rows[2].command.is_empty(), "nobody knows its cores");
    }

    #[test]
    fn a_name_cannot_leave_its_word() {
        assert_eq!(shell("chat-v2"), "chat-v2");
        assert_eq!(shell("a b; rm -rf ~"), "'a b; rm -rf ~'");
        assert_eq!(shell("it's $(id)"), r"'it'\''s $(id)'");
    }

    #[test]
    fn without_a_list_of_alarms_nothing_is_missing() {
        let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 1)]);
        let mut told = told(&endpoint, &[], &spans);
        told.around.probes.clear();
        let coverage = view(&FactorSet::builtin().unwrap(), &told).unwrap();
        assert_eq!(coverage.share, Shown::NotEvaluated("nobody has read alarms here".to_owned()));
        assert!(coverage.rows.iter().all(|row| row.is_unread && row.command.is_empty()));
    }
}
