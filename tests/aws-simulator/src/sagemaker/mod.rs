//! SageMaker: inventory of training jobs and endpoints.

pub(crate) mod configured;
mod holdings;
mod hosting;
mod page;
mod processing;
mod search;
mod training;
mod transform;

use serde_json::{Value, json};

use crate::caller::Site;
use crate::fleet::Tags;
use crate::wire::AwsError;
use crate::wire::json::required;

use page::Page;

/// Answers one operation.
pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    match operation {
        "ListTrainingJobs" => training::list(body, site),
        "DescribeTrainingJob" => training::describe(body, site),
        "Search" => search::search(body, site),
        "ListProcessingJobs" => processing::list(body, site),
        "DescribeProcessingJob" => processing::describe(body, site),
        "ListTransformJobs" => transform::list(body, site),
        "DescribeTransformJob" => transform::describe(body, site),
        "ListNotebookInstances" => holdings::notebooks(body, site),
        "DescribeNotebookInstance" => holdings::notebook(body, site),
        "ListApps" => holdings::apps(body, site),
        "DescribeApp" => holdings::app(body, site),
        "ListClusters" => holdings::clusters(body, site),
        "DescribeCluster" => holdings::cluster(body, site),
        "ListClusterNodes" => holdings::nodes(body, site),
        "ListEndpoints" => hosting::list(body, site),
        "DescribeEndpoint" => hosting::describe(body, site),
        "ListEndpointConfigs" => hosting::list_configs(body, site),
        "DescribeEndpointConfig" => hosting::describe_config(body, site),
        "ListTags" => list_tags(body, site),
        _ => configured::answer(operation, body, site).unwrap_or_else(|| Err(AwsError::unknown_operation(operation))),
    }
}

fn list_tags(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let arn = required(body, "ResourceArn")?;
    let jobs = site.region.into_iter().flat_map(|region| &region.jobs);
    let job = jobs.filter(|job| job.created <= site.fleet.now).find(|job| job.arn == arn).map(|job| &job.tags);
    let holdings = site.region.into_iter().flat_map(|region| &region.holdings);
    let holding = holdings.filter(|each| each.created <= site.fleet.now).find(|each| each.arn == arn);
    let tags = job
        .or_else(|| holding.map(|each| &each.tags))
        .or_else(|| site.endpoints().find(|endpoint| endpoint.arn == arn).map(|endpoint| &endpoint.tags))
        .ok_or_else(|| AwsError::validation(format!("The resource {arn} does not exist.")))?;
    let page = Page::of_tags(body)?;
    let (tags, next) = page.cut(tags.clone());
    Ok(with_token(json!({ "Tags": tag_list(&tags) }), next))
}

fn tag_list(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn with_token(mut answer: Value, next: Option<String>) -> Value {
    if let (Some(members), Some(token)) = (answer.as_object_mut(), next) {
        members.insert("NextToken".to_owned(), Value::String(token));
    }
    answer
}
