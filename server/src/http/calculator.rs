//! The calculator's page, its estimate for programs, and the factors for the browser.

use app::calculator::{Ask, Worked, work};
use app::view::{Crumb, Frame, Section};
use axum::extract::{Query as Pairs, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode, Uri};

use super::desk::{Desk, Place};
use super::load::calculator;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/calculator", owner, |_| format!("/calculator?{EXAMPLE}"), show),
        Route::read("/calculator.json", owner, |_| format!("/calculator.json?{EXAMPLE}"), export),
        Route::read("/calculator/factors.json", owner, |_| "/calculator/factors.json".to_owned(), factors),
    ]
}

const EXAMPLE: &str = "type1=ml.g5.xlarge&count1=2&hours1=24&region1=eu-west-1&kind1=endpoint";

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let ask = read(&visit.uri)?;
    if let Some(address) = &ask.changed {
        return Ok(Redirect::to(address).into_response());
    }
    let desk = Desk::open(&state).await?;
    let view = calculator::load(&desk.factors, &ask);
    let place = Place { title: "Calculator".to_owned(), section: Section::Calculator, ..Place::default() };
    let frame = Frame { permalink: ask.address(), ..desk.frame(&visit, place) };
    Ok(page::html(StatusCode::OK, &frame, || app::pages::calculator::page(&view)))
}

/// The first alternative, byte for byte what `wattledger estimate --json` prints with the same factors.
async fn export(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let ask = read(&visit.uri)?;
    let desk = Desk::open(&state).await?;
    match work(&desk.factors, &ask).into_iter().next() {
        Some(Worked::Estimated(estimated)) => Ok(json(estimated.1.to_json()? + "\n")),
        Some(Worked::Refused(wrong)) => {
            let sentences: Vec<String> = wrong.into_iter().map(|(_, sentence)| sentence).collect();
            Err(refused(&ask.address(), sentences.join(" ")))
        }
        None => Err(Problem::NoSuchPage),
    }
}

/// The factors of the active estimate. An address that names their hash may be kept for ever; one that names another
/// hash is of a page that was drawn with other factors, which must not compute with these.
async fn factors(State(state): State<AppState>, RawQuery(query): RawQuery, _: Visit) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let version = query.as_deref().and_then(|query| query.strip_prefix("v="));
    if version.is_some_and(|version| version != desk.factors.sha256_hex()) {
        return Err(Problem::NoSuchPage);
    }
    let keep = if version.is_some() { "private, max-age=31536000, immutable" } else { "private, no-cache" };
    let mut response = json(desk.factors.to_json()?);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    Ok(response)
}

fn json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

fn read(uri: &Uri) -> Result<Ask, Problem> {
    match Pairs::<Vec<(String, String)>>::try_from_uri(uri) {
        Ok(Pairs(pairs)) => Ok(Ask::read(pairs)),
        Err(_) => {
            Err(refused("/calculator", "The part of the address behind the question mark cannot be read.".to_owned()))
        }
    }
}

fn refused(href: &str, sentence: String) -> Problem {
    Problem::BadQuery { sentence, next: Crumb { label: "The calculator".to_owned(), href: href.to_owned() } }
}
