//! CloudWatch Logs: the groups that jobs, endpoints and people wrote to. Groups outlive what wrote to them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::caller::Site;
use crate::fleet::{HoldingKind, JobKind};
use crate::wire::AwsError;
use crate::wire::json::{text, without_nulls};

/// What a target header of this service begins with.
pub(crate) const TARGET: &str = "Logs_20140328.";

/// AWS may give fewer than were asked for.
const PAGE: usize = 5;
const TOKEN_PREFIX: &str = "simulated-group-";

struct Group {
    name: String,
    created: DateTime<Utc>,
    retention_days: Option<u32>,
    bytes_an_hour: i64,
}

pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    if operation != "DescribeLogGroups" {
        return Err(AwsError::unknown_operation(operation));
    }
    let prefix = text(body, "logGroupNamePrefix").unwrap_or_default();
    let offset = match text(body, "nextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN_PREFIX)
            .and_then(|offset| offset.parse().ok())
            .ok_or_else(|| AwsError::validation("The specified nextToken is invalid."))?,
    };
    let limit = body.get("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE);
    let groups: Vec<Group> = groups(site).into_iter().filter(|group| group.name.starts_with(prefix)).collect();
    let next = (groups.len() > offset + limit).then(|| format!("{TOKEN_PREFIX}{}", offset + limit));
    let page: Vec<Value> = groups.iter().skip(offset).take(limit).map(|group| shown(group, site)).collect();
    Ok(without_nulls(json!({ "logGroups": page, "nextToken": next })))
}

fn shown(group: &Group, site: Site<'_>) -> Value {
    let region = site.region.map_or("", |region| region.name.as_str());
    let arn = format!("arn:aws:logs:{region}:{}:log-group:{}", site.account.id, group.name);
    let hours = (site.fleet.now - group.created).num_hours();
    // What has expired is stored no more.
    let hours = group.retention_days.map_or(hours, |days| hours.min(24 * i64::from(days)));
    without_nulls(json!({
        "logGroupName": group.name,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        // Milliseconds since 1970, where other services count seconds.
        "creationTime": group.created.timestamp_millis(),
        "retentionInDays": group.retention_days,
        "storedBytes": group.bytes_an_hour * hours,
        "metricFilterCount": 0,
    }))
}

/// In the order of their names, as AWS lists them.
fn groups(site: Site<'_>) -> Vec<Group> {
    let now = site.fleet.now;
    let mut groups = Vec::new();
    let kinds = [
        (JobKind::Training, "/aws/sagemaker/TrainingJobs", 40_000_000),
        (JobKind::Processing, "/aws/sagemaker/ProcessingJobs", 6_000_000),
        (JobKind::Transform, "/aws/sagemaker/TransformJobs", 3_000_000),
    ];
    for (kind, name, bytes_an_hour) in kinds {
        let created = site.jobs(kind).map(|job| job.created).filter(|created| *created <= now).min();
        groups.extend(created.map(|created| Group {
            name: name.to_owned(),
            created,
            retention_days: None,
            bytes_an_hour,
        }));
    }
    let people = [(HoldingKind::Notebook, "NotebookInstances"), (HoldingKind::App, "studio")];
    for (kind, name) in people {
        let created = site.holdings(kind).map(|(holding, _)| holding.created).min();
        groups.extend(created.map(|created| Group {
            name: format!("/aws/sagemaker/{name}"),
            created,
            retention_days: None,
            bytes_an_hour: 200_000,
        }));
    }
    for endpoint in site.region.into_iter().flat_map(|region| &region.endpoints) {
        let is_prod = endpoint.tags.iter().any(|(key, value)| key == "environment" && value == "prod");
        groups.push(Group {
            name: format!("/aws/sagemaker/Endpoints/{}", endpoint.name),
            created: endpoint.in_service(),
            retention_days: is_prod.then_some(30),
            bytes_an_hour: if endpoint.traffic.peak_per_minute > 0.0 { 9_000_000 } else { 50_000 },
        });
    }
    groups.push(Group {
        name: "/aws/lambda/thumbnails".to_owned(),
        created: now,
        retention_days: Some(1),
        bytes_an_hour: 0,
    });
    groups.retain(|group| group.created <= now);
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}
