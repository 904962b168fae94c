//! Every account the installation knows, and what is in the way of reading it.

use app::view::Section;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::accounts;
use super::pages::{csv_headers, csv_line};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::accounts as export;
use crate::store::account;

const PATH: &str = "/settings/accounts";
const CSV: &str = "/settings/accounts.csv";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::read(CSV, Policy::Owner, |_| CSV.to_owned(), send),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let all = account::all(&state.database.web).await?;
    let view = accounts::load(&mut desk, &all).await?;
    let place = Place { title: "Accounts".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    let mut frame = desk.frame(&visit, place);
    frame.csv_href = Some(CSV.to_owned());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::accounts::page(&view)))
}

/// The same rows as a file.
async fn send(State(state): State<AppState>, _: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let all = account::all(&state.database.web).await?;
    let (period, known) = accounts::known(&mut desk).await?;
    let mut text = csv_line(export::COLUMNS.iter().map(ToString::to_string).collect());
    for account in &all {
        let own = known.iter().find(|each| each.account_id == account.account_id);
        text.extend(csv_line(export::row(account, own, period)));
    }
    Ok((csv_headers("wattledger_accounts.csv"), text).into_response())
}
