//! Endpoints and their configurations.

use serde_json::{Value, json};

use super::page::{ListFilter, Page, is_descending, not_in_set, sort};
use super::with_token;
use crate::caller::Site;
use crate::fleet::{Endpoint, EndpointConfig, Fleet, Variant};
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
    let variants: Vec<Value> = config.variants.iter().map(|variant| running(variant, site.fleet)).collect();
    Ok(without_nulls(json!({
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": config.name,
        // While an endpoint is being created, its variants are not described yet.
        "ProductionVariants": ready.then_some(variants),
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
    let variants: Vec<Value> = config
        .variants
        .iter()
        .map(|variant| {
            without_nulls(json!({
                "VariantName": variant.name,
                "ModelName": variant.model,
                "InitialInstanceCount": variant.initial_count,
                "InstanceType": variant.instance_type,
                "InitialVariantWeight": variant.weight,
                "ManagedInstanceScaling": scaling(variant),
            }))
        })
        .collect();
    Ok(json!({
        "EndpointConfigName": config.name,
        "EndpointConfigArn": config.arn,
        "ProductionVariants": variants,
        "CreationTime": time(config.created),
        "EnableNetworkIsolation": false,
    }))
}

/// Configurations outlive their endpoint on AWS, so those of deleted endpoints are still here.
fn configs<'a>(site: Site<'a>) -> Vec<&'a EndpointConfig> {
    let endpoints = site.region.into_iter().flat_map(|region| &region.endpoints);
    endpoints.flat_map(|endpoint| &endpoint.configs).filter(|config| config.created <= site.fleet.now).collect()
}

fn running(variant: &Variant, fleet: &Fleet) -> Value {
    let count = variant.count_at(fleet.now);
    without_nulls(json!({
        "VariantName": variant.name,
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.weight,
        "CurrentInstanceCount": count,
        "DesiredInstanceCount": count,
        "ManagedInstanceScaling": scaling(variant),
    }))
}

fn scaling(variant: &Variant) -> Option<Value> {
    variant.scaling.map(|(low, high)| json!({ "Status": "ENABLED", "MinInstanceCount": low, "MaxInstanceCount": high }))
}

fn status(endpoint: &Endpoint, fleet: &Fleet) -> &'static str {
    if endpoint.in_service() <= fleet.now { "InService" } else { "Creating" }
}
