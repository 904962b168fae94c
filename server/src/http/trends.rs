//! The ledger over time: the page, its picture and its rows as files, and the notes on its days.

use app::view::{FormState, Section, TrendPlot};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use chrono::NaiveDate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{StatusCode, Uri};
use uuid::Uuid;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::trends::asked::{Asked, PARAMETERS};
use super::load::trends::{self, PATH};
use super::pages::{csv_headers, csv_line};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::trend;
use crate::review::actions::is_name;
use crate::store::day_note::{self, DayNote};
use crate::trend::Metric;

/// A note is a sentence or two.
const NOTE_LIMIT: usize = 300;
/// What the page understands.
pub(super) const ALLOWED: Allowed = Allowed { sorts: &trends::SORTS, search: false, own: &PARAMETERS };

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let (owner, writes) = (Policy::Owner, Policy::OwnerWrites);
    vec![
        Route::read(PATH, owner, |_| "/trends?metric=kwh&second=kind&cmp=yoy".to_owned(), show),
        Route::read("/trends.csv", owner, |_| "/trends.csv".to_owned(), export),
        Route::read("/trends.svg", owner, |_| "/trends.svg".to_owned(), picture),
        Route::write("/trends/notes", writes, |_| "/trends/notes".to_owned(), note),
        Route::write(
            "/trends/notes/{id}/remove",
            writes,
            |_| "/trends/notes/00000000-0000-7000-8000-000000000003/remove".to_owned(),
            remove_note,
        ),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    draw(&state, &visit, &visit.uri, StatusCode::OK, FormState::default()).await
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    address: &Uri,
    status: StatusCode,
    note: FormState,
) -> Result<Response, Problem> {
    let mut query = Query::read(address, ALLOWED)?;
    let mut desk = Desk::reading(state, &query).await?;
    let asked = Asked::read(&mut query, desk.today());
    let view = trends::load(&mut desk, &query, &asked, note).await?;
    let place = Place { title: "Trends".to_owned(), section: Section::Trends, breadcrumb: Vec::new() };
    let mut frame = desk.filtered_frame(visit, place, &query, false);
    let period = query.period(desk.today());
    frame.path = PATH.to_owned();
    frame.csv_href = Some(format!("/trends.csv?{}", query.own_string(period)));
    frame.save_address = Some(query.permalink(period));
    if matches!(asked.metric, Metric::MarketEmissions | Metric::OperationalMarket) {
        frame.counted = Some("emissions market-based in CO\u{2082}e".to_owned());
    }
    Ok(page::html(status, &frame, || app::pages::trends::page(&view)))
}

/// Every bucket of every group, also of those that the page holds together.
async fn export(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut query = Query::read(&visit.uri, ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let asked = Asked::read(&mut query, desk.today());
    let filter = desk.filter(&query);
    let cells = trends::cells(&mut desk, &filter, &asked, None).await?;
    let buckets = asked.step.buckets(filter.period, desk.now);
    let mut text = csv_line(trend::COLUMNS.iter().map(ToString::to_string).collect());
    let concerned: Vec<_> = cells.into_iter().filter(|cell| asked.metric.concerns(cell.part.kind)).collect();
    for cells in concerned.chunk_by(|a, b| (a.start, &a.first, &a.second) == (b.start, &b.first, &b.second)) {
        let Some((cell, bucket)) = cells
            .first()
            .and_then(|cell| buckets.iter().find(|bucket| bucket.start == cell.start).map(|bucket| (cell, bucket)))
        else {
            continue;
        };
        let (amount, shown) = trends::figure_of(asked.metric, &desk.factors, cells);
        let names = [(asked.group, &cell.first), (asked.second, &cell.second)];
        let names = names.map(|(dimension, value)| (dimension, trends::written(&desk, dimension, value)));
        let groups = [(names[0].0, names[0].1.as_str()), (names[1].0, names[1].1.as_str())];
        let origin = desk.scope.origin();
        let row = trend::Row { bucket, groups, metric: asked.metric, amount, shown: &shown, origin };
        text.extend(csv_line(trend::row(&desk.factors, &row)));
    }
    let file = format!("wattledger_trends_{}_{}.csv", filter.period.from, filter.period.to);
    Ok((csv_headers(&file), text).into_response())
}

async fn picture(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut query = Query::read(&visit.uri, ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let asked = Asked::read(&mut query, desk.today());
    let view = trends::load(&mut desk, &query, &asked, FormState::default()).await?;
    let source = trends::source(&desk, &query);
    let draw = |plot: &TrendPlot| match plot {
        TrendPlot::Series(chart) => app::charts::trend::file(chart, &source),
        TrendPlot::Heat(chart) => app::charts::heat::file(chart, &source),
    };
    let svg = app::sized(query.mass, || view.plot.as_ref().and_then(draw));
    let svg = svg.ok_or(Problem::Misbuilt("a chart could not be drawn"))?;
    let period = query.period(desk.today());
    let name = format!("attachment; filename=\"wattledger_trends_{}_{}.svg\"", period.from, period.to);
    Ok(([(CONTENT_TYPE, "image/svg+xml".to_owned()), (CONTENT_DISPOSITION, name)], svg).into_response())
}

async fn note(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let address = back(&typed);
    let (text, author) = (value(&typed, "text").to_owned(), value(&typed, "by").to_owned());
    let mut refused = Vec::new();
    let day = value(&typed, "day").parse::<NaiveDate>().ok();
    if day.is_none() {
        refused.push(refuse("day", "Enter the day it is about, such as 2026-11-09."));
    }
    if text.is_empty() || text.chars().count() > NOTE_LIMIT {
        refused.push(refuse("text", "Say what happened, in at most 300 characters."));
    }
    if !is_name(&author) {
        refused.push(nameless("by"));
    }
    let (Some(day), true) = (day, refused.is_empty()) else {
        let form = given_back(typed, &refused);
        return draw(&state, &visit, &address, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let desk = Desk::open(&state).await?;
    let (scope, at) = (desk.scope.clone(), desk.now);
    drop(desk);
    day_note::add(&state.database.web, &scope, &DayNote { day, text, author, at }).await?;
    Ok(Redirect::to(&format!("{address}#notes")).into_response())
}

async fn remove_note(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = value(&typed, "by");
    if !is_name(by) {
        return Err(Problem::Unprocessable(nameless("by").message));
    }
    let missing = || Problem::NoSuchThing { what: "note", list: PATH };
    let note_id = id.parse::<Uuid>().map_err(|_| missing())?;
    let desk = Desk::open(&state).await?;
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    if !day_note::remove(&state.database.web, &scope, note_id, by, now).await? {
        return Err(missing());
    }
    Ok(Redirect::to(&format!("{}#notes", back(&typed))).into_response())
}

/// The page a form was sent from, if it is one of these; else the page as it begins.
fn back(typed: &Typed) -> Uri {
    let address = value(typed, "address").parse::<Uri>().ok();
    let own = address.filter(|uri| uri.authority().is_none() && uri.path() == PATH);
    own.unwrap_or_else(|| Uri::from_static(PATH))
}
