//! Notebook instances, Studio apps and HyperPod clusters.

use serde_json::{Value, json};

use super::page::Page;
use super::with_token;
use crate::caller::Site;
use crate::fleet::{DOMAIN, Holding, HoldingKind, HoldingSeen};
use crate::wire::AwsError;
use crate::wire::json::{required, time, without_nulls};

pub(super) fn notebooks(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    page(body, site, HoldingKind::Notebook, "NotebookInstances", |notebook, seen| {
        json!({
            "NotebookInstanceName": notebook.name,
            "NotebookInstanceArn": notebook.arn,
            "NotebookInstanceStatus": if seen.is_running { "InService" } else { "Stopped" },
            "InstanceType": notebook.instance_type,
            "CreationTime": time(seen.created),
            "LastModifiedTime": time(seen.last_modified),
        })
    })
}

pub(super) fn notebook(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "NotebookInstanceName")?;
    let found = site.holdings(HoldingKind::Notebook).find(|(notebook, _)| notebook.name == name);
    let (notebook, seen) = found.ok_or_else(|| AwsError::validation("RecordNotFound"))?;
    // Where somebody stops it every evening, a script does.
    let is_stopped = notebook.sessions.len() > 1;
    Ok(without_nulls(json!({
        "NotebookInstanceName": notebook.name,
        "NotebookInstanceArn": notebook.arn,
        "NotebookInstanceStatus": if seen.is_running { "InService" } else { "Stopped" },
        "NotebookInstanceLifecycleConfigName": is_stopped.then_some("stop-when-idle"),
        "InstanceType": notebook.instance_type,
        "RoleArn": format!("arn:aws:iam::{}:role/service-role/Notebooks", site.account.id),
        "VolumeSizeInGB": 50,
        "DirectInternetAccess": "Enabled",
        "RootAccess": "Enabled",
        "CreationTime": time(seen.created),
        "LastModifiedTime": time(seen.last_modified),
    })))
}

pub(super) fn apps(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    page(body, site, HoldingKind::App, "Apps", |app, seen| {
        json!({
            "DomainId": DOMAIN,
            "SpaceName": app.name,
            "AppType": "JupyterLab",
            "AppName": "default",
            "Status": app_status(seen),
            "CreationTime": time(seen.created),
            "ResourceSpec": { "InstanceType": app.instance_type },
        })
    })
}

pub(super) fn app(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let space = required(body, "SpaceName")?;
    let found = site.holdings(HoldingKind::App).find(|(app, _)| app.name == space);
    let (app, seen) = found.ok_or_else(|| AwsError::validation("App does not exist."))?;
    Ok(json!({
        "AppArn": app.arn,
        "DomainId": DOMAIN,
        "SpaceName": app.name,
        "AppType": "JupyterLab",
        "AppName": "default",
        "Status": app_status(&seen),
        "CreationTime": time(seen.created),
        "ResourceSpec": { "InstanceType": app.instance_type },
    }))
}

pub(super) fn clusters(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    page(body, site, HoldingKind::Cluster, "ClusterSummaries", |cluster, seen| {
        json!({
            "ClusterArn": cluster.arn,
            "ClusterName": cluster.name,
            "CreationTime": time(seen.created),
            "ClusterStatus": "InService",
        })
    })
}

pub(super) fn cluster(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "ClusterName")?;
    let found = site.holdings(HoldingKind::Cluster).find(|(cluster, _)| cluster.name == name || cluster.arn == name);
    let (cluster, seen) = found.ok_or_else(|| AwsError::validation(format!("Cluster {name} not found.")))?;
    let count = if seen.is_running { cluster.instance_count } else { 0 };
    Ok(json!({
        "ClusterArn": cluster.arn,
        "ClusterName": cluster.name,
        "ClusterStatus": "InService",
        "CreationTime": time(seen.created),
        "InstanceGroups": [{
            "InstanceGroupName": "workers",
            "InstanceType": cluster.instance_type,
            "CurrentCount": count,
            "TargetCount": count,
            "ExecutionRole": format!("arn:aws:iam::{}:role/Cluster", site.account.id),
        }],
    }))
}

pub(super) fn nodes(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let name = required(body, "ClusterName")?;
    let found = site.holdings(HoldingKind::Cluster).find(|(cluster, _)| cluster.name == name || cluster.arn == name);
    let (cluster, seen) = found.ok_or_else(|| AwsError::validation(format!("Cluster {name} not found.")))?;
    let count = if seen.is_running { cluster.instance_count } else { 0 };
    let (nodes, next) = Page::of(body)?.cut(1..=count);
    let summaries: Vec<Value> = nodes
        .into_iter()
        .map(|number| {
            json!({
                "InstanceGroupName": "workers",
                "InstanceId": format!("i-0{number:016x}"),
                "InstanceType": cluster.instance_type,
                "LaunchTime": time(seen.last_modified),
                "InstanceStatus": { "Status": "Running" },
            })
        })
        .collect();
    Ok(with_token(json!({ "ClusterNodeSummaries": summaries }), next))
}

fn app_status(seen: &HoldingSeen) -> &'static str {
    if seen.is_running { "InService" } else { "Deleted" }
}

fn page(
    body: &Value,
    site: Site<'_>,
    kind: HoldingKind,
    member: &str,
    summary: fn(&Holding, &HoldingSeen) -> Value,
) -> Result<Value, AwsError> {
    let (page, next) = Page::of(body)?.cut(site.holdings(kind));
    let summaries: Vec<Value> = page.iter().map(|(holding, seen)| summary(holding, seen)).collect();
    Ok(with_token(json!({ member: summaries }), next))
}
