//! What was configured when, in words.

use app::parts::number::{count, nearest};
use app::view::{ConfigurationKind, ConfigurationRow, ConfigurationView, EarlyStopping, PageState};
use serde_json::Value;

use super::{alarms, in_use, observed, pipeline, studio, tuning};
use crate::aws::facts::ItemKind;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::configuration::{self, Item};
use crate::store::resource::Resource;

/// States of a kind that a page shows.
const MOST: i64 = 100;

/// What there is of each kind, and the states of one.
///
/// # Errors
/// When the database cannot be read.
pub async fn load(desk: &mut Desk, wanted: Option<&str>) -> Result<ConfigurationView, Problem> {
    let counts = configuration::counts(desk.connection()).await?;
    let counted = |kind: ItemKind| counts.iter().find(|count| count.kind == kind.as_str());
    let present: Vec<ItemKind> = ItemKind::ALL.into_iter().filter(|kind| counted(*kind).is_some()).collect();
    let chosen = present.iter().copied().find(|kind| Some(kind.as_str()) == wanted).or(present.first().copied());
    let Some(chosen) = chosen else {
        return Ok(ConfigurationView { state: PageState::NoSource, ..ConfigurationView::default() });
    };
    let items = configuration::of_kind(desk.connection(), chosen, MOST + 1).await?;
    let users = if chosen == ItemKind::Role { in_use::users(desk).await? } else { Vec::new() };
    let alarm_changes = if chosen == ItemKind::Alarm { alarms::newest(desk).await? } else { Vec::new() };
    let observed = observed::of_kind(desk, chosen).await?;
    let in_words = |item: &Item| match in_use::used_by(&users, &item.identifier) {
        users if item.valid_to.is_none() && !users.is_empty() => ConfigurationRow { says: users, ..row(item) },
        _ => row(item),
    };
    let kinds = present.iter().filter_map(|kind| {
        let count = counted(*kind)?;
        Some(ConfigurationKind {
            href: format!("/configuration?kind={}", kind.as_str()),
            label: kind.plural().to_owned(),
            standing: u64::try_from(count.standing).unwrap_or_default(),
            states: u64::try_from(count.states).unwrap_or_default(),
            is_shown: *kind == chosen,
        })
    });
    Ok(ConfigurationView {
        state: PageState::Ready,
        kinds: kinds.collect(),
        shown: chosen.plural().to_owned(),
        is_cut: items.len() > usize::try_from(MOST).unwrap_or(usize::MAX),
        rows: items.iter().take(usize::try_from(MOST).unwrap_or(usize::MAX)).map(in_words).collect(),
        alarm_changes,
        observed,
    })
}

/// Everything that bears on an endpoint.
pub(super) async fn of_endpoint(desk: &mut Desk, endpoint: &Resource) -> Result<Vec<Item>, Problem> {
    Ok(configuration::of_endpoint(desk.connection(), endpoint).await?)
}

/// What a job was part of.
#[derive(Debug, Default)]
pub(super) struct PartOf {
    /// Pipelines and tuning jobs.
    pub(super) rows: Vec<ConfigurationRow>,
    /// Whether its tuning job gives up hopeless trials, where it is a trial of one.
    pub(super) early_stopping: Option<EarlyStopping>,
}

/// What a job was part of, in words.
pub(super) async fn of_job(desk: &mut Desk, job: &Resource, filtered: &str) -> Result<PartOf, Problem> {
    let items = configuration::of_job(desk.connection(), job.account_id, &job.arn).await?;
    let in_words = |item: &Item| {
        let says = match item.kind.as_str() {
            "tuning_job" => trial(&item.document, &job.arn),
            _ => step(&item.document, &job.arn),
        };
        let name = if item.kind == "tuning_job" { item.name.as_str() } else { last_segment(&item.parent) }.to_owned();
        ConfigurationRow {
            name,
            says,
            href: Some(match item.kind.as_str() {
                "tuning_job" => format!("{}?{filtered}", tuning::href(&item.name, &item.identifier)),
                _ => pipeline::execution_href(&item.parent, &item.identifier),
            }),
            kind: if item.kind == "tuning_job" { "tuning job" } else { "pipeline" }.to_owned(),
            ..row(item)
        }
    };
    let search = items.iter().find(|item| item.kind == "tuning_job");
    Ok(PartOf {
        rows: items.iter().map(in_words).collect(),
        early_stopping: search.map(|item| tuning::stops_early(&item.document)),
    })
}

/// The limits within which a variant scales, and by what.
pub(super) fn scaling_of(items: &[Item], endpoint: &str, variant: &str) -> (Option<u32>, Option<u32>, String) {
    let target = format!("endpoint/{endpoint}/variant/{variant}");
    let now = |kind: ItemKind| {
        let mut own = items.iter().filter(move |item| item.kind == kind.as_str() && item.valid_to.is_none());
        own.find(|item| item.parent == target)
    };
    let limit = |item: &Item, name: &str| u32::try_from(item.document.get(name)?.as_i64()?).ok();
    match (now(ItemKind::ScalableTarget), now(ItemKind::ScalingPolicy)) {
        (Some(limits), policy) => {
            let by = policy.and_then(|policy| text(&policy.document, "metric")).unwrap_or("by no policy");
            (limit(limits, "min"), limit(limits, "max"), by.trim_start_matches("SageMakerVariant").to_owned())
        }
        (None, _) => (None, None, "fixed".to_owned()),
    }
}

pub(super) fn row(item: &Item) -> ConfigurationRow {
    let kind = ItemKind::ALL.into_iter().find(|kind| kind.as_str() == item.kind);
    ConfigurationRow {
        kind: kind.map(|kind| kind.singular().to_owned()).unwrap_or_default(),
        name: match kind {
            // An execution is called by a number, so the pipeline stands before it.
            Some(ItemKind::PipelineExecution) => format!("{} {}", last_segment(&item.parent), item.name),
            _ => item.name.clone(),
        },
        href: None,
        region: item.region.clone(),
        from: Some(item.valid_from),
        until: item.valid_to,
        says: kind.map(|kind| says(kind, &item.document, &item.region)).unwrap_or_default(),
    }
}

/// What a document says, in a line; `region` is where it was seen from.
fn says(kind: ItemKind, document: &Value, region: &str) -> String {
    let word = |name: &str| text(document, name).map(str::to_owned);
    let said: Vec<Option<String>> = match kind {
        ItemKind::EndpointConfig => {
            list(document, "variants").iter().chain(list(document, "shadows")).map(variant).collect()
        }
        ItemKind::Model => list(document, "containers").iter().map(|container| image(container.get("image"))).collect(),
        ItemKind::ModelPackage => {
            let images = list(document, "images").iter().map(|each| image(Some(each)));
            [word("approval"), word("status")].into_iter().chain(images).collect()
        }
        ItemKind::InferenceComponent => vec![
            counted(document, "copies", "copy", "copies"),
            counted(document, "accelerators", "accelerator each", "accelerators each"),
            word("status"),
        ],
        ItemKind::TuningJob => vec![
            word("status"),
            word("strategy"),
            counted(document, "completed", "trial completed", "trials completed"),
            counted(document, "failed", "failed", "failed"),
            best(document)
                .map(|(_, value)| format!("best {} {value:.3}", text(document, "objective").unwrap_or("value"))),
        ],
        ItemKind::PipelineExecution => {
            let steps = list(document, "steps");
            let cached = steps.iter().filter(|step| step.get("from_cache") == Some(&Value::Bool(true))).count();
            let names: Vec<&str> = steps.iter().rev().filter_map(|step| text(step, "name")).collect();
            vec![
                word("status"),
                Some(names.join(", ")),
                (cached > 0).then(|| format!("{} of {} from cache", count(cached), count(steps.len()))),
            ]
        }
        ItemKind::FeatureGroup => vec![
            counted(document, "features", "feature", "features"),
            number(document, "online_bytes").map(|bytes| format!("online {}", bytes_in_words(bytes))),
            word("throughput"),
            word("offline"),
        ],
        ItemKind::Recommender => {
            let candidates = list(document, "candidates");
            let price = |each: &&Value| number(each, "usd_per_inference");
            let cheapest = candidates.iter().filter(|each| price(each).is_some());
            let cheapest = cheapest.min_by(|a, b| price(a).unwrap_or(0.0).total_cmp(&price(b).unwrap_or(0.0)));
            vec![
                word("status"),
                Some(format!("{} machines tried", candidates.len())),
                cheapest.and_then(|each| text(each, "instance_type")).map(|name| format!("cheapest by call {name}")),
            ]
        }
        ItemKind::ScalableTarget => match (number(document, "min"), number(document, "max")) {
            (Some(min), Some(max)) => vec![Some(format!("{} to {}", nearest(min), nearest(max))), word("dimension")],
            _ => Vec::new(),
        },
        ItemKind::ScalingPolicy => {
            vec![
                word("type"),
                word("metric"),
                number(document, "target").map(|target| format!("held at {}", nearest(target))),
            ]
        }
        ItemKind::Alarm => vec![
            word("state"),
            word("statistic").zip(word("metric")).map(|(statistic, metric)| format!("{statistic} of {metric}")),
            number(document, "threshold").map(|limit| format!("limit {limit}")),
        ],
        ItemKind::MonitoringSchedule => vec![word("type"), word("status"), word("endpoint")],
        ItemKind::CompilationJob => vec![word("status"), word("target")],
        ItemKind::Space => vec![
            word("app_type"),
            number(document, "volume_gb").map(|size| format!("{} GB", nearest(size))),
            word("owner"),
            word("status"),
        ]
        .into_iter()
        .chain(studio::idle_words(document).into_iter().map(Some))
        .collect(),
        ItemKind::Pipeline => {
            let steps = document.get("definition").map_or(0, |definition| list(definition, "steps").len());
            let steps = (steps > 0).then(|| format!("{steps} {}", if steps == 1 { "step" } else { "steps" }));
            vec![word("description"), steps, word("role").map(|role| role_name(&role))]
        }
        ItemKind::NotebookInstance => in_use::notebook(document).into_iter().map(Some).collect(),
        ItemKind::LogGroup => in_use::log_group(document).into_iter().map(Some).collect(),
        ItemKind::Bucket => in_use::bucket(document, region).into_iter().map(Some).collect(),
        ItemKind::Role => in_use::role(document).into_iter().map(Some).collect(),
        ItemKind::Project => vec![word("status")],
        ItemKind::Domain | ItemKind::UserProfile => {
            [word("status")].into_iter().chain(studio::idle_words(document).into_iter().map(Some)).collect()
        }
    };
    said.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn variant(variant: &Value) -> Option<String> {
    let name = text(variant, "name")?;
    let machine = match (text(variant, "instance_type"), variant.get("serverless")) {
        (Some(kind), _) => format!("{} × {kind}", nearest(number(variant, "count").unwrap_or(1.0))),
        (None, Some(serverless)) => {
            format!("serverless, {} MB", nearest(number(serverless, "memory_mb").unwrap_or(0.0)))
        }
        (None, None) => "no machine".to_owned(),
    };
    Some(format!("{name} {machine}"))
}

/// Framework and maker of an image as it is kept.
pub(super) fn image(image: Option<&Value>) -> Option<String> {
    let image = image?;
    let made = match text(image, "maker")? {
        "built_in" => "built-in algorithm",
        "aws_container" => "AWS container",
        _ => "own container",
    };
    Some(match text(image, "framework") {
        Some(framework) => format!("{framework} ({made})"),
        None => made.to_owned(),
    })
}

/// The best trial by the goal, and its value.
fn best(tuning: &Value) -> Option<(&str, f64)> {
    let minimise = text(tuning, "goal") == Some("Minimize");
    let trials = list(tuning, "trials").iter();
    let valued = trials.filter_map(|trial| Some((text(trial, "job")?, number(trial, "value")?)));
    valued.max_by(|a, b| if minimise { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) })
}

/// How a trial stands among the others of its tuning job.
fn trial(tuning: &Value, arn: &str) -> String {
    let objective = text(tuning, "objective").unwrap_or("the objective");
    let trials = list(tuning, "trials");
    let own = trials.iter().find(|trial| text(trial, "job") == Some(arn)).and_then(|trial| number(trial, "value"));
    let Some(value) = own else { return format!("one of {} trials, without a value", count(trials.len())) };
    let minimise = text(tuning, "goal") == Some("Minimize");
    let is_better = |other: f64| if minimise { other < value } else { other > value };
    let better = trials.iter().filter_map(|trial| number(trial, "value")).filter(|other| is_better(*other)).count();
    format!("{objective} {value:.3}, place {} of {}", count(better + 1), count(trials.len()))
}

fn step(execution: &Value, arn: &str) -> String {
    let own = list(execution, "steps").iter().find(|step| text(step, "job") == Some(arn));
    let name = own.and_then(|step| text(step, "name")).unwrap_or_default();
    format!("step {name}, execution {}", text(execution, "status").unwrap_or("unknown").to_lowercase())
}

fn role_name(arn: &str) -> String {
    format!("role {}", last_segment(arn))
}

pub(super) fn last_segment(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

pub(super) fn bytes_in_words(bytes: f64) -> String {
    let (size, unit) = if bytes >= 1e9 { (bytes / 1e9, "GB") } else { (bytes / 1e6, "MB") };
    format!("{} {unit}", app::parts::number::significant(size))
}

fn counted(document: &Value, name: &str, one: &str, several: &str) -> Option<String> {
    let count = number(document, name).filter(|count| *count > 0.0)?;
    Some(format!("{} {}", nearest(count), if (count - 1.0).abs() < 1e-9 { one } else { several }))
}

pub(super) fn text<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    document.get(name)?.as_str()
}

pub(super) fn number(document: &Value, name: &str) -> Option<f64> {
    document.get(name)?.as_f64()
}

pub(super) fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    document.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_said_in_a_line() {
        let rows = [
            (
                ItemKind::EndpointConfig,
                json!({ "variants": [{ "name": "a", "instance_type": "ml.g5.xlarge", "count": 2 }],
                        "shadows": [{ "name": "b", "serverless": { "memory_mb": 2048 } }] }),
                "a 2 × ml.g5.xlarge, b serverless, 2\u{202f}048 MB",
            ),
            (ItemKind::ScalableTarget, json!({ "min": 1, "max": 4, "dimension": "count" }), "1 to 4, count"),
            (ItemKind::InferenceComponent, json!({ "copies": 1, "accelerators": 2.0 }), "1 copy, 2 accelerators each"),
            (ItemKind::Model, json!({ "containers": [{ "image": { "maker": "own" } }] }), "own container"),
            (ItemKind::Project, json!({}), ""),
        ];
        for (kind, document, expected) in rows {
            assert_eq!(says(kind, &document, "us-east-1"), expected);
        }
    }

    #[test]
    fn a_trial_knows_its_place() {
        let tuning = |goal: &str| {
            json!({ "goal": goal, "objective": "loss", "trials": [
                { "job": "a", "value": 0.5 }, { "job": "b", "value": 0.25 }, { "job": "c" },
            ] })
        };
        assert_eq!(trial(&tuning("Minimize"), "b"), "loss 0.250, place 1 of 3");
        assert_eq!(trial(&tuning("Maximize"), "b"), "loss 0.250, place 2 of 3");
        assert_eq!(trial(&tuning("Maximize"), "c"), "one of 3 trials, without a value");
        assert_eq!(best(&tuning("Minimize")), Some(("b", 0.25)));
    }
}
