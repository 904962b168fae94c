//! The dictionary of key figures and their targets.

use app::view::{FormState, Section};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::StatusCode;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::kpi::{Kpi, PerUnit};
use super::load::kpis;
use super::pages::{csv_headers, csv_line};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::kpis as export;
use crate::review::actions::is_name;
use crate::store::{target, work_unit};

const PATH: &str = "/settings/kpis";
const CSV: &str = "/settings/kpis.csv";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::read(CSV, Policy::Owner, |_| CSV.to_owned(), send),
        Route::write(PATH, Policy::OwnerWrites, |_| PATH.to_owned(), keep),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    draw(&state, &visit, StatusCode::OK, FormState::default()).await
}

async fn draw(state: &AppState, visit: &Visit, status: StatusCode, form: FormState) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::open(state).await?;
    let view = kpis::load(&mut desk, &query, form).await?;
    let place = Place { title: "Key figures".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    let period = query.period(desk.today());
    let mut frame = desk.frame(visit, place);
    frame.csv_href = Some(format!("{CSV}?{}", query.own_string(period)));
    Ok(page::html(status, &frame, || app::pages::kpis::page(&view)))
}

/// The same rows as a file.
async fn send(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::open(&state).await?;
    let view = kpis::load(&mut desk, &query, FormState::default()).await?;
    let period = query.period(desk.today());
    let mut text = csv_line(export::COLUMNS.iter().map(ToString::to_string).collect());
    for row in &view.rows {
        text.extend(csv_line(export::row(&desk.factors, period, row)));
    }
    Ok((csv_headers(&format!("wattledger_kpis_{}_{}.csv", period.from, period.to)), text).into_response())
}

async fn keep(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let key = value(&typed, "kpi").to_owned();
    let base_units = match (Kpi::parse(&key), PerUnit::parse(&key)) {
        (Some(kpi), _) => Some(kpi.typed_in().1),
        (None, Some((_, unit))) => is_in_force(&state, unit).await?.then_some(1.0),
        (None, None) => None,
    };
    let Some(base_units) = base_units else {
        return Err(Problem::Unprocessable("No such figure is known. Open the page again.".to_owned()));
    };
    let mut refused = Vec::new();
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    let text = value(&typed, "target").trim().replace([' ', '\u{202f}', ','], "");
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    if !text.is_empty() && number.is_none() {
        refused.push(refuse("target", "Enter a number of at least zero, or nothing for no target."));
    }
    if !refused.is_empty() {
        return draw(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, given_back(typed, &refused)).await;
    }
    let desk = Desk::open(&state).await?;
    let (origin, now) = (desk.scope.origin(), desk.now);
    drop(desk);
    let wanted = number.map(|number| number * base_units);
    target::set(&state.database.web, origin, &key, wanted, &by, now).await?;
    Ok(Redirect::to(&format!("{PATH}#{key}")).into_response())
}

/// Whether work is counted in a unit of this key.
async fn is_in_force(state: &AppState, unit: &str) -> Result<bool, Problem> {
    let mut desk = Desk::open(state).await?;
    let origin = desk.scope.origin();
    let units = work_unit::current(desk.connection(), origin).await?;
    Ok(units.iter().any(|each| each.key == unit))
}
