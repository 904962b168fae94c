//! The beginning: three doors, how far one has come, and the end of the demo.

use std::time::Duration;

use app::view::{Crumb, DemoRemovalView, FormState, Section};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, value};
use super::load::onboarding::{self, demo_names};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::aws::template;
use crate::ingest::removal::{self, Removed};
use crate::review::actions::is_name;
use crate::store::account;

const PATH: &str = "/onboarding";
const DEMO: &str = "/onboarding/demo";
const ROLE: &str = "/onboarding/role.json";
/// How long somebody waits for the demo to go, before the page says that it still goes.
const PATIENCE: Duration = Duration::from_secs(22);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::read(ROLE, Policy::Owner, |_| ROLE.to_owned(), role),
        Route::read(DEMO, Policy::Owner, |_| DEMO.to_owned(), confirm),
        Route::write(DEMO, Policy::OwnerWrites, |_| DEMO.to_owned(), remove),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &["removal"], ..Allowed::default() })?;
    let mut desk = Desk::open(&state).await?;
    let all = account::all(&state.database.web).await?;
    let view = onboarding::load(&mut desk, &all, !query.own.is_empty()).await?;
    let place = Place { title: "Getting started".to_owned(), section: Section::None, breadcrumb: Vec::new() };
    Ok(page::html(StatusCode::OK, &desk.frame(&visit, place), || app::pages::onboarding::page(&view)))
}

/// The role as a file for CloudFormation.
async fn role(_: Visit) -> Result<Response, Problem> {
    let text = serde_json::to_string_pretty(&template::role())?;
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"wattledger-role.json\"")];
    Ok((headers, text).into_response())
}

async fn confirm(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    draw(&state, &visit, StatusCode::OK, FormState::default()).await
}

async fn draw(state: &AppState, visit: &Visit, status: StatusCode, form: FormState) -> Result<Response, Problem> {
    let desk = Desk::open(state).await?;
    let all = account::all(&state.database.web).await?;
    let view = DemoRemovalView { accounts: demo_names(&all), form };
    let start = Crumb { label: "Getting started".to_owned(), href: PATH.to_owned() };
    let place = Place { title: "Demo data".to_owned(), section: Section::None, breadcrumb: vec![start] };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::demo_removal::page(&view)))
}

async fn remove(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        return draw(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, given_back(typed, &[nameless("by")])).await;
    }
    let desk = Desk::open(&state).await?;
    let now = desk.now;
    drop(desk);
    let database = state.database.clone();
    // A task of its own: it is not given up where the answer takes too long.
    let removing = tokio::spawn(async move {
        let outcome = removal::remove_demo(&database, &by, now).await;
        match &outcome {
            Ok(Removed::Gone(rows)) => tracing::info!(rows, "the demo was removed"),
            Ok(Removed::StillRead) => tracing::warn!("the demo was not removed, since a run still reads it"),
            Err(error) => tracing::warn!(%error, "the demo was not removed"),
        }
        outcome
    });
    match tokio::time::timeout(PATIENCE, removing).await {
        Ok(Ok(Ok(Removed::Gone(_)))) => Ok(Redirect::to(PATH).into_response()),
        Ok(Ok(Ok(Removed::StillRead))) => Err(Problem::Conflict(
            "The demo is still being read and did not stop in time. Nothing was removed; try again in a moment."
                .to_owned(),
        )),
        Ok(Ok(Err(error))) => Err(error.into()),
        Ok(Err(_)) => Err(Problem::Panicked),
        Err(_) => Ok(Redirect::to("/onboarding?removal=goes-on").into_response()),
    }
}
