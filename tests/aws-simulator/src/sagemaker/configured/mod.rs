//! What is configured rather than run. It follows from the fleet: models from variants, pipelines from the jobs that run at
//! night, spaces from apps; so it is the same on every machine and moves on with the simulated present.

mod build;
pub(crate) mod pipelines;
mod serve;
mod store;
mod studio;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::page::{ListFilter, Page};
use super::with_token;
use crate::caller::Site;
use crate::wire::AwsError;
use crate::wire::json::{required, text, time, without_nulls};

/// One configured thing as its list and its description show it.
struct Entry {
    name: String,
    arn: String,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
    status: &'static str,
    /// Members of the summary beside name, ARN and moments.
    summary: Value,
    /// Members of the description beside those of the summary.
    description: Value,
}

/// How the members of a kind are called.
struct Words {
    list: &'static str,
    name: &'static str,
    arn: &'static str,
    created: &'static str,
    modified: Option<&'static str>,
    status: Option<&'static str>,
    /// What the description is asked by.
    key: &'static str,
}

/// A kind, by its words, with what there is of it.
type Kind<'a> = (Words, Vec<Entry>);

/// Answers an operation of this part; `None` for one of another.
pub(super) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Option<Result<Value, AwsError>> {
    Some(match operation {
        "ListModels" => list(body, serve::models(site)),
        "DescribeModel" => describe(body, serve::models(site)),
        "ListModelPackages" => list(body, serve::packages(site)),
        "DescribeModelPackage" => describe(body, serve::packages(site)),
        "ListInferenceComponents" => list(body, serve::components(site)),
        "DescribeInferenceComponent" => describe(body, serve::components(site)),
        "ListInferenceRecommendationsJobs" => list(body, serve::recommenders(site)),
        "DescribeInferenceRecommendationsJob" => describe(body, serve::recommenders(site)),
        "ListCompilationJobs" => list(body, build::compilations(site)),
        "ListHyperParameterTuningJobs" => list(body, build::tunings(site)),
        "DescribeHyperParameterTuningJob" => describe(body, build::tunings(site)),
        "ListTrainingJobsForHyperParameterTuningJob" => build::trials(body, site),
        "ListPipelines" => list(body, pipelines::pipelines(site)),
        "DescribePipeline" => describe(body, pipelines::pipelines(site)),
        "ListPipelineExecutions" => pipelines::executions(body, site),
        "ListPipelineExecutionSteps" => pipelines::steps(body, site),
        "ListProjects" => list(body, store::projects(site)),
        "ListFeatureGroups" => list(body, store::feature_groups(site)),
        "DescribeFeatureGroup" => describe(body, store::feature_groups(site)),
        "ListMonitoringSchedules" => list(body, store::monitors(site)),
        "ListDomains" => list(body, studio::domains(site)),
        "DescribeDomain" => describe(body, studio::domains(site)),
        "ListUserProfiles" => list(body, studio::people(site)),
        "DescribeUserProfile" => describe(body, studio::people(site)),
        "ListSpaces" => list(body, studio::spaces(site)),
        "DescribeSpace" => describe(body, studio::spaces(site)),
        _ => return None,
    })
}

/// Newest first, cut, and then filtered, as AWS does.
fn list(body: &Value, (words, mut entries): Kind<'_>) -> Result<Value, AwsError> {
    let page = Page::of(body)?;
    let filter = ListFilter::of(body);
    entries.sort_by(|a, b| (b.created, &b.name).cmp(&(a.created, &a.name)));
    let (entries, next) = page.cut(entries);
    let kept = entries.iter().filter(|each| filter.keeps(&each.name, each.created, each.modified, each.status));
    let summaries: Vec<Value> = kept.map(|each| shown(&words, each, &[&each.summary])).collect();
    Ok(with_token(json!({ words.list: summaries }), next))
}

fn describe(body: &Value, (words, entries): Kind<'_>) -> Result<Value, AwsError> {
    let wanted = required(body, words.key)?;
    let is_wanted = |each: &&Entry| {
        // A domain is asked for by its identifier, which only its summary holds.
        each.name == wanted || each.arn == wanted || each.summary.get(words.key).and_then(Value::as_str) == Some(wanted)
    };
    let found = entries.iter().find(is_wanted);
    found
        .map(|each| shown(&words, each, &[&each.summary, &each.description]))
        .ok_or_else(|| AwsError::validation(format!("Could not find \"{wanted}\".")))
}

fn shown(words: &Words, entry: &Entry, more: &[&Value]) -> Value {
    let mut members = json!({
        words.name: entry.name,
        words.arn: entry.arn,
        words.created: time(entry.created),
    });
    if let Some(members) = members.as_object_mut() {
        if let Some(modified) = words.modified {
            members.insert(modified.to_owned(), time(entry.modified));
        }
        if let Some(status) = words.status {
            members.insert(status.to_owned(), Value::from(entry.status));
        }
        let more = more.iter().filter_map(|each| each.as_object());
        members.extend(more.flatten().map(|(name, member)| (name.clone(), member.clone())));
    }
    without_nulls(members)
}

/// The region's name; empty where the account runs nothing.
fn region_of(site: Site<'_>) -> &str {
    site.region.map_or("", |region| region.name.as_str())
}

fn arn(site: Site<'_>, kind: &str, name: &str) -> String {
    crate::fleet::arn(region_of(site), &site.account.id, kind, name)
}

fn tag<'a>(tags: &'a crate::fleet::Tags, key: &str) -> Option<&'a str> {
    tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

fn wanted<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    text(body, member)
}
