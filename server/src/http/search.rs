//! The search: any part of a name or ARN.

use app::view::Section;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::search;
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::read("/search", Policy::Owner, |_| "/search?q=plain".to_owned(), show)]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { search: true, ..Allowed::default() })?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = search::load(&mut desk, &query).await?;
    let place = Place { title: "Search".to_owned(), section: Section::None, breadcrumb: Vec::new() };
    let mut frame = desk.period_frame(&visit, place, &query);
    frame.search = query.q.clone();
    Ok(page::html(StatusCode::OK, &frame, || app::pages::search::page(&view)))
}
