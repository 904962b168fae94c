//! The pages that show: extract, authorise, load, render.

use app::view::{Crumb, FormState, Section};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use tokio::sync::mpsc;

use super::desk::{Desk, Place};
use super::load::week::{self, Week};
use super::load::{endpoint, imports, job, lists, methodology, notebooks, overview};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, jobs, page};
use crate::auth::Policy;
use crate::export::{factors, listing, week as export_week};
use crate::kind::Section as List;
use crate::store::filter::Whose;
use crate::store::list;
use crate::store::part::Part;
use crate::store::selection::{Dimension, List as Asked};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/", owner, |_| "/".to_owned(), show_overview),
        Route::read("/workloads", owner, |_| "/workloads".to_owned(), show_workloads),
        Route::read("/workloads.csv", owner, |_| "/workloads.csv".to_owned(), export_workloads),
        Route::read("/jobs", owner, |_| "/jobs".to_owned(), show_jobs),
        Route::read("/jobs.csv", owner, |_| "/jobs.csv".to_owned(), export_jobs),
        Route::read("/jobs/{id}", owner, |known| format!("/jobs/{}", known.job), show_job),
        Route::read("/endpoints", owner, |_| "/endpoints".to_owned(), show_endpoints),
        Route::read("/endpoints.csv", owner, |_| "/endpoints.csv".to_owned(), export_endpoints),
        Route::read("/endpoints/{id}", owner, |known| format!("/endpoints/{}", known.endpoint), show_endpoint),
        Route::read("/notebooks", owner, |_| "/notebooks".to_owned(), show_notebooks),
        Route::read("/notebooks.csv", owner, |_| "/notebooks.csv".to_owned(), export_notebooks),
        Route::read(notebooks::HOURS_PATH, owner, |_| notebooks::HOURS_PATH.to_owned(), export_hours),
        Route::read("/notebooks/{id}", owner, |known| format!("/notebooks/{}", known.notebook), show_notebook),
        Route::read("/imports", owner, |_| "/imports".to_owned(), show_imports),
        Route::read("/methodology", owner, |_| "/methodology?q=g5".to_owned(), show_methodology),
        Route::read("/methodology/factors.csv", owner, |_| "/methodology/factors.csv".to_owned(), export_factors),
    ]
}

pub(super) const OVERVIEW: Allowed = Allowed { sorts: &[], search: false, own: &[overview::STACKED_BY] };
pub(super) const LIST: Allowed = Allowed { sorts: &lists::SORTS, search: true, own: &[] };
pub(super) const JOBS: Allowed = Allowed { own: &["group"], ..LIST };

/// Running jobs are read again every few minutes; the page of one looks for it as often as that is worth it.
const REFRESH_S: u32 = 60;

fn place(title: &str, section: Section) -> Place {
    Place { title: title.to_owned(), section, breadcrumb: Vec::new() }
}

async fn show_overview(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut query = Query::read(&visit.uri, OVERVIEW)?;
    query.allow(overview::STACKED_BY, &overview::STACKS.map(Dimension::as_str));
    let mut desk = Desk::reading(&state, &query).await?;
    let view = overview::load(&mut desk, &query).await?;
    let mut frame = desk.filtered_frame(&visit, place("Overview", Section::Overview), &query, false);
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::overview::page(&view)))
}

async fn show_workloads(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = lists::workloads(&mut desk, &query).await?;
    let mut frame = desk.filtered_frame(&visit, place("Workloads", Section::Workloads), &query, true);
    frame.csv_href = Some(format!("/workloads.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::workloads::page(&view)))
}

async fn show_jobs(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = jobs::asked(&visit.uri)?;
    if jobs::is_by_family(&query) {
        return jobs::show_families(&state, &visit, &query).await;
    }
    let mut desk = Desk::reading(&state, &query).await?;
    let view = lists::jobs(&mut desk, &query).await?;
    let mut frame = desk.filtered_frame(&visit, place("Jobs", Section::Jobs), &query, true);
    frame.csv_href = Some(format!("/jobs.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::jobs::page(&view)))
}

async fn show_endpoints(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = lists::endpoints(&mut desk, &query).await?;
    let mut frame = desk.filtered_frame(&visit, place("Endpoints", Section::Endpoints), &query, true);
    frame.csv_href = Some(format!("/endpoints.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::endpoints::page(&view)))
}

async fn show_job(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = job::load(&mut desk, List::Jobs, &id, &query).await?;
    let place = below(&view.name, Section::Jobs, "Jobs", "/jobs", &desk, &query);
    let mut frame = desk.period_frame(&visit, place, &query);
    frame.refresh_s = view.status.is_open().then_some(REFRESH_S);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::job::page(&view)))
}

async fn show_endpoint(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = endpoint::load(&mut desk, &id, &query, FormState::default()).await?;
    let place = below(&view.name, Section::Endpoints, "Endpoints", "/endpoints", &desk, &query);
    let frame = desk.period_frame(&visit, place, &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::endpoint::page(&view)))
}

async fn show_notebooks(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = notebooks::list(&mut desk, &query).await?;
    let mut frame = desk.filtered_frame(&visit, place("Notebooks", Section::Notebooks), &query, true);
    frame.csv_href = Some(format!("/notebooks.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::notebooks::page(&view)))
}

async fn show_notebook(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = notebooks::one(&mut desk, &id, &query).await?;
    let place = below(&view.job.name, Section::Notebooks, "Notebooks", "/notebooks", &desk, &query);
    let frame = desk.period_frame(&visit, place, &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::notebook::page(&view)))
}

/// A page below a list; the way back keeps the filter.
pub(super) fn below(title: &str, section: Section, list: &str, path: &str, desk: &Desk, query: &Query) -> Place {
    let href = format!("{path}?{}", query.filter_string(query.period(desk.today())));
    Place { breadcrumb: vec![Crumb { label: list.to_owned(), href }], ..place(title, section) }
}

async fn show_imports(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let view = imports::load(&mut desk, FormState::default(), FormState::default()).await?;
    let frame = desk.frame(&visit, place("Imports", Section::Imports));
    Ok(page::html(StatusCode::OK, &frame, || app::pages::imports::page(&view)))
}

async fn show_methodology(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { search: true, ..Allowed::default() })?;
    let desk = Desk::reading(&state, &query).await?;
    let view = methodology::load(&desk, query.q.as_deref());
    let mut frame = desk.frame(&visit, place("Methodology", Section::Methodology));
    frame.csv_href = Some("/methodology/factors.csv".to_owned());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::methodology::page(&view)))
}

async fn export_jobs(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = jobs::asked(&visit.uri)?;
    if jobs::is_by_family(&query) {
        return jobs::export_families(&state, &query).await;
    }
    export(state, visit, List::Jobs, "jobs").await
}

async fn export_endpoints(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    export(state, visit, List::Endpoints, "endpoints").await
}

async fn export_notebooks(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    export(state, visit, List::Notebooks, "notebooks").await
}

async fn export_workloads(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    export(state, visit, List::Workloads, "workloads").await
}

/// The hours of the week of the notebooks that the filter leaves: at most 168 rows.
async fn export_hours(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let filter = desk.filter(&query);
    let Week { hours, working } = week::hours(&mut desk, &filter, Whose::Of(List::Notebooks)).await?;
    let mut text = csv_line(export_week::columns());
    for own in hours.chunk_by(|a, b| (a.weekday, a.hour) == (b.weekday, b.hour)) {
        let Some(first) = own.first() else { continue };
        let is_working = working.hold(first.weekday, first.hour);
        let parts: Vec<Part> = own.iter().map(|each| each.part.clone()).collect();
        text.extend(csv_line(export_week::row(&desk.factors, (first.weekday, first.hour), is_working, &parts)));
    }
    let file = format!("wattledger_notebook_hours_{}_{}.csv", filter.period.from, filter.period.to);
    Ok((csv_headers(&file), text).into_response())
}

/// Every factor of the active estimate with its source: a few hundred lines, so they are made at once.
async fn export_factors(State(state): State<AppState>, _: Visit) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let mut text = csv_line(factors::COLUMNS.iter().map(ToString::to_string).collect());
    for factor in desk.factors.all_factors() {
        text.extend(csv_line(factors::row(&factor)));
    }
    let file = format!("wattledger_factors_{}.csv", desk.factors.label());
    Ok((csv_headers(&file), text).into_response())
}

/// Streams every row of the page's own query, first byte early, without ever holding the whole.
async fn export(state: AppState, visit: Visit, section: List, name: &'static str) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let desk = Desk::reading(&state, &query).await?;
    let filter = desk.filter(&query);
    let (factors, now, origin) = (desk.factors.clone(), desk.now, desk.scope.origin());
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    let file = format!("wattledger_{name}_{}_{}.csv", filter.period.from, filter.period.to);
    let (rows, mut listed) = mpsc::channel(64);
    let sizes = lists::sizes(&factors);
    let sort = lists::sort(&query);
    let mut transaction = desk.into_transaction();
    tokio::spawn(async move {
        let Some(estimate_id) = estimate_id else { return };
        let asked = Asked { estimate_id, filter: &filter, section, sort, slice: None, now, sizes: &sizes };
        if let Err(error) = list::send_all(&mut transaction, &asked, &rows).await {
            // The file must end as broken, not as complete: the error travels to the body.
            _ = rows.send(Err(error)).await;
        }
    });
    let head = csv_line(listing::columns());
    let lines = stream::poll_fn(move |context| listed.poll_recv(context))
        .map(move |row| row.map(|row| Bytes::from(csv_line(listing::row(&factors, &row, origin)))));
    let body = Body::from_stream(stream::once(async move { Ok(Bytes::from(head)) }).chain(lines));
    Ok((csv_headers(&file), body).into_response())
}

pub(super) fn csv_headers(file: &str) -> [(HeaderName, String); 2] {
    [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
    ]
}

pub(super) fn csv_line(cells: Vec<String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory cannot fail, and a row of text cells is always writable.
    _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}
