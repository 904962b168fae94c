//! Which hours are working hours.

use app::view::{Choice, FormState, Section, SetHours, WorkingHoursView};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::StatusCode;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::review::actions::is_name;
use crate::store::working_hours::{self, Set};
use crate::working::{WEEKDAYS, WorkingHours};

const PATH: &str = "/settings/hours";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::write(PATH, Policy::OwnerWrites, |_| PATH.to_owned(), keep),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    draw(&state, &visit, StatusCode::OK, None).await
}

async fn keep(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let mut refused = Vec::new();
    let weekdays = weekdays(&typed);
    if weekdays.is_empty() {
        refused.push(refuse("weekdays", "Choose at least one day."));
    }
    let hour = |name: &str| value(&typed, name).parse::<i32>().unwrap_or(-1);
    let (from, to) = (hour("from"), hour("to"));
    // Whether the hours are ones does not hang on the days.
    if WorkingHours::new(&[1], from, to).is_none() {
        refused.push(refuse("to", "Choose an hour to begin and another one to end; all day is from 00:00 to 24:00."));
    }
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    let (Some(hours), true) = (WorkingHours::new(&weekdays, from, to), refused.is_empty()) else {
        let form = given_back(typed, &refused);
        return draw(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(form)).await;
    };
    let desk = Desk::open(&state).await?;
    let (origin, now) = (desk.scope.origin(), desk.now);
    drop(desk);
    working_hours::set(&state.database.web, origin, hours, &by, now).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// The page; `form` is what was refused.
async fn draw(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    form: Option<FormState>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let origin = desk.scope.origin();
    let set = working_hours::all(desk.connection(), origin).await?;
    let view = view(&set, form);
    let place = Place { title: "Working hours".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    let frame = desk.frame(visit, place);
    Ok(page::html(status, &frame, || app::pages::working_hours::page(&view)))
}

fn view(set: &[Set], form: Option<FormState>) -> WorkingHoursView {
    let in_force = set.first().map_or_else(WorkingHours::default, |set| set.hours);
    let (weekdays, from, to) = match &form {
        None => (in_force.weekdays(), in_force.from().to_string(), in_force.to().to_string()),
        Some(form) => (weekdays(&form.values), form.value("from"), form.value("to")),
    };
    let hour = |hour: i32, chosen: &str| Choice {
        value: hour.to_string(),
        label: format!("{hour:02}:00"),
        selected: hour.to_string() == chosen,
    };
    let day = |(name, weekday): (&str, i32)| Choice {
        value: field(name),
        label: name.to_owned(),
        selected: weekdays.contains(&weekday),
    };
    WorkingHoursView {
        in_force: in_force.words(),
        set: set
            .iter()
            .map(|set| SetHours { hours: set.hours.words(), set_by: set.set_by.clone(), set_at: Some(set.set_at) })
            .collect(),
        weekdays: WEEKDAYS.into_iter().zip(1..).map(day).collect(),
        from: (0..24).map(|each| hour(each, &from)).collect(),
        to: (1..=24).map(|each| hour(each, &to)).collect(),
        form: form.unwrap_or_default(),
    }
}

/// The weekdays that are ticked; 1 is Monday.
fn weekdays(typed: &Typed) -> Vec<i32> {
    let ticked = WEEKDAYS.into_iter().zip(1..).filter(|(name, _)| !value(typed, &field(name)).is_empty());
    ticked.map(|(_, weekday)| weekday).collect()
}

/// The field of a weekday.
fn field(name: &str) -> String {
    name.to_lowercase()
}
