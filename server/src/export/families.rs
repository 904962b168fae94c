//! Families of jobs as CSV: one row a family, exact to the last digit.

use footprint::FactorSet;

use super::listing::{AMOUNTS, amounts, number, text, time};
use crate::store::group::Group;

/// Columns before the amounts.
const OWN: [&str; 11] = [
    "family",
    "kind",
    "account_id",
    "team",
    "jobs",
    "jobs_completed",
    "jobs_failed",
    "median_cost_list",
    "median_duration_s",
    "last_started_at",
    "instance_hours",
];

/// Column names; units are in them. Figures are of the share of the jobs inside the period.
pub fn columns() -> Vec<String> {
    OWN.into_iter().chain(AMOUNTS).map(str::to_owned).collect()
}

/// The cells of one family of an account with AWS' number; an unknown figure is an empty cell.
pub fn row(factors: &FactorSet, account: &str, family: &Group) -> Vec<String> {
    let seconds = family.parts.iter().filter_map(|part| part.instance_seconds).reduce(|a, b| a + b);
    let mut teams: Vec<&str> = family.parts.iter().filter_map(|part| part.team.as_deref()).collect();
    teams.sort_unstable();
    teams.dedup();
    let mut cells = vec![
        text(&family.name),
        family.sort.clone(),
        account.to_owned(),
        text(&teams.join(", ")),
        family.runs.to_string(),
        family.completed.to_string(),
        family.failed.to_string(),
        number(family.median_cost),
        number(family.median_seconds),
        time(family.latest_at),
        number(seconds.map(|seconds| seconds / 3600.0)),
    ];
    cells.extend(amounts(factors, &family.parts));
    cells
}
