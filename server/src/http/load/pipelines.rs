//! The list of pipelines.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use app::view::{ExecutionStatus, Listing, Named, Outcomes, PageState, Paging, PipelineRow, PipelinesView};
use chrono::{DateTime, Days, NaiveTime, Utc};

use super::figures::{self, Sums, slug};
use super::{lists, reach};
use crate::aws::facts::ItemKind;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::{Allowed, Query, Words};
use crate::ingest::key;
use crate::store::filter::Stage;
use crate::store::part::Part;
use crate::store::pipeline::{self, Pipeline, Share};
use crate::store::selection::{Attribute, Filter, Period};

/// What the list understands.
pub const ALLOWED: Allowed =
    Allowed { sorts: &["name", "cost", "co2e", "kwh", "executions", "success", "last"], search: true, own: &[] };

/// A pipeline with what its jobs took inside the period.
#[derive(Debug, Clone)]
pub struct Found {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// What its jobs took; nothing where none ran.
    pub share: Option<Share>,
    /// The same, added up.
    pub sums: Sums,
}

/// The pipelines that a filter leaves.
#[derive(Debug)]
pub struct FoundPipelines {
    /// In the order asked for.
    pub rows: Vec<Found>,
    /// How many there are without any filter.
    without_filters: u64,
}

/// Every pipeline that the filter leaves, in the order asked for.
///
/// # Errors
/// When the database refuses.
pub async fn find(desk: &mut Desk, query: &Query) -> Result<FoundPipelines, Problem> {
    let filter = desk.filter(query);
    let bounds = moments(filter.period);
    let pipelines = pipeline::list(desk.connection(), None, bounds).await?;
    // The search is for the names of pipelines, not of their jobs.
    let of_jobs = Filter { search: None, ..filter.clone() };
    let shares = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => pipeline::shares(desk.connection(), estimate_id, &of_jobs, Stage::Pipelines).await?,
        None => Vec::new(),
    };
    let mut shares: BTreeMap<(i32, String), Share> =
        shares.into_iter().map(|share| ((share.account_id, share.pipeline.clone()), share)).collect();
    let is_there = |pipeline: &Pipeline| {
        let stood = pipeline.gone_at.is_none() && pipeline.created_at.is_none_or(|at| at < bounds.1);
        stood || pipeline.executions > 0
    };
    let without_filters = pipelines.iter().filter(|pipeline| is_there(pipeline)).count() as u64;
    let mut rows: Vec<Found> = Vec::new();
    for pipeline in pipelines {
        let share = shares.remove(&(pipeline.account_id, pipeline.arn.clone()));
        // Whose a pipeline is and what it is for, only its jobs tell.
        let is_wanted = passes(&pipeline, &filter) && (!filter.asks_for_more_than_place() || share.is_some());
        if is_wanted && (share.is_some() || is_there(&pipeline)) {
            let parts = share.as_ref().map(|share| share.parts.as_slice()).unwrap_or_default();
            let sums = figures::sum_closed(&desk.factors, parts);
            rows.push(Found { pipeline, share, sums });
        }
    }
    sort(&mut rows, query.sort.as_deref().unwrap_or("-cost"));
    Ok(FoundPipelines { rows, without_filters })
}

/// Loads a page of the list.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, query: &Query) -> Result<PipelinesView, Problem> {
    let filter = desk.filter(query);
    let found = find(desk, query).await?;
    let reach = reach::of(desk, &filter, &[ItemKind::Pipeline, ItemKind::PipelineExecution]).await?;
    let rows = found.rows.len() as u64;
    let whole = figures::sum(&desk.factors, found.rows.iter().flat_map(Found::parts));
    let pages = rows.div_ceil(query.per.max(1)).max(1);
    let page = query.page.min(pages);
    let skip = usize::try_from((page - 1).saturating_mul(query.per)).unwrap_or(usize::MAX);
    let per = usize::try_from(query.per).unwrap_or(usize::MAX);
    let shown = found.rows.iter().skip(skip).take(per).map(|row| row.row(desk, query));
    let state = match rows {
        0 if desk.accounts.is_empty() => PageState::NoSource,
        0 if filter.narrows() => lists::filtered_away(query, filter.period, found.without_filters),
        0 => PageState::TrulyZero,
        _ => PageState::Ready,
    };
    Ok(PipelinesView {
        state,
        reach,
        totals: lists::totals(&whole, rows),
        rows: shown.collect(),
        listing: Listing {
            base: query.base(filter.period),
            sort: query.sort.clone().unwrap_or_else(|| "-cost".to_owned()),
            paging: Paging { page, pages, per: query.per, rows },
        },
    })
}

impl Found {
    /// Its sums inside the period.
    pub fn parts(&self) -> &[Part] {
        self.share.as_ref().map(|share| share.parts.as_slice()).unwrap_or_default()
    }

    /// Projects that its jobs are booked on.
    pub fn projects(&self) -> &[String] {
        self.share.as_ref().map(|share| share.projects.as_slice()).unwrap_or_default()
    }

    fn row(&self, desk: &Desk, query: &Query) -> PipelineRow {
        let pipeline = &self.pipeline;
        let period = query.period(desk.today());
        PipelineRow {
            href: format!("{}?{}", href(&pipeline.name, &pipeline.arn), query.filter_string(period)),
            name: pipeline.name.clone(),
            account: desk.account_name(pipeline.account_id),
            region: pipeline.region.clone(),
            team: teams(self.parts()),
            projects: in_projects(self.projects(), query, period),
            outcomes: outcomes(pipeline),
            last_at: pipeline.last_at,
            last_status: pipeline.last_status.as_deref().map(status),
            is_gone: pipeline.gone_at.is_some(),
            jobs: self.share.as_ref().map_or(0, |share| u64::try_from(share.jobs).unwrap_or_default()),
            cost: self.sums.cost(),
            energy: self.sums.energy(),
            emissions: self.sums.emissions(),
        }
    }
}

fn passes(pipeline: &Pipeline, filter: &Filter) -> bool {
    let named = |text: &String| pipeline.name.to_lowercase().contains(&text.to_lowercase());
    filter.admits_place(pipeline.account_id, &pipeline.region) && filter.search.as_ref().is_none_or(named)
}

fn sort(rows: &mut [Found], word: &str) {
    let descending = word.starts_with('-');
    let key = |found: &Found| -> Option<f64> {
        let pipeline = &found.pipeline;
        match word.trim_start_matches('-') {
            "co2e" => found.sums.grams(),
            "kwh" => found.sums.totals.as_ref().map(|totals| totals.energy.central.get()),
            "executions" => Some(figures::to_f64(pipeline.executions)),
            "success" => outcomes(pipeline).success_percent(),
            "last" => pipeline.last_at.map(|at| figures::to_f64(at.timestamp())),
            _ => found.sums.usd(),
        }
    };
    let name = |found: &Found| (found.pipeline.name.to_lowercase(), found.pipeline.arn.clone());
    rows.sort_by(|a, b| match (word, descending) {
        ("name", _) => name(a).cmp(&name(b)),
        ("-name", _) => name(b).cmp(&name(a)),
        // What is not known comes last either way.
        _ => placed(key(a), key(b), descending).then_with(|| name(a).cmp(&name(b))),
    });
}

fn placed(a: Option<f64>, b: Option<f64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// First moment of a period, and the first after it.
pub(super) fn moments(period: Period) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = period.from.and_time(NaiveTime::MIN).and_utc();
    (from, (period.to + Days::new(1)).and_time(NaiveTime::MIN).and_utc())
}

/// Where a pipeline has its page.
pub(super) fn href(name: &str, arn: &str) -> String {
    format!("/pipelines/{}", slug(name, key::number(arn)))
}

/// How its executions ended.
pub(super) fn outcomes(pipeline: &Pipeline) -> Outcomes {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Outcomes {
        executions: count(pipeline.executions),
        succeeded: count(pipeline.succeeded),
        failed: count(pipeline.failed),
        stopped: count(pipeline.stopped),
    }
}

/// The teams that parts are booked on, joined.
pub(super) fn teams(parts: &[Part]) -> Option<String> {
    let names: BTreeSet<&str> =
        parts.iter().filter_map(|part| part.team.as_deref()).flat_map(|team| team.split(", ")).collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(", "))
}

/// Projects, each leading to its pipelines.
pub(super) fn in_projects(names: &[String], query: &Query, period: Period) -> Vec<Named> {
    let named = |name: &String| {
        let mut own = query.clone();
        own.put(Attribute::Project, Words { any_of: vec![name.clone()], none_of: Vec::new() });
        Named { name: name.clone(), href: format!("/pipelines?{}", own.filter_string(period)) }
    };
    names.iter().map(named).collect()
}

/// The status of an execution or a step as the page names it.
pub(super) fn status(text: &str) -> ExecutionStatus {
    match text {
        "Starting" | "Executing" => ExecutionStatus::Executing,
        "Stopping" => ExecutionStatus::Stopping,
        "Stopped" => ExecutionStatus::Stopped,
        "Failed" => ExecutionStatus::Failed,
        "Succeeded" => ExecutionStatus::Succeeded,
        _ => ExecutionStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_comes_last_either_way() {
        let ordered = |descending| {
            let mut values = [None, Some(1.0), Some(3.0), None, Some(2.0)];
            values.sort_by(|a, b| placed(*a, *b, descending));
            values
        };
        assert_eq!(ordered(true), [Some(3.0), Some(2.0), Some(1.0), None, None]);
        assert_eq!(ordered(false), [Some(1.0), Some(2.0), Some(3.0), None, None]);
    }

    #[test]
    fn stopped_executions_are_no_failures() {
        let outcomes = |succeeded, failed, stopped| Outcomes {
            executions: succeeded + failed + stopped,
            succeeded,
            failed,
            stopped,
        };
        assert_eq!(outcomes(3, 1, 4).success_percent(), Some(75.0));
        assert_eq!(outcomes(0, 0, 4).success_percent(), None);
    }
}
