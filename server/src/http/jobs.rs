//! Jobs beside each other: compared, tuned, and how they are run.

use app::view::{Crumb, Section};
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::{compare, practice, tuning};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;

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
    let frame = desk.frame(&visit, place("Jobs side by side", &desk, &query));
    Ok(page::html(StatusCode::OK, &frame, || app::pages::compare::page(&view)))
}

async fn show_tunings(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = tuning::list(&mut desk, &query).await?;
    let frame = desk.frame(&visit, place("Tuning jobs", &desk, &query));
    Ok(page::html(StatusCode::OK, &frame, || app::pages::tunings::page(&view)))
}

async fn show_tuning(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = tuning::load(&mut desk, &id, &query).await?;
    let mut place = place(&view.name, &desk, &query);
    place.breadcrumb.push(Crumb { label: "Tuning jobs".to_owned(), href: "/jobs/tuning".to_owned() });
    let frame = desk.frame(&visit, place);
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
