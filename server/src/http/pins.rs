//! Pinning: endpoints that are read every five minutes.

use app::view::Section;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::StatusCode;

use super::desk::Desk;
use super::form::{Typed, given_back, nameless, value};
use super::load::endpoint;
use super::load::figures::{self, names, number};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page, pages};
use crate::auth::Policy;
use crate::kind::Section as List;
use crate::review::actions::is_name;
use crate::store::pin::{self, Pin};
use crate::store::sheet;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::write(
        "/endpoints/{id}/pin",
        Policy::OwnerWrites,
        |known| format!("/endpoints/{}/pin", known.endpoint),
        pin,
    )]
}

async fn pin(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let missing = figures::missing(List::Endpoints);
    let by = value(&typed, "by").to_owned();
    let is_pinned = value(&typed, "pinned") == "yes";
    if !is_name(&by) {
        let query = Query::read(&visit.uri, Allowed::default())?;
        let mut desk = Desk::reading(&state, &query).await?;
        let view = endpoint::load(&mut desk, &id, &query, given_back(typed, &[nameless("by")])).await?;
        let place = pages::below(&view.name, Section::Endpoints, "Endpoints", "/endpoints", &desk, &query);
        let frame = desk.period_frame(&visit, place, &query);
        return Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &frame, || app::pages::endpoint::page(&view)));
    }
    let mut desk = Desk::open(&state).await?;
    let resource_id = number(&id).ok_or(figures::missing(List::Endpoints))?;
    let origin = desk.scope.origin();
    let found = sheet::find(desk.connection(), origin, List::Endpoints, resource_id).await?;
    let found = found.map(|sheet| sheet.resource).filter(|found| names(&id, &found.name)).ok_or(missing)?;
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    let pin = Pin { by, at: now };
    pin::set(&state.database.web, &scope, found.account_id, resource_id, &pin, is_pinned).await?;
    Ok(Redirect::to(&format!("/endpoints/{id}#reading")).into_response())
}
