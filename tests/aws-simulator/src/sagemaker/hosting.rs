//! Endpoints and their configurations.

use serde_json::{Value, json};

use super::page::{ListFilter, Page, is_descending, not_in_set, sort};
use super::with_token;
use crate::caller::Site;
use crate::fleet::{Endpoint, EndpointConfig, Fleet, Hosting, Variant};
use crate::wire::AwsError;
use crate::wire::json::{required, text, time, without_nulls};

pub(super) fn list(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let page = Page::of(body)?;
    let filter = ListFilter::of(body);
    let descending = is_descending(body, true)?;
    let now = site.fleet.now;
    let mut endpoints: Vec<&Endpoint> = site.endpoints().collect();
    match text(body, "SortBy") {
        None | Some("CreationTime") => sort(&mut endpoints, descending, |e| (e.created, e.name.clone())),
        Some("Name") => sort(&mut endpoints, descending, |e| e.name.clone()),
        Some("Status") => sort(&mut endpoints, descending, |e| (status(e, site.fleet), e.name.clone())),
        Some(other) => return Err(not_in_set("sortBy", other, "[Name, CreationTime, Status]")),
    }
    let (endpoints, next) = page.cut(endpoints);
    let summaries: Vec<Value> = endpoints
        .iter()
        .filter(|e| filter.keeps(&e.name, e.created, e.last_modified(now), status(e, site.fleet)))
        .map(|e| {
            json!({
                "EndpointName": e.name,
                "EndpointArn": e.arn,
                "CreationTime": time(e.created),
                "LastModifiedTime": time(e.last_modified(now)),
                "EndpointStatus": status(e, site.fleet),
            })
        })
        .collect();
    Ok(with_token(json!({ "Endpoints": summaries }), next))
}

pub(super) fn describe(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "EndpointName")?;
    let now = site.fleet.now;
    let found = site.endpoints().find(|endpoint| endpoint.name == name);
    let (endpoint, config) = found
        .and_then(|endpoint| Some((endpoint, endpoint.config_at(now)?)))
        .ok_or_else(|| AwsError::validation(format!("Could not find endpoint \"{name}\".")))?;
    let ready = endpoint.in_service() <= now;
    let variants = |shadow: bool| -> Vec<Value> {
        let of = config.variants.iter().filter(|variant| variant.shadow == shadow);
        of.map(|variant| running(variant, endpoint, site.fleet)).collect()
    };
    let has_shadow = config.variants.iter().any(|variant| variant.shadow);
    Ok(without_nulls(json!({
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": config.name,
        // While an endpoint is being created, its variants are not described yet.
        "ProductionVariants": ready.then(|| variants(false)),
        "ShadowProductionVariants": (ready && has_shadow).then(|| variants(true)),
        "AsyncInferenceConfig": queue(endpoint, site),
        "EndpointStatus": status(endpoint, site.fleet),
        "CreationTime": time(endpoint.created),
        "LastModifiedTime": time(endpoint.last_modified(now)),
    })))
}

pub(super) fn list_configs(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let page = Page::of(body)?;
    let filter = ListFilter::of(body);
    let descending = is_descending(body, true)?;
    let mut configs = configs(site);
    match text(body, "SortBy") {
        None | Some("CreationTime") => sort(&mut configs, descending, |c| (c.created, c.name.clone())),
        Some("Name") => sort(&mut configs, descending, |c| c.name.clone()),
        Some(other) => return Err(not_in_set("sortBy", other, "[Name, CreationTime]")),
    }
    let (configs, next) = page.cut(configs);
    let summaries: Vec<Value> = configs
        .iter()
        .filter(|c| filter.keeps(&c.name, c.created, c.created, ""))
        .map(|c| json!({ "EndpointConfigName": c.name, "EndpointConfigArn": c.arn, "CreationTime": time(c.created) }))
        .collect();
    Ok(with_token(json!({ "EndpointConfigs": summaries }), next))
}

pub(super) fn describe_config(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "EndpointConfigName")?;
    let config = configs(site)
        .into_iter()
        .find(|config| config.name == name)
        .ok_or_else(|| AwsError::validation(format!("Could not find endpoint configuration \"{name}\".")))?;
    let owner = owner(config, site);
    let hosting = owner.map(|endpoint| endpoint.hosting).unwrap_or_default();
    let on_instances = !matches!(hosting, Hosting::Serverless { .. });
    let described = |shadow: bool| -> Vec<Value> {
        let of = config.variants.iter().filter(|variant| variant.shadow == shadow);
        of.map(|variant| {
            without_nulls(json!({
                "VariantName": variant.name,
                "ModelName": variant.model,
                "InitialInstanceCount": on_instances.then_some(variant.initial_count),
                "InstanceType": on_instances.then_some(&variant.instance_type),
                "ServerlessConfig": serverless(hosting),
                "InitialVariantWeight": variant.weight,
                "ManagedInstanceScaling": scaling(variant),
            }))
        })
        .collect()
    };
    let has_shadow = config.variants.iter().any(|variant| variant.shadow);
    Ok(without_nulls(json!({
        "EndpointConfigName": config.name,
        "EndpointConfigArn": config.arn,
        "ProductionVariants": described(false),
        "ShadowProductionVariants": has_shadow.then(|| described(true)),
        "AsyncInferenceConfig": owner.and_then(|endpoint| queue(endpoint, site)),
        "DataCaptureConfig": owner.is_some_and(captures).then(|| json!({
            "EnableCapture": true,
            "InitialSamplingPercentage": 10,
            "DestinationS3Uri": format!("s3://capture-{}/{}/", site.account.id, config.name),
            "CaptureOptions": [{ "CaptureMode": "Input" }],
        })),
        "CreationTime": time(config.created),
        "EnableNetworkIsolation": false,
    })))
}

fn owner<'a>(config: &EndpointConfig, site: Site<'a>) -> Option<&'a Endpoint> {
    let mut endpoints = site.region.into_iter().flat_map(|region| &region.endpoints);
    endpoints.find(|endpoint| endpoint.configs.iter().any(|each| each.name == config.name))
}

/// What production answers is kept for monitoring.
fn captures(endpoint: &Endpoint) -> bool {
    endpoint.tags.iter().any(|(key, value)| key == "environment" && value == "prod")
}

fn queue(endpoint: &Endpoint, site: Site<'_>) -> Option<Value> {
    let answers = format!("s3://scores/{}/{}/", site.account.id, endpoint.name);
    (endpoint.hosting == Hosting::Async).then(|| json!({ "OutputConfig": { "S3OutputPath": answers } }))
}

fn serverless(hosting: Hosting) -> Option<Value> {
    let Hosting::Serverless { memory_mb, provisioned } = hosting else { return None };
    let config = json!({ "MemorySizeInMB": memory_mb, "MaxConcurrency": 20, "ProvisionedConcurrency": provisioned });
    Some(without_nulls(config))
}

/// Configurations outlive their endpoint on AWS, so those of deleted endpoints are still here.
fn configs<'a>(site: Site<'a>) -> Vec<&'a EndpointConfig> {
    let endpoints = site.region.into_iter().flat_map(|region| &region.endpoints);
    endpoints.flat_map(|endpoint| &endpoint.configs).filter(|config| config.created <= site.fleet.now).collect()
}

fn running(variant: &Variant, endpoint: &Endpoint, fleet: &Fleet) -> Value {
    let serverless = serverless(endpoint.hosting);
    let count = serverless.is_none().then(|| variant.count_at(fleet.now));
    without_nulls(json!({
        "VariantName": variant.name,
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.weight,
        "CurrentInstanceCount": count,
        "DesiredInstanceCount": count,
        "CurrentServerlessConfig": serverless,
        "ManagedInstanceScaling": scaling(variant),
    }))
}

fn scaling(variant: &Variant) -> Option<Value> {
    variant.scaling.map(|(low, high)| json!({ "Status": "ENABLED", "MinInstanceCount": low, "MaxInstanceCount": high }))
}

fn status(endpoint: &Endpoint, fleet: &Fleet) -> &'static str {
    if endpoint.in_service() <= fleet.now { "InService" } else { "Creating" }
}
