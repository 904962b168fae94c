//! Pages that people keep under a name: the form that keeps one, the list, and the short addresses that lead to them.

use app::parts::number;
use app::view::{FormState, SavedViewRow, SavedViewsView, Section};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use chrono::{Days, NaiveDate};
use http::{StatusCode, Uri};
use uuid::Uuid;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::trends::asked::Asked;
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, jobs, page, pages, trends};
use crate::auth::Policy;
use crate::review::actions::is_name;
use crate::store::saved_view::{self, SavedView};

const PATH: &str = "/views";
const NAME_LIMIT: usize = 80;
/// Letters of a name that its short address keeps.
const SLUG_LIMIT: usize = 32;

/// The pages that can be kept, and what each understands.
const PAGES: [(&str, &str, Allowed); 8] = [
    ("/", "Overview", pages::OVERVIEW),
    (super::load::trends::PATH, "Trends", trends::ALLOWED),
    ("/jobs", "Jobs", pages::JOBS),
    ("/endpoints", "Endpoints", pages::LIST),
    ("/workloads", "Workloads", pages::LIST),
    ("/notebooks", "Notebooks", pages::LIST),
    ("/pipelines", "Pipelines", super::load::pipelines::ALLOWED),
    ("/storage", "Storage", super::load::storage::ALLOWED),
];

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let (owner, writes) = (Policy::Owner, Policy::OwnerWrites);
    vec![
        Route::read(PATH, owner, |_| PATH.to_owned(), show),
        Route::write(PATH, writes, |_| PATH.to_owned(), save),
        Route::write("/views/{slug}/remove", writes, |known| format!("/views/{}/remove", known.view), remove),
        Route::read("/v/{slug}", owner, |known| format!("/v/{}", known.view), lead),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    draw(desk, &visit, StatusCode::OK, FormState::default()).await
}

async fn draw(mut desk: Desk, visit: &Visit, status: StatusCode, form: FormState) -> Result<Response, Problem> {
    let scope = desk.scope.clone();
    let today = desk.today();
    let views = saved_view::all(desk.connection(), &scope).await?;
    let view = SavedViewsView { rows: views.into_iter().filter_map(|view| row(view, today)).collect(), form };
    let place = Place { title: "Saved views".to_owned(), section: Section::Trends, breadcrumb: Vec::new() };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::views::page(&view)))
}

/// A view as the list shows it; one whose page this program no longer has is left out.
fn row(view: SavedView, today: NaiveDate) -> Option<SavedViewRow> {
    let (page, query) = read(&view.address, today)?;
    let period = query.period(today);
    let chosen: Vec<String> = query
        .carried_without(period, &["from", "to"])
        .into_iter()
        .map(|(key, value)| format!("{key} {value}"))
        .chain(query.sort.as_ref().map(|sort| format!("sort {sort}")))
        .collect();
    Some(SavedViewRow {
        href: format!("/v/{}", view.slug),
        slug: view.slug,
        name: view.name,
        page: page.to_owned(),
        days: match view.last_days {
            Some(1) => "yesterday".to_owned(),
            Some(days) => format!("last {days} days"),
            None => number::period(period.from, period.to),
        },
        chosen: chosen.join(" · "),
        saved_by: view.saved_by,
        saved_at: view.saved_at,
    })
}

async fn save(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let (today, now, scope) = (desk.today(), desk.now, desk.scope.clone());
    let Some((_, query)) = read(value(&typed, "address"), today) else {
        return Err(Problem::Unprocessable("No page was named. Open the page again and save it there.".to_owned()));
    };
    let (name, by) = (value(&typed, "name").to_owned(), value(&typed, "by").to_owned());
    let mut refused = Vec::new();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        refused.push(refuse("name", "Give the view a name, at most 80 characters."));
    }
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    if !refused.is_empty() {
        return draw(desk, &visit, StatusCode::UNPROCESSABLE_ENTITY, given_back(typed, &refused)).await;
    }
    drop(desk);
    let period = query.period(today);
    let is_rolling = value(&typed, "rolling") == "yes";
    let mut view = SavedView {
        slug: slug(&name, Uuid::new_v4()),
        name,
        address: query.permalink(period),
        last_days: is_rolling.then(|| i32::try_from(period.days()).unwrap_or(i32::MAX)),
        saved_by: by,
        saved_at: now,
    };
    // Four letters of chance are few: another try finds free ones.
    while !saved_view::add(&state.database.web, &scope, &view).await? {
        view.slug = slug(&view.name, Uuid::new_v4());
    }
    Ok(Redirect::to(&format!("{PATH}#{}", view.slug)).into_response())
}

async fn remove(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = value(&typed, "by");
    if !is_name(by) {
        return Err(Problem::Unprocessable(nameless("by").message));
    }
    let desk = Desk::open(&state).await?;
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    if !saved_view::remove(&state.database.web, &scope, &slug, by, now).await? {
        return Err(missing());
    }
    Ok(Redirect::to(PATH).into_response())
}

/// From the short address to the page.
async fn lead(State(state): State<AppState>, Path(slug): Path<String>, _: Visit) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let (scope, today) = (desk.scope.clone(), desk.today());
    let view = saved_view::find(desk.connection(), &scope, &slug).await?.ok_or_else(missing)?;
    let (_, mut query) = read(&view.address, today).ok_or_else(missing)?;
    if let Some(days) = view.last_days.and_then(|days| u64::try_from(days).ok()) {
        query.from = Some(today - Days::new(days));
        query.to = Some(today - Days::new(1));
    }
    Ok(Redirect::to(&query.permalink(query.period(today))).into_response())
}

const fn missing() -> Problem {
    Problem::NoSuchThing { what: "saved view", list: PATH }
}

/// The page of an address of ours, and what it asks for; `None` for any other address.
fn read(address: &str, today: NaiveDate) -> Option<(&'static str, Query)> {
    let uri: Uri = address.parse().ok()?;
    if uri.authority().is_some() {
        return None;
    }
    let (path, label, allowed) = PAGES.into_iter().find(|(path, ..)| *path == uri.path())?;
    let mut query = if path == "/jobs" { jobs::asked(&uri) } else { Query::read(&uri, allowed) }.ok()?;
    if path == super::load::trends::PATH {
        Asked::read(&mut query, today);
    }
    Some((label, query))
}

/// What a short address ends in: the name in plain letters, and four of chance.
fn slug(name: &str, chance: Uuid) -> String {
    let mut plain = String::new();
    for letter in name.chars() {
        match letter.to_ascii_lowercase() {
            letter if letter.is_ascii_alphanumeric() => plain.push(letter),
            _ if !plain.ends_with('-') && !plain.is_empty() => plain.push('-'),
            _ => {}
        }
        if plain.len() >= SLUG_LIMIT {
            break;
        }
    }
    let plain = plain.trim_end_matches('-');
    let plain = if plain.is_empty() { "view" } else { plain };
    let chance = chance.simple().to_string();
    format!("{plain}-{}", chance.get(..4).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_address_is_made_of_plain_letters() {
        let chance = Uuid::from_u128(0xabcd << 112);
        for (name, expected) in [
            ("Vision, last week", "vision-last-week-abcd"),
            ("  ../../etc", "etc-abcd"),
            ("Größe", "gr-e-abcd"),
            ("日本", "view-abcd"),
            (&"a b".repeat(40), "a-ba-ba-ba-ba-ba-ba-ba-ba-ba-ba-abcd"),
        ] {
            let made = slug(name, chance);
            assert!(made == expected && made.len() <= SLUG_LIMIT + 5, "{name}: {made}");
        }
    }

    #[test]
    fn only_pages_of_ours_are_kept_and_in_one_spelling() {
        let today = "2026-11-23".parse().unwrap();
        for address in
            ["https://evil.example/jobs", "//evil.example/jobs", "/settings/teams", "/jobs?from=x", "jobs", ""]
        {
            assert!(read(address, today).is_none(), "{address}");
        }
        let (page, query) = read("/trends?cmp=yoy&metric=kwh&group=team&colour=red", today).unwrap();
        assert_eq!(page, "Trends");
        assert_eq!(query.permalink(query.period(today)), "/trends?from=2026-11-16&to=2026-11-22&metric=kwh&cmp=yoy");
    }
}
