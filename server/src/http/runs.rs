//! Runs of the import: one as it goes on, its end, and the request for another.

use std::convert::Infallible;
use std::time::Duration;

use app::view::{BackfillView, Crumb, FormState, RunView, Section};
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use futures::stream;
use http::StatusCode;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::{imports, run};
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::ingest::forecast::{self, HOURS_DAYS};
use crate::review::actions::is_name;
use crate::store::account::{self, Account};
use crate::store::{AccountScope, reading, request, run as store_run};

/// How often a page is told.
const TELL: Duration = Duration::from_secs(1);
/// How often a page without scripts is loaded anew.
pub(super) const REFRESH_S: u32 = 5;
const BACKFILL: &str = "/imports/backfill";
const SYNC: &str = "/imports/sync";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read(BACKFILL, owner, |_| format!("{BACKFILL}?from=2026-11-01"), show_backfill),
        Route::write(SYNC, Policy::OwnerWrites, |_| SYNC.to_owned(), sync),
        Route::read("/imports/{run}", owner, |known| format!("/imports/{}", known.run), show),
        Route::read("/imports/{run}/events", owner, |known| format!("/imports/{}/events", known.run), tell),
        Route::write(
            "/imports/{run}/cancel",
            Policy::OwnerWrites,
            |known| format!("/imports/{}/cancel", known.run),
            cancel,
        ),
    ]
}

const NO_RUN: Problem = Problem::NoSuchThing { what: "run", list: "/imports" };

fn numbered(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| NO_RUN)
}

async fn show(State(state): State<AppState>, Path(id): Path<String>, visit: Visit) -> Result<Response, Problem> {
    draw(&state, &visit, numbered(&id)?, StatusCode::OK, FormState::default()).await
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    run_id: Uuid,
    status: StatusCode,
    form: FormState,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let (origin, accounts) = (desk.scope.origin(), desk.accounts.clone());
    let view = run::load(desk.connection(), origin, &accounts, run_id, form).await?.ok_or(NO_RUN)?;
    let title = format!("Run of {}", view.started_at.format("%-d %b %Y %H:%M"));
    let mut frame = desk.frame(visit, below(&title));
    // The page itself says more than the line that other pages show.
    frame.ingest = None;
    frame.refresh_s = view.state.is_open().then_some(REFRESH_S);
    Ok(page::html(status, &frame, || app::pages::run::page(&view)))
}

fn below(title: &str) -> Place {
    let imports = Crumb { label: "Imports".to_owned(), href: "/imports".to_owned() };
    Place { title: title.to_owned(), section: Section::Imports, breadcrumb: vec![imports] }
}

/// What changes on the page of a run, drawn as there, whenever it changes; the stream ends with the run.
async fn tell(State(state): State<AppState>, Path(id): Path<String>, _: Visit) -> Result<Response, Problem> {
    let run_id = numbered(&id)?;
    let accounts = account::all(&state.database.web).await?;
    let scope = account::visible(&accounts);
    let first = look(&state, &scope, &accounts, run_id).await?.ok_or(NO_RUN)?;
    let (events, mut heard) = mpsc::channel::<Event>(4);
    tokio::spawn(async move {
        let mut view = first;
        let (mut drawn, mut said) = (String::new(), String::new());
        loop {
            // A carriage return would end an event.
            let html = app::fragment(|| app::pages::run::progress(&view)).replace('\r', " ");
            if html != drawn {
                drawn = html;
                if events.send(Event::default().event("progress").data(&drawn)).await.is_err() {
                    return;
                }
            }
            let words = run::said(&view).replace('\r', " ");
            if words != said {
                said = words;
                if events.send(Event::default().event("said").data(&said)).await.is_err() {
                    return;
                }
            }
            if !view.state.is_open() {
                _ = events.send(Event::default().event("ended").data("ended")).await;
                return;
            }
            if events.is_closed() || state.closing.within(TELL).await {
                return;
            }
            // A database that hesitates ends the stream; the browser asks again by itself.
            let Ok(Some(next)) = look(&state, &scope, &accounts, run_id).await else { return };
            view = next;
        }
    });
    let events = stream::poll_fn(move |context| heard.poll_recv(context).map(|event| event.map(Ok::<_, Infallible>)));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

async fn look(
    state: &AppState,
    scope: &AccountScope,
    accounts: &[Account],
    run_id: Uuid,
) -> Result<Option<RunView>, Problem> {
    let mut transaction = reading::begin(&state.database.web, scope).await?;
    Ok(run::load(&mut transaction, scope.origin(), accounts, run_id, FormState::default()).await?)
}

async fn cancel(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let run_id = numbered(&id)?;
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        let form = given_back(typed, &[nameless("by")]);
        return draw(&state, &visit, run_id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let desk = Desk::open(&state).await?;
    let (origin, now) = (desk.scope.origin(), desk.now);
    drop(desk);
    if !store_run::cancel(&state.database.web, origin, run_id, &by, now).await? {
        return Err(Problem::Conflict("This run has ended, or somebody has asked for its end already.".to_owned()));
    }
    Ok(Redirect::to(&format!("/imports/{run_id}")).into_response())
}

async fn sync(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let (origin, now) = (desk.scope.origin(), desk.now);
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        let form = given_back(typed, &[nameless("by")]);
        let view = imports::load(&mut desk, FormState::default(), form).await?;
        let place = Place { breadcrumb: Vec::new(), ..below("Imports") };
        let frame = desk.frame(&visit, place);
        return Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &frame, || app::pages::imports::page(&view)));
    }
    let asks_for_days = !value(&typed, "from").is_empty();
    let span = match asks_for_days.then(|| span(&typed, now)) {
        None => None,
        Some(Ok(span)) => Some(span),
        Some(Err(refused)) => {
            let sentence = refused.into_iter().map(|each| each.message).collect::<Vec<_>>().join(" ");
            return Err(Problem::Unprocessable(sentence));
        }
    };
    if !request::readers(desk.connection(), origin).await?.is_there {
        return Err(Problem::Conflict(
            "No process that reads is running any more. Start `wattledger serve`, or read with `wattledger ingest`."
                .to_owned(),
        ));
    }
    drop(desk);
    request::ask(&state.database.web, origin, span, &by, now).await?;
    Ok(Redirect::to("/imports#runs").into_response())
}

async fn show_backfill(
    State(state): State<AppState>,
    Query(typed): Query<Typed>,
    visit: Visit,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let (origin, now) = (desk.scope.origin(), desk.now);
    let can_read = request::readers(desk.connection(), origin).await?.is_there;
    let mut view = BackfillView { can_read, ..BackfillView::default() };
    let mut refused = Vec::new();
    if typed.contains_key("from") {
        match span(&typed, now) {
            Ok((from, to)) => {
                let places = account::regions(desk.connection()).await?;
                view.told = forecast::of(desk.connection(), &places, from, to, now).await?.sentences();
            }
            Err(wrong) => refused = wrong,
        }
    }
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    view.form = given_back(typed, &refused);
    let frame = desk.frame(&visit, below("Read a longer span"));
    Ok(page::html(status, &frame, || app::pages::backfill::page(&view)))
}

/// The hours of the days that were typed, or the moments that a form holds.
fn span(typed: &Typed, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), Vec<Refused>> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let moment = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let (from, to) = (value(typed, "from"), value(typed, "to"));
    let begin = moment(from).or_else(|| day(from).map(midnight));
    let end = match to {
        "" => Some(now),
        // The last day is read whole.
        to => moment(to).or_else(|| day(to).and_then(|day| day.checked_add_days(Days::new(1))).map(midnight)),
    };
    let earliest = now - chrono::Duration::days(HOURS_DAYS);
    let mut refused = Vec::new();
    if begin.is_none_or(|begin| begin >= now) {
        refused.push(refuse("from", "Enter a day that is not in the future, such as 2026-09-01."));
    } else if begin.is_some_and(|begin| begin < earliest - chrono::Duration::days(1)) {
        let sentence = format!("CloudWatch keeps nothing of it: enter a day since {}.", earliest.date_naive());
        refused.push(refuse("from", &sentence));
    }
    if end.is_none_or(|end| begin.is_some_and(|begin| begin >= end)) {
        refused.push(refuse("to", "Enter a day that is not before the first, or leave it empty."));
    }
    match (begin, end) {
        (Some(begin), Some(end)) if refused.is_empty() => Ok((begin, end.min(now))),
        _ => Err(refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_moments_stay() {
        let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let asked = |from: &str, to: &str| {
            let typed: Typed =
                [("from", from), ("to", to)].map(|(name, text)| (name.to_owned(), text.to_owned())).into();
            span(&typed, now).map(|(from, to)| format!("{} {}", from.format("%m-%d %H"), to.format("%m-%d %H"))).ok()
        };
        assert_eq!(asked("2026-11-01", "2026-11-02").as_deref(), Some("11-01 00 11-03 00"));
        assert_eq!(asked("2026-11-01", "").as_deref(), Some("11-01 00 11-23 12"));
        assert_eq!(asked("2026-11-01", "2026-12-24").as_deref(), Some("11-01 00 11-23 12"));
        assert_eq!(asked("2026-11-01T06:00:00Z", "2026-11-02T07:00:00Z").as_deref(), Some("11-01 06 11-02 07"));
        for (from, to) in [("", ""), ("2026-11-24", ""), ("2026-11-05", "2026-11-01"), ("2024-01-01", ""), ("x", "y")] {
            assert_eq!(asked(from, to), None, "{from} {to}");
        }
    }
}
