//! "Why this number?" for any figure: the page and the same account as JSON.

use app::view::{Crumb, Section};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::rates;
use super::load::why::{self, About};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::kind::Section as List;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/why", owner, |_| "/why".to_owned(), show_selection),
        Route::read("/why.json", owner, |_| "/why.json".to_owned(), export_selection),
        Route::read("/jobs/{id}/why", owner, |known| format!("/jobs/{}/why", known.job), show_job),
        Route::read("/jobs/{id}/why.json", owner, |known| format!("/jobs/{}/why.json", known.job), export_job),
        Route::read("/endpoints/{id}/why", owner, |known| format!("/endpoints/{}/why", known.endpoint), show_endpoint),
        Route::read(
            "/endpoints/{id}/why.json",
            owner,
            |known| format!("/endpoints/{}/why.json", known.endpoint),
            export_endpoint,
        ),
        Route::read("/notebooks/{id}/why", owner, |known| format!("/notebooks/{}/why", known.notebook), show_notebook),
        Route::read(
            "/notebooks/{id}/why.json",
            owner,
            |known| format!("/notebooks/{}/why.json", known.notebook),
            export_notebook,
        ),
    ]
}

/// The filter with a search: a figure above a searched list is explained like any other.
const ALLOWED: Allowed = Allowed { sorts: &[], search: true, own: &rates::PARAMETERS };

async fn show_selection(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let json = format!("/why.json?{}", query.own_string(query.period(desk.today())));
    let found = why::load(&mut desk, About::Selection, &query, json).await?;
    let place = Place {
        title: "Why this number".to_owned(),
        section: Section::Overview,
        breadcrumb: vec![Crumb {
            label: "Overview".to_owned(),
            href: format!("/?{}", query.filter_string(query.period(desk.today()))),
        }],
    };
    let frame = desk.filtered_frame(&visit, place, &query, true);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::why::page(&found.view)))
}

async fn export_selection(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    export(state, visit, About::Selection).await
}

async fn show_job(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    show(state, visit, List::Jobs, &id).await
}

async fn export_job(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    export(state, visit, About::Resource(List::Jobs, &id)).await
}

async fn show_endpoint(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    show(state, visit, List::Endpoints, &id).await
}

async fn export_endpoint(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    export(state, visit, About::Resource(List::Endpoints, &id)).await
}

async fn show_notebook(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    show(state, visit, List::Notebooks, &id).await
}

async fn export_notebook(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    export(state, visit, About::Resource(List::Notebooks, &id)).await
}

async fn show(state: AppState, visit: Visit, list: List, id: &str) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { search: false, ..ALLOWED })?;
    let mut desk = Desk::reading(&state, &query).await?;
    let period = query.filter_string(query.period(desk.today()));
    let json = format!("{}.json?{}", visit.uri.path(), query.own_string(query.period(desk.today())));
    let found = why::load(&mut desk, About::Resource(list, id), &query, json).await?;
    let (section, label, path) = match list {
        List::Jobs => (Section::Jobs, "Jobs", "/jobs"),
        List::Endpoints => (Section::Endpoints, "Endpoints", "/endpoints"),
        List::Notebooks => (Section::Notebooks, "Notebooks", "/notebooks"),
        List::Workloads => (Section::Workloads, "Workloads", "/workloads"),
    };
    let own = visit.uri.path().trim_end_matches("/why");
    let place = Place {
        title: "Why this number".to_owned(),
        section,
        breadcrumb: vec![
            Crumb { label: label.to_owned(), href: format!("{path}?{period}") },
            Crumb { label: found.view.subject.clone(), href: format!("{own}?{period}") },
        ],
    };
    let frame = desk.period_frame(&visit, place, &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::why::page(&found.view)))
}

async fn export(state: AppState, visit: Visit, about: About<'_>) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let found = why::load(&mut desk, about, &query, String::new()).await?;
    Ok(Json(found.account).into_response())
}
