//! Reviews: the list, freezing a week, one review with its actions and signatures, and its two tables as CSV.

use app::view::{Crumb, FormState, Section};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use uuid::Uuid;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::review::{self, Forms, Opened, absent};
use super::load::{review_pair, reviews};
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::export;
use crate::review::actions::{ActionStatus, is_name, read_form};
use crate::review::freeze::{self, FreezeError};
use crate::review::{IsoWeek, ReviewId};
use crate::store::action::{self, Changed};
use crate::store::sign_off::{self, Signing};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let (owner, writes) = (Policy::Owner, Policy::OwnerWrites);
    vec![
        Route::read("/reviews", owner, |_| "/reviews".to_owned(), list),
        Route::write("/reviews", writes, |_| "/reviews".to_owned(), create),
        // Answers `/reviews/{id}.csv` too: a pattern cannot hold an ending of its own.
        Route::read("/reviews/{id}", owner, |known| format!("/reviews/{}", known.review), show),
        Route::read(
            "/reviews/{id}/compare/{other}",
            owner,
            |known| format!("/reviews/{}/compare/{}", known.review, known.review),
            compare,
        ),
        Route::read(
            "/reviews/{id}/actions.csv",
            owner,
            |known| format!("/reviews/{}/actions.csv", known.review),
            export_actions,
        ),
        Route::write("/reviews/{id}/actions", writes, |known| format!("/reviews/{}/actions", known.review), add_action),
        Route::write(
            "/reviews/{id}/actions/{action}",
            writes,
            |known| format!("/reviews/{}/actions/{}", known.review, known.action),
            change_action,
        ),
        Route::write("/reviews/{id}/sign", writes, |known| format!("/reviews/{}/sign", known.review), sign),
    ]
}

async fn list(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    draw_list(&mut desk, &visit, StatusCode::OK, FormState::default()).await
}

async fn draw_list(desk: &mut Desk, visit: &Visit, status: StatusCode, form: FormState) -> Result<Response, Problem> {
    let view = reviews::list(desk, form).await?;
    let place = Place { title: "Reviews".to_owned(), section: Section::Reviews, breadcrumb: Vec::new() };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::reviews::page(&view)))
}

async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    if let Some(id) = id.strip_suffix(".csv") {
        let opened = review::open(&mut desk, id).await?;
        return Ok(csv(id, "kpis", export::review::kpis(&opened.stored, opened.before.as_ref())?));
    }
    let opened = review::open(&mut desk, &id).await?;
    Ok(draw(&desk, &visit, &opened, StatusCode::OK, Forms::default()))
}

fn draw(desk: &Desk, visit: &Visit, opened: &Opened, status: StatusCode, forms: Forms) -> Response {
    let view = review::page(desk, opened, forms);
    let up = Crumb { label: "Reviews".to_owned(), href: "/reviews".to_owned() };
    let place = Place { title: format!("Review {}", view.id), section: Section::Reviews, breadcrumb: vec![up] };
    page::html(status, &desk.frame(visit, place), || app::pages::review::page(&view))
}

async fn compare(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, other)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let view = review_pair::load(&mut desk, &id, &other).await?;
    let up = |label: &str, href: &str| Crumb { label: label.to_owned(), href: href.to_owned() };
    let breadcrumb = vec![up("Reviews", "/reviews"), up(&format!("Review {id}"), &format!("/reviews/{id}"))];
    let place = Place { title: format!("{id} beside {other}"), section: Section::Reviews, breadcrumb };
    Ok(page::html(StatusCode::OK, &desk.frame(&visit, place), || app::pages::review_pair::page(&view)))
}

async fn create(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let (status, refused) = match read_freeze(&typed) {
        Ok(request) => match freeze::freeze(&state.database, &desk.scope, &desk.factors, &request, desk.now).await {
            Ok(id) => return Ok(see(id)),
            Err(error) => refusal(error)?,
        },
        Err(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused),
    };
    // A new desk sees what somebody else may have frozen meanwhile.
    let mut desk = Desk::open(&state).await?;
    let form = given_back(typed, &refused);
    // The form with a reason stands on the page of the week's review; the form without one on the list.
    let week = IsoWeek::parse(form.value("week").trim()).filter(|_| form.values.contains_key("reason"));
    if let Some(week) = week
        && let Some(id) = review::newest(&mut desk, week).await?
    {
        let opened = review::open(&mut desk, &id.to_string()).await?;
        return Ok(draw(&desk, &visit, &opened, status, Forms { revise: form, ..Forms::default() }));
    }
    draw_list(&mut desk, &visit, status, form).await
}

fn read_freeze(typed: &Typed) -> Result<freeze::Request, Vec<Refused>> {
    let mut refused = Vec::new();
    let week = IsoWeek::parse(value(typed, "week"));
    if week.is_none() {
        refused.push(refuse("week", "Choose a week, written like 2026-W47."));
    }
    let by = value(typed, "by");
    if !is_name(by) {
        refused.push(nameless("by"));
    }
    let reason = value(typed, "reason");
    if reason.chars().count() > REASON_LIMIT {
        refused.push(refuse("reason", "Say it in at most 500 characters."));
    }
    match week {
        Some(week) if refused.is_empty() => Ok(freeze::Request { week, by: by.to_owned(), reason: reason.to_owned() }),
        _ => Err(refused),
    }
}

const REASON_LIMIT: usize = 500;

/// What a person can put right becomes a sentence beside the field; the rest is a problem of ours.
fn refusal(error: FreezeError) -> Result<(StatusCode, Vec<Refused>), Problem> {
    let refused =
        |field, sentence: String| (StatusCode::UNPROCESSABLE_ENTITY, vec![Refused { field, message: sentence }]);
    Ok(match error {
        FreezeError::Store(error) => return Err(error.into()),
        FreezeError::Canonical(_) => return Err(Problem::Misbuilt("a frozen number has no canonical text")),
        FreezeError::Conflict(week) => {
            let sentence =
                format!("Somebody froze {week} at the same moment. Look at their review before you freeze it again.");
            (StatusCode::CONFLICT, vec![Refused { field: "week", message: sentence }])
        }
        FreezeError::ReasonNeeded(week) => {
            refused("reason", format!("{week} has a review already. Say on its page why it is to be frozen again."))
        }
        FreezeError::NotOver(week) => refused("week", format!("{week} is not over yet. Choose a complete week.")),
        FreezeError::NoEstimate => refused("week", "Nothing was estimated yet. Import something first.".to_owned()),
        FreezeError::OtherFactors { active } => refused(
            "week",
            format!(
                "The numbers come from factor set {active}, and this server holds another one. Restart the server."
            ),
        ),
    })
}

async fn add_action(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let opened = review::open(&mut desk, &id).await?;
    let (status, refused) = match read_form(&typed, desk.today()) {
        Ok(new) => {
            let id = opened.stored.id;
            match action::add(&state.database.web, &desk.scope, id, &new, desk.now).await? {
                Changed::Made => return Ok(see(id)),
                Changed::Absent => {
                    (StatusCode::UNPROCESSABLE_ENTITY, vec![refuse("finding", "This finding does not exist here.")])
                }
                other => (StatusCode::CONFLICT, vec![refuse("title", sentence(other))]),
            }
        }
        Err(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused),
    };
    let forms = Forms { action: given_back(typed, &refused), ..Forms::default() };
    again(&state, &visit, &id, status, forms).await
}

async fn change_action(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, action_id)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let review_id = review::open(&mut desk, &id).await?.stored.id;
    let action_id = Uuid::parse_str(&action_id).map_err(|_| absent())?;
    let mut refused = Vec::new();
    let status = ActionStatus::parse(value(&typed, "status"));
    if status.is_none() {
        refused.push(refuse("status", "Choose one of the states in the list."));
    }
    let by = value(&typed, "by");
    if !is_name(by) {
        refused.push(nameless("by"));
    }
    let Some(status) = status.filter(|_| refused.is_empty()) else {
        let forms = Forms { action: given_back(typed, &refused), ..Forms::default() };
        return again(&state, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, forms).await;
    };
    let pool = &state.database.web;
    match action::set_status(pool, &desk.scope, review_id, action_id, status, by, desk.now).await? {
        Changed::Absent => Err(absent()),
        _ => Ok(see(review_id)),
    }
}

async fn sign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let review_id = review::open(&mut desk, &id).await?.stored.id;
    let name = value(&typed, "name").to_owned();
    let (status, message) = if is_name(&name) {
        match sign_off::add(&state.database.web, &desk.scope, review_id, &name, desk.now).await? {
            Signing::Changed(Changed::Made) => return Ok(see(review_id)),
            Signing::Changed(Changed::Absent) => return Err(absent()),
            Signing::Changed(other) => (StatusCode::CONFLICT, sentence(other)),
            Signing::Twice => (StatusCode::UNPROCESSABLE_ENTITY, "This name stands under the review already."),
            Signing::Broken => (
                StatusCode::CONFLICT,
                "What is stored does not give the hash it was frozen with, so nobody may sign it.",
            ),
        }
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Enter your name, at most 100 characters.")
    };
    let forms = Forms { sign: given_back(typed, &[refuse("name", message)]), ..Forms::default() };
    again(&state, &visit, &id, status, forms).await
}

async fn export_actions(State(state): State<AppState>, _: Visit, Path(id): Path<String>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let opened = review::open(&mut desk, &id).await?;
    Ok(csv(&id, "actions", export::review::actions(opened.stored.id, &opened.actions, &opened.findings)?))
}

/// The page as it stands now, with what was typed.
async fn again(
    state: &AppState,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    forms: Forms,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let opened = review::open(&mut desk, id).await?;
    Ok(draw(&desk, visit, &opened, status, forms))
}

fn see(id: ReviewId) -> Response {
    Redirect::to(&format!("/reviews/{id}")).into_response()
}

fn csv(id: &str, table: &str, body: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"wattledger_review_{id}_{table}.csv\"")),
    ];
    (headers, body).into_response()
}

const fn sentence(changed: Changed) -> &'static str {
    match changed {
        Changed::Signed => "The review is signed, so its actions stand as they are. Freeze the week again to add one.",
        Changed::Conflict | Changed::Made | Changed::Absent => {
            "Somebody changed this review at the same moment. Look at it and try again."
        }
    }
}
