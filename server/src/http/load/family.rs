//! The runs of a job's family, and jobs by family.

use app::charts::runs::median;
use app::view::{FamiliesView, FamilyRow, FamilyView, RunBar, RunMeasure, RunsChart, Shown, Unit};
use chrono::TimeDelta;

use super::figures::{self, slug};
use super::work::Tally;
use super::{compare, lists};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::{Allowed, Query, escape};
use crate::kind::{Kind, Section};
use crate::store::family::{self, Run};
use crate::store::filter::{GroupKey, GroupOrder, Grouping};
use crate::store::group::{self, Group};
use crate::store::part::Part;
use crate::store::resource::Resource;
use crate::store::selection::{List, Sizes};

/// Runs up to the one at hand, itself included, and runs since, that a chart can show.
const BEFORE: i64 = 25;
const AFTER: i64 = 5;
/// A middle of fewer than these says nothing.
const ENOUGH: usize = 2;

/// The runs of a job's family around it, and whether the next one came while a warm pool could have waited for it.
///
/// # Errors
/// When the database refuses.
pub(super) async fn around(
    desk: &mut Desk,
    estimate_id: i32,
    job: &Resource,
    query: &Query,
) -> Result<(Option<FamilyView>, bool), Problem> {
    let runs = family::around(desk.connection(), estimate_id, job, BEFORE, AFTER).await?;
    Ok((shown(desk, job, query, &runs), is_followed(job, &runs)))
}

/// No pool is kept for longer than an hour, nor in another region.
fn is_followed(job: &Resource, runs: &[Run]) -> bool {
    let since = runs.iter().skip_while(|run| run.resource_id != job.resource_id).skip(1);
    let next = since.into_iter().find(|run| run.parts.iter().any(|part| part.region == job.region));
    next.zip(job.ended_at).is_some_and(|(next, ended_at)| next.created_at <= ended_at + TimeDelta::hours(1))
}

fn shown(desk: &Desk, job: &Resource, query: &Query, runs: &[Run]) -> Option<FamilyView> {
    let name = runs.first().map(|run| run.family.clone())?;
    let all = runs.first().map_or(0, |run| u64::try_from(run.runs).unwrap_or_default());
    if runs.len() < ENOUGH {
        return Some(FamilyView { name, runs: all, ..FamilyView::default() });
    }
    let sums: Vec<figures::Sums> = runs.iter().map(|run| figures::sum_closed(&desk.factors, &run.parts)).collect();
    let central = |shown: Shown| shown.figure().map(|figure| figure.central);
    let lasted = |run: &Run| central(lists::lasted(desk.now, &run.status, run.started_at, run.ended_at));
    let measures = vec![
        measure("Duration", Unit::Hours, runs, runs.iter().map(lasted).collect()),
        measure("Energy", Unit::KilowattHours, runs, sums.iter().map(|sums| central(sums.energy())).collect()),
        measure("Cost", Unit::Usd, runs, sums.iter().map(figures::Sums::usd).collect()),
    ];
    let parts: Vec<&Part> = runs.iter().flat_map(|run| &run.parts).collect();
    let completed = runs.iter().filter(|run| run.status == "Completed").count();
    let per_run = Tally::of_runs(&desk.factors, &parts, f64::from(u32::try_from(completed).unwrap_or_default()));
    let filtered = query.filter_string(query.period(desk.today()));
    let bar = |run: &Run| RunBar {
        href: format!("/jobs/{}?{filtered}", slug(&run.name, run.resource_id)),
        name: run.name.clone(),
        at: run.started_at.or(Some(run.created_at)),
        status: lists::status(&run.status),
        is_this: run.resource_id == job.resource_id,
    };
    let before = runs.windows(2).find_map(|pair| match pair {
        [before, this] if this.resource_id == job.resource_id => Some(before),
        _ => None,
    });
    let compare_href = before.map(|before| {
        let pair = [(job.name.as_str(), job.resource_id), (before.name.as_str(), before.resource_id)];
        compare::href(pair, &filtered)
    });
    Some(FamilyView {
        runs: all,
        per_run: Some(per_run.figures()),
        chart: Some(RunsChart {
            id: "family-runs".to_owned(),
            title: "Run by run".to_owned(),
            runs: runs.iter().map(bar).collect(),
            measures,
        }),
        compare_href,
        name,
    })
}

/// Failed and stopped runs are shorter than what a family usually takes, so they stay out of the middle.
fn measure(label: &str, unit: Unit, runs: &[Run], values: Vec<Option<f64>>) -> RunMeasure {
    let completed: Vec<f64> =
        runs.iter().zip(&values).filter(|(run, _)| run.status == "Completed").filter_map(|(_, value)| *value).collect();
    let median = (completed.len() >= ENOUGH).then(|| median(completed)).flatten();
    RunMeasure { label: label.to_owned(), unit, values, median }
}

/// What the list of families understands; it is a way to look at the list of jobs.
pub const ALLOWED: Allowed = Allowed {
    sorts: &["name", "cost", "co2e", "kwh", "runs", "run-co2e", "failed", "median-cost", "median-duration", "started"],
    search: true,
    own: &["group"],
};

/// The order that a query string asks for; dearest first unless it says otherwise.
fn order(query: &Query) -> GroupOrder {
    let Some(word) = query.sort.as_deref() else { return GroupOrder::DEAREST };
    let key = match word.trim_start_matches('-') {
        "name" => GroupKey::Name,
        "co2e" => GroupKey::Emissions,
        "kwh" => GroupKey::Energy,
        "runs" => GroupKey::Runs,
        "run-co2e" => GroupKey::PerRun,
        "failed" => GroupKey::Failed,
        "median-cost" => GroupKey::MedianCost,
        "median-duration" => GroupKey::MedianDuration,
        "started" => GroupKey::Latest,
        _ => GroupKey::Cost,
    };
    GroupOrder { key, descending: word.starts_with('-') }
}

/// Every family that the filter leaves, in the order asked for.
///
/// # Errors
/// When the database refuses.
pub async fn all(desk: &mut Desk, query: &Query) -> Result<Vec<Group>, Problem> {
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(Vec::new());
    };
    let (filter, sizes, now) = (desk.filter(query), Sizes::default(), desk.now);
    let (section, sort) = (Section::Jobs, lists::sort(query));
    let asked = List { estimate_id, filter: &filter, section, sort, slice: None, now, sizes: &sizes };
    Ok(group::page(desk.connection(), &asked, Grouping::Family, order(query)).await?)
}

/// Loads the list of jobs by family.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, query: &Query) -> Result<FamiliesView, Problem> {
    let filtered = query.filter_string(query.period(desk.today()));
    let grouped = lists::grouped(desk, query, Grouping::Family, order(query)).await?;
    let row = |group: &Group| {
        let sums = figures::sum_closed(&desk.factors, &group.parts);
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        FamilyRow {
            href: format!("/jobs?{filtered}&q={}", escape(&group.name)),
            name: group.name.clone(),
            kind: Kind::parse(&group.sort).map(|kind| kind.label().to_owned()).unwrap_or_default(),
            account: desk.account_name(group.account_id),
            team: group.parts.iter().find_map(|part| part.team.clone()),
            runs: count(group.runs),
            completed: count(group.completed),
            failed: count(group.failed),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
            per_run: {
                let parts: Vec<&Part> = group.parts.iter().collect();
                let completed = u32::try_from(group.completed).unwrap_or_default();
                Tally::of_runs(&desk.factors, &parts, f64::from(completed)).figures()
            },
            median_cost: known(group.median_cost, Unit::Usd, "no list price is known for them"),
            median_duration: known(
                group.median_seconds.map(|seconds| seconds / 3_600.0),
                Unit::Hours,
                "none of them ended",
            ),
            latest_at: group.latest_at,
        }
    };
    Ok(FamiliesView {
        rows: grouped.groups.iter().map(row).collect(),
        state: grouped.state,
        totals: grouped.totals,
        listing: grouped.listing,
        query_string: filtered,
    })
}

fn known(value: Option<f64>, unit: Unit, reason: &str) -> Shown {
    value.map_or_else(|| Shown::Unknown(reason.to_owned()), |value| Shown::exact(value, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_of_what_completed() {
        let run = |status: &str| Run {
            resource_id: 1,
            name: String::new(),
            status: status.to_owned(),
            created_at: chrono::DateTime::UNIX_EPOCH,
            started_at: None,
            ended_at: None,
            family: String::new(),
            runs: 3,
            parts: Vec::new(),
        };
        let runs = [run("Completed"), run("Failed"), run("Completed")];
        let median = |runs: &[Run], values: &[f64]| {
            measure("Cost", Unit::Usd, runs, values.iter().copied().map(Some).collect()).median
        };
        assert_eq!(median(&runs, &[3.0, 0.1, 5.0]), Some(4.0));
        assert_eq!(median(&runs[..2], &[3.0, 0.1]), None, "one run is no middle");
    }
}
