//! Pipelines as CSV: one row a pipeline, exact to the last digit.

use footprint::FactorSet;

use super::listing::{AMOUNTS, amounts, number, text, time};
use crate::store::part::Part;
use crate::store::pipeline::Pipeline;

/// Columns before the amounts.
const OWN: [&str; 15] = [
    "arn",
    "name",
    "account_id",
    "region",
    "project",
    "team",
    "created_at",
    "deleted_at",
    "executions",
    "executions_succeeded",
    "executions_failed",
    "executions_stopped",
    "last_execution_at",
    "jobs",
    "instance_hours",
];

/// Column names; units are in them. Figures are of the jobs that executions started, inside the period.
pub fn columns() -> Vec<String> {
    OWN.into_iter().chain(AMOUNTS).map(str::to_owned).collect()
}

/// The cells of one pipeline; an unknown figure is an empty cell.
pub fn row(factors: &FactorSet, own: &Pipeline, projects: &[String], jobs: i64, parts: &[Part]) -> Vec<String> {
    let seconds = parts.iter().filter_map(|part| part.instance_seconds).reduce(|a, b| a + b);
    let mut teams: Vec<&str> = parts.iter().filter_map(|part| part.team.as_deref()).collect();
    teams.sort_unstable();
    teams.dedup();
    let mut cells = vec![
        text(&own.arn),
        text(&own.name),
        own.arn.split(':').nth(4).unwrap_or_default().to_owned(),
        own.region.clone(),
        text(&projects.join(", ")),
        text(&teams.join(", ")),
        time(own.created_at),
        time(own.gone_at),
        own.executions.to_string(),
        own.succeeded.to_string(),
        own.failed.to_string(),
        own.stopped.to_string(),
        time(own.last_at),
        jobs.to_string(),
        number(seconds.map(|seconds| seconds / 3600.0)),
    ];
    cells.extend(amounts(factors, parts));
    cells
}
