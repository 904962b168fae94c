//! The alarms that an endpoint of its kind should have, against those that are there.

use app::parts::number::compact;
use app::view::{AlarmCoverage, AlarmState, FoundAlarm, RequiredAlarm, Shown};
use footprint::FactorSet;
use serde_json::Value;

use super::Told;
use crate::aws::facts::ItemKind;
use crate::http::load::configuration::{list, number, text};
use crate::http::load::required::{self, Hosted, Slowest, Wanted};
use crate::store::configuration::Item;

/// Coverage of an endpoint; `None` for one that AWS no longer has.
pub(super) fn view(factors: &FactorSet, told: &Told<'_>) -> Option<AlarmCoverage> {
    if told.endpoint.gone_at.is_some() {
        return None;
    }
    let alarms: Vec<&Item> = told
        .standing(ItemKind::Alarm)
        .filter(|item| item.parent.starts_with("endpoint/") && required::tells(&item.name))
        .collect();
    let unread = told.unread(ItemKind::Alarm.plural());
    let mut matched: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    let machines = told.spans.iter().map(|span| (span.member.as_str(), span.instance_type.as_str()));
    let weights = list(&told.endpoint.attributes, "weights");
    let hosted = Hosted::new(&told.endpoint.hosting_option, weights, machines);
    for (variant, wanted) in required::wanted(factors, &hosted, |variant| slowest(told, variant)) {
        let found: Vec<&Item> =
            alarms.iter().filter(|item| wanted.is_met_by(&item.document, variant)).copied().collect();
        matched.extend(found.iter().map(|item| item.identifier.as_str()));
        let is_missing = found.is_empty() && unread.is_none();
        rows.push(RequiredAlarm {
            of: variant.map_or_else(|| "Endpoint".to_owned(), |name| format!("Variant {name}")),
            watches: wanted.watches.to_owned(),
            metric: wanted.metric.to_owned(),
            found: found.into_iter().map(alarm).collect(),
            command: is_missing.then(|| command(told, variant, &wanted)).flatten().unwrap_or_default(),
            is_unread: unread.is_some(),
        });
    }
    let count = |rows: &mut dyn Iterator<Item = &RequiredAlarm>| u32::try_from(rows.count()).unwrap_or(u32::MAX);
    let (present, required) = (count(&mut rows.iter().filter(|row| !row.found.is_empty())), count(&mut rows.iter()));
    let share = match unread {
        Some(reason) => Shown::NotEvaluated(reason),
        None => required::share(present, required),
    };
    let others = alarms.iter().filter(|item| !matched.contains(&item.identifier.as_str()));
    Some(AlarmCoverage { share, present, required, others: others.map(|item| alarm(item)).collect(), rows })
}

/// The slowest that was seen of a variant in the period.
fn slowest(told: &Told<'_>, variant: &str) -> Slowest {
    let subject = format!("endpoint/{}/variant/{variant}", told.endpoint.name);
    let starts = told.around.observed.iter().find(|each| each.subject == subject && each.metric == "model_setup_us");
    let answers = told.around.answers.iter().filter(|each| each.member == variant);
    Slowest {
        answer_us: answers.filter_map(|each| each.slowest_us).reduce(f64::max),
        start_us: starts.map(|starts| starts.most),
    }
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
    use crate::http::load::required::{CALLS, Tally};
    use crate::store::key_figure::{Machine, StandingAlarm, Watched};
    use crate::store::resource::Span;
    use app::view::Unit;
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
    fn the_key_figure_counts_what_the_pages_of_endpoints_count() {
        let factors = FactorSet::builtin().unwrap();
        let alarms = [
            watched("Invocation5XXErrors", "GreaterThanThreshold", Some("main")),
            watched("ApproximateAgeOfOldestRequest", "GreaterThanThreshold", None),
            watched("DiskUtilization", "GreaterThanThreshold", Some("canary")),
            Item { name: "TargetTracking-x".to_owned(), ..watched("Invocations", "LessThanThreshold", Some("main")) },
        ];
        let weights = json!([{ "variant": "copy", "shadow": true }]);
        let mut all = Vec::new();
        let (mut present, mut required) = (0, 0);
        for (hosting, machine) in [
            ("real_time", "ml.g5.xlarge"),
            ("real_time", "ml.none.xlarge"),
            ("async", "ml.g5.xlarge"),
            ("serverless", "serverless-2048"),
        ] {
            let mut endpoint = endpoint(hosting);
            endpoint.attributes = json!({ "weights": weights });
            let on = |member: &str, machine: &str, from| Span {
                instance_type: machine.to_owned(),
                ..span(member, from, None, 1)
            };
            let spans = [
                on("main", "ml.m5.xlarge", 0),
                on("canary", machine, 0),
                on("copy", machine, 1),
                on("main", machine, 2),
            ];
            let page = view(&factors, &told(&endpoint, &alarms, &spans)).unwrap();
            present += page.present;
            required += page.required;
            all.push(Watched {
                hosting_option: hosting.to_owned(),
                weights: weights.as_array().unwrap().clone(),
                machines: spans
                    .iter()
                    .map(|span| Machine { variant: span.member.clone(), instance_type: span.instance_type.clone() })
                    .collect(),
                alarms: alarms
                    .iter()
                    .map(|item| StandingAlarm { name: item.name.clone(), document: item.document.clone() })
                    .collect(),
                probe: Some("granted".to_owned()),
            });
        }
        let tally = Tally::of(&factors, &all);
        assert_eq!(tally.share(), required::share(present, required));
        assert!(present > 3 && present < required, "{present} of {required}");
        assert_eq!(tally.words().unwrap(), format!("{present} of {required} alarms of 4 endpoints"));

        // Where alarms were not read nothing is missing; of some endpoints that is said, of all there is no share.
        all[3].probe = Some("denied".to_owned());
        let some = Tally::of(&factors, &all);
        assert!(
            some.words().unwrap().ends_with("of 3 endpoints; 1 endpoint left out, since the role may not read alarms")
        );
        assert!(some.share() != tally.share() && some.share().figure().is_some());
        all.iter_mut().for_each(|each| each.probe = None);
        let none = Tally::of(&factors, &all);
        assert_eq!((none.share(), none.words()), (Shown::NotEvaluated("nobody has read alarms here".to_owned()), None));
        assert_eq!(Tally::of(&factors, &[]).share(), Shown::Unknown("no endpoint is there".to_owned()));
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
