//! How variants and components scale: by what, within which limits, and whether they ever did.

use app::parts::number::{compact, nearest};
use app::view::{ScalingActivityRow, ScalingLayer, ScalingVerdict, ScalingView, Shown, Unit};
use chrono::{DateTime, Utc};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use super::{Told, members};
use crate::aws::facts::{ItemKind, is_serverless};
use crate::http::load::configuration::{list, number, text};
use crate::store::configuration::Item;
use crate::store::endpoint::Activity;
use crate::store::resource::Span;

/// What decides about the number of a layer.
struct Decided {
    mechanism: String,
    dimension: String,
    limits: Option<(u32, u32)>,
    policies: Vec<String>,
    verdict: ScalingVerdict,
    why: String,
}

impl Decided {
    fn by(mechanism: &str, verdict: ScalingVerdict, why: impl Into<String>) -> Self {
        Self {
            mechanism: mechanism.to_owned(),
            dimension: String::new(),
            limits: None,
            policies: Vec::new(),
            verdict,
            why: why.into(),
        }
    }
}

/// The layers of an endpoint, variants first, and what was scaled up to the end of the period.
pub(super) fn view(told: &Told<'_>) -> ScalingView {
    let variants = members(told.spans).into_iter().map(|name| variant(told, name));
    let mut components: Vec<&Item> = told.standing(ItemKind::InferenceComponent).collect();
    components.sort_by(|a, b| a.name.cmp(&b.name));
    ScalingView {
        layers: variants.chain(components.into_iter().map(|item| component(told, item))).collect(),
        activities: told.around.activities.iter().map(activity).collect(),
        unread: told.unread("scaling activities").unwrap_or_default(),
    }
}

fn layer(name: String, decided: Decided, moved: Shown) -> ScalingLayer {
    let Decided { mechanism, dimension, limits, policies, verdict, why } = decided;
    ScalingLayer { layer: name, mechanism, dimension, limits, policies, verdict, why, moved }
}

fn variant(told: &Told<'_>, name: &str) -> ScalingLayer {
    let last = told.spans.iter().rev().find(|span| span.member == name);
    let by_request = last.is_some_and(|span| is_serverless(&span.instance_type));
    let target = format!("endpoint/{}/variant/{name}", told.endpoint.name);
    let decided = registered(told, &target)
        .or_else(|| by_request.then(|| serverless(told, name)))
        .or_else(|| managed(told, name))
        .unwrap_or_else(|| unregistered(told, &["scalable targets", "endpoint configurations"]));
    let moved = if by_request {
        Shown::NotEvaluated("AWS does not tell how many copies answered".to_owned())
    } else {
        Shown::exact(changes(told.spans, name, told.bounds).to_f64().unwrap_or_default(), Unit::Count)
    };
    layer(format!("Variant {name}"), decided, moved)
}

fn component(told: &Told<'_>, item: &Item) -> ScalingLayer {
    let target = format!("inference-component/{}", item.name);
    let decided = registered(told, &target).unwrap_or_else(|| unregistered(told, &["scalable targets"]));
    let (from, to) = told.bounds;
    let scaled = told.around.activities.iter().filter(|each| {
        each.target == target && each.count.is_some() && each.status == "Successful" && each.began_at >= from
    });
    let mut states: Vec<&Item> = told.items.iter().filter(|each| each.identifier == item.identifier).collect();
    states.sort_by_key(|state| state.valid_from);
    let copies = |state: &Item| number(&state.document, "copies");
    let changed = states.windows(2).filter(|pair| match pair {
        [before, after] => (from..to).contains(&after.valid_from) && copies(before) != copies(after),
        _ => false,
    });
    let moved = scaled.count().max(changed.count()).to_f64().unwrap_or_default();
    layer(format!("Component {}", item.name), decided, Shown::exact(moved, Unit::Count))
}

/// What Application Auto Scaling was told about a target; `None` where it was told nothing.
fn registered(told: &Told<'_>, target: &str) -> Option<Decided> {
    let limits = told.standing(ItemKind::ScalableTarget).find(|item| item.parent == target)?;
    let policies: Vec<&Item> = told.standing(ItemKind::ScalingPolicy).filter(|item| item.parent == target).collect();
    let limit = |name: &str| u32::try_from(limits.document.get(name)?.as_i64()?).ok();
    let range = limit("min").zip(limit("max"));
    let is_scheduled = told
        .around
        .activities
        .iter()
        .any(|each| each.target == target && each.cause.to_ascii_lowercase().contains("scheduled action"));
    let (verdict, why) = if limits.document.get("suspended") == Some(&Value::Bool(true)) {
        (ScalingVerdict::Fixed, "scaling is suspended")
    } else if range.is_some_and(|(min, max)| min >= max) {
        (ScalingVerdict::Fixed, "its limits leave no room")
    } else if !policies.is_empty() {
        (ScalingVerdict::Scales, "a policy is attached")
    } else if is_scheduled {
        (ScalingVerdict::Scales, "scheduled actions changed it")
    } else {
        (ScalingVerdict::NotEvaluated, "no policy is attached, and scheduled actions are not read")
    };
    let mut kinds: Vec<&str> =
        policies.iter().map(|item| kind_of(text(&item.document, "type").unwrap_or_default())).collect();
    kinds.extend((is_scheduled && policies.is_empty()).then_some("scheduled actions"));
    kinds.sort_unstable();
    kinds.dedup();
    let how = if kinds.is_empty() { "no policy".to_owned() } else { kinds.join(" and ") };
    Some(Decided {
        mechanism: format!("Application Auto Scaling, {how}"),
        dimension: text(&limits.document, "dimension").unwrap_or_default().to_owned(),
        limits: range,
        policies: policies.iter().map(|item| policy(item)).collect(),
        verdict,
        why: why.to_owned(),
    })
}

fn kind_of(policy_type: &str) -> &str {
    match policy_type {
        "TargetTrackingScaling" => "target tracking",
        "StepScaling" => "step scaling",
        "PredictiveScaling" => "predictive scaling",
        other => other,
    }
}

/// A policy in a sentence.
fn policy(item: &Item) -> String {
    let document = &item.document;
    let mut said = match (text(document, "metric"), number(document, "target")) {
        (Some(metric), Some(target)) => {
            format!("{} held at {}", metric.trim_start_matches("SageMakerVariant"), compact(target))
        }
        _ => {
            let alarms: Vec<&str> = list(document, "alarms").iter().filter_map(Value::as_str).collect();
            match alarms.is_empty() {
                true => item.name.clone(),
                false => format!("{}, by {}", item.name, alarms.join(" and ")),
            }
        }
    };
    if document.get("scale_in_disabled") == Some(&Value::Bool(true)) {
        said.push_str(", never scales in");
    }
    said
}

/// A variant that AWS scales with its requests.
fn serverless(told: &Told<'_>, name: &str) -> Decided {
    let most = told.configured(name).and_then(|variant| number(variant.get("serverless")?, "max_concurrency"));
    let why = match most {
        Some(most) => format!("with the requests, up to {} at once", nearest(most)),
        None => "with the requests".to_owned(),
    };
    Decided::by("Serverless, by AWS", ScalingVerdict::Scales, why)
}

/// A variant whose instances follow the copies of its components.
fn managed(told: &Told<'_>, name: &str) -> Option<Decided> {
    let limits = list(told.configured(name)?, "managed_scaling");
    let limit = |place: usize| u32::try_from(limits.get(place)?.as_i64()?).ok();
    let range = limit(0).zip(limit(1))?;
    let (verdict, why) = match range.0 < range.1 {
        true => (ScalingVerdict::Scales, "instances follow the copies of the components"),
        false => (ScalingVerdict::Fixed, "its limits leave no room"),
    };
    Some(Decided { limits: Some(range), ..Decided::by("Managed instance scaling", verdict, why) })
}

/// Nothing is registered: fixed, if what could be registered was read.
fn unregistered(told: &Told<'_>, features: &[&str]) -> Decided {
    match features.iter().find_map(|feature| told.unread(feature)) {
        Some(reason) => Decided::by("Unknown", ScalingVerdict::NotEvaluated, reason),
        None => Decided::by("None", ScalingVerdict::Fixed, "nothing is registered that could change it"),
    }
}

/// How often the number of a variant's instances changed in `[from, to)`; where nobody knows what stood before, nothing did.
fn changes(spans: &[Span], member: &str, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> usize {
    let own: Vec<&Span> = spans.iter().filter(|span| span.member == member).collect();
    let count = |is_in: &dyn Fn(&Span) -> bool| -> Option<i32> {
        let standing = own.iter().filter(|span| is_in(span));
        standing.map(|span| span.instance_count).reduce(|a, b| a + b)
    };
    let mut borders: Vec<DateTime<Utc>> = own.iter().map(|span| span.from_at).collect();
    borders.sort_unstable();
    borders.dedup();
    let has_changed = |at: &DateTime<Utc>| {
        let before = count(&|span| span.from_at < *at && span.to_at.is_none_or(|end| end >= *at));
        let after = count(&|span| span.from_at <= *at && span.to_at.is_none_or(|end| end > *at));
        before.zip(after).is_some_and(|(before, after)| before != after)
    };
    borders.into_iter().filter(|at| (from..to).contains(at)).filter(has_changed).count()
}

/// For example `Variant main` of `endpoint/chat/variant/main`.
pub(super) fn layer_of(target: &str) -> String {
    match (target.split_once("/variant/"), target.strip_prefix("inference-component/")) {
        (Some((_, variant)), _) => format!("Variant {variant}"),
        (None, Some(component)) => format!("Component {component}"),
        (None, None) => target.to_owned(),
    }
}

fn activity(activity: &Activity) -> ScalingActivityRow {
    ScalingActivityRow {
        at: Some(activity.began_at),
        layer: layer_of(&activity.target),
        what: activity.description.clone(),
        cause: activity.cause.clone(),
        result: match activity.status.as_str() {
            "InProgress" => "in progress".to_owned(),
            other => other.to_lowercase(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::load::endpoint::tests::{at, endpoint, item, span, told};
    use serde_json::json;

    #[test]
    fn a_layer_scales_is_fixed_or_nobody_could_look() {
        let target = |document: Value| item(ItemKind::ScalableTarget, "endpoint/chat/variant/main", document);
        let limits = json!({ "dimension": "sagemaker:variant:DesiredInstanceCount", "min": 1, "max": 4 });
        let tracking = json!({ "type": "TargetTrackingScaling", "metric": "SageMakerVariantInvocationsPerInstance",
            "target": 500.0, "scale_in_disabled": true });
        let policy = item(ItemKind::ScalingPolicy, "endpoint/chat/variant/main", tracking);
        let managed = json!({ "variants": [{ "name": "main", "managed_scaling": [1, 3] }] });
        let config = item(ItemKind::EndpointConfig, "", managed);
        let closed = json!({ "min": 2, "max": 2 });
        let suspended = json!({ "min": 1, "max": 4, "suspended": true });
        for (items, expected) in [
            (vec![], "None: Fixed, nothing is registered that could change it"),
            (
                vec![target(limits.clone()), policy.clone()],
                "Application Auto Scaling, target tracking: Scales, a policy is attached",
            ),
            (
                vec![target(limits)],
                "Application Auto Scaling, no policy: NotEvaluated, no policy is attached, and scheduled actions are \
                 not read",
            ),
            (
                vec![target(closed), policy.clone()],
                "Application Auto Scaling, target tracking: Fixed, its limits leave no room",
            ),
            (vec![target(suspended), policy], "Application Auto Scaling, target tracking: Fixed, scaling is suspended"),
            (vec![config], "Managed instance scaling: Scales, instances follow the copies of the components"),
        ] {
            let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 1)]);
            let view = view(&told(&endpoint, &items, &spans));
            let layer = &view.layers[0];
            assert_eq!(format!("{}: {:?}, {}", layer.mechanism, layer.verdict, layer.why), expected);
        }
    }

    #[test]
    fn what_was_not_read_is_not_fixed() {
        let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 1)]);
        let mut told = told(&endpoint, &[], &spans);
        for probe in &mut told.around.probes {
            "denied".clone_into(&mut probe.state);
        }
        let view = view(&told);
        assert_eq!(view.layers[0].verdict, ScalingVerdict::NotEvaluated);
        assert_eq!(view.layers[0].why, "the role may not read scalable targets");
        assert_eq!(view.unread, "the role may not read scaling activities");
    }

    #[test]
    fn changes_are_counted_where_both_sides_are_known() {
        let spans = [
            span("main", 0, Some(10), 2),
            span("main", 10, Some(20), 3),
            span("main", 20, Some(30), 3),
            span("main", 40, Some(50), 1),
            span("main", 50, None, 2),
            span("other", 15, None, 7),
        ];
        assert_eq!(changes(&spans, "main", (at(0), at(60))), 2);
        assert_eq!(changes(&spans, "main", (at(11), at(60))), 1, "before the period");
        assert_eq!(changes(&spans, "main", (at(0), at(50))), 1, "after the period");
    }

    #[test]
    fn policies_are_said_in_a_sentence() {
        let said = |document: Value| policy(&item(ItemKind::ScalingPolicy, "x", document));
        assert_eq!(
            said(
                json!({ "metric": "SageMakerVariantInvocationsPerInstance", "target": 500.0, "scale_in_disabled": true })
            ),
            "InvocationsPerInstance held at 500, never scales in"
        );
        assert_eq!(said(json!({ "type": "StepScaling", "alarms": ["queue-long"] })), "scaling_policy, by queue-long");
        assert_eq!(layer_of("inference-component/adapter"), "Component adapter");
    }
}
