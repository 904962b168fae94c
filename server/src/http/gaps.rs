//! Missing hours: which they are, the request to read them again, and what somebody knows of them.

use app::view::{Crumb, FormState, Section};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use chrono::{Days, NaiveDate, NaiveTime};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::gaps;
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::review::actions::is_name;
use crate::store::account;
use crate::store::gap::{self, Again, Note};

const PATH: &str = "/imports/gaps";
const REQUEST: &str = "/imports/gaps/request";
const EXPLAIN: &str = "/imports/gaps/explain";
/// A note is a sentence or two.
const NOTE_LIMIT: usize = 500;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::write(REQUEST, Policy::OwnerWrites, |_| REQUEST.to_owned(), request_again),
        Route::write(EXPLAIN, Policy::OwnerWrites, |_| EXPLAIN.to_owned(), explain),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    draw(desk, &visit, StatusCode::OK, Default::default()).await
}

async fn draw(
    mut desk: Desk,
    visit: &Visit,
    status: StatusCode,
    refused: (FormState, String),
) -> Result<Response, Problem> {
    let view = gaps::load(&mut desk, refused).await?;
    let imports = Crumb { label: "Imports".to_owned(), href: "/imports".to_owned() };
    let place = Place { title: "Gaps".to_owned(), section: Section::Imports, breadcrumb: vec![imports] };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::gaps::page(&view)))
}

async fn request_again(
    State(state): State<AppState>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let place = whereabouts(&mut desk, &typed).await?;
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        return give_back(desk, &visit, typed, "again", &[nameless("by")]).await;
    }
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    let (from, to) = place.hours();
    let again = Again { account_id: place.account_id, region: &place.region, from, to: to.min(now), by: &by, now };
    let windows = gap::request_again(&state.database.ingest, &scope, again).await?;
    tracing::info!(windows, region = place.region, "a gap was asked for again");
    Ok(Redirect::to(PATH).into_response())
}

async fn explain(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let place = whereabouts(&mut desk, &typed).await?;
    let (text, author) = (value(&typed, "note").to_owned(), value(&typed, "by").to_owned());
    let mut refused = Vec::new();
    if text.is_empty() || text.chars().count() > NOTE_LIMIT {
        refused.push(refuse("note", "Say what is known of these days, in at most 500 characters."));
    }
    if !is_name(&author) {
        refused.push(nameless("by"));
    }
    if !refused.is_empty() {
        return give_back(desk, &visit, typed, "explain", &refused).await;
    }
    let (scope, at) = (desk.scope.clone(), desk.now);
    drop(desk);
    let Whereabouts { account_id, region, first, last } = place;
    let note = Note { account_id, region, first, last, text, author, at };
    gap::explain(&state.database.web, &scope, &note).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// The page again, with what is wrong beside the gap's own form.
async fn give_back(
    desk: Desk,
    visit: &Visit,
    mut typed: Typed,
    which: &str,
    refused: &[Refused],
) -> Result<Response, Problem> {
    let prefix = value(&typed, "form").to_owned();
    typed.insert("which".to_owned(), which.to_owned());
    draw(desk, visit, StatusCode::UNPROCESSABLE_ENTITY, (given_back(typed, refused), prefix)).await
}

/// Days of a region that was read before.
struct Whereabouts {
    account_id: i32,
    region: String,
    first: NaiveDate,
    last: NaiveDate,
}

impl Whereabouts {
    fn hours(&self) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        (midnight(self.first), midnight(self.last + Days::new(1)))
    }
}

async fn whereabouts(desk: &mut Desk, typed: &Typed) -> Result<Whereabouts, Problem> {
    let unknown = || Problem::Unprocessable("No gap was named. Open the page again.".to_owned());
    let account_id = value(typed, "account").parse::<i32>().map_err(|_| unknown())?;
    let day = |name| value(typed, name).parse::<NaiveDate>().map_err(|_| unknown());
    let (first, last) = (day("first")?, day("last")?);
    let region = value(typed, "region").to_owned();
    let today = desk.today();
    let known = account::regions(desk.connection()).await?;
    if !known.contains(&(account_id, region.clone())) || first > last || last > today {
        return Err(unknown());
    }
    Ok(Whereabouts { account_id, region, first, last })
}
