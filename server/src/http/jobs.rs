//! Jobs beside each other: compared, tuned, by family, and how they are run.

use app::view::{Crumb, Section};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, Uri};

use super::desk::{Desk, Place};
use super::load::{compare, family, practice, tuning};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page, pages};
use crate::auth::Policy;
use crate::export::families;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read(
            "/jobs/compare",
            owner,
            |known| format!("/jobs/compare?id={}&id={}", known.job, known.other_job),
            show_comparison,
        ),
        Route::read("/jobs/tuning", owner, |_| "/jobs/tuning".to_owned(), show_tunings),
        Route::read("/jobs/tuning/{id}", owner, |known| format!("/jobs/tuning/{}", known.tuning), show_tuning),
        Route::read("/jobs/practice", owner, |_| "/jobs/practice".to_owned(), show_practice),
    ]
}

/// A page below the list of jobs; the way back keeps the filter.
fn place(title: &str, desk: &Desk, query: &Query) -> Place {
    let href = format!("/jobs?{}", query.filter_string(query.period(desk.today())));
    let breadcrumb = vec![Crumb { label: "Jobs".to_owned(), href }];
    Place { title: title.to_owned(), section: Section::Jobs, breadcrumb }
}

async fn show_comparison(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &compare::PARAMETERS, ..Allowed::default() })?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = compare::load(&mut desk, &query).await?;
    let frame = desk.lifelong_frame(&visit, place("Jobs side by side", &desk, &query), &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::compare::page(&view)))
}

async fn show_tunings(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, tuning::ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = tuning::list(&mut desk, &query).await?;
    let frame = desk.filtered_frame(&visit, place("Tuning jobs", &desk, &query), &query, true);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::tunings::page(&view)))
}

async fn show_tuning(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = tuning::load(&mut desk, &id, &query).await?;
    let mut place = place(&view.name, &desk, &query);
    let href = format!("/jobs/tuning?{}", query.filter_string(query.period(desk.today())));
    place.breadcrumb.push(Crumb { label: "Tuning jobs".to_owned(), href });
    let frame = desk.lifelong_frame(&visit, place, &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::tuning::page(&view)))
}

async fn show_practice(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = practice::load(&mut desk, &query).await?;
    let place = place("How jobs are run", &desk, &query);
    let frame = desk.filtered_frame(&visit, place, &query, false);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::practice::page(&view)))
}

/// What the list of jobs is asked for: families have an order of their own.
///
/// # Errors
/// As [`Query::read`].
pub(super) fn asked(uri: &Uri) -> Result<Query, Problem> {
    let read = |allowed| {
        let mut query = Query::read(uri, allowed)?;
        query.allow("group", &["family"]);
        Ok::<_, Problem>(query)
    };
    let query = read(pages::JOBS)?;
    if is_by_family(&query) { read(family::ALLOWED) } else { Ok(query) }
}

/// Whether the list of jobs is to be put together by family.
pub(super) fn is_by_family(query: &Query) -> bool {
    query.own.iter().any(|(_, group)| group == "family")
}

pub(super) async fn show_families(state: &AppState, visit: &Visit, query: &Query) -> Result<Response, Problem> {
    let mut desk = Desk::reading(state, query).await?;
    let view = family::list(&mut desk, query).await?;
    let place = Place { title: "Jobs by family".to_owned(), section: Section::Jobs, breadcrumb: Vec::new() };
    let mut frame = desk.filtered_frame(visit, place, query, true);
    frame.csv_href = Some(format!("/jobs.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::families::page(&view)))
}

/// The rows of the page's own query, all of them: there are far fewer families than jobs.
pub(super) async fn export_families(state: &AppState, query: &Query) -> Result<Response, Problem> {
    let mut desk = Desk::reading(state, query).await?;
    let groups = family::all(&mut desk, query).await?;
    let period = query.period(desk.today());
    let mut text = pages::csv_line(families::columns());
    for group in &groups {
        let account = desk.aws_account(group.account_id);
        text.extend(pages::csv_line(families::row(&desk.factors, &account, group)));
    }
    let name = format!("wattledger_job_families_{}_{}.csv", period.from, period.to);
    Ok((pages::csv_headers(&name), text).into_response())
}
