//! Recommendations: the list, one of them, and the decision on it.

use std::collections::BTreeMap;

use app::view::{Crumb, RecommendationView, Section};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::form::value;
use super::load::findings;
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::{Refused, read_form};
use crate::auth::Policy;
use crate::store::finding::{self, Decided};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let one: super::Example = |known| format!("/recommendations/{}", known.finding);
    vec![
        Route::read("/recommendations", Policy::Owner, |_| "/recommendations".to_owned(), list),
        Route::read("/recommendations/{id}", Policy::Owner, one, show),
        Route::write(
            "/recommendations/{id}/transition",
            Policy::OwnerWrites,
            |known| format!("/recommendations/{}/transition", known.finding),
            decide,
        ),
    ]
}

const LIST: Allowed = Allowed { sorts: &findings::SORTS, search: true, own: &["status"] };

async fn list(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, LIST)?;
    let mut desk = Desk::open(&state).await?;
    let view = findings::list(&mut desk, &query).await?;
    let place =
        Place { title: "Recommendations".to_owned(), section: Section::Recommendations, breadcrumb: Vec::new() };
    let frame = desk.filtered_frame(&visit, place, &query, true);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::recommendations::page(&view)))
}

async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Response, Problem> {
    draw(&state, &visit, &id, StatusCode::OK, BTreeMap::new(), &[]).await
}

async fn decide(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let finding_id = findings::id(&id)?;
    let found = finding::find(&state.database.web, &desk.scope, finding_id).await?.ok_or(missing())?;
    let seen = value(&form, "version").parse::<i32>();
    if seen.is_ok_and(|seen| seen != found.version) {
        return draw(&state, &visit, &id, StatusCode::CONFLICT, form, &[]).await;
    }
    let transition = match read_form(found.workflow, &form, desk.today()) {
        Ok(transition) => transition,
        Err(refused) => return draw(&state, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form, &refused).await,
    };
    match finding::decide(&state.database.web, &desk.scope, finding_id, &transition, desk.now).await? {
        Decided::Made => Ok(Redirect::to(&format!("/recommendations/{id}")).into_response()),
        Decided::Conflict => draw(&state, &visit, &id, StatusCode::CONFLICT, form, &[]).await,
    }
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    form: BTreeMap<String, String>,
    refused: &[Refused],
) -> Result<Response, Problem> {
    let desk = Desk::open(state).await?;
    let finding_id = findings::id(id)?;
    let pool = &state.database.web;
    let found = finding::find(pool, &desk.scope, finding_id).await?.ok_or(missing())?;
    let events = finding::events(pool, &desk.scope, finding_id).await?;
    let conflict = (status == StatusCode::CONFLICT).then(|| findings::conflict(&found, &events, &form));
    let view = RecommendationView { conflict, ..findings::detail(&desk.factors, &found, &events, form, refused) };
    let up = Crumb { label: "Recommendations".to_owned(), href: "/recommendations".to_owned() };
    let place = Place { title: view.title.clone(), section: Section::Recommendations, breadcrumb: vec![up] };
    let frame = desk.frame(visit, place);
    Ok(page::html(status, &frame, || app::pages::recommendation::page(&view)))
}

fn missing() -> Problem {
    Problem::NoSuchThing { what: "recommendation", list: "/recommendations" }
}
