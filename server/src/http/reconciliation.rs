//! Our months beside those that AWS reports: the page and its CSV.

use app::view::{Crumb, Section};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::{cost_check, reconciliation};
use super::pages::{csv_headers, csv_line};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::reconciliation::{COLUMNS, COST_COLUMNS, cost_row, row};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/reconciliation", owner, |_| "/reconciliation".to_owned(), show),
        Route::read("/reconciliation.csv", owner, |_| "/reconciliation.csv".to_owned(), export),
        Route::read("/reconciliation/cost.csv", owner, |_| "/reconciliation/cost.csv".to_owned(), export_cost),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let found = reconciliation::load(&mut desk).await?;
    let place = Place {
        title: "Beside AWS' own figures".to_owned(),
        section: Section::Methodology,
        breadcrumb: vec![Crumb { label: "Methodology".to_owned(), href: "/methodology".to_owned() }],
    };
    let mut frame = desk.frame(&visit, place);
    frame.csv_href = Some(found.view.csv_href.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::reconciliation::page(&found.view)))
}

async fn export(State(state): State<AppState>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let found = reconciliation::load(&mut desk).await?;
    let mut text = csv_line(COLUMNS.iter().map(ToString::to_string).collect());
    for line in &found.lines {
        text.extend(csv_line(row(line)));
    }
    let file = format!("wattledger_reconciliation_{}.csv", desk.today());
    Ok((csv_headers(&file), text).into_response())
}

async fn export_cost(State(state): State<AppState>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let found = cost_check::load(&mut desk).await?;
    let mut text = csv_line(COST_COLUMNS.iter().map(ToString::to_string).collect());
    for (account, day) in &found.days {
        text.extend(csv_line(cost_row(account, day)));
    }
    let file = format!("wattledger_cost_check_{}.csv", desk.today());
    Ok((csv_headers(&file), text).into_response())
}
