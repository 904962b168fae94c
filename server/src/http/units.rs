//! What work is counted in: units, what another one would show before it is kept, and the end of one.

use app::view::{FormState, Section};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::StatusCode;

use super::desk::{Desk, Place};
use super::filter_bar::account_word;
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::units::{self, PARAMETERS};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::review::actions::is_name;
use crate::store::selection::Attribute;
use crate::store::work_unit::{self, Unit};
use crate::work::Work;

const PATH: &str = "/settings/units";
/// Key of a unit that is looked at and not kept.
const NEW: &str = "new";
/// What fits into a card.
const LABEL_LIMIT: usize = 40;
const NAME_LIMIT: usize = 256;
/// More than anybody counts.
const MOST: f64 = 1e12;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| "/settings/units?of=training_runs".to_owned(), show),
        Route::write(PATH, Policy::OwnerWrites, |_| PATH.to_owned(), keep),
        Route::write("/settings/units/end", Policy::OwnerWrites, |_| "/settings/units/end".to_owned(), end),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &PARAMETERS, ..Allowed::default() })?;
    let typed: Typed = query.own.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let asked = typed.contains_key("of");
    draw(&state, &visit, &query, typed, asked, Vec::new()).await
}

async fn keep(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &PARAMETERS, ..Allowed::default() })?;
    let mut refused = Vec::new();
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    let desk = Desk::open(&state).await?;
    let read = read_unit(&typed, &desk);
    let (Ok(unit), true) = (read, refused.is_empty()) else {
        return draw(&state, &visit, &query, typed, true, refused).await;
    };
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    let unit = Unit { set_by: by, set_at: now, ..unit };
    if !work_unit::add(&state.database.web, &scope, &unit).await? {
        let twin =
            refuse("of", "The same work of the same resources is counted in a unit already. End that one first.");
        return draw(&state, &visit, &query, typed, false, vec![twin]).await;
    }
    Ok(Redirect::to(PATH).into_response())
}

async fn end(State(state): State<AppState>, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let by = value(&typed, "by");
    if !is_name(by) {
        return Err(Problem::Unprocessable(nameless("by").message));
    }
    let desk = Desk::open(&state).await?;
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    if !work_unit::end(&state.database.web, &scope, value(&typed, "unit"), by, now).await? {
        return Err(Problem::Conflict("Somebody ended this unit already. Open the page again.".to_owned()));
    }
    Ok(Redirect::to(PATH).into_response())
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    query: &Query,
    typed: Typed,
    with_preview: bool,
    mut refused: Vec<Refused>,
) -> Result<Response, Problem> {
    let mut desk = Desk::reading(state, query).await?;
    let mut asked = None;
    if with_preview {
        match read_unit(&typed, &desk) {
            Ok(unit) => asked = Some(unit),
            Err(wrong) => refused.extend(wrong),
        }
    }
    let form: FormState = given_back(typed, &refused);
    let mut view = units::load(state, &mut desk, query, form, asked.as_ref()).await?;
    let status = if view.form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let place = Place { title: "Units of work".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    let mut frame = desk.filtered_frame(visit, place, query, false);
    frame.path = PATH.to_owned();
    view.teams = desk.facets().of(Attribute::Team).iter().filter(|team| !team.is_empty()).cloned().collect();
    Ok(page::html(status, &frame, || app::pages::units::page(&view)))
}

/// The unit that a form describes.
fn read_unit(typed: &Typed, desk: &Desk) -> Result<Unit, Vec<Refused>> {
    let mut refused = Vec::new();
    let work = Work::parse(value(typed, "of"));
    if work.is_none() {
        refused.push(refuse("of", "Choose what is counted."));
    }
    let (usual_label, usual_scale) = work.map_or(("", 1.0), Work::usual);
    let per = value(typed, "per").replace([' ', '\u{202f}', ',', '_'], "");
    let scale = if per.is_empty() { Some(usual_scale) } else { per.parse::<f64>().ok() };
    let scale = scale.filter(|scale| *scale > 0.0 && *scale <= MOST);
    if scale.is_none() {
        refused.push(refuse("per", "Enter how much one unit is, a number above 0 such as 1000."));
    }
    let label = value(typed, "label");
    let is_usual = scale.is_some_and(|scale| (scale - usual_scale).abs() < f64::EPSILON);
    if label.is_empty() && !is_usual && scale.is_some() {
        refused.push(refuse("label", "Say what so much is called, such as 10 000 translations."));
    }
    if label.chars().count() > LABEL_LIMIT {
        refused.push(refuse("label", "What a unit is called has at most 40 characters."));
    }
    let within = value(typed, "within");
    let account = desk.accounts.iter().find(|account| account_word(account) == within);
    if !within.is_empty() && account.is_none() {
        refused.push(refuse("within", "Choose one of the accounts, or any."));
    }
    let (team, names) = (value(typed, "whose"), value(typed, "names"));
    if team.chars().count() > NAME_LIMIT {
        refused.push(refuse("whose", "A team has at most 256 characters."));
    }
    if names.chars().count() > NAME_LIMIT {
        refused.push(refuse("names", "Names have at most 256 characters."));
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match work.zip(scale) {
        Some((work, scale)) if refused.is_empty() => Ok(Unit {
            key: NEW.to_owned(),
            work,
            label: some(label).unwrap_or_else(|| usual_label.to_owned()),
            scale,
            account: account.map(|account| account.account_id),
            team: some(team),
            pattern: some(names),
            set_by: NEW.to_owned(),
            set_at: desk.now,
        }),
        _ => Err(refused),
    }
}
