//! Application Auto Scaling: targets, policies and activities of the variants that scale.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::caller::Site;
use crate::fleet::{Endpoint, Variant};
use crate::noise;
use crate::wire::AwsError;
use crate::wire::json::{required, text, time};

/// What a target header of this service begins with.
pub(crate) const TARGET: &str = "AnyScaleFrontendService.";

const DIMENSION: &str = "sagemaker:variant:DesiredInstanceCount";
const TOKEN_PREFIX: &str = "simulated-scaling-";
const PAGE: usize = 50;
/// AWS keeps activities for six weeks.
const KEPT_DAYS: i64 = 42;
/// New instances take so long until they serve; the fleet's steps are the moments of service.
const TAKES: TimeDelta = TimeDelta::minutes(4);

pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    if required(body, "ServiceNamespace")? != "sagemaker" {
        return Err(AwsError::validation("This simulator scales SageMaker alone."));
    }
    let (member, items): (&str, Vec<Value>) = match operation {
        "DescribeScalableTargets" => {
            ("ScalableTargets", scaled(site).map(|(e, v, limits)| target(e, v, limits)).collect())
        }
        "DescribeScalingPolicies" => ("ScalingPolicies", scaled(site).map(|(e, v, _)| policy(site, e, v)).collect()),
        "DescribeScalingActivities" => ("ScalingActivities", activities(site)),
        _ => return Err(AwsError::unknown_operation(operation)),
    };
    let offset = text(body, "NextToken").and_then(|token| token.strip_prefix(TOKEN_PREFIX)?.parse().ok()).unwrap_or(0);
    let next = (items.len() > offset + PAGE).then(|| format!("{TOKEN_PREFIX}{}", offset + PAGE));
    let page: Vec<Value> = items.into_iter().skip(offset).take(PAGE).collect();
    Ok(crate::wire::json::without_nulls(json!({ member: page, "NextToken": next })))
}

fn scaled<'a>(site: Site<'a>) -> impl Iterator<Item = (&'a Endpoint, &'a Variant, (u32, u32))> {
    let now = site.fleet.now;
    site.endpoints().filter_map(move |endpoint| Some((endpoint, endpoint.config_at(now)?))).flat_map(
        |(endpoint, config)| {
            config.variants.iter().filter_map(move |variant| Some((endpoint, variant, variant.scaling?)))
        },
    )
}

fn resource_id(endpoint: &Endpoint, variant: &Variant) -> String {
    format!("endpoint/{}/variant/{}", endpoint.name, variant.name)
}

fn target(endpoint: &Endpoint, variant: &Variant, (low, high): (u32, u32)) -> Value {
    json!({
        "ServiceNamespace": "sagemaker",
        "ResourceId": resource_id(endpoint, variant),
        "ScalableDimension": DIMENSION,
        "MinCapacity": low,
        "MaxCapacity": high,
        "RoleARN": "arn:aws:iam::000000000000:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
        "CreationTime": time(endpoint.in_service()),
        "SuspendedState": {
            "DynamicScalingInSuspended": false,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": false,
        },
    })
}

fn policy(site: Site<'_>, endpoint: &Endpoint, variant: &Variant) -> Value {
    let id = resource_id(endpoint, variant);
    let region = site.region.map_or("", |region| region.name.as_str());
    json!({
        "PolicyARN": format!(
            "arn:aws:autoscaling:{region}:{}:scalingPolicy:{:08x}:resource/sagemaker/{id}:policyName/invocations",
            site.account.id,
            noise::key(11, &[&id]) & 0xffff_ffff
        ),
        "PolicyName": "invocations",
        "ServiceNamespace": "sagemaker",
        "ResourceId": id,
        "ScalableDimension": DIMENSION,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": variant.capacity_per_minute * 0.6,
            "PredefinedMetricSpecification": { "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance" },
            "ScaleInCooldown": 3600,
            "ScaleOutCooldown": 60,
        },
        "CreationTime": time(endpoint.in_service()),
    })
}

/// Newest first.
fn activities(site: Site<'_>) -> Vec<Value> {
    let now = site.fleet.now;
    let since = now - TimeDelta::days(KEPT_DAYS);
    let mut found: Vec<(DateTime<Utc>, Value)> = scaled(site)
        .flat_map(|(endpoint, variant, _)| {
            let steps = variant.steps.iter().filter(move |step| step.from - TAKES <= now && step.from >= since);
            steps.map(move |step| (step.from - TAKES, activity(endpoint, variant, step.from, step.count, now)))
        })
        .collect();
    found.sort_by_key(|(began, _)| std::cmp::Reverse(*began));
    found.into_iter().map(|(_, activity)| activity).collect()
}

fn activity(endpoint: &Endpoint, variant: &Variant, from: DateTime<Utc>, count: u32, now: DateTime<Utc>) -> Value {
    let id = resource_id(endpoint, variant);
    let done = from <= now;
    crate::wire::json::without_nulls(json!({
        "ActivityId": format!("{:016x}", noise::key(13, &[&id, &from.to_rfc3339()])),
        "ServiceNamespace": "sagemaker",
        "ResourceId": id,
        "ScalableDimension": DIMENSION,
        "Description": format!("Setting desired instance count to {count}."),
        "Cause": "monitor alarm TargetTracking-invocations changed state and triggered policy invocations",
        "StartTime": time(from - TAKES),
        "EndTime": done.then(|| time(from)),
        "StatusCode": if done { "Successful" } else { "InProgress" },
    }))
}
