//! What is configured, and what was.

use app::view::{Crumb, Section};
use axum::extract::{Query as Asked, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::desk::{Desk, Place};
use super::load::configuration;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::read("/configuration", Policy::Owner, |_| "/configuration?kind=model".to_owned(), show)]
}

#[derive(Debug, Deserialize)]
struct Wanted {
    kind: Option<String>,
}

async fn show(State(state): State<AppState>, Asked(wanted): Asked<Wanted>, visit: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let view = configuration::load(&mut desk, wanted.kind.as_deref()).await?;
    let place = Place {
        title: "Configuration".to_owned(),
        section: Section::Imports,
        breadcrumb: vec![Crumb { label: "Imports".to_owned(), href: "/imports".to_owned() }],
    };
    let frame = desk.frame(&visit, place);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::configuration::page(&view)))
}
