//! One pipeline, and one of its executions.

use std::collections::BTreeMap;

use app::view::{
    ExecutionRow, ExecutionStatus, ExecutionView, Named, PipelineView, Shown, StepJobRow, StepRow, StepView,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::configuration::{last_segment, list, text};
use super::figures::{self, number, slug};
use super::pipelines::{href, in_projects, moments, outcomes, status, teams};
use super::{lists, tuning, versions};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::{Query, escape};
use crate::ingest::key;
use crate::store::filter::Stage;
use crate::store::lifetime;
use crate::store::part::Part;
use crate::store::pipeline::{self, Execution, Pipeline, Share, StepJob};
use crate::store::selection::Filter;

/// Executions that a page lists.
const MOST: i64 = 100;
/// Versions of a definition that are read.
const MOST_VERSIONS: i64 = 50;

const MISSING: Problem = Problem::NoSuchThing { what: "pipeline", list: "/pipelines" };

/// Loads a pipeline by the last segment of its address.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn load(desk: &mut Desk, segment: &str, query: &Query) -> Result<PipelineView, Problem> {
    let period = query.period(desk.today());
    let filter = Filter { search: None, ..desk.filter(query) }.only_period();
    let bounds = moments(period);
    let own = named(desk, segment, bounds).await?;
    let shares = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => {
            let stage = Stage::StepsOf { account_id: own.account_id, arn: &own.arn };
            pipeline::shares(desk.connection(), estimate_id, &filter, stage).await?
        }
        None => Vec::new(),
    };
    let with_usage: Vec<String> = shares.iter().map(|share| share.execution.clone()).collect();
    let mut executions =
        pipeline::executions(desk.connection(), own.account_id, &own.arn, bounds, &with_usage, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let is_cut = executions.len() > most;
    executions.truncate(most);

    let versions = pipeline::versions(desk.connection(), own.account_id, &own.region, &own.arn, MOST_VERSIONS).await?;
    let filtered = query.filter_string(period);
    let whole = figures::sum(&desk.factors, shares.iter().flat_map(|share| &share.parts));
    let parts: Vec<Part> = shares.iter().flat_map(|share| share.parts.iter().cloned()).collect();
    let mut projects: Vec<String> = shares.iter().flat_map(|share| share.projects.iter().cloned()).collect();
    projects.sort();
    projects.dedup();
    let row = |execution: &Execution| execution_row(desk, &own, execution, &shares, &filtered);
    Ok(PipelineView {
        executions: executions.iter().map(row).collect(),
        steps: steps_over(desk, &executions, &shares),
        name: own.name.clone(),
        description: text(&own.document, "description").unwrap_or_default().to_owned(),
        role: text(&own.document, "role").map(last_segment).unwrap_or_default().to_owned(),
        account: desk.account_name(own.account_id),
        region: own.region.clone(),
        team: teams(&parts),
        projects: in_projects(&projects, query, period),
        created_at: own.created_at,
        gone_at: own.gone_at,
        period: app::parts::number::period(period.from, period.to),
        outcomes: outcomes(&own),
        totals: lists::totals(&whole, jobs_of(shares.iter())),
        is_cut,
        versions: versions::view(&versions, query, period),
        arn: own.arn,
    })
}

/// Loads an execution of a pipeline by the last segments of its address.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn execution(desk: &mut Desk, segment: &str, own: &str, query: &Query) -> Result<ExecutionView, Problem> {
    let period = query.period(desk.today());
    let filtered = query.filter_string(period);
    let pipeline = named(desk, segment, moments(period)).await?;
    let arn = format!("{}/execution/{own}", pipeline.arn);
    let nothing = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);
    let found = pipeline::executions(desk.connection(), pipeline.account_id, &pipeline.arn, nothing, &[arn], 1).await?;
    let execution = found.first().ok_or(MISSING)?;
    let steps = in_order(&execution.document);
    let arns: Vec<String> = steps.iter().filter_map(|step| text(step, "job")).map(str::to_owned).collect();
    // A trial begins no earlier than the execution; clocks may differ a little.
    let since = execution.begun_at - Duration::minutes(5);
    let jobs = pipeline::jobs(desk.connection(), pipeline.account_id, &pipeline.region, &arns, since).await?;
    let ids: Vec<i64> = jobs.iter().filter_map(|job| job.resource_id).collect();
    let lives = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => lifetime::parts(desk.connection(), estimate_id, &ids).await?,
        None => BTreeMap::new(),
    };
    let versions =
        pipeline::versions(desk.connection(), pipeline.account_id, &pipeline.region, &pipeline.arn, MOST_VERSIONS)
            .await?;
    let ended = |name: &str| {
        let step = steps.iter().find(|step| text(step, "name") == Some(name))?;
        Some(status(text(step, "status").unwrap_or_default()))
    };
    let graph = versions::graph_at(&versions, execution.begun_at, ended);
    let views: Vec<(StepView, Vec<&Part>)> =
        steps.iter().map(|step| step_view(desk, step, &jobs, &lives, &filtered)).collect();
    let whole = figures::sum(&desk.factors, views.iter().flat_map(|(_, parts)| parts.iter().copied()));
    let started = views.iter().filter(|(step, _)| !step.from_cache).map(|(step, _)| step.jobs.len() as u64).sum();
    let stands = text(&execution.document, "status").unwrap_or_default();
    let ended_at = ended_at(execution);
    Ok(ExecutionView {
        name: execution.name.clone(),
        arn: execution.arn.clone(),
        pipeline: Named {
            href: format!("{}?{filtered}", href(&pipeline.name, &pipeline.arn)),
            name: pipeline.name.clone(),
        },
        account: desk.account_name(pipeline.account_id),
        region: pipeline.region,
        status: status(stands),
        begun_at: Some(execution.begun_at),
        ended_at,
        duration: lasted(desk.now, status(stands), Some(execution.begun_at), ended_at),
        totals: lists::totals(&whole, started),
        steps: views.into_iter().map(|(step, _)| step).collect(),
        graph,
    })
}

/// Where an execution has its page, by its ARN and that of its pipeline.
pub(super) fn execution_href(pipeline: &str, execution: &str) -> String {
    format!("{}/executions/{}", href(last_segment(pipeline), pipeline), escape(last_segment(execution)))
}

async fn named(desk: &mut Desk, segment: &str, bounds: (DateTime<Utc>, DateTime<Utc>)) -> Result<Pipeline, Problem> {
    let id = number(segment).ok_or(MISSING)?;
    let name = segment.rsplit_once('.').map(|(name, _)| name);
    let found = pipeline::list(desk.connection(), name, bounds).await?;
    found.into_iter().find(|pipeline| key::number(&pipeline.arn) == id).ok_or(MISSING)
}

fn execution_row(desk: &Desk, own: &Pipeline, execution: &Execution, shares: &[Share], filtered: &str) -> ExecutionRow {
    let shares = shares.iter().filter(|share| share.execution == execution.arn);
    let sums = figures::sum_closed(&desk.factors, shares.clone().flat_map(|share| &share.parts));
    let steps = list(&execution.document, "steps");
    let stands = status(text(&execution.document, "status").unwrap_or_default());
    ExecutionRow {
        href: format!("{}/executions/{}?{filtered}", href(&own.name, &own.arn), escape(last_segment(&execution.arn))),
        name: execution.name.clone(),
        status: stands,
        begun_at: Some(execution.begun_at),
        duration: lasted(desk.now, stands, Some(execution.begun_at), ended_at(execution)),
        steps: steps.len() as u64,
        cached: steps.iter().filter(|step| is_cached(step)).count() as u64,
        jobs: jobs_of(shares),
        cost: sums.cost(),
        energy: sums.energy(),
        emissions: sums.emissions(),
    }
}

/// The steps of some executions by their name, in the order in which the newest of these ran them.
fn steps_over(desk: &Desk, executions: &[Execution], shares: &[Share]) -> Vec<StepRow> {
    let mut rows: Vec<StepRow> = Vec::new();
    for step in executions.iter().flat_map(|execution| in_order(&execution.document)) {
        let name = text(step, "name").unwrap_or_default();
        let place = rows.iter().position(|row| row.name == name).unwrap_or(rows.len());
        if place == rows.len() {
            rows.push(StepRow { name: name.to_owned(), kind: kind(step).to_owned(), ..StepRow::default() });
        }
        if let Some(row) = rows.get_mut(place) {
            row.runs += 1;
            row.cached += u64::from(is_cached(step));
            row.failed += u64::from(text(step, "status") == Some("Failed"));
        }
    }
    for row in &mut rows {
        let listed = |share: &&Share| {
            share.step == row.name && executions.iter().any(|execution| execution.arn == share.execution)
        };
        let own: Vec<&Share> = shares.iter().filter(listed).collect();
        let sums = figures::sum_closed(&desk.factors, own.iter().flat_map(|share| &share.parts));
        row.jobs = jobs_of(own.into_iter());
        row.cost = sums.cost();
        row.energy = sums.energy();
        row.emissions = sums.emissions();
    }
    rows
}

fn step_view<'a>(
    desk: &Desk,
    step: &Value,
    jobs: &[StepJob],
    lives: &'a BTreeMap<i64, Vec<Part>>,
    filtered: &str,
) -> (StepView, Vec<&'a Part>) {
    let from_cache = is_cached(step);
    let arn = text(step, "job");
    let named: Vec<&StepJob> = jobs.iter().filter(|job| Some(job.named.as_str()) == arn).collect();
    let tuning = named.iter().find(|job| job.resource_id.is_none());
    let started: Vec<(&StepJob, i64)> = named.iter().filter_map(|job| Some((*job, job.resource_id?))).collect();
    let own = |id: i64| lives.get(&id).map(Vec::as_slice).unwrap_or_default();
    let parts: Vec<&Part> = match from_cache {
        true => Vec::new(),
        false => started.iter().flat_map(|(_, id)| own(*id)).collect(),
    };
    let sums = figures::sum_closed(&desk.factors, parts.iter().copied());
    let elsewhere = || Shown::Unknown("it ran in an earlier execution".to_owned());
    let row = |(job, id): &(&StepJob, i64)| {
        let sums = figures::sum_closed(&desk.factors, own(*id));
        StepJobRow {
            href: format!("/jobs/{}?{filtered}", slug(&job.name, *id)),
            name: job.name.clone(),
            status: lists::status(&job.status),
            cost: if from_cache { elsewhere() } else { sums.cost() },
            emissions: if from_cache { elsewhere() } else { sums.emissions() },
        }
    };
    let figure = |shown: Shown| match () {
        () if from_cache => Shown::Unknown("the cache answered, so nothing ran".to_owned()),
        () if parts.is_empty() => Shown::Unknown("it started no job that was read".to_owned()),
        () => shown,
    };
    let stands = status(text(step, "status").unwrap_or_default());
    let (begun_at, ended_at) = (moment(step, "started_at"), moment(step, "ended_at"));
    let view = StepView {
        name: text(step, "name").unwrap_or_default().to_owned(),
        kind: kind(step).to_owned(),
        status: stands,
        from_cache,
        attempts: step.get("attempts").and_then(Value::as_u64).filter(|attempts| *attempts > 0),
        failure: text(step, "failure").map(str::to_owned),
        begun_at,
        duration: lasted(desk.now, stands, begun_at, ended_at),
        tuning: tuning
            .map(|tuning| Named { name: tuning.name.clone(), href: tuning::href(&tuning.name, &tuning.named) }),
        made: arn.filter(|_| named.is_empty()).map(last_segment).map(str::to_owned),
        jobs: started.iter().map(row).collect(),
        cost: figure(sums.cost()),
        energy: figure(sums.energy()),
        emissions: figure(sums.emissions()),
    };
    (view, parts)
}

/// Steps in the order they began; those that have not begun come last.
fn in_order(execution: &Value) -> Vec<&Value> {
    let mut steps: Vec<&Value> = list(execution, "steps").iter().collect();
    steps.sort_by_key(|step| {
        let begun_at = moment(step, "started_at");
        (begun_at.is_none(), begun_at)
    });
    steps
}

fn is_cached(step: &Value) -> bool {
    step.get("from_cache") == Some(&Value::Bool(true))
}

/// When the last step ended, of an execution that goes on no more.
fn ended_at(execution: &Execution) -> Option<DateTime<Utc>> {
    let stands = status(text(&execution.document, "status").unwrap_or_default());
    let is_open = matches!(stands, ExecutionStatus::Executing | ExecutionStatus::Stopping);
    let ends = list(&execution.document, "steps").iter().filter_map(|step| moment(step, "ended_at"));
    if is_open { None } else { ends.max() }
}

fn lasted(
    now: DateTime<Utc>,
    status: ExecutionStatus,
    begun_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
) -> Shown {
    let is_open = matches!(status, ExecutionStatus::Executing | ExecutionStatus::Stopping);
    lists::lasted(now, if is_open { "InProgress" } else { "" }, begun_at, ended_at)
}

fn moment(step: &Value, name: &str) -> Option<DateTime<Utc>> {
    text(step, name)?.parse().ok()
}

/// What a step does, as people say it.
fn kind(step: &Value) -> &'static str {
    match text(step, "type") {
        Some("training") => "Training",
        Some("processing") => "Processing",
        Some("transform") => "Batch transform",
        Some("tuning") => "Tuning",
        Some("model") => "Model",
        Some("register") => "Model registration",
        Some("endpoint") => "Endpoint",
        Some("condition") => "Condition",
        Some("lambda") => "Lambda",
        Some("callback") => "Callback",
        Some("fail") => "Fail",
        _ => "Other",
    }
}

fn jobs_of<'a>(shares: impl Iterator<Item = &'a Share>) -> u64 {
    shares.map(|share| u64::try_from(share.jobs).unwrap_or_default()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn execution(status: &str, steps: Value) -> Execution {
        Execution {
            arn: "arn:aws:sagemaker:us-east-1:1:pipeline/nightly/execution/abc".to_owned(),
            name: "abc".to_owned(),
            begun_at: DateTime::UNIX_EPOCH,
            document: json!({ "status": status, "steps": steps }),
        }
    }

    #[test]
    fn steps_stand_in_the_order_they_began() {
        let step = |name: &str, at: Option<&str>| json!({ "name": name, "started_at": at });
        let steps =
            json!([step("c", None), step("b", Some("2026-11-02T00:00:00Z")), step("a", Some("2026-11-01T00:00:00Z"))]);
        let document = json!({ "steps": steps });
        let names: Vec<_> = in_order(&document).into_iter().filter_map(|step| text(step, "name")).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn an_execution_ends_with_its_last_step_and_not_before() {
        let steps = json!([{ "ended_at": "2026-11-01T00:00:00Z" }, { "ended_at": "2026-11-01T02:00:00Z" }, {}]);
        let ended = ended_at(&execution("Succeeded", steps.clone()));
        assert_eq!(ended, "2026-11-01T02:00:00Z".parse().ok());
        assert_eq!(ended_at(&execution("Executing", steps)), None);
    }

    #[test]
    fn an_execution_is_found_by_its_arn() {
        let pipeline = "arn:aws:sagemaker:us-east-1:1:pipeline/nightly";
        let href = execution_href(pipeline, &format!("{pipeline}/execution/abc"));
        assert_eq!(href, format!("/pipelines/{}/executions/abc", slug("nightly", key::number(pipeline))));
    }
}
