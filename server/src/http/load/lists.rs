//! The lists of jobs and endpoints.

use app::view::{
    EndpointRow, EndpointsView, Figure, JobRow, JobStatus, JobsView, Listing, PageState, Paging, Shown, Totals,
    TotalsBefore, Unit,
};
use chrono::{DateTime, Utc};
use footprint::FactorSet;

use super::compared;
use super::figures::{self, Sums, slug};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::Section;
use crate::store::filter::{GroupOrder, Grouping};
use crate::store::group::{self, Group};
use crate::store::list::{self, Listed};
use crate::store::selection::{Filter, List, Measure, Period, Sizes, Slice, Sort, SortKey};

/// Sort keys of both lists, as the address names them.
pub const SORTS: [&str; 12] =
    ["name", "started", "duration", "billable", "gpu", "cpu", "kwh", "co2e", "cost", "invocations", "hours", "idle"];

/// The order that a query string asks for; dearest first unless it says otherwise.
pub fn sort(query: &Query) -> Sort {
    let word = word(query);
    let key = match word.trim_start_matches('-') {
        "name" => SortKey::Name,
        "started" => SortKey::Started,
        "duration" => SortKey::Duration,
        "billable" => SortKey::Billable,
        "gpu" => SortKey::Gpu,
        "cpu" => SortKey::Cpu,
        "kwh" => SortKey::Energy,
        "co2e" => SortKey::Emissions,
        "invocations" => SortKey::Requests,
        "hours" => SortKey::Hours,
        "idle" => SortKey::Idle,
        _ => SortKey::Cost,
    };
    Sort { key, descending: word.starts_with('-') }
}

/// The order in the words of the address; what is to be shown first comes first.
fn word(query: &Query) -> &str {
    let leading = match query.metric {
        Measure::Cost => "-cost",
        Measure::Energy => "-kwh",
        Measure::Emissions | Measure::Intensity => "-co2e",
    };
    query.sort.as_deref().unwrap_or(leading)
}

/// Cores and accelerators of every type, for the statement that brings sums over cores to percent.
pub fn sizes(factors: &FactorSet) -> Sizes {
    let mut sizes = Sizes::default();
    for instance in factors.instances() {
        sizes.instance_types.push(instance.name.clone());
        sizes.vcpus.push(f64::from(instance.vcpu.unwrap_or(0)));
        sizes.accelerators.push(f64::from(instance.accelerator_count()));
    }
    sizes
}

struct Loaded {
    state: PageState,
    totals: Totals,
    rows: Vec<Listed>,
    listing: Listing,
}

/// Jobs by what they have in common, with the total of all of them.
pub(super) struct Grouped {
    pub(super) state: PageState,
    pub(super) totals: Totals,
    pub(super) groups: Vec<Group>,
    pub(super) listing: Listing,
}

/// The groups of the jobs that the filter leaves, in order. Families come page by page, all else at once.
pub(super) async fn grouped(
    desk: &mut Desk,
    query: &Query,
    by: Grouping,
    order: GroupOrder,
) -> Result<Grouped, Problem> {
    let section = Section::Jobs;
    let filter = desk.filter(query);
    let sizes = Sizes::default();
    let mut grouped = Grouped {
        state: PageState::NoSource,
        totals: Totals::default(),
        groups: Vec::new(),
        listing: Listing {
            base: query.base(filter.period),
            sort: query.sort.clone().unwrap_or_else(|| "-cost".to_owned()),
            paging: Paging { page: query.page, pages: 1, per: query.per, rows: 0 },
        },
    };
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(grouped);
    };
    let slice = (by == Grouping::Family).then(|| slice(query));
    let asked = List { estimate_id, filter: &filter, section, sort: sort(query), slice, now: desk.now, sizes: &sizes };
    let total = list::total(desk.connection(), estimate_id, &filter, section).await?;
    let count = list::count(desk.connection(), estimate_id, &filter, Some(section)).await?;
    grouped.groups = group::page(desk.connection(), &asked, by, order).await?;
    grouped.totals = totals(&figures::sum(&desk.factors, &total), count);
    grouped.state = state(desk, query, Some(section), count == 0).await?;
    let rows = grouped.groups.first().map_or(0, |first| u64::try_from(first.rows).unwrap_or_default());
    grouped.listing.paging.rows = rows;
    grouped.listing.paging.pages = rows.div_ceil(query.per.max(1)).max(1);
    Ok(grouped)
}

fn slice(query: &Query) -> Slice {
    let skip = i64::try_from((query.page - 1).saturating_mul(query.per)).unwrap_or(i64::MAX);
    Slice { skip, per: i64::try_from(query.per).unwrap_or(50) }
}

/// The total of some rows.
pub(super) fn totals(sums: &Sums, rows: u64) -> Totals {
    Totals {
        rows,
        hours: sums.hours(),
        cost: sums.cost(),
        energy: sums.energy(),
        emissions: sums.emissions(),
        before: None,
    }
}

/// The total of the period that the page compares with, under the same filter; nothing where none of it is known.
async fn before(
    desk: &mut Desk,
    query: &Query,
    (estimate_id, section): (i32, Section),
) -> Result<Option<Box<TotalsBefore>>, Problem> {
    let compared = compared::find(desk, query).await?;
    let Some(period) = compared.before else { return Ok(None) };
    let filter = Filter { period, ..desk.filter(query) };
    let parts = list::total(desk.connection(), estimate_id, &filter, section).await?;
    if parts.is_empty() {
        return Ok(None);
    }
    let sums = figures::sum(&desk.factors, &parts);
    Ok(Some(Box::new(TotalsBefore {
        words: compared.words,
        hours: sums.hours(),
        cost: sums.cost(),
        energy: sums.energy(),
        emissions: sums.emissions(),
    })))
}

/// Why a list, or a page about all lists, is empty, or that it is not.
pub(super) async fn state(
    desk: &mut Desk,
    query: &Query,
    section: Option<Section>,
    is_empty: bool,
) -> Result<PageState, Problem> {
    if !is_empty {
        return Ok(PageState::Ready);
    }
    let filter = desk.filter(query);
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    Ok(match estimate_id {
        None => PageState::NoSource,
        Some(_) if desk.accounts.is_empty() => PageState::NoSource,
        Some(estimate_id) if filter.narrows() => {
            let rows = list::count(desk.connection(), estimate_id, &filter.only_period(), section).await?;
            match filtered_away(query, filter.period, rows) {
                PageState::TrulyZero => nothing_ran(desk, filter.period),
                state => state,
            }
        }
        Some(_) => nothing_ran(desk, filter.period),
    })
}

/// No row in a period: a true zero only where all of it was read.
fn nothing_ran(desk: &Desk, period: Period) -> PageState {
    desk.known(period).doubt().unwrap_or(PageState::TrulyZero)
}

/// What filters leave where this many rows are there without them: of nothing they take nothing away.
pub(super) fn filtered_away(query: &Query, period: Period, rows_without_filters: u64) -> PageState {
    match rows_without_filters {
        0 => PageState::TrulyZero,
        _ => PageState::FilteredAway { rows_without_filters, clear_href: query.cleared(period) },
    }
}

async fn load(desk: &mut Desk, query: &Query, section: Section) -> Result<Loaded, Problem> {
    let filter = desk.filter(query);
    let factors = desk.factors.clone();
    let sizes = sizes(&factors);
    let mut loaded = Loaded {
        state: PageState::NoSource,
        totals: Totals::default(),
        rows: Vec::new(),
        listing: Listing {
            base: query.base(filter.period),
            sort: word(query).to_owned(),
            paging: Paging { page: query.page, pages: 1, per: query.per, rows: 0 },
        },
    };
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(loaded);
    };
    let asked = List {
        estimate_id,
        filter: &filter,
        section,
        sort: sort(query),
        slice: Some(slice(query)),
        now: desk.now,
        sizes: &sizes,
    };
    let total = list::total(desk.connection(), estimate_id, &filter, section).await?;
    let count = list::count(desk.connection(), estimate_id, &filter, Some(section)).await?;
    loaded.rows = list::page(desk.connection(), &asked).await?;
    loaded.totals = totals(&figures::sum(&factors, &total), count);
    if count > 0 {
        loaded.totals.before = before(desk, query, (estimate_id, section)).await?;
    }
    loaded.listing.paging.rows = count;
    loaded.listing.paging.pages = count.div_ceil(query.per.max(1)).max(1);
    loaded.state = state(desk, query, Some(section), count == 0).await?;
    Ok(loaded)
}

/// Loads the list of jobs.
///
/// # Errors
/// When the database refuses.
pub async fn jobs(desk: &mut Desk, query: &Query) -> Result<JobsView, Problem> {
    Ok(work(desk, query, Section::Jobs).await?.0)
}

/// Loads the list of notebooks, with ARN and name of each row.
pub(super) async fn notebooks(desk: &mut Desk, query: &Query) -> Result<(JobsView, Vec<(String, String)>), Problem> {
    work(desk, query, Section::Notebooks).await
}

/// Loads the list of everything that ran.
///
/// # Errors
/// When the database refuses.
pub async fn workloads(desk: &mut Desk, query: &Query) -> Result<JobsView, Problem> {
    Ok(work(desk, query, Section::Workloads).await?.0)
}

async fn work(desk: &mut Desk, query: &Query, section: Section) -> Result<(JobsView, Vec<(String, String)>), Problem> {
    let filtered = query.filter_string(query.period(desk.today()));
    let loaded = load(desk, query, section).await?;
    let row = |job: &Listed| {
        let sums = figures::sum_closed(&desk.factors, &job.parts);
        let region = job.parts.first().map_or("", |part| part.region.as_str());
        let own = job.parts.first().map_or(section, |part| part.kind.section());
        JobRow {
            href: format!("/{}/{}?{filtered}", own.as_str(), slug(&job.name, job.resource_id)),
            id: figures::unescaped_slug(&job.name, job.resource_id),
            name: job.name.clone(),
            kind: job.parts.first().map(|part| part.kind.label().to_owned()).unwrap_or_default(),
            account: desk.account_name(job.account_id),
            region: region.to_owned(),
            team: job.parts.iter().find_map(|part| part.team.clone()),
            status: status(&job.status),
            started_at: job.started_at,
            duration: lasted(desk.now, &job.status, job.started_at, job.ended_at),
            billable: billable(job.billable_seconds),
            instance_type: job.parts.first().map(|part| part.instance_type.clone()).unwrap_or_default(),
            instance_count: job.most.and_then(|most| u32::try_from(most).ok()).unwrap_or(1),
            spot: job.is_spot.unwrap_or(false),
            gpu_p95: desk.of_metrics(job.account_id, region, percent(job.gpu_p95)),
            cpu_p95: desk.of_metrics(job.account_id, region, percent(job.cpu_p95)),
            instance_hours: sums.hours(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
            findings: u32::try_from(job.findings).unwrap_or_default(),
        }
    };
    let rows = loaded.rows.iter().map(row).collect();
    let keys = loaded.rows.iter().map(|job| (job.arn.clone(), job.name.clone())).collect();
    let view = JobsView {
        state: loaded.state,
        totals: loaded.totals,
        rows,
        query_string: filtered.clone(),
        query_fields: query.filter_fields(query.period(desk.today())),
        listing: loaded.listing,
    };
    Ok((view, keys))
}

/// Loads the list of endpoints.
///
/// # Errors
/// When the database refuses.
pub async fn endpoints(desk: &mut Desk, query: &Query) -> Result<EndpointsView, Problem> {
    let period = query.period(desk.today());
    let filtered = query.filter_string(period);
    let loaded = load(desk, query, Section::Endpoints).await?;
    let row = |endpoint: &Listed| {
        let sums = figures::sum_closed(&desk.factors, &endpoint.parts);
        let mut types: Vec<&str> = endpoint.parts.iter().map(|part| part.instance_type.as_str()).collect();
        types.dedup();
        EndpointRow {
            href: format!("/endpoints/{}?{filtered}", slug(&endpoint.name, endpoint.resource_id)),
            name: endpoint.name.clone(),
            account: desk.account_name(endpoint.account_id),
            region: endpoint.parts.first().map(|part| part.region.clone()).unwrap_or_default(),
            team: endpoint.parts.iter().find_map(|part| part.team.clone()),
            status: endpoint.status.clone(),
            hosting: endpoint.hosting_option.replace('_', "-"),
            alarms: endpoint.alarms.and_then(|count| u32::try_from(count).ok()).unwrap_or_default(),
            alarms_firing: endpoint.alarms_firing.and_then(|count| u32::try_from(count).ok()).unwrap_or_default(),
            busiest: percent(endpoint.busiest),
            latency: endpoint.latency_ms.map_or_else(
                || Shown::Unknown("no latency was read".to_owned()),
                |latency| Shown::exact(latency, Unit::Milliseconds),
            ),
            hours_on: match endpoint.hours_on {
                Some(hours) if hours > 0 => Shown::exact(figures::to_f64(hours), Unit::Hours),
                _ => Shown::Unknown("nothing stood by".to_owned()),
            },
            variants: u32::try_from(endpoint.variants).unwrap_or_default(),
            instances: format!("{} × {}", endpoint.latest.unwrap_or(0), types.join(", ")),
            invocations_day: desk.of_metrics(
                endpoint.account_id,
                endpoint.parts.first().map_or("", |part| part.region.as_str()),
                calls_a_day(&sums, period.days()),
            ),
            instance_hours: sums.hours(),
            idle_share: sums.idle_share(),
            cost: sums.cost(),
            energy: sums.energy(),
            per_thousand: per_thousand(&sums),
            emissions: sums.emissions(),
            findings: u32::try_from(endpoint.findings).unwrap_or_default(),
        }
    };
    let rows = loaded.rows.iter().map(row).collect();
    Ok(EndpointsView { state: loaded.state, totals: loaded.totals, rows, listing: loaded.listing })
}

fn calls_a_day(sums: &Sums, days: u64) -> Shown {
    match sums.requests {
        Some(requests) => {
            Shown::exact(requests / f64::from(u32::try_from(days).unwrap_or(1).max(1)), Unit::CountPerDay)
        }
        None if sums.idle_seconds > 0.0 => Shown::exact(0.0, Unit::CountPerDay),
        None => Shown::Unknown("no invocation metrics were read".to_owned()),
    }
}

/// Grams per thousand calls, idle hours included.
pub fn per_thousand(sums: &Sums) -> Shown {
    let Some(requests) = sums.requests.filter(|requests| *requests > 0.0) else {
        return Shown::Unknown("no calls in this period".to_owned());
    };
    let share = 1000.0 / requests;
    match sums.emissions() {
        Shown::Ready(grams) => Shown::Ready(Figure {
            central: grams.central * share,
            low: grams.low * share,
            high: grams.high * share,
            unit: Unit::GramsPerThousand,
            ..grams
        }),
        unknown => unknown,
    }
}

/// The status as the page names it.
pub fn status(text: &str) -> JobStatus {
    match text {
        "InProgress" => JobStatus::InProgress,
        "Failed" => JobStatus::Failed,
        "Stopping" => JobStatus::Stopping,
        "Stopped" | "Deleted" => JobStatus::Stopped,
        "InService" => JobStatus::InService,
        _ => JobStatus::Completed,
    }
}

/// From start to end, or to now while it runs.
pub(super) fn lasted(
    now: DateTime<Utc>,
    status: &str,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
) -> Shown {
    let running = matches!(status, "InProgress" | "Stopping");
    match (started_at, ended_at.or(running.then_some(now))) {
        (Some(start), Some(end)) => {
            let seconds = i32::try_from((end - start).num_seconds()).unwrap_or(i32::MAX);
            Shown::exact(f64::from(seconds) / 3600.0, Unit::Hours)
        }
        _ => Shown::Unknown("AWS gave no times".to_owned()),
    }
}

/// Time billed of each instance.
pub(super) fn billable(seconds: Option<i64>) -> Shown {
    match seconds.and_then(|seconds| i32::try_from(seconds).ok()) {
        Some(seconds) => Shown::exact(f64::from(seconds) / 3600.0, Unit::Hours),
        None => Shown::Unknown("AWS told of no billed time".to_owned()),
    }
}

fn percent(value: Option<f64>) -> Shown {
    match value {
        Some(value) => Shown::exact(value, Unit::Percent),
        None => Shown::Unknown("no metrics".to_owned()),
    }
}
