//! Models, registry, components and recommender jobs: from the variants of endpoints.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn, region_of};
use crate::caller::Site;
use crate::fleet::{Endpoint, HYPERPARAMETER_SECRET, Hardware, Variant};
use crate::wire::json::{time, without_nulls};

/// Every variant of every configuration, of deleted endpoints too: models outlive them.
fn variants<'a>(site: Site<'a>) -> impl Iterator<Item = (&'a Endpoint, chrono::DateTime<chrono::Utc>, &'a Variant)> {
    let endpoints = site.region.into_iter().flat_map(|region| &region.endpoints);
    let now = site.fleet.now;
    endpoints.flat_map(|endpoint| endpoint.configs.iter().map(move |config| (endpoint, config))).flat_map(
        move |(endpoint, config)| {
            let seen = (config.created <= now).then_some(&config.variants);
            seen.into_iter().flatten().map(move |variant| (endpoint, config.created, variant))
        },
    )
}

/// One entry for each model, from the first configuration that names it.
fn each_model(
    site: Site<'_>,
    entry: impl Fn(&Endpoint, chrono::DateTime<chrono::Utc>, &Variant) -> Entry,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for (endpoint, at, variant) in variants(site) {
        if names.insert(variant.model.clone()) {
            entries.push(entry(endpoint, at - TimeDelta::minutes(10), variant));
        }
    }
    entries
}

fn image(region: &str, variant: &Variant) -> String {
    let repository = match Hardware::of(&variant.instance_type).gpus {
        0 => "sagemaker-xgboost:1.7-1",
        _ => "pytorch-inference:2.4.0-gpu-py311-cu124-ubuntu22.04-sagemaker",
    };
    format!("763104351884.dkr.ecr.{region}.amazonaws.com/{repository}")
}

pub(super) fn models(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "Models",
        name: "ModelName",
        arn: "ModelArn",
        created: "CreationTime",
        modified: None,
        status: None,
        key: "ModelName",
    };
    let entries = each_model(site, |endpoint, created, variant| Entry {
        arn: arn(site, "model", &variant.model),
        created,
        modified: created,
        status: "",
        summary: json!({}),
        description: model(site, endpoint, variant),
        name: variant.model.clone(),
    });
    (words, entries)
}

/// One container, or those that the tag `containers` of the endpoint names; many models in one where `models` says so.
fn model(site: Site<'_>, endpoint: &Endpoint, variant: &Variant) -> Value {
    let mode = if super::tag(&endpoint.tags, "models").is_some() { "MultiModel" } else { "SingleModel" };
    let container = |name: Option<&str>| {
        without_nulls(json!({
            "ContainerHostname": name,
            "Image": image(region_of(site), variant),
            "Mode": mode,
            "ModelDataUrl": format!("s3://models-{}/{}/model.tar.gz", site.account.id, variant.model),
            "Environment": { "HUB_TOKEN": HYPERPARAMETER_SECRET },
        }))
    };
    let several = super::tag(&endpoint.tags, "containers");
    let several = several.map(|names| names.split(' ').map(|name| container(Some(name))).collect::<Vec<_>>());
    without_nulls(json!({
        "PrimaryContainer": several.is_none().then(|| container(None)),
        "Containers": several,
        "ExecutionRoleArn": format!("arn:aws:iam::{}:role/ModelServing", site.account.id),
        "EnableNetworkIsolation": false,
    }))
}

pub(super) fn packages(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "ModelPackageSummaryList",
        name: "ModelPackageName",
        arn: "ModelPackageArn",
        created: "CreationTime",
        modified: None,
        status: None,
        key: "ModelPackageName",
    };
    let entries = each_model(site, |endpoint, created, variant| {
        let approval = if endpoint.deleted.is_some() { "Rejected" } else { "Approved" };
        let shared = json!({
            "ModelPackageGroupName": variant.model,
            "ModelPackageVersion": 1,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": approval,
        });
        let quality = json!({
            "ContentType": "application/json",
            "S3Uri": format!("s3://models-{}/{}/statistics.json", site.account.id, variant.model),
        });
        Entry {
            arn: arn(site, "model-package", &format!("{}/1", variant.model)),
            created,
            modified: created,
            status: "Completed",
            summary: shared,
            description: json!({
                "InferenceSpecification": { "Containers": [{ "Image": image(region_of(site), variant) }] },
                "ModelPackageStatusDetails": { "ValidationStatuses": [] },
                "ModelMetrics": { "ModelQuality": { "Statistics": quality } },
            }),
            name: variant.model.clone(),
        }
    });
    (words, entries)
}

/// Models that share the instances of an endpoint; an endpoint that hosts them carries the tag `components`.
pub(super) fn components(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "InferenceComponents",
        name: "InferenceComponentName",
        arn: "InferenceComponentArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("InferenceComponentStatus"),
        key: "InferenceComponentName",
    };
    let mut entries = Vec::new();
    for endpoint in site.endpoints() {
        let Some(names) = super::tag(&endpoint.tags, "components") else { continue };
        let variant = endpoint.config_at(site.fleet.now).and_then(|config| config.variants.first());
        for (copies, name) in (1..).zip(names.split(' ')) {
            let shared = json!({
                "EndpointName": endpoint.name,
                "EndpointArn": endpoint.arn,
                "VariantName": variant.map(|variant| variant.name.as_str()),
            });
            entries.push(Entry {
                name: name.to_owned(),
                arn: arn(site, "inference-component", name),
                created: endpoint.in_service(),
                modified: endpoint.in_service(),
                status: "InService",
                summary: shared,
                description: json!({
                    "RuntimeConfig": { "DesiredCopyCount": copies, "CurrentCopyCount": copies },
                    "Specification": {
                        "ModelName": variant.map(|variant| variant.model.as_str()),
                        "ComputeResourceRequirements": {
                            "NumberOfAcceleratorDevicesRequired": 1.0,
                            "MinMemoryRequiredInMb": 8192,
                        },
                    },
                }),
            });
        }
    }
    (words, entries)
}

/// One job for each live endpoint with a single variant, run the day before it was created.
pub(super) fn recommenders(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "InferenceRecommendationsJobs",
        name: "JobName",
        arn: "JobArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("Status"),
        key: "JobName",
    };
    let single = |endpoint: &&Endpoint| endpoint.configs.first().is_some_and(|config| config.variants.len() == 1);
    let entries = site.endpoints().filter(single).filter_map(|endpoint| {
        let variant = endpoint.configs.first()?.variants.first()?;
        let name = format!("{}-sizing", endpoint.name);
        let created = endpoint.created - TimeDelta::days(1);
        let ended = created + TimeDelta::minutes(45);
        let role = format!("arn:aws:iam::{}:role/ModelServing", site.account.id);
        Some(Entry {
            arn: arn(site, "inference-recommendations-job", &name),
            created,
            modified: ended,
            status: "COMPLETED",
            summary: json!({ "JobDescription": "", "JobType": "Default", "RoleArn": role, "CompletionTime": time(ended) }),
            description: json!({
                "JobType": "Default",
                "RoleArn": role,
                "CompletionTime": time(ended),
                "InputConfig": { "ModelName": variant.model },
                "InferenceRecommendations": candidates(variant),
            }),
            name,
        })
    });
    (words, entries.collect())
}

fn candidates(variant: &Variant) -> Value {
    let tried = [variant.instance_type.as_str(), "ml.g4dn.xlarge", "ml.c5.2xlarge"];
    let candidate = |(place, instance_type): (usize, &str)| {
        let usd: f64 = crate::pricing::usd_per_hour(instance_type)?.parse().ok()?;
        let invocations = variant.capacity_per_minute / (place + 1) as f64;
        Some(json!({
            "EndpointConfiguration": {
                "EndpointName": format!("sizing-{place}"),
                "VariantName": variant.name,
                "InstanceType": instance_type,
                "InitialInstanceCount": 1,
            },
            "ModelConfiguration": {},
            "Metrics": {
                "CostPerHour": usd,
                "CostPerInference": usd / (invocations * 60.0),
                "MaxInvocations": crate::noise::floor(invocations),
                "ModelLatency": 40 * (place + 1),
            },
        }))
    };
    tried.into_iter().enumerate().filter_map(candidate).collect()
}
